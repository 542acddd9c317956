//! What the form of a user's name tells.

use std::borrow::Cow;

use asim_schema::{ProcessEvent, SchemaVersion, UserIdType, UserType, UsernameType};

/// How a user is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A name, of this kind.
    Name(UsernameType),
    /// A security identifier, which stands there when Windows knows no name for it.
    Sid,
}

/// The form of a user's name or identifier.
///
/// ```
/// use asim_parse::schema::UsernameType;
/// use asim_parse::value::user::{Form, form};
///
/// assert_eq!(form(r"CORP\jdoe"), Form::Name(UsernameType::Windows));
/// assert_eq!(form("jdoe@corp.example"), Form::Name(UsernameType::UPN));
/// assert_eq!(form("S-1-5-18"), Form::Sid);
/// ```
pub fn form(user: &str) -> Form {
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
pub fn type_of_sid(sid: &str) -> UserType {
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
pub fn type_of_name(user: &str) -> UserType {
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
pub fn in_version(user: UserType, version: SchemaVersion) -> UserType {
    let is_late = matches!(user, UserType::Guest | UserType::Service | UserType::Anonymous);
    if is_late && version < SchemaVersion::V0_1_7 {
        UserType::Other
    } else {
        user
    }
}

/// What a record tells of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User<'r> {
    /// The name, or the security identifier in its place.
    pub name: Option<Cow<'r, str>>,
    /// The security identifier.
    pub sid: Option<Cow<'r, str>>,
    /// The id of the sign-in session.
    pub session: Option<Cow<'r, str>>,
}

impl<'r> User<'r> {
    /// The user of this name.
    pub fn named(name: Option<Cow<'r, str>>) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// The kind of the name, and the user with an identifier that stands in the name's place at its own.
    fn sorted(mut self) -> (Self, Option<UsernameType>) {
        if let Some(Form::Name(kind)) = self.name.as_deref().map(form) {
            return (self, Some(kind));
        }
        let name = self.name.take();
        self.sid = self.sid.or(name);
        (self, None)
    }

    /// Writes the user to an event as the one who started or ended the target process.
    pub fn set_actor(self, event: &mut ProcessEvent<'r>) {
        let (user, kind) = self.sorted();
        if let Some(role) = type_of(user.name.as_deref(), user.sid.as_deref()) {
            event.set_actor_user_type(role);
        }
        if let (Some(name), Some(kind)) = (user.name, kind) {
            event.set_actor_username(name);
            event.set_actor_username_type(kind);
        }
        if let Some(sid) = user.sid {
            event.set_actor_user_id(sid);
            event.set_actor_user_id_type(UserIdType::SID);
        }
        if let Some(session) = user.session {
            event.set_actor_session_id(session);
        }
    }

    /// Writes the user to an event as the one that the target process runs as.
    pub fn set_target(self, event: &mut ProcessEvent<'r>) {
        let (user, kind) = self.sorted();
        if let Some(role) = type_of(user.name.as_deref(), user.sid.as_deref()) {
            event.set_target_user_type(role);
        }
        if let (Some(name), Some(kind)) = (user.name, kind) {
            event.set_target_username(name);
            event.set_target_username_type(kind);
        }
        if let Some(sid) = user.sid {
            event.set_target_user_id(sid);
            event.set_target_user_id_type(UserIdType::SID);
        }
        if let Some(session) = user.session {
            event.set_target_user_session_id(session);
        }
    }
}

/// The type of a user of this name and this security identifier; none where neither is known.
///
/// The identifier tells more, but not that an account of a domain is a computer's.
pub fn type_of(name: Option<&str>, sid: Option<&str>) -> Option<UserType> {
    let by_name = name.map(type_of_name);
    let by_sid = sid.map(type_of_sid);
    match (by_name, by_sid) {
        (Some(UserType::Machine), Some(UserType::Regular)) | (Some(_), Some(UserType::Other)) => by_name,
        _ => by_sid.or(by_name),
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

    #[test]
    fn the_identifier_tells_more_than_the_name() {
        for (name, sid, expected) in [
            (None, None, None),
            (Some(r"CORP\WS1$"), Some("S-1-5-18"), Some(UserType::System)),
            (
                Some(r"CORP\WS1$"),
                Some("S-1-5-21-1-2-3-1500"),
                Some(UserType::Machine),
            ),
            (
                Some(r"CORP\alice"),
                Some("S-1-5-21-1-2-3-500"),
                Some(UserType::Admin),
            ),
            (Some(r"CORP\alice"), None, Some(UserType::Other)),
            (
                Some(r"NT AUTHORITY\SYSTEM"),
                Some("S-1-x"),
                Some(UserType::System),
            ),
            (None, Some("S-1-5-19"), Some(UserType::Service)),
        ] {
            assert_eq!(type_of(name, sid), expected, "{name:?} {sid:?}");
        }
    }
}
