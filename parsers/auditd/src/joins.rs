//! Which records belong to one event.

use asim_parse::cut::{Joins, Member, Part};

use crate::line::Line;

/// Records of one event have the same time and serial number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameEvent;

/// An event's records are written within two seconds, 100 ns ticks; auditd's own `end_of_event_timeout`.
const WINDOW: i64 = 20_000_000;

/// The types of user space begin so; each is an event of its own (`audit-records.h`, 2026). What is left out here
/// waits for more records in vain, and does no harm.
const OF_PROGRAMS: [&str; 14] = [
    "USER",
    "DAEMON_",
    "CRED_",
    "SERVICE_",
    "SYSTEM_",
    "CRYPTO_",
    "VIRT_",
    "ADD_",
    "DEL_",
    "GRP_",
    "ACCT_",
    "ROLE_",
    "RESP_",
    "SOFTWARE_",
];

impl Joins for SameEvent {
    fn member<'t>(&self, text: &'t [u8]) -> Option<Member<'t>> {
        let line = Line::of(text)?;
        Some(Member {
            origin: line.node.unwrap_or_default().as_bytes(),
            activity: line.id.as_bytes(),
            time: line.time,
            part: match line.kind {
                "SYSCALL" => Part::Main,
                "PROCTITLE" => Part::Last,
                "EOE" => Part::End,
                kind if OF_PROGRAMS.iter().any(|start| kind.starts_with(start)) => Part::Whole,
                _ => Part::Further,
            },
        })
    }

    fn window(&self) -> i64 {
        WINDOW
    }
}
