//! What rules see of an event: its facts, brought together once.

mod batch;
mod client;
mod hit;
mod name;
mod name_kind;
mod name_lists;
mod observer;
mod packed;
mod traits;

pub use batch::{Batch, Observation, Place, SubType};
pub use client::Client;
pub use hit::{Hit, Hits};
pub use name::{organization_domain, registrable};
pub use name_kind::{NameKind, NameKinds};
pub use observer::{Observer, Stateless};
pub use traits::Traits;

pub(crate) use client::OwnedClient;
