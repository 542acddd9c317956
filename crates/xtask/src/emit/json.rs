//! JSON with members in the order in which they were given, indented by two blanks.

use std::fmt::Write;

/// A JSON value.
#[derive(Debug, Clone)]
pub(super) enum Json {
    Boolean(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Json {
    /// An object with fixed names.
    pub(super) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The same object with one more member; any other value as it was.
    pub(super) fn with(mut self, name: &str, value: impl Into<Self>) -> Self {
        if let Self::Object(members) = &mut self {
            members.push((name.to_owned(), value.into()));
        }
        self
    }

    /// The text of a file: the value and a line break.
    pub(super) fn file(&self) -> String {
        let mut text = String::new();
        self.write(0, &mut text);
        text.push('\n');
        text
    }

    fn write(&self, depth: usize, out: &mut String) {
        match self {
            Self::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => out.push_str(&value.to_string()),
            Self::Text(text) => quote(text, out),
            Self::List(values)
                if values
                    .iter()
                    .all(|value| matches!(value, Self::Text(_) | Self::Number(_))) =>
            {
                out.push('[');
                for (index, value) in values.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    value.write(depth, out);
                }
                out.push(']');
            }
            Self::List(values) => block('[', ']', depth, values, out, |value, out| {
                value.write(depth + 1, out);
            }),
            Self::Object(members) => block('{', '}', depth, members, out, |(name, value), out| {
                quote(name, out);
                out.push_str(": ");
                value.write(depth + 1, out);
            }),
        }
    }
}

/// Members on lines of their own.
fn block<T>(
    open: char,
    close: char,
    depth: usize,
    members: &[T],
    out: &mut String,
    write: impl Fn(&T, &mut String),
) {
    out.push(open);
    for (index, member) in members.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        write(member, out);
    }
    if !members.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close);
}

/// A string in quotes.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            _ if character.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = "a\"b\\c\nd\u{1}é";
        let json = Json::object([("empty", Json::Object(Vec::new())), ("text", text.into())])
            .with("list", Json::List(vec![Json::Number(-1), Json::Boolean(true)]));
        let read: serde_json::Value = serde_json::from_str(&json.file()).unwrap();
        assert_eq!(
            read,
            serde_json::json!({"empty": {}, "text": text, "list": [-1, true]})
        );
    }
}
