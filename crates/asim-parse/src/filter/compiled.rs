//! What the engine asks.

use std::net::IpAddr;

use asim_match::{AddressPattern, AddressSet, HasAny};
use asim_schema::{
    DnsEvent, Event, EventSubType, Opcode, ProcessEvent, ProcessEventType, SchemaKind, Timestamp,
};

use super::MAX_ITEMS;
use super::definition::Filter;
use super::disabled;
use super::error::FilterError;
use super::parameter::Parameter;
use super::segment::Segment;
use crate::envelope::Envelope;
use crate::manifest::Manifest;
use crate::value::domain_name;

/// A [`Filter`] that was checked and made ready.
///
/// [`selects`](Self::selects) is the exact test. Each `refuses_` method is the part of it for one value of the event:
/// a parser that knows the value before it has mapped the record may ask for that part alone. An event without the
/// value is for the exact test, so that it can be told that the source did not answer.
#[derive(Debug, Clone)]
pub struct CompiledFilter {
    filter: Filter,
    source: Option<AddressPattern>,
    domains: Option<HasAny>,
    /// Whether a domain that is found in a name is found in the bytes from which it was read.
    domains_in_bytes: bool,
    response_code: Option<Box<str>>,
    response_address: Option<AddressSet>,
    response_prefixes: Option<AddressSet>,
    event_type: Option<Types>,
}

/// The event type that is wanted: in each schema the one of the name, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Types {
    dns: Option<Opcode>,
    process: Option<ProcessEventType>,
}

/// Stands for all values.
const ALL: &str = "*";

/// What ASIM's older parsers call a query.
const LOOKUP: &str = "lookup";

impl CompiledFilter {
    pub(super) fn new(filter: &Filter) -> Result<Self, FilterError> {
        let scalar = |value: &Option<String>| value.clone().filter(|value| value != ALL);
        let pattern = |parameter, value: &str| {
            let pattern = value.parse::<AddressPattern>();
            pattern.map_err(|error| FilterError::new(parameter, error))
        };
        if let (Some(start), Some(end)) = (filter.starttime, filter.endtime)
            && start > end
        {
            let problem = format_args!("{start} is after the end, {end}");
            return Err(FilterError::new(Parameter::StartTime, problem));
        }
        let domains = list(Parameter::DomainHasAny, &filter.domain_has_any)?;
        let prefixes = list(Parameter::ResponseHasAnyPrefix, &filter.response_has_any_prefix)?;
        let prefixes = prefixes
            .iter()
            .map(|prefix| pattern(Parameter::ResponseHasAnyPrefix, prefix))
            .collect::<Result<Vec<_>, _>>()?;
        list(Parameter::Disabled, &filter.disabled)?;
        let source = scalar(&filter.srcipaddr);
        let source = source.map(|source| pattern(Parameter::SrcIpAddr, &source));
        let address = scalar(&filter.response_has_ipv4);
        let address = address.map(|address| pattern(Parameter::ResponseHasIpv4, &address));
        let response_code = scalar(&filter.responsecodename);
        if response_code.as_ref().is_some_and(String::is_empty) {
            return Err(FilterError::new(Parameter::ResponseCodeName, EMPTY));
        }
        let event_type = scalar(&filter.eventtype).map(|name| {
            let name = if name.eq_ignore_ascii_case(LOOKUP) {
                "Query"
            } else {
                &*name
            };
            Types {
                dns: Opcode::from_name(name),
                process: name.parse().ok(),
            }
        });
        let search = (!domains.is_empty()).then(|| HasAny::new(domains));
        Ok(Self {
            source: source.transpose()?,
            domains_in_bytes: domains
                .iter()
                .all(|domain| domain.contains(char::is_alphanumeric)),
            domains: search
                .transpose()
                .map_err(|error| FilterError::new(Parameter::DomainHasAny, error))?,
            response_code: response_code.map(String::into_boxed_str),
            response_address: address
                .transpose()?
                .map(|pattern| [pattern].into_iter().collect()),
            response_prefixes: (!prefixes.is_empty()).then(|| prefixes.into_iter().collect()),
            event_type,
            filter: filter.clone(),
        })
    }

    /// The parameters that it was made of.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Whether an event of a parser fulfils all parameters.
    pub fn selects(&self, event: &Event<'_>, manifest: &Manifest) -> bool {
        if self.disables(event, manifest) {
            return false;
        }
        match event {
            Event::Dns(event) => self.selects_dns(event),
            Event::Process(event) => self.selects_process(event),
            _ => true,
        }
    }

    /// Whether an event of a parser is of a source that is left out.
    pub fn disables(&self, event: &Event<'_>, manifest: &Manifest) -> bool {
        let mut disabled = self.filter.disabled.iter();
        disabled.any(|name| disabled::means_event(name, event, manifest))
    }

    fn selects_dns(&self, event: &DnsEvent<'_>) -> bool {
        let time = event.time_generated().or_else(|| event.event_start_time());
        !time.is_some_and(|time| self.is_outside(time))
            && !event
                .event_type()
                .is_some_and(|code| self.refuses_event_type(code))
            && self.wants_sub_type(event.event_sub_type())
            && self.wants_source(event.src_ip_addr())
            && self.wants_response_code(event.event_result_details())
            && self.wants_query(event.dns_query())
            && self.wants_response(event.dns_response_name())
    }

    /// What a process event has no column for, no process event fulfils.
    fn selects_process(&self, event: &ProcessEvent<'_>) -> bool {
        let time = event.time_generated().or_else(|| event.event_start_time());
        !time.is_some_and(|time| self.is_outside(time))
            && !event
                .event_type()
                .is_some_and(|kind| self.refuses_process_type(kind))
            && !self.refuses_schema(SchemaKind::Process)
    }

    /// The parameters that an event cannot fulfil because it has no value to compare.
    pub fn unanswered(&self, event: &Event<'_>) -> impl Iterator<Item = Parameter> + use<> {
        let unanswered = if let Event::Dns(event) = event {
            let upstream = self.filter.segment == Some(Segment::Upstream);
            let source = event.src_ip_addr().is_none();
            let response = event.dns_response_name().is_none();
            [
                (Parameter::SrcIpAddr, source && self.source.is_some()),
                (Parameter::Segment, source && upstream),
                (Parameter::EventSubType, false),
                (
                    Parameter::DomainHasAny,
                    event.dns_query().is_none() && self.domains.is_some(),
                ),
                (
                    Parameter::ResponseCodeName,
                    event.event_result_details().is_none() && self.response_code.is_some(),
                ),
                (
                    Parameter::ResponseHasIpv4,
                    response && self.response_address.is_some(),
                ),
                (
                    Parameter::ResponseHasAnyPrefix,
                    response && self.response_prefixes.is_some(),
                ),
            ]
        } else {
            self.dns_alone()
        };
        let unanswered = unanswered.into_iter();
        unanswered.filter_map(|(parameter, unanswered)| unanswered.then_some(parameter))
    }

    /// The parameters that are about columns of the Dns schema alone, and whether they are asked.
    fn dns_alone(&self) -> [(Parameter, bool); 7] {
        [
            (Parameter::SrcIpAddr, self.source.is_some()),
            (Parameter::Segment, self.filter.segment.is_some()),
            (Parameter::EventSubType, self.filter.eventsubtype.is_some()),
            (Parameter::DomainHasAny, self.domains.is_some()),
            (Parameter::ResponseCodeName, self.response_code.is_some()),
            (Parameter::ResponseHasIpv4, self.response_address.is_some()),
            (Parameter::ResponseHasAnyPrefix, self.response_prefixes.is_some()),
        ]
    }

    fn is_outside(&self, time: Timestamp) -> bool {
        let Filter {
            starttime, endtime, ..
        } = &self.filter;
        starttime.is_some_and(|start| time < start) || endtime.is_some_and(|end| time > end)
    }

    fn wants_sub_type(&self, sub_type: Option<EventSubType>) -> bool {
        let wanted = self.filter.eventsubtype;
        let response = self.filter.segment == Some(Segment::ClientResponse);
        (wanted.is_none() || wanted == sub_type) && (!response || sub_type == Some(EventSubType::Response))
    }

    fn wants_source(&self, address: Option<IpAddr>) -> bool {
        let recursion = address == Some(Segment::RECURSION);
        let there = match self.filter.segment {
            None => true,
            Some(Segment::Client | Segment::ClientResponse) => !recursion,
            Some(Segment::Upstream) => recursion,
        };
        there
            && self
                .source
                .is_none_or(|pattern| address.is_some_and(|address| pattern.contains(address)))
    }

    fn wants_response_code(&self, name: Option<&str>) -> bool {
        let wanted = self.response_code.as_deref();
        wanted.is_none_or(|wanted| name.is_some_and(|name| name.eq_ignore_ascii_case(wanted)))
    }

    fn wants_query(&self, name: Option<&str>) -> bool {
        let domains = self.domains.as_ref();
        domains.is_none_or(|domains| name.is_some_and(|name| domains.is_in(name)))
    }

    fn wants_response(&self, text: Option<&str>) -> bool {
        let sets = [&self.response_address, &self.response_prefixes];
        let mut sets = sets.into_iter().flatten();
        sets.all(|set| text.is_some_and(|text| set.is_any_in(text)))
    }

    /// Whether the parameters leave out every event with this `EventStartTime`: `TimeGenerated` is that of the table's
    /// row, if there is one, else the event's start.
    pub fn refuses_time(&self, start: Timestamp, envelope: &Envelope) -> bool {
        self.is_outside(envelope.time_generated.unwrap_or(start))
    }

    /// Whether the parameters leave out every event with this `EventType`.
    pub fn refuses_event_type(&self, code: Opcode) -> bool {
        self.event_type.is_some_and(|wanted| wanted.dns != Some(code))
    }

    /// Whether the parameters leave out every process event with this `EventType`.
    pub fn refuses_process_type(&self, kind: ProcessEventType) -> bool {
        self.event_type.is_some_and(|wanted| wanted.process != Some(kind))
    }

    /// Whether the parameters leave out every event of this schema: it has no column for one of them.
    pub fn refuses_schema(&self, schema: SchemaKind) -> bool {
        schema != SchemaKind::Dns && self.dns_alone().iter().any(|(_, asked)| *asked)
    }

    /// Whether the parameters leave out every event with this `EventSubType`.
    pub fn refuses_sub_type(&self, sub_type: EventSubType) -> bool {
        !self.wants_sub_type(Some(sub_type))
    }

    /// Whether the parameters leave out every event with this `SrcIpAddr`.
    pub fn refuses_source(&self, address: IpAddr) -> bool {
        !self.wants_source(Some(address))
    }

    /// Whether the parameters leave out every event with this `EventResultDetails`.
    pub fn refuses_response_code(&self, name: &str) -> bool {
        !self.wants_response_code(Some(name))
    }

    /// Whether the parameters leave out every event with this `DnsQuery`.
    pub fn refuses_query(&self, name: &str) -> bool {
        !self.wants_query(Some(name))
    }

    /// The same for a name whose escapes the parser has undone, before it is written in canonical text.
    pub fn refuses_query_bytes(&self, name: &[u8]) -> bool {
        self.domains.is_some() && domain_name::fits(name) && self.refuses_query(&domain_name::canonical(name))
    }

    /// Whether the parameters leave out every event with this `DnsResponseName`.
    pub fn refuses_response(&self, text: &str) -> bool {
        !self.wants_response(Some(text))
    }

    /// Whether names are searched, and a name that has a domain has it in its bytes too.
    pub(crate) fn searches_names(&self) -> bool {
        self.domains_in_bytes && self.domains.is_some()
    }

    /// Whether plain bytes that hold a name can hold one that is wanted.
    pub(crate) fn may_select_name_in(&self, bytes: &[u8]) -> bool {
        self.domains
            .as_ref()
            .is_none_or(|domains| domains.may_be_in(bytes))
    }

    /// The names in `disabled` that mean none of these parsers, nor a part of what they read.
    pub fn unknown_disabled<'f>(&'f self, manifests: &[&Manifest]) -> Vec<&'f str> {
        let known = |name: &str| manifests.iter().any(|manifest| disabled::means(name, manifest));
        let names = self.filter.disabled.iter().map(String::as_str);
        names.filter(|name| !known(name)).collect()
    }
}

const EMPTY: &str = "an empty text is no value; leave the parameter out to let all events pass";

/// The items of a list, if it has not too many and none of them is empty.
fn list(parameter: Parameter, items: &[String]) -> Result<&[String], FilterError> {
    if items.len() > MAX_ITEMS {
        let problem = format_args!("{} items; a list has at most {MAX_ITEMS}", items.len());
        return Err(FilterError::new(parameter, problem));
    }
    if items.iter().any(|item| item.trim().is_empty()) {
        return Err(FilterError::new(parameter, EMPTY));
    }
    Ok(items)
}
