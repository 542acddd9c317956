//! Windows events in every form that they travel in: one struct for all of them.
//!
//! | form | reader |
//! |---|---|
//! | an `Event` element, as the event log renders it | [`WindowsEvent::xml`] |
//! | JSON: converted XML, Winlogbeat and Elastic Agent, `NXLog`, rows of the tables `Event`, `WindowsEvent`, `SecurityEvent` | [`WindowsEvent::json`] |
//! | rows of the same tables in CSV | [`WindowsEvent::row`] |
//!
//! The readers know nothing of what an event means: a vendor's parser asks for the provider, the id and the data by
//! their names.

mod build;
mod event;
mod json;
mod names;
mod origin;
mod recognize;
mod row;
mod time;
mod value;
mod xml;

pub use event::WindowsEvent;
pub use json::NO_ID;
pub use recognize::recognize;
pub use time::utc;
pub use value::DataValue;

#[cfg(test)]
mod tests;
