//! Names as the back door of Solorigate built them.

use crate::distinct::DistinctSet;
use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, NAME, is_lookup};

/// The message had 20 to 30 characters in the names that were found; the published query means more than 20 and less
/// than 32.
const SHORTEST: usize = 20;
const LONGEST: usize = 32;
const SUFFIXES: [&str; 3] = ["com", "net", "org"];
/// Words that the next two labels have of a cloud's names.
const WORDS: [&str; 3] = ["api", "east", "west"];

/// Whether three labels are a message and two of a cloud.
fn is_encoded(below: &str) -> bool {
    let Some((message, cloud)) = below.split_once('.') else {
        return false;
    };
    if message.len() <= SHORTEST || message.len() >= LONGEST || cloud.matches('.').count() != 1 {
        return false;
    }
    let digits = message.bytes().filter(u8::is_ascii_digit).count();
    message.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && digits > 1
        && digits * 20 > message.len()
        && digits * 2 < message.len()
        && cloud.split(['.', '-']).any(|term| WORDS.contains(&term))
}

static INFO: RuleInfo = info! {
    id: "solorigate-names",
    title: "Names in the pattern of Solorigate",
    about: "A client asked for a name whose first label is an encoded message of 21 to 31 letters and \
            digits, and whose next two labels look like the interface of a cloud region, as the back door \
            of Solorigate had them.",
    branch: "SolorigateNames",
    severity: Medium,
    risk: 60,
    tactics: ["Command and Control"],
    techniques: [("T1568", "Dynamic Resolution")],
    published: ["hunting queries over DnsEvents: Solorigate-DNS-Pattern"],
    false_positives: [
        "cloud services that give each customer a random host name: put their domain on a list",
    ],
    needs: &[NAME, CLIENT],
    parameters: [("at-least", 1, "names", "so many different names or more in an hour")],
    kql: "_Im_Dns\n\
          | where isnotempty(SrcIpAddr)\n\
          | extend Labels = split(tolower(DnsQuery), '.')\n\
          | where array_length(Labels) == 5 and tostring(Labels[4]) in ('com', 'net', 'org')\n\
          | extend First = tostring(Labels[0]), Cloud = strcat(Labels[1], ' ', Labels[2])\n\
          | where Cloud has_any ('api', 'east', 'west') and First matches regex @'^[a-z0-9]{21,31}$'\n\
          | extend Digits = countof(First, @'\\d', 'regex') * 100.0 / strlen(First)\n\
          | where Digits > 5 and Digits < 50\n\
          | summarize Names = make_set(DnsQuery, 100) by SrcIpAddr, bin(EventStartTime, 1h)",
};

/// What the rule counts.
#[derive(Debug)]
pub struct SolorigateNames;

impl Measure for SolorigateNames {
    type Count = DistinctSet;

    const COUNTER: &'static str = "Names";
    const TRAITS: Traits = Traits::DNS;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        let below = observation.below_domain()?;
        if below.len() <= SHORTEST || !is_encoded(below) || observation.listed().is_some() {
            return None;
        }
        let end = observation.domain()?.rsplit_once('.')?;
        if end.0.contains('.') || !SUFFIXES.contains(&end.1) || !is_lookup(observation) {
            return None;
        }
        Group::client_and_domain(observation)
    }

    fn add(&self, count: &mut DistinctSet, observation: Observation<'_>) {
        count.insert(observation.name_hash());
    }
}

impl Limited for SolorigateNames {
    const WINDOW: Window = Window::CLOCK_HOUR;
}

#[cfg(test)]
mod tests {
    use asim_schema::RrType;

    use super::super::Threshold;
    use super::super::tests::{CLIENT, found};
    use super::*;
    use crate::rules::tests::request;

    #[test]
    fn an_encoded_label_before_a_cloud_is_told() {
        let rule = |tuning: &_| Threshold::new(SolorigateNames, tuning);
        let name = "7sbvaemscs0mc925tb99klm.appsync-api.us-west-2.example.com";
        let told = found(rule, "", [request(1, CLIENT, name, RrType::A)]);
        assert_eq!(told[0].item.as_deref(), Some("example.com"));
    }

    /// The published query means to look at the length of the label, and an `or` lets every length pass.
    #[test]
    fn other_names_are_quiet() {
        let rule = |tuning: &_| Threshold::new(SolorigateNames, tuning);
        for name in [
            "short1x2.appsync-api.us-west-2.example.com",
            "7sbvaemscs0mc925tb99klm.images.cache.example.com",
            "7sbvaemscs0mc925tb99klm.api.example.com",
            "7sbvaemscs0mc925tb99klm.a.api.us-west-2.example.com",
            "abcdefghijklmnopqrstuvw.appsync-api.us-west-2.example.com",
            "12345678901234567890123.appsync-api.us-west-2.example.com",
            "7sbvaemscs0mc925tb99klm.appsync-api.us-west-2.example.de",
            "7sbvaemscs0mc92-tb99klm.appsync-api.us-west-2.example.com",
        ] {
            assert!(
                found(rule, "", [request(1, CLIENT, name, RrType::A)]).is_empty(),
                "{name}"
            );
        }
    }
}
