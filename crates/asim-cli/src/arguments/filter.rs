//! Which events are wanted: the filtering parameters of ASIM's parsers as flags.

use asimkit::filter::{FilterError, Segment};
use asimkit::schema::{EventSubType, Opcode, ProcessEventType};
use asimkit::{Filter, Timestamp};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::moment::Moment;

/// Which events are written; without any of these all are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArguments {
    /// Events whose TimeGenerated is this time or later: ISO 8601, or back from now, such as `ago(1d)` or `90m`.
    ///
    /// A time without a zone is UTC, a date is its first moment. Units are d, h, m, s and ms; `now` is when the program
    /// was started.
    #[arg(long, value_name = "TIME")]
    pub(crate) starttime: Option<Moment>,

    /// Events whose TimeGenerated is this time or earlier, in the same forms.
    #[arg(long, value_name = "TIME")]
    pub(crate) endtime: Option<Moment>,

    /// Events of this client: an address, a prefix such as `10.0.` or `2001:db8:`, or a network such as 10.0.0.0/16.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) srcipaddr: Option<String>,

    /// Events whose DnsQuery has one of these as whole terms, with commas between them, or one a line in `@FILE`.
    ///
    /// As KQL's `has_any`: `example.com` is found in www.example.com and in example.com.au, not in myexample.com; letter
    /// case counts for nothing. The flag may be repeated; all lists together have at most 10,000 items. In a file,
    /// empty lines and lines that begin with `#` say nothing.
    #[arg(long, value_name = "A,B,...|@FILE", value_delimiter = ',')]
    pub(crate) domain_has_any: Vec<String>,

    /// Events with this response code, such as NXDOMAIN, in any letter case; NA for requests.
    #[arg(long, value_name = "NAME")]
    pub(crate) responsecodename: Option<String>,

    /// Events whose response holds this address, or one of this prefix or network, as for --srcipaddr.
    ///
    /// Nothing comes from sources that do not log responses; the summary names them.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) response_has_ipv4: Option<String>,

    /// Events whose response holds any of these, in lists as for --domain-has-any.
    #[arg(long, value_name = "A,B,...|@FILE", value_delimiter = ',')]
    pub(crate) response_has_any_prefix: Vec<String>,

    /// Events of this type: Query (or lookup), Update, Notify, Status, ..., `ProcessCreated`, `ProcessTerminated`, or
    /// `*` for all.
    ///
    /// ASIM's imDns takes `Query` without being told; this program takes all.
    #[arg(long, value_name = "TYPE", value_parser = event_type)]
    pub(crate) eventtype: Option<String>,

    /// Requests or responses only.
    #[arg(long, value_name = "HALF", value_parser = event_sub_type())]
    pub(crate) eventsubtype: Option<EventSubType>,

    /// Events of one part of a lookup's way, where a server logs the same lookup several times.
    #[arg(long, value_name = "PART", value_parser = segment())]
    pub(crate) segment: Option<Segment>,

    /// Sources to leave out, with commas between them: ids, names of ASIM functions, or vendor and product.
    ///
    /// One source may read two products: `vimDnsInfobloxNIOS` is NIOS alone, `bind` is BIND and NIOS, `ISC BIND` is BIND
    /// alone.
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    pub(crate) disabled: Vec<String>,
}

impl FilterArguments {
    /// The filter, at a time that is now.
    ///
    /// # Errors
    ///
    /// With a message that names the flag, when a file cannot be read or a time cannot be told.
    pub(crate) fn filter(&self, now: Timestamp) -> Result<Filter, String> {
        let at = |flag, moment: Option<Moment>| {
            let time = moment.map(|moment| {
                moment
                    .at(now)
                    .ok_or(format!("{flag}: no time of the years 1 to 9999"))
            });
            time.transpose()
        };
        let mut filter = Filter::default()
            .domain_has_any(items("--domain-has-any", &self.domain_has_any)?)
            .response_has_any_prefix(items("--response-has-any-prefix", &self.response_has_any_prefix)?)
            .disabled(self.disabled.iter().map(|name| name.trim()));
        filter.starttime = at("--starttime", self.starttime)?;
        filter.endtime = at("--endtime", self.endtime)?;
        filter.srcipaddr.clone_from(&self.srcipaddr);
        filter.responsecodename.clone_from(&self.responsecodename);
        filter.response_has_ipv4.clone_from(&self.response_has_ipv4);
        filter.eventtype.clone_from(&self.eventtype);
        filter.eventsubtype = self.eventsubtype;
        filter.segment = self.segment;
        Ok(filter)
    }
}

/// What is wrong with a filter, by the name of its flag.
pub(crate) fn problem(error: &FilterError) -> String {
    let flag = error.parameter().as_str().replace('_', "-");
    format!("--{flag}: {}", error.problem())
}

/// The items of a list, those of files among them.
fn items(flag: &str, values: &[String]) -> Result<Vec<String>, String> {
    let mut items = Vec::new();
    for value in values {
        let Some(path) = value.strip_prefix('@') else {
            items.push(value.trim().to_owned());
            continue;
        };
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| format!("{flag}: {path}: cannot be read: {error}"))?;
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let found = items.len();
        items.extend(
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned),
        );
        // An empty list would let everything pass.
        if items.len() == found {
            return Err(format!("{flag}: {path}: there is no item in it"));
        }
    }
    Ok(items)
}

fn event_type(text: &str) -> Result<String, String> {
    let operations = (0..16).filter_map(|code| Opcode(code).name());
    let names: Vec<_> = operations
        .chain(ProcessEventType::ALL.map(ProcessEventType::as_str))
        .chain(["lookup", "*"])
        .collect();
    // Operations without a name are known by their number.
    if Opcode::from_name(text).is_some() || names.iter().any(|name| name.eq_ignore_ascii_case(text)) {
        return Ok(text.to_owned());
    }
    Err(format!("no such type; there are {}", names.join(", ")))
}

fn event_sub_type() -> impl TypedValueParser<Value = EventSubType> {
    let names = EventSubType::ALL.map(EventSubType::as_str);
    PossibleValuesParser::new(names).try_map(|text| text.parse::<EventSubType>())
}

fn segment() -> impl TypedValueParser<Value = Segment> {
    let values = Segment::ALL.map(|segment| {
        PossibleValue::new(segment.as_str()).help(match segment {
            Segment::Client => "Between a client and the server that reports",
            Segment::Upstream => {
                "Between the server that reports and the one that it asks: SrcIpAddr is 127.0.0.1"
            }
            _ => "The responses to clients alone, which tell each lookup once",
        })
    });
    PossibleValuesParser::new(values).map(|text| {
        let named = Segment::ALL.into_iter().find(|segment| segment.as_str() == text);
        named.unwrap_or(Segment::Client)
    })
}
