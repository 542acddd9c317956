//! Writing an event through serde.

use serde::{Serialize, Serializer};

use crate::{DnsEvent, JsonOptions};

/// One map in schema order with the columns that [`JsonWriter`](crate::JsonWriter) writes by default.
impl Serialize for DnsEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.present().intersection(JsonOptions::default().chosen());
        serializer.collect_map(
            columns
                .iter()
                .filter_map(|field| Some((field.name(), self.get(field)?))),
        )
    }
}
