//! Names that are like a name which there is not.

/// So many similar names are told.
const SIMILAR: usize = 3;

/// The least similarity of names that are told, from 0 to 1.
const SIMILARITY: f64 = 0.85;

/// Those of the names that are most like a name, the likest first.
///
/// A name with slashes is also compared by what stands behind the last one.
pub(super) fn similar<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let name = name.to_ascii_lowercase();
    let likeness = |other: &str| {
        let other = other.to_ascii_lowercase();
        let last = other.rsplit('/').next().unwrap_or(&other);
        strsim::jaro_winkler(&name, &other).max(strsim::jaro_winkler(&name, last))
    };
    let mut names: Vec<_> = names
        .map(|other| (likeness(other), other))
        .filter(|(likeness, _)| *likeness >= SIMILARITY)
        .collect();
    names.sort_by(|one, other| other.0.total_cmp(&one.0));
    // The same name in other letter case is what was meant.
    let exact = names
        .first()
        .is_some_and(|(_, first)| first.eq_ignore_ascii_case(&name));
    let told = if exact { 1 } else { SIMILAR };
    names.into_iter().take(told).map(|(_, name)| name).collect()
}
