//! Lists as they are written.

use std::fmt;
use std::io::{self, BufRead, Read};

use asim_schema::Timestamp;
use serde::{Deserialize, Deserializer};

use super::indicator::{IndicatorKind, Value};
use super::list::{Indicators, Row};
use super::texts::{TextId, Texts};
use crate::alert::Severity;

/// So many rows that could not be used are shown.
const SHOWN: usize = 20;

/// Reads lists of indicators: any number, of any form, one behind the other.
///
/// A row has a `value` and may have more: `kind` (`domain`, `exact`, `ip`, `cidr`; guessed from the value's form where
/// it is absent), `severity` (Medium where it is absent), `title`, `tactics` and `techniques` (several separated by
/// semicolon), `valid_until` (a date, or a date and time, UTC), `confidence` (0 to 100) and `source`. Letter case,
/// blanks and hyphens in the names of columns count for nothing. `type`, `threat`, `name`, `tactic`, `technique`,
/// `expires` and `indicator` are understood as well; other columns are left alone. A row that cannot be used is
/// refused with the reason, and the others count.
#[derive(Debug, Default)]
pub struct IndicatorReader {
    texts: Texts,
    rows: Vec<Row>,
    refused: Vec<Refused>,
    refused_count: u64,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its line, from one.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// A list cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum IndicatorError {
    /// The input fails.
    Input(io::Error),
    /// The table is no CSV, or has no column `value`.
    Table(String),
}

impl fmt::Display for IndicatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(error) => write!(f, "cannot be read: {error}"),
            Self::Table(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for IndicatorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Input(error) => Some(error),
            Self::Table(_) => None,
        }
    }
}

/// The columns that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Value,
    Kind,
    Severity,
    Title,
    Tactics,
    Techniques,
    ValidUntil,
    Confidence,
    Source,
}

impl Column {
    const COUNT: usize = 9;

    fn named(text: &str) -> Option<Self> {
        let letters = text.trim_start_matches('\u{feff}').chars();
        let name: String = letters.filter(char::is_ascii_alphanumeric).collect();
        Some(match name.to_ascii_lowercase().as_str() {
            "value" | "indicator" => Self::Value,
            "kind" | "type" => Self::Kind,
            "severity" => Self::Severity,
            "title" | "threat" | "threatname" | "name" => Self::Title,
            "tactics" | "tactic" => Self::Tactics,
            "techniques" | "technique" => Self::Techniques,
            "validuntil" | "expires" => Self::ValidUntil,
            "confidence" => Self::Confidence,
            "source" => Self::Source,
            _ => return None,
        })
    }
}

/// The texts of a row, by column; empty ones are absent.
type Cells<'c> = [Option<&'c str>; Column::COUNT];

impl IndicatorReader {
    /// Reads CSV (RFC 4180) with a header.
    ///
    /// # Errors
    ///
    /// When the input fails, or has no column `value`.
    pub fn csv(&mut self, input: impl Read) -> Result<(), IndicatorError> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
        let header = reader.byte_headers().map_err(error)?;
        let columns: Vec<_> = header
            .iter()
            .map(|name| Column::named(&String::from_utf8_lossy(name)))
            .collect();
        if !columns.contains(&Some(Column::Value)) {
            return Err(IndicatorError::Table("has no column `value`".to_owned()));
        }
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(error)? {
            let line = record.position().map_or(0, csv::Position::line);
            let mut cells = Cells::default();
            let mut is_text = true;
            for (column, cell) in columns.iter().zip(&record) {
                if let Some(place) = column.and_then(|column| cells.get_mut(column as usize)) {
                    match str::from_utf8(cell) {
                        Ok(text) => *place = Some(text),
                        Err(_) => is_text = false,
                    }
                }
            }
            if is_text {
                self.row(line, &cells);
            } else {
                self.refuse(line, "is not UTF-8".to_owned());
            }
        }
        Ok(())
    }

    /// Reads a JSON object a line. A list of texts under `tactics` or `techniques` is understood as well.
    ///
    /// # Errors
    ///
    /// When the input fails.
    pub fn ndjson(&mut self, mut input: impl BufRead) -> Result<(), IndicatorError> {
        let mut bytes = Vec::new();
        let mut line = 0;
        loop {
            bytes.clear();
            if input
                .read_until(b'\n', &mut bytes)
                .map_err(IndicatorError::Input)?
                == 0
            {
                return Ok(());
            }
            line += 1;
            let text = bytes
                .strip_prefix("\u{feff}".as_bytes())
                .unwrap_or(&bytes)
                .trim_ascii();
            if text.is_empty() {
                continue;
            }
            match serde_json::from_slice::<Object>(text) {
                Ok(Object(own)) => {
                    let cells: [Option<&str>; Column::COUNT] =
                        std::array::from_fn(|place| own.get(place).and_then(Option::as_deref));
                    self.row(line, &cells);
                }
                Err(error) => self.refuse(line, error.to_string()),
            }
        }
    }

    /// Reads a value a line; what follows a `#` is a comment.
    ///
    /// # Errors
    ///
    /// When the input fails.
    pub fn lines(&mut self, mut input: impl BufRead) -> Result<(), IndicatorError> {
        let mut bytes = Vec::new();
        let mut line = 0;
        loop {
            bytes.clear();
            if input
                .read_until(b'\n', &mut bytes)
                .map_err(IndicatorError::Input)?
                == 0
            {
                return Ok(());
            }
            line += 1;
            let Ok(text) = str::from_utf8(&bytes) else {
                self.refuse(line, "is not UTF-8".to_owned());
                continue;
            };
            let value = text.split_once('#').map_or(text, |(value, _)| value);
            let value = value.trim_start_matches('\u{feff}').trim();
            if !value.is_empty() {
                let mut cells = Cells::default();
                let [first, ..] = &mut cells;
                *first = Some(value);
                self.row(line, &cells);
            }
        }
    }

    /// The list.
    pub fn finish(self) -> Indicators {
        Indicators::build(self.texts, self.rows, self.refused, self.refused_count)
    }

    fn refuse(&mut self, line: u64, reason: String) {
        self.refused_count += 1;
        if self.refused.len() < SHOWN {
            self.refused.push(Refused { line, reason });
        }
    }

    fn row(&mut self, line: u64, cells: &Cells<'_>) {
        match self.read(cells) {
            Ok(row) => self.rows.push(row),
            Err(reason) => self.refuse(line, reason),
        }
    }

    fn read(&mut self, cells: &Cells<'_>) -> Result<Row, String> {
        let cell = |column: Column| {
            let text = cells.get(column as usize).copied().flatten().map(str::trim);
            text.filter(|text| !text.is_empty())
        };
        let kind = cell(Column::Kind).map(str::parse).transpose()?;
        let (value, kind): (_, IndicatorKind) = Value::read(cell(Column::Value).unwrap_or_default(), kind)?;
        let text = match &value {
            Value::Name(name) => self.text(name)?,
            Value::Address(address) => self.text(&address.to_string())?,
            Value::Network(network) => self.text(&network.to_string())?,
        };
        Ok(Row {
            value: text,
            kind,
            severity: cell(Column::Severity).map_or(Ok(Severity::Medium), severity)?,
            confidence: cell(Column::Confidence).map(confidence).transpose()?,
            title: cell(Column::Title).map(|text| self.text(text)).transpose()?,
            tactics: cell(Column::Tactics).map(|text| self.texts(text)).transpose()?,
            techniques: cell(Column::Techniques)
                .map(|text| self.texts(text))
                .transpose()?,
            source: cell(Column::Source).map(|text| self.text(text)).transpose()?,
            valid_until: cell(Column::ValidUntil).map(instant).transpose()?,
            next: None,
        })
    }

    fn text(&mut self, text: &str) -> Result<TextId, String> {
        self.texts
            .put(text)
            .ok_or_else(|| "the list is too long".to_owned())
    }

    /// Several texts, in one form.
    fn texts(&mut self, text: &str) -> Result<TextId, String> {
        let parts: Vec<_> = text
            .split([';', '|', ','])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        self.text(&parts.join("; "))
    }
}

/// A severity by its name, or by the usual other ones.
fn severity(text: &str) -> Result<Severity, String> {
    match text.to_ascii_lowercase().as_str() {
        "critical" => Ok(Severity::High),
        "info" => Ok(Severity::Informational),
        _ => text.parse(),
    }
}

fn confidence(text: &str) -> Result<u8, String> {
    let number = text.trim_end_matches('%').trim().parse().ok();
    number
        .filter(|number| *number <= 100)
        .ok_or_else(|| format!("confidence `{}` is not from 0 to 100", text.escape_debug()))
}

/// A date, which is its first instant, or a date and time, UTC.
fn instant(text: &str) -> Result<Timestamp, String> {
    let time = Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")));
    time.ok_or_else(|| format!("valid-until `{}` is no date and no time", text.escape_debug()))
}

fn error(error: csv::Error) -> IndicatorError {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => IndicatorError::Input(error),
        _ => IndicatorError::Table(text),
    }
}

/// The texts of an object, by column.
struct Object([Option<String>; Column::COUNT]);

/// What stands under a name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Text(String),
    Number(serde_json::Number),
    Texts(Vec<String>),
    Other(serde::de::IgnoredAny),
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut cells: [Option<String>; Column::COUNT] = Default::default();
                while let Some(name) = map.next_key::<String>()? {
                    let item = map.next_value::<Item>()?;
                    let place = Column::named(&name).and_then(|column| cells.get_mut(column as usize));
                    if let Some(place) = place {
                        *place = match item {
                            Item::Text(text) => Some(text),
                            Item::Number(number) => Some(number.to_string()),
                            Item::Texts(texts) => Some(texts.join("; ")),
                            Item::Other(_) => None,
                        };
                    }
                }
                Ok(Object(cells))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-21T09:00:00Z").unwrap()
    }

    #[test]
    fn all_columns_of_a_table_are_read() {
        let text = "\u{feff}Indicator,Type,Severity,Threat,Tactic,Technique,Valid-Until,Confidence,Source,Ticket\r\n\
                    Evil.Example,domain-name,critical,\"Loader, second stage\",Command and Control,T1071.004|T1568,2027-01-31T12:00:00Z,85,feed,7\r\n";
        let list = Indicators::from_csv(text.as_bytes()).unwrap();
        assert!(list.refused().is_empty(), "{:?}", list.refused());
        let row = list.find_name("evil.example", now()).unwrap();
        assert_eq!((row.kind, row.severity), (IndicatorKind::Domain, Severity::High));
        assert_eq!(row.title, Some("Loader, second stage"));
        assert_eq!(row.tactics, Some("Command and Control"));
        assert_eq!(row.techniques, Some("T1071.004; T1568"));
        assert_eq!((row.confidence, row.source), (Some(85), Some("feed")));
        assert_eq!(row.valid_until, Timestamp::parse("2027-01-31T12:00:00Z"));
    }

    #[test]
    fn objects_and_plain_lists_are_read() {
        let mut reader = IndicatorReader::default();
        let objects = r#"{"value":"a.example","severity":"Low","confidence":40,"techniques":["T1","T2"],"x":{"y":[1]}}

                         {"value":"192.0.2.7","tactics":null}"#;
        reader.ndjson(objects.as_bytes()).unwrap();
        reader
            .lines("# a feed\nb[.]example # seen today\n\n198.51.100.0/24\n".as_bytes())
            .unwrap();
        let list = reader.finish();
        assert_eq!((list.len(), list.refused_count()), (4, 0), "{:?}", list.refused());
        let row = list.find_name("a.example", now()).unwrap();
        assert_eq!(
            (row.severity, row.confidence, row.techniques),
            (Severity::Low, Some(40), Some("T1; T2"))
        );
        assert!(list.find_name("www.b.example", now()).is_some());
        assert!(list.find_address("192.0.2.7".parse().unwrap(), now()).is_some());
        assert!(
            list.find_address("198.51.100.9".parse().unwrap(), now())
                .is_some()
        );
    }

    #[test]
    fn a_row_that_cannot_be_used_says_why_and_where() {
        let text = "value,severity,valid_until,confidence,kind\n\
                    a.example,,,,\n\
                    http://b.example/,,,,\n\
                    c.example,awful,,,\n\
                    d.example,,soon,,\n\
                    e.example,,,200,\n\
                    f.example,,,,url\n\
                    ,,,,\n";
        let list = Indicators::from_csv(text.as_bytes()).unwrap();
        assert_eq!((list.len(), list.refused_count()), (1, 6));
        let lines: Vec<_> = list.refused().iter().map(|refused| refused.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8]);
        assert!(list.refused()[1].reason.contains("awful"), "{:?}", list.refused());
        let list = Indicators::from_ndjson(&b"[1]\n{\"value\":\"a.example\"}\n{\n"[..]).unwrap();
        assert_eq!((list.len(), list.refused_count()), (1, 2));
    }

    #[test]
    fn a_table_without_values_is_an_error() {
        let error = Indicators::from_csv(&b"domain,title\nx.example,y\n"[..]).unwrap_err();
        assert_eq!(error.to_string(), "has no column `value`");
    }
}
