//! The arguments of a program, as EXECVE records tell them.

use std::borrow::Cow;

use asim_parse::value::number;

use crate::line::{Line, Value};

/// The arguments of a program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments<'r> {
    /// `argc`: how many there are.
    pub count: Option<u64>,
    /// Those that the records hold, in their order.
    pub given: Vec<Argument<'r>>,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument<'r> {
    /// Its number, from 0.
    pub index: u32,
    /// Its bytes.
    pub bytes: Cow<'r, [u8]>,
    /// Whether something of it is not as the kernel writes it: a part is missing, or has neither quotes nor the form of
    /// hexadecimal.
    pub damaged: bool,
    /// `aN_len`: how many characters all parts of a long one have as they are written.
    length: Option<u64>,
    /// So many characters were seen, in so many parts.
    seen: u64,
    parts: u32,
}

/// What a field of an EXECVE record is.
enum Field {
    /// `aN`.
    Whole(u32),
    /// `aN_len`.
    Length(u32),
    /// `aN[M]`.
    Part(u32, u32),
}

impl Field {
    fn of(name: &[u8]) -> Option<Self> {
        let rest = name.strip_prefix(b"a")?;
        let end = rest
            .iter()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(rest.len());
        let number = |digits: &[u8]| u32::try_from(number::unsigned(digits)?).ok();
        let index = number(rest.get(..end)?)?;
        match rest.get(end..)? {
            b"" => Some(Self::Whole(index)),
            b"_len" => Some(Self::Length(index)),
            [b'[', part @ .., b']'] => Some(Self::Part(index, number(part)?)),
            _ => None,
        }
    }
}

impl<'r> Arguments<'r> {
    /// Reads a further record of the same event.
    pub(crate) fn add(&mut self, record: &Line<'r>) {
        for (name, value) in record.fields() {
            if name == b"argc" {
                self.count = number::unsigned(value.bytes());
                continue;
            }
            match Field::of(name) {
                Some(Field::Whole(index)) => {
                    let argument = self.open(index);
                    argument.bytes = Cow::Borrowed(b"");
                    argument.append(value);
                }
                Some(Field::Length(index)) => {
                    self.open(index).length = number::unsigned(value.bytes());
                }
                Some(Field::Part(index, part)) => {
                    let known = self.given.last().is_some_and(|last| last.index == index);
                    let argument = if known {
                        self.given.last_mut()
                    } else {
                        Some(self.open(index))
                    };
                    if let Some(argument) = argument {
                        argument.damaged |= argument.parts != part;
                        argument.append(value);
                    }
                }
                None => {}
            }
        }
    }

    fn open(&mut self, index: u32) -> &mut Argument<'r> {
        self.given.push(Argument {
            index,
            bytes: Cow::Borrowed(b""),
            damaged: false,
            length: None,
            seen: 0,
            parts: 0,
        });
        let last = self.given.len() - 1;
        &mut self.given[last]
    }

    /// Puts the arguments in order, and tells of each whether all of it was there.
    pub(crate) fn finish(&mut self) {
        self.given.sort_by_key(|argument| argument.index);
        for argument in &mut self.given {
            argument.damaged |= argument.length.is_some_and(|length| length != argument.seen);
        }
    }

    /// Whether each argument is there, once.
    pub fn are_complete(&self) -> bool {
        let in_order = self
            .given
            .iter()
            .zip(0..)
            .all(|(argument, index)| argument.index == index);
        in_order && self.count == Some(self.given.len() as u64)
    }
}

impl<'r> Argument<'r> {
    fn append(&mut self, value: Value<'r>) {
        self.seen += value.bytes().len() as u64;
        self.parts = self.parts.saturating_add(1);
        // An argument has no form for an absent one: `(null)` would stand in quotes.
        let Some((bytes, is_good)) = value.text() else {
            self.damaged |= !value.bytes().is_empty();
            return;
        };
        self.damaged |= !is_good;
        if self.bytes.is_empty() {
            self.bytes = bytes;
        } else {
            self.bytes.to_mut().extend_from_slice(&bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(records: &[&'static str]) -> Arguments<'static> {
        let mut arguments = Arguments::default();
        for fields in records {
            arguments.add(&Line {
                node: None,
                kind: "EXECVE",
                id: "",
                time: asim_parse::schema::Timestamp::from_ticks(0).unwrap(),
                fields: fields.as_bytes(),
            });
        }
        arguments.finish();
        arguments
    }

    fn texts<'a>(arguments: &'a Arguments<'_>) -> Vec<(&'a str, bool)> {
        arguments
            .given
            .iter()
            .map(|argument| (std::str::from_utf8(&argument.bytes).unwrap(), argument.damaged))
            .collect()
    }

    #[test]
    fn quoted_and_hexadecimal_arguments() {
        let arguments = of(&[r#" argc=4 a0="dig" a1=6120622243 a2=3132 a3="12""#]);
        assert_eq!(
            texts(&arguments),
            [("dig", false), ("a b\"C", false), ("12", false), ("12", false)]
        );
        assert!(arguments.are_complete());
    }

    #[test]
    fn long_arguments_go_on_over_records() {
        let arguments = of(&[
            r#" argc=4 a0="x" a1_len=8 a1[0]=6162"#,
            " a1[1]=6364",
            r#" a2="y" a3_len=4 a3[0]="ab" a3[1]="cd""#,
        ]);
        assert_eq!(
            texts(&arguments),
            [("x", false), ("abcd", false), ("y", false), ("abcd", false)]
        );
        assert!(arguments.are_complete());
    }

    #[test]
    fn what_is_missing_is_told() {
        let lost_part = of(&[r#"argc=2 a0="x" a1_len=12 a1[0]=6162"#, "a1[2]=6566"]);
        assert_eq!(texts(&lost_part), [("x", false), ("abef", true)]);
        let cut_off = of(&[r#"argc=2 a0="x" a1_len=12 a1[0]=6162"#]);
        assert_eq!(texts(&cut_off), [("x", false), ("ab", true)]);
        let lost_record = of(&[r#"argc=3 a0="x""#, r#"a2="z""#]);
        assert!(!lost_record.are_complete());
        assert!(!of(&[r#"a0="x""#]).are_complete());
        assert!(!of(&[r#"argc=1 a0="x" a0="y""#]).are_complete());
        assert_eq!(texts(&of(&["argc=1 a0=abc"])), [("abc", true)]);
    }

    #[test]
    fn records_in_any_order() {
        let arguments = of(&[r#"a2="c""#, r#"argc=3 a0="a" a1="b""#]);
        assert_eq!(texts(&arguments), [("a", false), ("b", false), ("c", false)]);
        assert!(arguments.are_complete());
    }
}
