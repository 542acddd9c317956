//! The accounts of a row.

use std::borrow::Cow;

use asim_parse::schema::{ProcessEvent, UserIdType, UsernameType};
use asim_parse::value::user;

use crate::raw::ProcessRow;

/// The columns of an account.
pub(crate) struct Columns {
    domain: &'static str,
    name: &'static str,
    sid: &'static str,
    object: &'static str,
    upn: &'static str,
    pub(crate) session: &'static str,
}

/// The account of the process that was started.
pub(crate) const TARGET: Columns = Columns {
    domain: "AccountDomain",
    name: "AccountName",
    sid: "AccountSid",
    object: "AccountObjectId",
    upn: "AccountUpn",
    session: "LogonId",
};

/// The account of the process that started it.
pub(crate) const ACTOR: Columns = Columns {
    domain: "InitiatingProcessAccountDomain",
    name: "InitiatingProcessAccountName",
    sid: "InitiatingProcessAccountSid",
    object: "InitiatingProcessAccountObjectId",
    upn: "InitiatingProcessAccountUpn",
    session: "InitiatingProcessLogonId",
};

/// An account.
pub(crate) struct Account<'r> {
    /// Its name, with the domain where it has one.
    name: Option<(Cow<'r, str>, UsernameType)>,
    sid: Option<Cow<'r, str>>,
    object: Option<Cow<'r, str>>,
    upn: Option<Cow<'r, str>>,
    session: Option<Cow<'r, str>>,
}

impl<'r> Account<'r> {
    /// Takes an account's columns out of a row.
    pub(crate) fn take(row: &mut ProcessRow<'r>, columns: &Columns, session: Option<Cow<'r, str>>) -> Self {
        let domain = row.take(columns.domain);
        let name = row.take(columns.name).map(|name| match domain {
            Some(domain) => (Cow::Owned(format!("{domain}\\{name}")), UsernameType::Windows),
            None => (name, UsernameType::Simple),
        });
        Self {
            name,
            sid: row.take(columns.sid),
            object: row.take(columns.object),
            upn: row.take(columns.upn),
            session,
        }
    }

    /// Writes the account to an event as the one that started the process. Of several names the principal name is
    /// the name proper, of several ids the security identifier is, as the user entity's page orders them.
    pub(crate) fn set_actor(self, event: &mut ProcessEvent<'r>) {
        let name = self.name.as_ref().map(|(name, _)| &**name);
        if let Some(role) = user::type_of(name, self.sid.as_deref()) {
            event.set_actor_user_type(role);
        }
        if let Some(upn) = self.upn {
            event.set_actor_username(upn);
            event.set_actor_username_type(UsernameType::UPN);
            match self.name {
                Some((name, UsernameType::Windows)) => event.set_actor_windows_username(name),
                Some((name, _)) => event.set_actor_simple_username(name),
                None => {}
            }
        } else if let Some((name, kind)) = self.name {
            event.set_actor_username(name);
            event.set_actor_username_type(kind);
        }
        if let Some(sid) = self.sid {
            event.set_actor_user_id(sid);
            event.set_actor_user_id_type(UserIdType::SID);
            if let Some(object) = self.object {
                event.set_actor_user_aad_id(object);
            }
        } else if let Some(object) = self.object {
            event.set_actor_user_id(object);
            event.set_actor_user_id_type(UserIdType::AADID);
        }
        if let Some(session) = self.session {
            event.set_actor_session_id(session);
        }
    }

    /// The same as the one that the process runs as.
    pub(crate) fn set_target(self, event: &mut ProcessEvent<'r>) {
        let name = self.name.as_ref().map(|(name, _)| &**name);
        if let Some(role) = user::type_of(name, self.sid.as_deref()) {
            event.set_target_user_type(role);
        }
        if let Some(upn) = self.upn {
            event.set_target_username(upn);
            event.set_target_username_type(UsernameType::UPN);
            match self.name {
                Some((name, UsernameType::Windows)) => event.set_target_windows_username(name),
                Some((name, _)) => event.set_target_simple_username(name),
                None => {}
            }
        } else if let Some((name, kind)) = self.name {
            event.set_target_username(name);
            event.set_target_username_type(kind);
        }
        if let Some(sid) = self.sid {
            event.set_target_user_id(sid);
            event.set_target_user_id_type(UserIdType::SID);
            if let Some(object) = self.object {
                event.set_target_user_aad_id(object);
            }
        } else if let Some(object) = self.object {
            event.set_target_user_id(object);
            event.set_target_user_id_type(UserIdType::AADID);
        }
        if let Some(session) = self.session {
            event.set_target_user_session_id(session);
        }
    }
}
