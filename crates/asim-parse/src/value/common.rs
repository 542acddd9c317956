//! What events of every schema have in common.

use std::borrow::Cow;
use std::net::IpAddr;

use asim_schema::{DnsEvent, DomainType, DvcIdType, Event, ProcessEvent, Timestamp};

/// Fields that events of every schema have, for code that serves all of them.
pub trait CommonFields<'r> {
    /// `EventVendor`.
    fn event_vendor(&self) -> Option<&str>;

    /// `EventProduct`.
    fn event_product(&self) -> Option<&str>;

    /// `EventStartTime`.
    fn event_start_time(&self) -> Option<Timestamp>;

    /// The time that filters compare: `TimeGenerated`, which is that of the table's row, if there is one, else the
    /// start of the event.
    fn time(&self) -> Option<Timestamp>;

    /// Whether the event names the device that reports, by any of its fields but the id.
    fn names_device(&self) -> bool;

    /// Sets `TimeGenerated`.
    fn set_time_generated(&mut self, time: Timestamp);

    /// Sets `EventUid`.
    fn set_event_uid(&mut self, uid: String);

    /// Sets `DvcIpAddr`.
    fn set_dvc_ip_addr(&mut self, address: IpAddr);

    /// Sets `DvcHostname`.
    fn set_dvc_hostname(&mut self, host: Cow<'r, str>);

    /// Sets `DvcDomain`, `DvcDomainType` and `DvcFQDN`.
    fn set_dvc_domain(&mut self, domain: Cow<'r, str>, kind: DomainType, full_name: Cow<'r, str>);

    /// Sets `DvcId` and `DvcIdType`.
    fn set_dvc_id(&mut self, id: Cow<'r, str>, kind: DvcIdType);

    /// Sets `DvcScopeId`.
    fn set_dvc_scope_id(&mut self, id: Cow<'r, str>);
}

macro_rules! common_fields {
    ($event:ident) => {
        impl<'r> CommonFields<'r> for $event<'r> {
            fn event_vendor(&self) -> Option<&str> {
                self.event_vendor()
            }

            fn event_product(&self) -> Option<&str> {
                self.event_product()
            }

            fn event_start_time(&self) -> Option<Timestamp> {
                self.event_start_time()
            }

            fn time(&self) -> Option<Timestamp> {
                self.time_generated().or_else(|| self.event_start_time())
            }

            fn names_device(&self) -> bool {
                self.dvc_hostname().is_some() || self.dvc_ip_addr().is_some() || self.dvc().is_some()
            }

            fn set_time_generated(&mut self, time: Timestamp) {
                self.set_time_generated(time);
            }

            fn set_event_uid(&mut self, uid: String) {
                self.set_event_uid(uid);
            }

            fn set_dvc_ip_addr(&mut self, address: IpAddr) {
                self.set_dvc_ip_addr(address);
            }

            fn set_dvc_hostname(&mut self, host: Cow<'r, str>) {
                self.set_dvc_hostname(host);
            }

            fn set_dvc_domain(&mut self, domain: Cow<'r, str>, kind: DomainType, full_name: Cow<'r, str>) {
                self.set_dvc_domain(domain);
                self.set_dvc_domain_type(kind);
                self.set_dvc_fqdn(full_name);
            }

            fn set_dvc_id(&mut self, id: Cow<'r, str>, kind: DvcIdType) {
                self.set_dvc_id(id);
                self.set_dvc_id_type(kind);
            }

            fn set_dvc_scope_id(&mut self, id: Cow<'r, str>) {
                self.set_dvc_scope_id(id);
            }
        }
    };
}

common_fields!(DnsEvent);
common_fields!(ProcessEvent);

/// The common fields of an event; none of a schema that is not known here.
pub fn common<'a, 'r>(event: &'a Event<'r>) -> Option<&'a dyn CommonFields<'r>> {
    match event {
        Event::Dns(event) => Some(event),
        Event::Process(event) => Some(event),
        _ => None,
    }
}

/// The same, to set them.
pub fn common_mut<'a, 'r>(event: &'a mut Event<'r>) -> Option<&'a mut dyn CommonFields<'r>> {
    match event {
        Event::Dns(event) => Some(event),
        Event::Process(event) => Some(event),
        _ => None,
    }
}
