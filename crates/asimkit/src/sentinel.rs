//! Events for the tables of Microsoft Sentinel.

use asim_schema::table::ASIM_DNS_ACTIVITY_LOGS;
use asim_schema::{AdditionalValue, DnsEvent, DnsField, Event, FieldSet, KustoType, ValueRef};

/// The columns of events that the table `ASimDnsActivityLogs` takes, under their names and in its types.
///
/// A time may stand in a column of text. `ThreatOriginalRiskLevel` is a number there and text in the schema, so it is
/// not among them.
///
/// ```
/// use asimkit::{DnsField, sentinel};
///
/// let columns = sentinel::columns();
/// assert!(columns.contains(DnsField::DnsQuery) && columns.contains(DnsField::Dst));
/// assert!(!columns.contains(DnsField::Domain) && !columns.contains(DnsField::EventUid));
/// ```
pub fn columns() -> FieldSet {
    let takes = |field: &DnsField| {
        let info = field.info();
        let column = ASIM_DNS_ACTIVITY_LOGS.column(info.name);
        column.is_some_and(|column| {
            let same = column.column_type == info.kusto_type;
            let time_as_text =
                (column.column_type, info.kusto_type) == (KustoType::String, KustoType::Datetime);
            !column.platform && (same || time_as_text)
        })
    };
    DnsField::ALL.into_iter().filter(takes).collect()
}

/// The stored fields that the table has no column for: what they hold goes to AdditionalFields.
fn outside(columns: FieldSet) -> FieldSet {
    let own = |field: &DnsField| {
        let info = field.info();
        info.alias_of.is_empty() && !info.constant && !columns.contains(*field)
    };
    DnsField::ALL.into_iter().filter(own).collect()
}

/// Shapes events for the table `ASimDnsActivityLogs`.
///
/// ```
/// use asimkit::{DnsEvent, DnsField, Event, sentinel::Shape};
///
/// let mut event = DnsEvent::default();
/// event.set_dns_query("www.example.com");
/// event.set_event_original_result_details("9003");
/// let Event::Dns(event) = Shape::new().shape(Event::Dns(event)) else { panic!("a DNS event stays one") };
/// assert!(!event.contains(DnsField::EventOriginalResultDetails));
/// assert!(event.get(DnsField::AdditionalFields).unwrap().to_string().contains(r#""EventOriginalResultDetails":"9003""#));
/// ```
#[derive(Debug, Clone)]
pub struct Shape {
    columns: FieldSet,
    outside: FieldSet,
}

impl Default for Shape {
    fn default() -> Self {
        let columns = columns();
        Self {
            columns,
            outside: outside(columns),
        }
    }
}

impl Shape {
    /// The shape of the table.
    pub fn new() -> Self {
        Self::default()
    }

    /// The columns that are to be written.
    pub fn columns(&self) -> FieldSet {
        self.columns
    }

    /// Moves what the table has no column for to AdditionalFields, under the names of the schema.
    #[must_use]
    pub fn shape<'r>(&self, event: Event<'r>) -> Event<'r> {
        match event {
            Event::Dns(mut event) => {
                self.dns(&mut event);
                Event::Dns(event)
            }
            other => other,
        }
    }

    fn dns(&self, event: &mut DnsEvent<'_>) {
        for field in event.present().intersection(self.outside) {
            if let Some(value) = event.get(field).and_then(additional) {
                event.push_additional(field.name(), value);
                event.clear(field);
            }
        }
    }
}

/// A value as AdditionalFields holds it.
fn additional(value: ValueRef<'_>) -> Option<AdditionalValue<'static>> {
    Some(match value {
        ValueRef::Text(text) => text.into_owned().into(),
        ValueRef::Integer(value) => value.into(),
        ValueRef::Real(value) => value.into(),
        ValueRef::Boolean(value) => value.into(),
        other @ (ValueRef::Time(_) | ValueRef::Ip(_)) => other.to_string().into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_place() {
        let shape = Shape::new();
        for field in DnsField::ALL {
            let info = field.info();
            let kept = shape.columns.contains(field) || shape.outside.contains(field);
            assert!(kept || !info.alias_of.is_empty() || info.constant, "{field}");
        }
        for column in ASIM_DNS_ACTIVITY_LOGS
            .columns
            .iter()
            .filter(|column| !column.platform)
        {
            let field = DnsField::from_name(column.name);
            let other = [
                "ThreatFirstReportedTime_d",
                "ThreatLastReportedTime_d",
                "ThreatOriginalRiskLevel_s",
            ];
            assert!(field.is_some() || other.contains(&column.name), "{}", column.name);
        }
    }
}
