//! The id of a parser: its folder, its crate's suffix, its key in the registry.

/// What is no id although it is spelled like one: Rust's keywords, since modules and types are named after ids, and
/// `auto`, by which callers ask for any source.
const TAKEN: &[&str] = &[
    "abstract", "as", "async", "auto", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Fails unless the text may be the id of a parser.
pub(super) fn check(id: &str) -> Result<(), String> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !id.starts_with(|first: char| first.is_ascii_lowercase()) || !id.split('-').all(is_word) {
        return Err(format!(
            "`{id}` is no id: lower-case letters and digits, a letter first, words joined by single hyphens"
        ));
    }
    if TAKEN.contains(&id) {
        Err(format!("`{id}` is no id: the word has a meaning of its own"))
    } else {
        Ok(())
    }
}

/// The words of an id, each with a capital: `unifi-dns` -> `Unifi`, `Dns`.
fn words(id: &str) -> impl Iterator<Item = String> {
    id.split('-').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    })
}

/// The beginning of the names of types: `unifi-dns` -> `UnifiDns`.
pub(super) fn type_name(id: &str) -> String {
    words(id).collect()
}

/// The id in prose, until somebody gives the product's name: `unifi-dns` -> `Unifi Dns`.
pub(super) fn prose(id: &str) -> String {
    words(id).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_other_words() {
        for id in ["zeek", "microsoft-dns", "a1", "dns64-x-2"] {
            assert_eq!(check(id), Ok(()), "{id}");
        }
        for other in [
            "", "Zeek", "1a", "a_b", "a--b", "-a", "a-", "a b", "ä", "../a", "a/b", "self", "auto",
        ] {
            assert!(check(other).is_err(), "{other}");
        }
    }

    #[test]
    fn an_id_gives_names() {
        assert_eq!(type_name("unifi-dns-2"), "UnifiDns2");
        assert_eq!(prose("unifi-dns"), "Unifi Dns");
    }
}
