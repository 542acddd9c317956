//! Names to numbers without allocating.

/// Longer than any registered name or alias; a test of the generator keeps it so.
const LONGEST_NAME: usize = 32;

/// Looks a name up in a table whose keys are lower-case ASCII.
pub(super) fn by_name<N: Copy>(table: &phf::Map<&'static str, N>, name: &str) -> Option<N> {
    let mut lower = [0; LONGEST_NAME];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    table.get(std::str::from_utf8(lower).ok()?).copied()
}

/// The number of a generic name: the prefix in any letter case and decimal digits without a needless zero.
pub(super) fn generic(prefix: &str, name: &str) -> Option<u16> {
    let (start, digits) = name.split_at_checked(prefix.len())?;
    let plain =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if start.eq_ignore_ascii_case(prefix) && plain {
        digits.parse().ok()
    } else {
        None
    }
}
