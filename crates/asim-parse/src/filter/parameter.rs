//! The parameters by name.

use std::fmt;

use asim_schema::DnsField;

/// A filtering parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Parameter {
    /// `starttime`
    StartTime,
    /// `endtime`
    EndTime,
    /// `srcipaddr`
    SrcIpAddr,
    /// `domain_has_any`
    DomainHasAny,
    /// `responsecodename`
    ResponseCodeName,
    /// `response_has_ipv4`
    ResponseHasIpv4,
    /// `response_has_any_prefix`
    ResponseHasAnyPrefix,
    /// `eventtype`
    EventType,
    /// `eventsubtype`, ours
    EventSubType,
    /// `segment`, ours
    Segment,
    /// `disabled`
    Disabled,
}

impl Parameter {
    /// All parameters.
    pub const ALL: [Self; 11] = [
        Self::StartTime,
        Self::EndTime,
        Self::SrcIpAddr,
        Self::DomainHasAny,
        Self::ResponseCodeName,
        Self::ResponseHasIpv4,
        Self::ResponseHasAnyPrefix,
        Self::EventType,
        Self::EventSubType,
        Self::Segment,
        Self::Disabled,
    ];

    /// The parameter's name, as ASIM's parsers have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StartTime => "starttime",
            Self::EndTime => "endtime",
            Self::SrcIpAddr => "srcipaddr",
            Self::DomainHasAny => "domain_has_any",
            Self::ResponseCodeName => "responsecodename",
            Self::ResponseHasIpv4 => "response_has_ipv4",
            Self::ResponseHasAnyPrefix => "response_has_any_prefix",
            Self::EventType => "eventtype",
            Self::EventSubType => "eventsubtype",
            Self::Segment => "segment",
            Self::Disabled => "disabled",
        }
    }

    /// The column that the parameter is compared with; none for `disabled`, which is about the source.
    pub const fn column(self) -> Option<DnsField> {
        Some(match self {
            Self::StartTime | Self::EndTime => DnsField::TimeGenerated,
            Self::SrcIpAddr | Self::Segment => DnsField::SrcIpAddr,
            Self::DomainHasAny => DnsField::DnsQuery,
            Self::ResponseCodeName => DnsField::EventResultDetails,
            Self::ResponseHasIpv4 | Self::ResponseHasAnyPrefix => DnsField::DnsResponseName,
            Self::EventType => DnsField::EventType,
            Self::EventSubType => DnsField::EventSubType,
            Self::Disabled => return None,
        })
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
