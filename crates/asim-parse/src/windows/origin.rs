//! When and where a Windows event was made.

use std::borrow::Cow;

use asim_schema::{DvcIdType, Timestamp};

use super::event::WindowsEvent;
use crate::context::Context;
use crate::envelope::Envelope;
use crate::error::Fault;
use crate::mapper::Refusal;
use crate::note::Notes;
use crate::value::common::CommonFields;
use crate::value::time::NO_TIME;
use crate::value::{device, local_time};

impl<'r> WindowsEvent<'r> {
    /// When the event was made: by the event log's clock, without it by the shipper's word, the row's, the layers' or
    /// the caller's.
    ///
    /// # Errors
    ///
    /// When none of them tells a time, or the time names no zone where one is demanded.
    pub fn made(
        &self,
        envelope: &Envelope,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Timestamp, Refusal> {
        if let Some(time) = self.time_created {
            return Ok(time);
        }
        if let Some(local) = self.local_time.as_deref().and_then(local_time::parse) {
            return Ok(local_time::resolve(local, context, notes, "EventTime")?);
        }
        let known = self.time_generated.or(self.shipper_time).or(envelope.time);
        Ok(known.or(context.assume_time).ok_or_else(|| Fault::map(NO_TIME))?)
    }

    /// The `TimeGenerated` of a table's row. One that is local and has no zone is a matter of that column alone.
    pub fn generated(&self, context: &Context, notes: &mut Notes) -> Option<Timestamp> {
        self.time_generated.or_else(|| {
            let local = local_time::parse(self.local_time_generated.as_deref()?)?;
            local_time::resolve(local, context, notes, "TimeGenerated").ok()
        })
    }

    /// The `TimeGenerated` of an event that began at a time, as far as it is told without the caller's zone; none if
    /// the row's own is a local time, which goes before the event's.
    pub fn generated_for(&self, start: Timestamp) -> Option<Timestamp> {
        let is_local = self.time_generated.is_none() && self.local_time_generated.is_some();
        (!is_local).then(|| self.time_generated.unwrap_or(start))
    }

    /// Takes the text of a column that a table adds.
    pub fn take_other(&mut self, name: &str) -> Option<Cow<'r, str>> {
        let place = self.other.iter().position(|(own, _)| own == name)?;
        let (_, value) = self.other.swap_remove(place);
        value.into_text().filter(|text| !text.is_empty())
    }

    /// Writes the computer to an event as the device that reports, with the machine's resource and subscription, which
    /// rows of Azure's tables name.
    pub fn set_reporting(&mut self, event: &mut (impl CommonFields<'r> + ?Sized)) {
        if let Some(computer) = self.computer.take() {
            device::set_reporting(event, computer);
        }
        if let Some(resource) = self.take_other("_ResourceId") {
            event.set_dvc_id(resource, DvcIdType::AzureResourceId);
        }
        if let Some(subscription) = self.take_other("_SubscriptionId") {
            event.set_dvc_scope_id(subscription);
        }
    }
}
