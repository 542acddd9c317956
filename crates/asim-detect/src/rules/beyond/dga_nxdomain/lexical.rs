//! How unlike a name that people choose a label is.

use super::bigrams::BIGRAMS;

/// Steps in one bit.
pub(super) const STEPS: u32 = 16;
/// Shorter labels tell nothing: there are too few pairs of letters.
const SHORTEST: usize = 7;
/// The letters of host names, and the edge of a label.
pub(super) const SYMBOLS: usize = 38;
const EDGE: usize = 37;

/// The place of a letter in the table; none for what is no letter of host names.
pub(super) fn symbol(byte: u8) -> Option<usize> {
    match byte {
        b'a'..=b'z' => Some(usize::from(byte - b'a')),
        b'0'..=b'9' => Some(usize::from(byte - b'0') + 26),
        b'-' => Some(36),
        _ => None,
    }
}

/// The pairs of letters of a label, its edges being letters as well.
pub(super) fn pairs(label: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let letters = label.bytes().filter_map(symbol).chain([EDGE]);
    letters.scan(EDGE, |last, letter| {
        let pair = (*last, letter);
        *last = letter;
        Some(pair)
    })
}

/// The mean surprise of a label's pairs of letters in steps of 1/16 bit, with a table of surprises; none for labels
/// that are too short, or in Punycode, whose letters stand for others (RFC 3492).
pub(super) fn surprise_by(table: &[[u8; SYMBOLS]; SYMBOLS], label: &str) -> Option<u32> {
    if label.len() < SHORTEST || label.starts_with("xn--") {
        return None;
    }
    let (mut sum, mut count) = (0_u32, 0_u32);
    for (one, other) in pairs(label) {
        sum += u32::from(*table.get(one)?.get(other)?);
        count += 1;
    }
    Some(sum / count.max(1))
}

/// The same with the table of names that are in wide use.
pub(super) fn surprise(label: &str) -> Option<u32> {
    surprise_by(&BIGRAMS, label)
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::Path;

    use xxhash_rust::xxh3::xxh3_64;

    use super::*;
    use crate::observation::registrable;

    /// A list of names in wide use, one a line; it stands beside the project.
    const LIST: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/detect/lists/tranco10k.txt"
    );
    const TABLE: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/rules/beyond/dga_nxdomain/bigrams.rs"
    );

    /// The labels that were registered, each once.
    fn labels() -> Option<BTreeSet<String>> {
        if !Path::new(LIST).exists() {
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: tranco10k.txt does not stand beside the project"
            );
            return None;
        }
        let text = std::fs::read_to_string(LIST).unwrap();
        let names = text.lines().map(str::to_ascii_lowercase);
        let labels = names.filter_map(|name| Some(registrable(&name)?.split('.').next()?.to_owned()));
        Some(labels.filter(|label| !label.starts_with("xn--")).collect())
    }

    /// The surprise of each pair: the negative logarithm of its share among the pairs with the same first letter, half a
    /// pair being added to each.
    fn table<'l>(labels: impl IntoIterator<Item = &'l String>) -> [[u8; SYMBOLS]; SYMBOLS] {
        let mut counts = [[0.5_f64; SYMBOLS]; SYMBOLS];
        for label in labels {
            for (one, other) in pairs(label) {
                counts[one][other] += 1.0;
            }
        }
        counts.map(|row| {
            let sum: f64 = row.iter().sum();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            row.map(|count| {
                (-(count / sum).log2() * f64::from(STEPS))
                    .round()
                    .clamp(0.0, 255.0) as u8
            })
        })
    }

    /// `ASIM_UPDATE_BIGRAMS=1 cargo test -p asim-detect bigrams` writes the table anew.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test is told so to write the table")]
    fn the_bigrams_are_those_of_the_list() {
        let Some(labels) = labels() else { return };
        let table = table(&labels);
        if std::env::var_os("ASIM_UPDATE_BIGRAMS").is_some() {
            let mut text = String::from(
                "//! Generated from the 10,000 names of the Tranco list in misp-warninglists of 2026-08-20 (CC0), of which only these\n\
                 //! numbers are kept. `ASIM_UPDATE_BIGRAMS=1 cargo test -p asim-detect bigrams` writes it anew where the list is.\n\n\
                 use super::lexical::SYMBOLS;\n\n\
                 /// The surprise of a letter behind another one, in steps of 1/16 bit: a to z, 0 to 9, hyphen, the edge of a label.\n\
                 #[rustfmt::skip]\n\
                 pub(super) static BIGRAMS: [[u8; SYMBOLS]; SYMBOLS] = [\n",
            );
            for row in table {
                let numbers: Vec<_> = row.iter().map(u8::to_string).collect();
                writeln!(text, "    [{}],", numbers.join(", ")).unwrap();
            }
            text.push_str("];\n");
            std::fs::write(TABLE, text).unwrap();
            return;
        }
        assert!(
            table == BIGRAMS,
            "the list has changed: ASIM_UPDATE_BIGRAMS=1 cargo test -p asim-detect bigrams"
        );
    }

    /// A number below `below`, another one for each place of each name of each family.
    fn chance(family: &str, number: u32, place: usize, below: usize) -> usize {
        let hash = xxh3_64(format!("{family}/{number}/{place}").as_bytes());
        usize::try_from(hash % u64::try_from(below).unwrap()).unwrap()
    }

    fn letters(family: &str, number: u32, alphabet: &str, shortest: usize, more: usize) -> String {
        let alphabet = alphabet.as_bytes();
        let length = shortest + chance(family, number, 0, more);
        let letter = |place| char::from(alphabet[chance(family, number, place + 1, alphabet.len())]);
        (0..length).map(letter).collect()
    }

    /// Labels as the known kinds of generators make them.
    pub(in crate::rules::beyond::dga_nxdomain) fn made(family: &str, number: u32) -> String {
        match family {
            "letters" => letters(family, number, "abcdefghijklmnopqrstuvwxyz", 8, 10),
            "letters and digits" => letters(family, number, "abcdefghijklmnopqrstuvwxyz0123456789", 10, 9),
            "hexadecimal" => letters(family, number, "0123456789abcdef", 12, 9),
            _ => {
                let pairs = 4 + chance(family, number, 0, 4);
                let of = |text: &str, place| {
                    char::from(text.as_bytes()[chance(family, number, place, text.len())])
                };
                (0..pairs)
                    .flat_map(|pair| [of("bcdfghklmnprstvz", 2 * pair + 1), of("aeiou", 2 * pair + 2)])
                    .collect()
            }
        }
    }

    /// The chance that a made label surprises more than one of the list: the area under the curve of true over false
    /// positives.
    fn area(made: &[u32], list: &[u32]) -> f64 {
        let wins = |one: &u32| {
            let less = list.iter().filter(|other| *other < one).count();
            let equal = list.iter().filter(|other| *other == one).count();
            f64::from(u32::try_from(2 * less + equal).unwrap()) / 2.0
        };
        let all = f64::from(u32::try_from(made.len() * list.len()).unwrap());
        made.iter().map(wins).sum::<f64>() / all
    }

    #[test]
    fn made_labels_surprise_more_than_half_of_the_list_that_the_other_half_has_not_taught() {
        let Some(labels) = labels() else { return };
        let is_taught = |label: &&String| xxh3_64(label.as_bytes()).is_multiple_of(2);
        let table = table(labels.iter().filter(is_taught));
        let list = labels.iter().filter(|label| !is_taught(label));
        let list: Vec<_> = list.filter_map(|label| surprise_by(&table, label)).collect();
        let above = list
            .iter()
            .filter(|surprise| **surprise >= super::super::SURPRISING)
            .count();
        // Measured: 0.99, 1.00, 1.00, 0.65; 6 of 100 labels of the list lie above the threshold.
        for (family, least) in [
            ("letters", 0.98),
            ("letters and digits", 0.99),
            ("hexadecimal", 0.99),
            ("consonants and vowels", 0.6),
        ] {
            let made: Vec<_> = (0..1_000)
                .filter_map(|number| surprise_by(&table, &made(family, number)))
                .collect();
            let area = area(&made, &list);
            assert!(area > least, "{family}: {area}");
        }
        assert!(above * 100 < list.len() * 8, "{above} of {}", list.len());
    }

    #[test]
    fn names_that_people_choose_are_not_surprising() {
        for label in [
            "northwind",
            "contoso",
            "fabrikam",
            "wikipedia",
            "weatherstation",
            "gardencentre",
            "bookshop24",
            "city-library",
            "openstreetmap",
            "gemeinde-musterstadt",
            "restaurantfinder",
            "mailserver",
        ] {
            let surprise = surprise(label).unwrap();
            assert!(surprise < super::super::SURPRISING, "{label}: {surprise}");
        }
        for label in ["xkqvjzwpt", "q8z3k1x7v2", "9f86d081884c7d65", "wqzxjvkkpqh"] {
            let surprise = surprise(label).unwrap();
            assert!(surprise >= super::super::SURPRISING, "{label}: {surprise}");
        }
        assert_eq!((surprise("wpad"), surprise("xn--bcher-kva8445foa")), (None, None));
    }
}
