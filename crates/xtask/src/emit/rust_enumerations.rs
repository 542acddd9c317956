//! The closed lists of values as Rust enums.

use std::fmt::Write;

use super::prose;
use crate::schema::Enumeration;
use crate::schema::names::variant;

/// All enumerations.
pub(super) fn emit(enumerations: &[Enumeration]) -> String {
    let mut text =
        "//! The enumerations of the schemas.\n\nuse crate::enumeration::enumeration_text;\nuse crate::json::Fixed;\n\n".to_owned();
    for list in enumerations {
        enumeration(list, &mut text);
    }
    let names: Vec<&str> = enumerations.iter().map(|list| list.name.as_str()).collect();
    let _ = writeln!(text, "enumeration_text! {{ {} }}", names.join(", "));
    text
}

/// One enumeration.
fn enumeration(list: &Enumeration, out: &mut String) {
    let (name, description, count) = (&list.name, prose(&list.description), list.values.len());
    let (mut variants, mut texts, mut all, mut json) =
        (String::new(), String::new(), String::new(), String::new());
    for value in &list.values {
        let identifier = variant(&value.value);
        let since = value
            .since
            .iter()
            .fold(String::new(), |mut text, (schema, since)| {
                let _ = write!(text, " Since version {since} of the {schema} schema.");
                text
            });
        let _ = writeln!(
            variants,
            "/// `{}`: {}{since}\n{identifier},",
            value.value,
            prose(&value.description)
        );
        let _ = writeln!(texts, "Self::{identifier} => {:?},", value.value);
        let _ = writeln!(all, "Self::{identifier},");
        let _ = writeln!(json, "Fixed::quoted({:?}),", value.value);
    }
    // Values that are short, as nearly all are, are copied as one piece of 32 bytes.
    let longest = list.values.iter().map(|value| value.value.len() + 2).max();
    let fixed = match longest {
        Some(length) if length > 32 => format!("Fixed<{}>", length.next_multiple_of(16)),
        _ => "Fixed".to_owned(),
    };
    let _ = writeln!(
        out,
        "/// {description}
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum {name} {{
    {variants}
}}

impl {name} {{
    /// All values in the order of the schema.
    pub const ALL: [Self; {count}] = [{all}];

    /// The value as the schema writes it.
    #[inline]
    pub const fn as_str(self) -> &'static str {{
        match self {{
            {texts}
        }}
    }}

    /// The value of a text in any letter case.
    pub fn from_str_ignore_case(text: &str) -> Option<Self> {{
        Self::ALL.into_iter().find(|value| value.as_str().eq_ignore_ascii_case(text))
    }}

    /// Writes the value as a JSON string.
    #[inline]
    pub(crate) fn write_json(self, room: &mut [u8], at: usize) -> Option<usize> {{
        static JSON: [{fixed}; {count}] = [{json}];
        JSON[self as usize].write(room, at)
    }}
}}
"
    );
}
