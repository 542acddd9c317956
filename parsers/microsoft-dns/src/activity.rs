//! What an event of the server's analytical channel tells of, by its id.

use asim_parse::schema::{Opcode, RrType};

/// Whose traffic a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Between a client and the server: the other side is the client.
    Client,
    /// Between the server as a resolver and an upstream server: the other side is the server.
    Recursion,
    /// What the server asks of other servers on its own behalf: zone transfers, notifies, updates passed on.
    Outbound,
}

/// What a record tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Activity {
    /// The operation; the header of the packet knows better.
    pub opcode: Opcode,
    /// Whether it is a response, or what became of a request.
    pub is_response: bool,
    pub segment: Segment,
    /// The type asked for, where the event is about no other.
    pub rr_type: Option<RrType>,
    /// Why there was no response.
    pub unanswered: Option<&'static str>,
    /// What rate limiting did with the response, or the server with the query.
    pub action: Option<&'static str>,
}

impl Activity {
    /// A query of a client.
    pub(crate) const QUERY: Self = Self {
        opcode: Opcode::QUERY,
        is_response: false,
        segment: Segment::Client,
        rr_type: None,
        unanswered: None,
        action: None,
    };

    const fn of(opcode: Opcode, segment: Segment) -> Self {
        Self {
            opcode,
            segment,
            ..Self::QUERY
        }
    }

    const fn response(self) -> Self {
        Self {
            is_response: true,
            ..self
        }
    }

    const fn transfer(rr_type: RrType, segment: Segment) -> Self {
        Self {
            rr_type: Some(rr_type),
            segment,
            ..Self::QUERY
        }
    }

    const fn unanswered(self, why: &'static str) -> Self {
        Self {
            unanswered: Some(why),
            ..self.response()
        }
    }

    const fn acted(self, action: &'static str) -> Self {
        Self {
            action: Some(action),
            ..self
        }
    }
}

/// Why an event is none of DNS traffic.
pub(crate) const INTERNAL_LOOKUP: &str = "an internal lookup of the server, no message of the network";
pub(crate) const AUDIT: &str = "an audit event of the server's settings and records";
pub(crate) const VALIDATION: &str =
    "a failed DNSSEC validation or alias of the server, no message of the network";
pub(crate) const OF_SERVER: &str = "an event of the server itself";

/// What an event tells of, by its id; or why it is declined.
///
/// The ids 284 to 291 came with Windows Server 2022, with the values of EDNS. Servers do not agree on 286 and 287: both
/// are queries that were received, except that an event with `is_alias_failure` tells of an alias.
pub(crate) fn of_event(id: u32, is_alias_failure: bool) -> Result<Activity, &'static str> {
    use Segment::{Client, Outbound, Recursion};
    const QUERY: Opcode = Opcode::QUERY;
    const UPDATE: Opcode = Opcode::UPDATE;
    const NOTIFY: Opcode = Opcode::NOTIFY;
    const IXFR: RrType = RrType(251);
    const AXFR: RrType = RrType(252);

    Ok(match id {
        286 | 287 if is_alias_failure => return Err(VALIDATION),
        256 | 286 | 287 => Activity::QUERY,
        257 | 258 | 284 | 285 => Activity::QUERY.response(),
        259 => Activity::QUERY.unanswered("ignored").acted("IGNORED_QUERY"),
        260 | 289 => Activity::of(QUERY, Recursion),
        261 | 290 => Activity::of(QUERY, Recursion).response(),
        262 | 291 => Activity::of(QUERY, Recursion).unanswered("timeout"),
        263 => Activity::of(UPDATE, Client),
        264 => Activity::of(UPDATE, Client).response(),
        265 => Activity::transfer(IXFR, Outbound),
        266 => Activity::transfer(IXFR, Client),
        267 => Activity::transfer(IXFR, Client).response(),
        268 => Activity::transfer(IXFR, Outbound).response(),
        269 => Activity::transfer(AXFR, Outbound),
        270 => Activity::transfer(AXFR, Client),
        271 => Activity::transfer(AXFR, Client).response(),
        272 => Activity::transfer(AXFR, Outbound).response(),
        273 => Activity::of(NOTIFY, Client),
        274 => Activity::of(NOTIFY, Outbound),
        275 => Activity::of(NOTIFY, Outbound).response(),
        276 => Activity::of(NOTIFY, Client).response(),
        277 => Activity::of(UPDATE, Outbound),
        278 => Activity::of(UPDATE, Outbound).response(),
        279 | 280 => return Err(INTERNAL_LOOKUP),
        281 => Activity::QUERY.response().acted("RRL_TO_BE_DROPPED_RESPONSE"),
        282 => Activity::QUERY.response().acted("RRL_TO_BE_TRUNCATED_RESPONSE"),
        283 => Activity::QUERY.response().acted("RRL_TO_BE_LEAKED_RESPONSE"),
        288 => return Err(VALIDATION),
        500..=599 => return Err(AUDIT),
        _ => return Err(OF_SERVER),
    })
}

/// The words with which the rendered messages begin, and the ids of their events.
static RENDERED: [(&str, u32); 29] = [
    ("QUERY_RECEIVED", 256),
    ("RESPONSE_SUCCESS", 257),
    ("RESPONSE_FAILURE", 258),
    ("IGNORED_QUERY", 259),
    ("RECURSE_QUERY_OUT", 260),
    ("RECURSE_RESPONSE_IN", 261),
    ("RECURSE_QUERY_TIMEOUT", 262),
    ("DYN_UPDATE_RECV", 263),
    ("DYN_UPDATE_RESPONSE", 264),
    ("IXFR_REQ_OUT", 265),
    ("IXFR_REQ_RECV", 266),
    ("IXFR_RESP_OUT", 267),
    ("IXFR_RESP_RECV", 268),
    ("AXFR_REQ_OUT", 269),
    ("AXFR_REQ_RECV", 270),
    ("AXFR_RESP_OUT", 271),
    ("AXFR_RESP_RECV", 272),
    ("XFR_NOTIFY_RECV", 273),
    ("XFR_NOTIFY_OUT", 274),
    ("XFR_NOTIFY_ACK_IN", 275),
    ("XFR_NOTIFY_ACK_OUT", 276),
    ("DYN_UPDATE_FORWARD", 277),
    ("DYN_UPDATE_RESPONSE_IN", 278),
    ("INTERNAL_LOOKUP_CNAME", 279),
    ("INTERNAL_LOOKUP_ADDITIONAL", 280),
    ("RRL_TO_BE_DROPPED_RESPONSE", 281),
    ("RRL_TO_BE_TRUNCATED_RESPONSE", 282),
    ("RRL_TO_BE_LEAKED_RESPONSE", 283),
    ("RECURSE_ALIAS_FAILURE", 288),
];

/// The id of the event whose rendered message begins with a word.
pub(crate) fn id_of_word(word: &str) -> Option<u32> {
    RENDERED
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, id)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_of_the_channel_has_its_place() {
        let declined: Vec<_> = (256..=291).filter(|id| of_event(*id, false).is_err()).collect();
        assert_eq!(declined, [279, 280, 288]);
        let responses: Vec<_> = (256..=291)
            .filter(|id| of_event(*id, false).is_ok_and(|activity| activity.is_response))
            .collect();
        assert_eq!(
            responses,
            [
                257, 258, 259, 261, 262, 264, 267, 268, 271, 272, 275, 276, 278, 281, 282, 283, 284, 285,
                290, 291
            ]
        );
        assert_eq!(of_event(286, true), Err(VALIDATION));
        assert_eq!(of_event(541, false), Err(AUDIT));
        assert_eq!(of_event(150, false), Err(OF_SERVER));
    }

    #[test]
    fn rendered_words_name_their_events() {
        assert_eq!(id_of_word("RESPONSE_FAILURE"), Some(258));
        assert_eq!(id_of_word("RESPONSE"), None);
    }
}
