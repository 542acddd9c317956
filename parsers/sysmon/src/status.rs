//! What `QueryStatus` means: a status of the DNS client of Windows.

use asim_parse::schema::{EventResult, Rcode};

/// The outcome of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The code of the response, if the status is one of those that stand for a code.
    pub(crate) rcode: Option<Rcode>,
    /// Whether the query had success.
    pub(crate) result: EventResult,
}

/// `DNS_INFO_NO_RECORDS`: the name exists, records of the type do not.
const NO_RECORDS: u32 = 9501;
/// `DNS_ERROR_RECORD_DOES_NOT_EXIST`: the same, from the cache.
const RECORD_DOES_NOT_EXIST: u32 = 9701;
/// Response codes are told as this number plus the code.
const RESPONSE_CODES: u32 = 9000;

/// The outcome of a status.
///
/// 0 is NOERROR, and 9001 to 9011 and 9016 to 9023 are response codes plus 9000. All others are states of the client
/// that the server sent no code for, such as 1460 (timed out), 9502 (a packet that cannot be read), 1223 (cancelled)
/// and 123 (no valid name). 9501 and 9701 say that there is no record of the type, which is neither success nor
/// failure.
pub(crate) fn outcome(status: u32) -> Outcome {
    let rcode = match status {
        0 => Some(Rcode::NOERROR),
        9001..=9011 | 9016..=9023 => u16::try_from(status - RESPONSE_CODES).ok().map(Rcode),
        _ => None,
    };
    let result = match status {
        0 => EventResult::Success,
        NO_RECORDS | RECORD_DOES_NOT_EXIST => EventResult::NA,
        _ => EventResult::Failure,
    };
    Outcome { rcode, result }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_table() {
        for (status, name, result) in [
            (0, Some("NOERROR"), EventResult::Success),
            (9001, Some("FORMERR"), EventResult::Failure),
            (9002, Some("SERVFAIL"), EventResult::Failure),
            (9003, Some("NXDOMAIN"), EventResult::Failure),
            (9004, Some("NOTIMP"), EventResult::Failure),
            (9005, Some("REFUSED"), EventResult::Failure),
            (9006, Some("YXDOMAIN"), EventResult::Failure),
            (9007, Some("YXRRSET"), EventResult::Failure),
            (9008, Some("NXRRSET"), EventResult::Failure),
            (9009, Some("NOTAUTH"), EventResult::Failure),
            (9010, Some("NOTZONE"), EventResult::Failure),
            (9011, Some("DSOTYPENI"), EventResult::Failure),
            (9016, Some("BADVERS"), EventResult::Failure),
            (9017, Some("BADKEY"), EventResult::Failure),
            (9018, Some("BADTIME"), EventResult::Failure),
            (9023, Some("BADCOOKIE"), EventResult::Failure),
            (9000, None, EventResult::Failure),
            (9012, None, EventResult::Failure),
            (9015, None, EventResult::Failure),
            (9024, None, EventResult::Failure),
            (9501, None, EventResult::NA),
            (9701, None, EventResult::NA),
            (9502, None, EventResult::Failure),
            (1460, None, EventResult::Failure),
            (1223, None, EventResult::Failure),
            (123, None, EventResult::Failure),
            (87, None, EventResult::Failure),
            (11001, None, EventResult::Failure),
            (u32::MAX, None, EventResult::Failure),
        ] {
            let outcome = outcome(status);
            assert_eq!(outcome.rcode.map(Rcode::text).as_deref(), name, "{status}");
            assert_eq!(outcome.result, result, "{status}");
        }
    }
}
