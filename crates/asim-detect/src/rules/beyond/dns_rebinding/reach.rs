//! From where an address can be reached.

use std::net::{IpAddr, Ipv4Addr};

use asim_schema::answers::{Answers, Question};
use memchr::{memchr, memrchr};

/// From where an address can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// From everywhere, for all that matters here.
    Public,
    /// From the site's own network: RFC 1918, RFC 4193, RFC 3927, RFC 4291 section 2.5.6.
    Inside,
    /// From the machine itself: 127.0.0.1 and `::1`.
    Loopback,
    /// From nowhere: 0.0.0.0, `::` and the other addresses of 127.0.0.0/8, by which block lists answer (RFC 5782) and
    /// filters refuse.
    Verdict,
}

impl Reach {
    pub(super) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(Ipv4Addr::LOCALHOST) => Self::Loopback,
            IpAddr::V4(address) if address.is_loopback() || address.is_unspecified() => Self::Verdict,
            IpAddr::V4(address) if address.is_private() || address.is_link_local() => Self::Inside,
            IpAddr::V6(address) if address.is_loopback() => Self::Loopback,
            IpAddr::V6(address) if address.is_unspecified() => Self::Verdict,
            IpAddr::V6(address) if address.is_unique_local() || address.is_unicast_link_local() => {
                Self::Inside
            }
            _ => Self::Public,
        }
    }
}

/// The shortest time to live among answers, in seconds; none where the source does not write it.
pub(super) fn shortest_ttl(answers: &str) -> Option<u64> {
    const TTLS: &str = r#""ttls":["#;
    if let Some(numbers) = last_list(answers, TTLS) {
        return least_of(numbers);
    }
    let answers = Answers::from_text(answers, &Question::default())?;
    answers.iter().filter_map(|record| record.ttl).map(whole).min()
}

/// The least of some numbers with commas between, without their fractions, which Zeek writes.
fn least_of(numbers: &[u8]) -> Option<u64> {
    let whole = |number: &[u8]| {
        let digits = number.trim_ascii_start().iter();
        let digits = digits.take_while(|byte| byte.is_ascii_digit());
        digits.fold(None, |value: Option<u64>, digit| {
            let value = value.unwrap_or_default().saturating_mul(10);
            Some(value.saturating_add((digit - b'0').into()))
        })
    };
    numbers.split(|byte| *byte == b',').filter_map(whole).min()
}

/// What stands in the last list that is opened so, which mostly is the last one of all.
fn last_list<'t>(text: &'t str, opening: &str) -> Option<&'t [u8]> {
    let bytes = text.as_bytes();
    let last = memrchr(b'[', bytes)? + 1;
    let start = match bytes.get(..last) {
        Some(before) if before.ends_with(opening.as_bytes()) => last,
        _ => text.rfind(opening)? + opening.len(),
    };
    let list = bytes.get(start..)?;
    list.get(..memchr(b']', list).unwrap_or(list.len()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no time to live is negative"
)]
fn whole(seconds: f64) -> u64 {
    seconds.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_by_their_registries() {
        let cases = [
            ("198.51.100.7", Reach::Public),
            ("2001:db8::1", Reach::Public),
            ("172.32.0.1", Reach::Public),
            ("10.0.0.1", Reach::Inside),
            ("172.16.3.4", Reach::Inside),
            ("192.168.1.1", Reach::Inside),
            ("169.254.169.254", Reach::Inside),
            ("::ffff:10.0.0.1", Reach::Inside),
            ("fd00::1", Reach::Inside),
            ("fe80::1", Reach::Inside),
            ("127.0.0.1", Reach::Loopback),
            ("::1", Reach::Loopback),
            ("127.0.0.2", Reach::Verdict),
            ("0.0.0.0", Reach::Verdict),
            ("::", Reach::Verdict),
        ];
        for (address, reach) in cases {
            assert_eq!(Reach::of(address.parse().unwrap()), reach, "{address}");
        }
    }

    #[test]
    fn the_shortest_time_to_live_is_read_from_every_form_that_has_one() {
        let cases = [
            (
                r#"{"answers":["a.example","192.0.2.1"],"ttls":[300,1.5]}"#,
                Some(1),
            ),
            (
                r#"{"answers":["192.0.2.1"],"ttls":[ 70, 60.000000,null,-1,x5]}"#,
                Some(60),
            ),
            (r#"{"answers":["192.0.2.1"]}"#, None),
            ("www.example.com. 60 IN A 192.0.2.1; ", Some(60)),
            (
                r#"[{"part":"answer","query":"a.example","TTL":5,"Class":"IN","Type":"A","Response":"192.0.2.1"}]"#,
                Some(5),
            ),
            ("type:  5 www.example.com;::ffff:192.0.2.1;", None),
        ];
        for (answers, shortest) in cases {
            assert_eq!(shortest_ttl(answers), shortest, "{answers}");
        }
    }
}
