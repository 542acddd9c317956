//! Laws of events: presence, JSON, versions, owning, and the size that the speed rests on.

#[cfg(test)]
mod any_event;
#[cfg(test)]
mod dynamic;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod json;
#[cfg(test)]
mod presence;
