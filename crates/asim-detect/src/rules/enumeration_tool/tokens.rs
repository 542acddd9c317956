//! A command line as the words that a shell makes of it.

/// The words of a command line: blanks part them, quotes keep them together.
///
/// Single and double quotes count at any place, and a backslash takes a double quote, a single quote, a blank or a
/// backslash before one of these for itself; other backslashes stand, because they part the folders of Windows paths.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            ('\\', None | Some('"'))
                if letters
                    .peek()
                    .is_some_and(|next| matches!(next, '"' | '\'' | ' ')) =>
            {
                word.get_or_insert_default().extend(letters.next());
            }
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            // A shell's separators stand for themselves.
            (';' | '|' | '&', None) => {
                words.extend(word.take());
                words.push(letter.to_string());
            }
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The name of a program from its path: no folders, no `.exe`, in lower case.
pub(super) fn program(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase();
    match name.strip_suffix(".exe") {
        Some(stem) => stem.to_owned(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        assert_eq!(words(r#"dig  "a b" 'c d' e\ f"#), ["dig", "a b", "c d", "e f"]);
        assert_eq!(words(r"C:\Tools\dig.exe axfr"), [r"C:\Tools\dig.exe", "axfr"]);
        assert_eq!(words("a;b|c"), ["a", ";", "b", "|", "c"]);
        assert_eq!(
            words(r#""C:\Program Files\x.exe" """#),
            [r"C:\Program Files\x.exe", ""]
        );
        assert!(words("  ").is_empty());
    }

    #[test]
    fn a_program_has_a_plain_name() {
        assert_eq!(program("/usr/bin/Fierce"), "fierce");
        assert_eq!(program(r"C:\Tools\SubFinder.EXE"), "subfinder");
        assert_eq!(program("dnsrecon.py"), "dnsrecon.py");
    }
}
