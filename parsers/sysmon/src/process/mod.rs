//! Events 1 and 5, the start and the end of a process, to ASIM ProcessEvent.

mod map;
mod provenance;
mod raw;

pub(crate) use map::map;
pub(crate) use provenance::PROVENANCE;
pub use raw::SysmonProcess;

#[cfg(test)]
mod published_faults;
