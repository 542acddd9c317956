//! Rows of both sides as plain cells.

use std::collections::BTreeMap;

use asim_schema::conformance::portal_time;
use asim_schema::{DnsField, KustoType, Timestamp};
use serde_json::Value;

use crate::conformance::Rows;

/// A row: what its columns hold, without empty ones.
pub(super) type Row = BTreeMap<String, Cell>;

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Boolean(bool),
    Time(Timestamp),
    Json(Value),
}

impl Cell {
    /// A value of JSON for a column; none for an empty one.
    fn of_json(column: &str, value: Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(value) => Self::Boolean(value),
            Value::Number(number) => Self::Number(number.as_f64()?),
            Value::String(text) => return Self::of_text(column, &text),
            other => Self::Json(other),
        })
    }

    /// A text for a column, read as the type that the schema gives it; none for an empty one.
    fn of_text(column: &str, text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let kusto = DnsField::from_name(column).map(|field| field.info().kusto_type);
        let read = match kusto {
            Some(KustoType::Int | KustoType::Real) => text.parse().ok().map(Self::Number),
            Some(KustoType::Bool) => text.to_ascii_lowercase().parse().ok().map(Self::Boolean),
            Some(KustoType::Datetime) => Timestamp::parse(text)
                .or_else(|| portal_time(text))
                .map(Self::Time),
            Some(KustoType::Dynamic) => serde_json::from_str(text).ok().map(Self::Json),
            _ => None,
        };
        Some(read.unwrap_or_else(|| Self::Text(text.to_owned())))
    }

    /// Whether two cells say the same. The portal exports times to the millisecond.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        const TICKS_PER_MILLISECOND: i64 = 10_000;
        match (self, other) {
            (Self::Time(ours), Self::Time(theirs)) => {
                ours == theirs
                    || (theirs.ticks() % TICKS_PER_MILLISECOND == 0
                        && ours.ticks().div_euclid(TICKS_PER_MILLISECOND)
                            == theirs.ticks() / TICKS_PER_MILLISECOND)
            }
            (ours, theirs) => ours == theirs,
        }
    }

    /// The cell as part of a key: names in small letters without a final dot, times to the millisecond.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Text(text) if text == "." => text.clone(),
            Self::Text(text) => text.strip_suffix('.').unwrap_or(text).to_lowercase(),
            Self::Time(time) => time.ticks().div_euclid(10_000).to_string(),
            other => other.to_string(),
        }
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::Json(value) => value.fmt(f),
        }
    }
}

/// Rows as they are read.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) rows: Vec<Row>,
    /// Records that could not be read.
    pub(super) broken: u64,
    header: Vec<String>,
}

impl Rows for Collected {
    fn input(&mut self, _: &str) {}

    fn json<'b>(&mut self, records: impl Iterator<Item = (u64, &'b [u8])>) {
        for (_, record) in records {
            match serde_json::from_slice::<serde_json::Map<String, Value>>(record) {
                Ok(members) => self.rows.push(
                    members
                        .into_iter()
                        .filter_map(|(name, value)| {
                            let cell = Cell::of_json(&name, value)?;
                            Some((name, cell))
                        })
                        .collect(),
                ),
                Err(_) => self.broken += 1,
            }
        }
    }

    fn header<'h>(&mut self, cells: impl Iterator<Item = &'h str>) {
        // The portal adds the zone to the names of times.
        let plain = |cell: &str| cell.trim().split(" [").next().unwrap_or_default().to_owned();
        self.header = cells.map(plain).collect();
    }

    fn row<'c>(&mut self, _: u64, cells: impl Iterator<Item = &'c str>) {
        let cells = self.header.iter().zip(cells);
        let row = cells.filter_map(|(name, cell)| Some((name.clone(), Cell::of_text(name, cell)?)));
        self.rows.push(row.collect());
    }

    fn column_json(&mut self, _: u64, _: &[u8]) {
        self.broken += 1;
    }

    fn column(&mut self, _: &str, _: &str) {
        self.broken += 1;
    }

    fn broken(&mut self, _: u64, _: &str) {
        self.broken += 1;
    }
}
