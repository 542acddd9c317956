//! Known faults of the published parsers, as far as a pair of values shows them.

/// A known fault of a published parser.
#[derive(Debug)]
#[non_exhaustive]
pub struct KnownFault {
    /// Its number, under which `docs/conformance.md` has it; `docs/published-parser-faults.md` tells more of it.
    pub number: u16,
    /// The `EventProduct` of the parser's events.
    pub product: &'static str,
    /// The column in which it shows.
    pub column: &'static str,
    /// What the published parser does.
    pub description: &'static str,
    /// Whether a pair of values is of this fault: ours, theirs.
    shows: fn(&str, &str) -> bool,
}

macro_rules! faults {
    ($($number:literal, $product:literal, $column:literal, $description:literal, $shows:expr;)*) => {
        /// All known faults that a difference can be of.
        pub static KNOWN_FAULTS: &[KnownFault] = &[
            $(KnownFault {
                number: $number,
                product: $product,
                column: $column,
                description: $description,
                shows: $shows,
            },)*
        ];
    };
}

/// The same number, here in hexadecimal and there in decimal.
fn decimal(ours: &str, theirs: &str) -> bool {
    u32::from_str_radix(ours, 16).is_ok_and(|number| theirs.parse() == Ok(number))
}

fn lacks_letter(ours: &str, theirs: &str) -> bool {
    ours.len() == theirs.len() + 1 && ours.starts_with(theirs)
}

fn is_one_of(value: &str, list: &[&str]) -> bool {
    list.contains(&value)
}

faults! {
    1, "DNS Server", "EventResult", "event 257 is always Success, whatever its response code", |ours, theirs| ours == "Failure" && theirs == "Success";
    2, "DNS Server", "EventResultDetails", "a record without a response code gives Unassigned", |ours, theirs| ours == "NA" && theirs == "Unassigned";
    3, "DNS Server", "EventType", "zone transfers and dynamic updates get words that are no opcodes", |_, theirs| is_one_of(theirs, &["Zone XFR", "Dynamic update"]);
    4, "DNS Server", "SrcIpAddr", "the client of a response stands in Destination, which is not read", |ours, theirs| !ours.is_empty() && theirs.is_empty();
    5, "DNS Server", "Src", "Src is taken from the filter argument, or left empty with SrcIpAddr", |_, theirs| theirs.is_empty() || theirs == "*";
    6, "DNS Server", "DnsQuery", "a name without a final dot loses its last letter", lacks_letter;
    7, "DNS Server", "DnsQueryTypeName", "numbers beyond an old table, and 255, have no name of their own", |_, theirs| is_one_of(theirs, &["Unassigned", "All", "*"]);
    8, "Sysmon", "DnsQuery", "the final dot stays", |ours, theirs| theirs.strip_suffix('.') == Some(ours);
    9, "Sysmon", "DvcHostname", "a full name is not split into host and domain", |ours, theirs| theirs.split('.').next() == Some(ours) && theirs.contains('.');
    10, "Sysmon", "SrcHostname", "a full name is not split into host and domain", |ours, theirs| theirs.split('.').next() == Some(ours) && theirs.contains('.');
    11, "Sysmon", "SrcUsernameType", "the type is always Windows", |ours, theirs| ours != "Windows" && theirs == "Windows";
    12, "Zeek", "EventResult", "a request, and a rejected query, is Failure", |_, theirs| theirs == "Failure";
    13, "Zeek", "EventResultDetails", "a request has no details", |ours, theirs| ours == "NA" && theirs.is_empty();
    14, "Zeek", "NetworkProtocol", "the letters are those of the source", |ours, theirs| ours.eq_ignore_ascii_case(theirs);
    15, "Zeek", "DnsResponseName", "lists of JSON text are nested in JSON text", |ours, theirs| ours.len() != theirs.len() && theirs.starts_with('{');
    16, "NIOS", "EventResult", "a request is Success", |ours, theirs| ours == "NA" && theirs == "Success";
    17, "NIOS", "SrcIpAddr", "an object id in front of the address stays", |ours, theirs| theirs.starts_with("@0x") && theirs.ends_with(ours);
    18, "Vectra Stream", "TransactionIdHex", "the number is written in decimal", decimal;
    19, "FortiGate", "TransactionIdHex", "the number is written in decimal", decimal;
    20, "DNS Server", "DnsQuery", "the final dot stays", |ours, theirs| theirs.strip_suffix('.') == Some(ours);
    21, "DNS Server", "DvcHostname", "a full name is not split into host and domain", |ours, theirs| theirs.split('.').next() == Some(ours) && theirs.contains('.');
    22, "DNS Server", "EventSeverity", "the severity is the text of a number", |_, theirs| !theirs.is_empty() && theirs.bytes().all(|byte| byte.is_ascii_digit());
    23, "DNS Server", "DnsResponseName", "the whole packet stands in place of the answers, for requests too", |_, theirs| theirs.starts_with("0x");
    24, "DNS Server", "DstIpAddr", "the server of a query is left out", |ours, theirs| !ours.is_empty() && theirs.is_empty();
}

/// The known fault that a difference is of, by the product, the column and both values.
pub fn known_fault(product: &str, column: &str, ours: &str, theirs: &str) -> Option<&'static KnownFault> {
    // An alias and a stand-in show the fault of what they show.
    let column = match column {
        "DnsResponseCodeName" => "EventResultDetails",
        "IpAddr" => "SrcIpAddr",
        "Domain" => "DnsQuery",
        "Hostname" => "SrcHostname",
        other => other,
    };
    let product = if product == "Sysmon for Linux" {
        "Sysmon"
    } else {
        product
    };
    KNOWN_FAULTS
        .iter()
        .find(|fault| fault.product == product && fault.column == column && (fault.shows)(ours, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_numbered_in_order_and_told() {
        let page = include_str!("../../../../docs/conformance.md");
        for (index, fault) in KNOWN_FAULTS.iter().enumerate() {
            assert_eq!(usize::from(fault.number), index + 1);
            let row = format!(
                "| {} | {} | `{}` | {} |",
                fault.number, fault.product, fault.column, fault.description
            );
            assert!(page.contains(&row), "docs/conformance.md lacks {row}");
        }
    }

    #[test]
    fn a_pair_of_values_tells_the_fault() {
        let number = |product, column, ours, theirs| {
            known_fault(product, column, ours, theirs).map(|fault| fault.number)
        };
        assert_eq!(number("DNS Server", "EventResult", "Failure", "Success"), Some(1));
        assert_eq!(
            number("DNS Server", "DnsResponseCodeName", "NA", "Unassigned"),
            Some(2)
        );
        assert_eq!(
            number("Sysmon for Linux", "Domain", "a.example", "a.example."),
            Some(8)
        );
        assert_eq!(
            number("Vectra Stream", "TransactionIdHex", "ae97", "44695"),
            Some(18)
        );
        assert_eq!(number("Zeek", "EventResult", "Success", "Partial"), None);
    }
}
