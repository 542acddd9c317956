//! What the program says on standard error.

use std::io::Write;
use std::path::Path;

use indicatif::ProgressBar;

/// Writes one message on standard error, with the program's name in front.
pub(crate) fn say(text: &str) {
    write_text(&format!("asim: {text}\n"));
}

/// Writes text on standard error in one piece. If that fails, there is nowhere left to tell.
fn write_text(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Messages beside a progress bar, which gives way to them.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    bar: Option<ProgressBar>,
}

impl Messages {
    /// Messages beside a bar, if there is one.
    pub(crate) fn beside(bar: Option<&ProgressBar>) -> Self {
        Self { bar: bar.cloned() }
    }

    /// Says what is the matter with a file.
    pub(crate) fn about(&self, name: &str, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(&format!("{name}: {text}"))),
            None => say(&format!("{name}: {text}")),
        }
    }

    /// Writes text of several lines as it is.
    pub(crate) fn text(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| write_text(text)),
            None => write_text(text),
        }
    }
}

/// A path as messages show it: one line, and nothing in it moves the cursor.
pub(crate) fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy()).replace('\t', "\\t")
}

/// Text in which nothing moves the cursor or turns the writing around. Tabs stay.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let turns = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if turns || (character.is_control() && character != '\t') {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_on_one_line() {
        assert_eq!(
            shown(Path::new("logs/d\u{e9}p\u{f4}t\n\u{1b}[2J.log")),
            "logs/d\u{e9}p\u{f4}t\\n\\u{1b}[2J.log"
        );
    }

    #[test]
    fn nothing_in_a_record_moves_the_cursor() {
        assert_eq!(
            printable("a\tb\u{1b}[2J\u{202e}\u{e9}"),
            "a\tb\\u{1b}[2J\\u{202e}\u{e9}"
        );
    }
}
