//! Events of any schema.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{Event, SchemaKind};

impl fmt::Display for SchemaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Event<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Alert(event) => event.serialize(serializer),
            Self::Dns(event) => event.serialize(serializer),
            Self::Process(event) => event.serialize(serializer),
        }
    }
}
