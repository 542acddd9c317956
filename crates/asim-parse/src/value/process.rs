//! Processes as several sources tell of them.

use std::borrow::Cow;

use asim_schema::{HashType, ProcessEvent};

/// The file name at the end of a program's path; none of a path that ends in a separator.
///
/// A path that begins with a slash has slashes alone between its parts, any other has backslashes too, as Windows
/// takes both.
///
/// ```
/// use asim_parse::value::process::file_name;
/// assert_eq!(file_name(r"C:\Windows\System32\nslookup.exe"), Some("nslookup.exe"));
/// assert_eq!(file_name("/usr/bin/dig"), Some("dig"));
/// assert_eq!(file_name("dig"), Some("dig"));
/// assert_eq!(file_name(r"C:\Tools\"), None);
/// ```
pub fn file_name(path: &str) -> Option<&str> {
    let last = if path.starts_with('/') {
        path.rsplit('/').next()
    } else {
        path.rsplit(['\\', '/']).next()
    };
    last.filter(|name| !name.is_empty())
}

/// The same, borrowed from the record where the path is.
pub fn file_name_of<'r>(path: &Cow<'r, str>) -> Option<Cow<'r, str>> {
    match path {
        Cow::Borrowed(path) => file_name(path).map(Cow::Borrowed),
        Cow::Owned(path) => file_name(path).map(|name| Cow::Owned(name.to_owned())),
    }
}

/// The id of a process or of a logon in decimal, from decimal or hexadecimal text; none if it is neither.
///
/// ```
/// use asim_parse::value::process::decimal_id;
/// assert_eq!(decimal_id("0x3e7".into()).unwrap(), "999");
/// assert_eq!(decimal_id("4312".into()).unwrap(), "4312");
/// assert!(decimal_id("0x".into()).is_err());
/// ```
///
/// # Errors
///
/// With the text, when it is no id.
pub fn decimal_id(text: Cow<'_, str>) -> Result<Cow<'_, str>, Cow<'_, str>> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        // `from_str_radix` takes a sign too.
        let number = u64::from_str_radix(digits, 16).ok();
        return match number.filter(|_| !digits.starts_with('+')) {
            Some(number) => Ok(Cow::Owned(number.to_string())),
            None => Err(text),
        };
    }
    match super::number::unsigned(text.as_bytes()) {
        Some(_) if text.len() == 1 || !text.starts_with('0') => Ok(text),
        Some(number) => Ok(Cow::Owned(number.to_string())),
        None => Err(text),
    }
}

/// What stands in place of the GUID of a process that is not known.
const NO_GUID: &str = "00000000-0000-0000-0000-000000000000";

/// A GUID without the braces around it, in the letter case of the source; none if it is all zeros.
///
/// ```
/// use asim_parse::value::process::guid;
/// assert_eq!(guid("{A1-B2}".into()).as_deref(), Some("A1-B2"));
/// assert_eq!(guid("{00000000-0000-0000-0000-000000000000}".into()), None);
/// ```
pub fn guid(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    fn inside(text: &str) -> &str {
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        inner.unwrap_or(text)
    }
    let bare = match text {
        Cow::Borrowed(text) => Cow::Borrowed(inside(text)),
        Cow::Owned(text) if text.starts_with('{') => Cow::Owned(inside(&text).to_owned()),
        text @ Cow::Owned(_) => text,
    };
    Some(bare).filter(|guid| guid != NO_GUID)
}

/// The name of an integrity level, by its security identifier `S-1-16-…` or by its name in any letter case; none of
/// any other text.
///
/// Source: Microsoft, "Mandatory Integrity Control" and `winnt.h` (`SECURITY_MANDATORY_…_RID`), 2026.
///
/// ```
/// use asim_parse::value::process::integrity_level;
/// assert_eq!(integrity_level("S-1-16-12288"), Some("High"));
/// assert_eq!(integrity_level("system"), Some("System"));
/// assert_eq!(integrity_level("S-1-5-18"), None);
/// ```
pub fn integrity_level(text: &str) -> Option<&'static str> {
    const LEVELS: [(&str, &str); 8] = [
        ("0", "Untrusted"),
        ("4096", "Low"),
        ("8192", "Medium"),
        ("8448", "MediumPlus"),
        ("12288", "High"),
        ("16384", "System"),
        ("20480", "ProtectedProcess"),
        ("28672", "SecureProcess"),
    ];
    let number = text.strip_prefix("S-1-16-");
    let mut levels = LEVELS.into_iter();
    let found = match number {
        Some(number) => levels.find(|(own, _)| *own == number),
        None => levels.find(|(_, name)| name.eq_ignore_ascii_case(text)),
    };
    found.map(|(_, name)| name)
}

/// The hashes of a program's file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hashes<'r> {
    /// MD5.
    pub md5: Option<Cow<'r, str>>,
    /// SHA-1.
    pub sha1: Option<Cow<'r, str>>,
    /// SHA-256.
    pub sha256: Option<Cow<'r, str>>,
    /// SHA-512.
    pub sha512: Option<Cow<'r, str>>,
    /// The import hash.
    pub imphash: Option<Cow<'r, str>>,
}

impl<'r> Hashes<'r> {
    /// Reads a list such as `SHA256=…,MD5=…,IMPHASH=…`, in any order and letter case; also what of it is none of
    /// these: other kinds, and values that are no such hash.
    ///
    /// A value of zeros alone, as Sysmon writes it for a file that imports nothing, is absent.
    pub fn of_list(list: &Cow<'r, str>) -> (Self, Vec<String>) {
        let (mut hashes, mut rest) = (Self::default(), Vec::new());
        let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
        for item in items {
            let taken = item
                .split_once('=')
                .is_some_and(|(kind, value)| hashes.take(kind, owned_like(list, value)));
            if !taken {
                rest.push(item.to_owned());
            }
        }
        (hashes, rest)
    }

    /// Takes a hash of a kind, such as `SHA256`; false if it is none of that kind.
    pub fn take(&mut self, kind: &str, value: Cow<'r, str>) -> bool {
        let is = |known: &str| kind.eq_ignore_ascii_case(known);
        let (place, digits) = match () {
            () if is("MD5") => (&mut self.md5, 32),
            () if is("SHA1") || is("SHA") => (&mut self.sha1, 40),
            () if is("SHA256") => (&mut self.sha256, 64),
            () if is("SHA512") => (&mut self.sha512, 128),
            () if is("IMPHASH") => (&mut self.imphash, 32),
            () => return false,
        };
        if value.len() != digits || !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return false;
        }
        if value.bytes().any(|byte| byte != b'0') {
            *place = Some(value);
        }
        true
    }

    /// Writes them to an event as those of the target process, with the kind of the one that `Hash` shows.
    pub fn set_target(self, event: &mut ProcessEvent<'r>) {
        let kinds = [
            (HashType::SHA512, self.sha512.is_some()),
            (HashType::SHA256, self.sha256.is_some()),
            (HashType::SHA, self.sha1.is_some()),
            (HashType::MD5, self.md5.is_some()),
            (HashType::IMPHASH, self.imphash.is_some()),
        ];
        if let Some((kind, _)) = kinds.into_iter().find(|(_, is_known)| *is_known) {
            event.set_hash_type(kind);
        }
        if let Some(hash) = self.md5 {
            event.set_target_process_md5(hash);
        }
        if let Some(hash) = self.sha1 {
            event.set_target_process_sha1(hash);
        }
        if let Some(hash) = self.sha256 {
            event.set_target_process_sha256(hash);
        }
        if let Some(hash) = self.sha512 {
            event.set_target_process_sha512(hash);
        }
        if let Some(hash) = self.imphash {
            event.set_target_process_imphash(hash);
        }
    }
}

/// A part of a text, borrowed from the record where the text is.
fn owned_like<'r>(text: &Cow<'r, str>, part: &str) -> Cow<'r, str> {
    if let Cow::Borrowed(whole) = text {
        let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
        if let Some(same) = whole.get(start..start.wrapping_add(part.len())) {
            return Cow::Borrowed(same);
        }
    }
    Cow::Owned(part.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MD5: &str = "D41D8CD98F00B204E9800998ECF8427E";

    #[test]
    fn a_list_of_hashes_in_any_order() {
        let list = format!("IMPHASH={}, md5={MD5},SHA1=xyz,CRC=7", "0".repeat(32));
        let (hashes, rest) = Hashes::of_list(&Cow::Borrowed(&list));
        assert_eq!(hashes.md5.as_deref(), Some(MD5));
        assert!(matches!(hashes.md5, Some(Cow::Borrowed(_))));
        assert_eq!((hashes.imphash, hashes.sha1), (None, None));
        assert_eq!(rest, ["SHA1=xyz", "CRC=7"]);
    }

    #[test]
    fn the_kind_is_that_of_the_hash_that_shows() {
        let list = format!("MD5={MD5},SHA256={}", "ab".repeat(32));
        let mut event = ProcessEvent::default();
        Hashes::of_list(&Cow::Owned(list)).0.set_target(&mut event);
        assert_eq!(event.hash_type(), Some(HashType::SHA256));
        assert_eq!(event.get_by_name("Hash").unwrap().to_string(), "ab".repeat(32));
    }

    #[test]
    fn ids_are_decimal() {
        for (text, expected) in [
            ("0", Some("0")),
            ("0x0", Some("0")),
            ("0x1A4", Some("420")),
            ("0X1a4", Some("420")),
            ("007", Some("7")),
            ("", None),
            ("0x+1", None),
            ("1a4", None),
            ("-1", None),
        ] {
            assert_eq!(decimal_id(text.into()).ok().as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_id_is_the_same_in_both_notations(id: u64) {
            let id = id >> 1;
            prop_assert_eq!(decimal_id(format!("{id:#x}").into()), decimal_id(id.to_string().into()));
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,40}") {
            let list = Cow::Borrowed(text.as_str());
            let _ = (Hashes::of_list(&list), file_name(&text), integrity_level(&text), guid(list.clone()), decimal_id(list));
        }
    }
}
