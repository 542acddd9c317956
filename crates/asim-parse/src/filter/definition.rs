//! What the caller writes.

use asim_schema::{EventSubType, Timestamp};
use serde::{Deserialize, Serialize};

use super::compiled::CompiledFilter;
use super::error::FilterError;
use super::segment::Segment;

/// The filtering parameters of ASIM's DNS parsers by their own names, and some of ours.
///
/// Events pass that fulfil all parameters. A parameter that is absent, an empty list, or `*` asks for nothing, so
/// [`Filter::default()`] lets everything pass, as the parameterless `ASimDns` does; [`Filter::im_dns()`] has the
/// default of the filtering `imDns`. What each parameter is compared with, and how, stands in `docs/filtering.md`.
///
/// ```
/// use asim_parse::filter::Filter;
///
/// let filter = Filter::im_dns().domain_has_any(["example.com"]).responsecodename("NXDOMAIN");
/// assert!(filter.compile().is_ok());
/// assert_eq!(Filter::default().srcipaddr("10.0").compile().unwrap_err().to_string(),
///     "srcipaddr: `10.0` is no whole address; did you mean the prefix `10.0.`?");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Filter {
    /// Events at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starttime: Option<Timestamp>,
    /// Events at this time or earlier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endtime: Option<Timestamp>,
    /// Events whose client has this address, or one that begins so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srcipaddr: Option<String>,
    /// Events whose name has any of these as whole terms, like KQL's `has_any`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domain_has_any: Vec<String>,
    /// Events with this response code, in any letter case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsecodename: Option<String>,
    /// Events whose response holds this address, or one that begins so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_has_ipv4: Option<String>,
    /// Events whose response holds any of these addresses, or one that begins so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_has_any_prefix: Vec<String>,
    /// Events of this type, in any letter case; `lookup` is `Query`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eventtype: Option<String>,
    /// Requests or responses only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eventsubtype: Option<EventSubType>,
    /// Events of one part of a lookup's way only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// Sources that are left out: by id, by the name of an ASIM function, or by vendor and product.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disabled: Vec<String>,
}

impl Filter {
    /// The filter of the `imDns` view without parameters: `eventtype` is `Query`.
    pub fn im_dns() -> Self {
        Self::default().eventtype("Query")
    }

    /// Events at this time or later.
    #[must_use]
    pub fn starttime(mut self, time: Timestamp) -> Self {
        self.starttime = Some(time);
        self
    }

    /// Events at this time or earlier.
    #[must_use]
    pub fn endtime(mut self, time: Timestamp) -> Self {
        self.endtime = Some(time);
        self
    }

    /// Events whose client has this address, or one that begins so: `192.0.2.1`, `192.0.2.`, `2001:db8::/32`.
    #[must_use]
    pub fn srcipaddr(mut self, address: impl Into<String>) -> Self {
        self.srcipaddr = Some(address.into());
        self
    }

    /// Events whose name has any of these as whole terms.
    #[must_use]
    pub fn domain_has_any<T: Into<String>>(mut self, domains: impl IntoIterator<Item = T>) -> Self {
        self.domain_has_any = domains.into_iter().map(Into::into).collect();
        self
    }

    /// Events with this response code: `NXDOMAIN`, or `NA` for requests.
    #[must_use]
    pub fn responsecodename(mut self, name: impl Into<String>) -> Self {
        self.responsecodename = Some(name.into());
        self
    }

    /// Events whose response holds this address, or one that begins so.
    #[must_use]
    pub fn response_has_ipv4(mut self, address: impl Into<String>) -> Self {
        self.response_has_ipv4 = Some(address.into());
        self
    }

    /// Events whose response holds any of these addresses, or one that begins so.
    #[must_use]
    pub fn response_has_any_prefix<T: Into<String>>(mut self, prefixes: impl IntoIterator<Item = T>) -> Self {
        self.response_has_any_prefix = prefixes.into_iter().map(Into::into).collect();
        self
    }

    /// Events of this type: the name of an operation code, `lookup` for `Query`, `*` for all.
    #[must_use]
    pub fn eventtype(mut self, name: impl Into<String>) -> Self {
        self.eventtype = Some(name.into());
        self
    }

    /// Requests or responses only.
    #[must_use]
    pub fn eventsubtype(mut self, sub_type: EventSubType) -> Self {
        self.eventsubtype = Some(sub_type);
        self
    }

    /// Events of one part of a lookup's way only.
    #[must_use]
    pub fn segment(mut self, segment: Segment) -> Self {
        self.segment = Some(segment);
        self
    }

    /// Sources that are left out: `zeek`, `vimDnsInfobloxNIOS`, `ISC BIND`.
    #[must_use]
    pub fn disabled<T: Into<String>>(mut self, sources: impl IntoIterator<Item = T>) -> Self {
        self.disabled = sources.into_iter().map(Into::into).collect();
        self
    }

    /// Checks the parameters and makes the filter that the engine asks.
    ///
    /// # Errors
    ///
    /// When a list has more than [`MAX_ITEMS`](super::MAX_ITEMS) items or an empty one, an address is none, or the
    /// time begins after its end.
    pub fn compile(&self) -> Result<CompiledFilter, FilterError> {
        CompiledFilter::new(self)
    }
}
