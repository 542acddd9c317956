//! What the form of a user's name tells.

use asim_parse::schema::{SchemaVersion, UserType, UsernameType};

/// How a user is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A name, of this kind.
    Name(UsernameType),
    /// A security identifier, which stands there when Windows knows no name for it.
    Sid,
}

/// The form of what stands in `User`.
pub(crate) fn form(user: &str) -> Form {
    if is_sid(user) {
        Form::Sid
    } else if user.contains('\\') {
        Form::Name(UsernameType::Windows)
    } else if is_distinguished_name(user) {
        Form::Name(UsernameType::DN)
    } else if user.contains('@') {
        Form::Name(UsernameType::UPN)
    } else {
        Form::Name(UsernameType::Simple)
    }
}

/// `S-1-` and numbers with hyphens between them.
fn is_sid(user: &str) -> bool {
    let Some(rest) = user.strip_prefix("S-1-") else {
        return false;
    };
    rest.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `CN=…,DC=…` and the like.
fn is_distinguished_name(user: &str) -> bool {
    let first = user.split(',').next().unwrap_or_default();
    let attribute = first.split_once('=').map(|(attribute, _)| attribute.trim());
    attribute.is_some_and(|attribute| {
        ["CN", "OU", "DC", "UID"]
            .iter()
            .any(|known| attribute.eq_ignore_ascii_case(known))
    })
}

/// The type of a user of this security identifier, by the rules of the published function for user types.
pub(crate) fn type_of_sid(sid: &str) -> UserType {
    if sid == "S-1-5-80" || sid.starts_with("S-1-5-80-") {
        return UserType::Service;
    }
    if sid.starts_with("S-1-5-21-") {
        return match sid.rsplit('-').next() {
            Some("500") => UserType::Admin,
            Some("501") => UserType::Guest,
            Some("502") => UserType::Service,
            _ => UserType::Regular,
        };
    }
    match sid {
        "S-1-5-18" => UserType::System,
        "S-1-5-19" | "S-1-5-20" | "S-1-5-17" => UserType::Service,
        "S-1-5-7" => UserType::Anonymous,
        _ => UserType::Other,
    }
}

/// The type of a user of this name, by the rules of the published function for user types.
///
/// A final dollar sign marks the account of a computer. Accounts of the system have names of their own, which stand for
/// security identifiers: in English, as the domain `NT AUTHORITY` says, and then their type follows from these. Of all
/// other names nothing is known without an identifier.
pub(crate) fn type_of_name(user: &str) -> UserType {
    if let Some((domain, name)) = user.split_once('\\') {
        if domain.eq_ignore_ascii_case("NT SERVICE") {
            return UserType::Service;
        }
        if domain.eq_ignore_ascii_case("NT AUTHORITY") {
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            return match () {
                () if is("SYSTEM") => UserType::System,
                () if is("LOCAL SERVICE") || is("NETWORK SERVICE") || is("IUSR") => UserType::Service,
                () if is("ANONYMOUS LOGON") => UserType::Anonymous,
                () => UserType::Other,
            };
        }
    }
    if user.ends_with('$') {
        UserType::Machine
    } else {
        UserType::Other
    }
}

/// The type as a version of the schema has it: `Guest`, `Service` and `Anonymous` came with 0.1.7, and are `Other`
/// before.
pub(crate) fn in_version(user: UserType, version: SchemaVersion) -> UserType {
    let is_late = matches!(user, UserType::Guest | UserType::Service | UserType::Anonymous);
    if is_late && version < SchemaVersion::V0_1_7 {
        UserType::Other
    } else {
        user
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_forms() {
        for (user, expected) in [
            (r"CORP\alice", Form::Name(UsernameType::Windows)),
            (r"NT AUTHORITY\SYSTEM", Form::Name(UsernameType::Windows)),
            ("alice@corp.example", Form::Name(UsernameType::UPN)),
            (
                "CN=Alice Example,OU=People,DC=corp,DC=example",
                Form::Name(UsernameType::DN),
            ),
            ("alice", Form::Name(UsernameType::Simple)),
            ("S-1-5-21-1-2-3-1104", Form::Sid),
            ("S-1-x", Form::Name(UsernameType::Simple)),
        ] {
            assert_eq!(form(user), expected, "{user}");
        }
    }

    #[test]
    fn types_follow_the_published_rules() {
        for (sid, expected) in [
            ("S-1-5-80-956008885-3418522649", UserType::Service),
            ("S-1-5-21-1-2-3-500", UserType::Admin),
            ("S-1-5-21-1-2-3-501", UserType::Guest),
            ("S-1-5-21-1-2-3-502", UserType::Service),
            ("S-1-5-21-1-2-3-1500", UserType::Regular),
            ("S-1-5-18", UserType::System),
            ("S-1-5-19", UserType::Service),
            ("S-1-5-7", UserType::Anonymous),
            ("S-1-5-113", UserType::Other),
            ("S-1-5-90-0-1", UserType::Other),
        ] {
            assert_eq!(type_of_sid(sid), expected, "{sid}");
        }
        for (user, expected) in [
            (r"NT AUTHORITY\SYSTEM", UserType::System),
            (r"nt authority\network service", UserType::Service),
            (r"NT AUTHORITY\LOCAL SERVICE", UserType::Service),
            (r"NT SERVICE\MSSQLSERVER", UserType::Service),
            (r"CORP\WS1$", UserType::Machine),
            (r"CORP\alice", UserType::Other),
            ("root", UserType::Other),
        ] {
            assert_eq!(type_of_name(user), expected, "{user}");
        }
        assert_eq!(
            in_version(UserType::Service, SchemaVersion::V0_1_3),
            UserType::Other
        );
        assert_eq!(
            in_version(UserType::Service, SchemaVersion::V0_1_7),
            UserType::Service
        );
        assert_eq!(
            in_version(UserType::Admin, SchemaVersion::V0_1_3),
            UserType::Admin
        );
    }
}
