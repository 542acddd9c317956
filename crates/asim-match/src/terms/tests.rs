use proptest::prelude::*;

use super::*;

/// Text, item, and whether the text has it.
const CASES: &[(&str, &str, bool)] = &[
    // As measured with an engine that was checked against Kusto.
    ("fiercely", "fierce", false),
    ("fierce2", "fierce", false),
    ("my_fierce", "fierce", true),
    ("x-fierce-y", "fierce", true),
    ("/usr/bin/fierce.py", "fierce", true),
    ("amass  enum", "amass enum", false),
    ("amass enum", "amass enum", true),
    ("10.0.0.12", "10.0.0.1", false),
    ("-type=AXFR z", "axfr ", true),
    ("dig zone AXFR", "axfr ", false),
    ("fierce-competition.txt", "fierce", true),
    // Names of domains.
    ("www.example.com", "example.com", true),
    ("www.example.com.au", "example.com", true),
    ("example.com", "example.com", true),
    ("example.com.", "example.com", true),
    ("myexample.com", "example.com", false),
    ("example.company", "example.com", false),
    ("my-example.com", "example.com", true),
    ("_example.com", "example.com", true),
    ("example.com-cdn.example.net", "example.com", true),
    ("example-com.example.net", "example.com", false),
    ("www.example.com", "www", true),
    ("www2.example.com", "www", false),
    ("www.example.com", "ww", false),
    ("www.example.com", "com", true),
    ("www.example.com", "w.example", false),
    ("www.example.com", "www.example.com.", false),
    ("www.example.com.", "www.example.com.", true),
    ("www.example.com", ".example.com", true),
    ("myexample.com", ".com", true),
    ("example.com", ".example.com", false),
    ("a.b.c", ".b.", true),
    ("a..c", ".b.", false),
    ("xn--bcher-kva.example", "xn--bcher-kva.example", true),
    ("axn--bcher-kva.example", "xn--bcher-kva.example", false),
    ("1.0.0.10.in-addr.arpa", "10.in-addr.arpa", true),
    ("110.in-addr.arpa", "10.in-addr.arpa", false),
    // The first place where it stands is no term, a later one is.
    ("xexample.com.example.com", "example.com", true),
    ("aa aaa aa", "aaa", true),
    ("aaaa", "aa", false),
    ("a.a.a.b", "a.a.b", true),
    // Letter case.
    ("WWW.EXAMPLE.COM", "www.example.com", true),
    ("www.example.com", "WWW.Example.COM", true),
    ("StRaSsE.example", "strasse", true),
    // Letters beyond ASCII are parts of terms, and their case counts.
    ("bücher.example", "bücher", true),
    ("bücher.example", "BüCHER", true),
    ("bücher.example", "BÜCHER", false),
    ("bücher.example", "cher", false),
    ("xcafé", "café", false),
    ("café", "caf", false),
    ("café.example", "CAFé", true),
    ("пример.example", "пример", true),
    ("пример.example", "Пример", false),
    ("пример.example", "прим", false),
    ("例え.テスト", "例え", true),
    ("例え.テスト", "テスト", true),
    ("例え.テスト", "テス", false),
    ("٣.example", "٣", true),
    ("\u{212a}.example", "k", false),
    ("stra\u{df}e", "strasse", false),
    // Characters that are no letters.
    ("a\u{a0}b", "a", true),
    ("price€5", "5", true),
    ("🦀crab🦀", "crab", true),
    ("🦀", "🦀", true),
    ("x🦀x", "🦀", true),
    ("a\tb", "b", true),
    ("a_b", "b", true),
    ("a'b", "a'b", true),
    ("\\007bell.example", "bell", false),
    ("\\007.example", "007", true),
    // Nothing, and nothing but signs.
    ("anything", "", true),
    ("", "", true),
    ("", "a", false),
    ("...", "..", true),
    ("a", "a", true),
    ("a-", "-", true),
    ("a", "-", false),
    (".", ".", true),
];

#[test]
fn each_case_is_as_kql_has_it() {
    assert!(CASES.len() > 60);
    for (text, item, expected) in CASES {
        assert_eq!(
            HasAny::new([item]).unwrap().is_in(text),
            *expected,
            "{text:?} has {item:?}"
        );
        assert_eq!(slow_has(text, item), *expected, "slowly: {text:?} has {item:?}");
    }
}

#[test]
fn a_list_has_what_any_item_has() {
    for (text, _, _) in CASES {
        let items: Vec<_> = CASES
            .iter()
            .map(|case| case.1)
            .filter(|item| !item.is_empty())
            .collect();
        let any = items.iter().any(|item| slow_has(text, item));
        assert_eq!(HasAny::new(&items).unwrap().is_in(text), any, "{text:?}");
    }
    assert!(!HasAny::new::<&str>([]).unwrap().is_in("anything"));
}

/// The definition, letter by letter.
fn slow_has(text: &str, item: &str) -> bool {
    let (text, item): (Vec<_>, Vec<_>) = (text.chars().collect(), item.chars().collect());
    if item.is_empty() {
        return true;
    }
    (0..text.len()).any(|start| {
        let end = start + item.len();
        let Some(part) = text.get(start..end) else {
            return false;
        };
        let same = part
            .iter()
            .zip(&item)
            .all(|(one, other)| one.eq_ignore_ascii_case(other));
        // Two neighbours that both belong to a term belong to one term, which an end between them cuts.
        let cut = |place: usize| {
            place > 0
                && place < text.len()
                && text[place - 1].is_alphanumeric()
                && text[place].is_alphanumeric()
        };
        same && !cut(start) && !cut(end)
    })
}

/// Short texts of few letters, so that items are often found.
fn text(length: usize) -> impl Strategy<Value = String> {
    let letters = prop::sample::select("abABéÉ1.-_ 🦀例".chars().collect::<Vec<_>>());
    prop::collection::vec(letters, 0..length).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn equals_the_definition(text in text(14), items in prop::collection::vec(text(4), 0..6)) {
        let any = items.iter().any(|item| slow_has(&text, item));
        let search = HasAny::new(&items).unwrap();
        prop_assert_eq!(search.is_in(&text), any, "{:?} in {:?}", items, text);
        prop_assert!(!any || search.may_be_in(text.as_bytes()));
        let more = format!("more{text}text");
        prop_assert!(!any || search.may_be_in(more.as_bytes()));
    }

    #[test]
    fn equals_the_definition_for_any_text(text in "\\PC{0,24}", start in 0_usize..24, length in 0_usize..8) {
        let part: String = text.chars().skip(start).take(length).collect();
        for item in [part.clone(), part.to_ascii_uppercase(), format!("{part}x")] {
            prop_assert_eq!(HasAny::new([&item]).unwrap().is_in(&text), slow_has(&text, &item));
        }
    }
}
