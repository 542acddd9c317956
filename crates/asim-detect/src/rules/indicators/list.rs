//! Many indicators in little room.

use std::io::{BufRead, Read};
use std::net::IpAddr;
use std::num::NonZeroU32;

use asim_schema::Timestamp;
use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use super::indicator::{Indicator, IndicatorKind};
use super::networks::Networks;
use super::reader::{IndicatorError, IndicatorReader, Refused};
use super::texts::{TextId, Texts};
use crate::alert::Severity;

/// One row, without its texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) value: TextId,
    pub(super) kind: IndicatorKind,
    pub(super) severity: Severity,
    pub(super) confidence: Option<u8>,
    pub(super) title: Option<TextId>,
    pub(super) tactics: Option<TextId>,
    pub(super) techniques: Option<TextId>,
    pub(super) source: Option<TextId>,
    pub(super) valid_until: Option<Timestamp>,
    /// The number plus one of another row that holds wherever this one does: of the same value, or of the network around.
    pub(super) next: Option<NonZeroU32>,
}

/// A list of indicators, ready to be asked.
///
/// Names cost one probe of a hash table for each label, addresses one probe and one search in sorted ranges, however
/// long the list is.
///
/// ```
/// use asim_detect::rules::indicators::{IndicatorKind, Indicators};
/// use asim_schema::Timestamp;
///
/// let list = "value,severity,title,valid_until\nevil.example,High,Loader,2027-01-31\n192.0.2.0/24,,Scanner,\n";
/// let indicators = Indicators::from_csv(list.as_bytes())?;
/// let november = Timestamp::parse("2026-11-21T09:00:00Z").unwrap();
/// let found = indicators.find_name("www.evil.example", november).unwrap();
/// assert_eq!((found.value, found.kind, found.title), ("evil.example", IndicatorKind::Domain, Some("Loader")));
/// assert_eq!(indicators.find_name("not-evil.example", november), None);
/// let later = Timestamp::parse("2027-02-01T00:00:00Z").unwrap();
/// assert_eq!(indicators.find_name("www.evil.example", later), None);
/// let found = indicators.find_address("192.0.2.9".parse().unwrap(), november).unwrap();
/// assert_eq!(found.title, Some("Scanner"));
/// # Ok::<(), asim_detect::rules::indicators::IndicatorError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Indicators {
    texts: Texts,
    rows: Vec<Row>,
    /// The first row of each value that is a name.
    names: HashTable<u32>,
    /// The first row of each address.
    addresses: HashTable<u32>,
    networks: Networks,
    /// A bit for each number of labels that a name of the list has; names of 63 labels and more share one.
    labels: u64,
    /// Rows of less confidence are passed over; those that say nothing of it are not.
    least_confidence: u8,
    refused: Vec<Refused>,
    refused_count: u64,
}

/// A row that was found, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) row: u32,
    severity: Severity,
    /// The more of a name or an address it names, the better.
    precision: usize,
}

impl Indicators {
    /// Reads CSV with a header; see [`IndicatorReader`].
    ///
    /// # Errors
    ///
    /// When the input cannot be read or has no column `value`.
    pub fn from_csv(input: impl Read) -> Result<Self, IndicatorError> {
        let mut reader = IndicatorReader::default();
        reader.csv(input)?;
        Ok(reader.finish())
    }

    /// Reads a JSON object a line; see [`IndicatorReader`].
    ///
    /// # Errors
    ///
    /// When the input cannot be read.
    pub fn from_ndjson(input: impl BufRead) -> Result<Self, IndicatorError> {
        let mut reader = IndicatorReader::default();
        reader.ndjson(input)?;
        Ok(reader.finish())
    }

    /// Passes rows over whose source is less sure than this, in percent.
    #[must_use]
    pub fn with_least_confidence(mut self, percent: u8) -> Self {
        self.least_confidence = percent;
        self
    }

    /// The number of indicators.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first few rows that could not be used, and why.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// The number of rows that could not be used.
    pub fn refused_count(&self) -> u64 {
        self.refused_count
    }

    /// The bytes of memory that the list takes.
    pub fn bytes(&self) -> usize {
        self.texts.bytes()
            + self.rows.capacity() * size_of::<Row>()
            + self.names.allocation_size()
            + self.addresses.allocation_size()
            + self.networks.bytes()
    }

    /// The worst indicator that holds for a name at a time; of equally bad ones the one that names the most of it. The
    /// name is in lower case, without final dot.
    pub fn find_name(&self, name: &str, time: Timestamp) -> Option<Indicator<'_>> {
        let hit = self.hit_name(name, xxh3_64(name.as_bytes()), time)?;
        self.indicator(hit.row)
    }

    /// The worst indicator that holds for an address at a time; of equally bad ones that of the narrowest network.
    pub fn find_address(&self, address: IpAddr, time: Timestamp) -> Option<Indicator<'_>> {
        let hit = self.hit_address(address, time)?;
        self.indicator(hit.row)
    }

    /// The worst hit of a name and of addresses; of equally bad ones that of the name.
    pub(crate) fn hit(
        &self,
        name: Option<(&str, u64)>,
        addresses: &[IpAddr],
        time: Timestamp,
    ) -> Option<Hit> {
        let mut best = name.and_then(|(name, hash)| self.hit_name(name, hash, time));
        for address in addresses {
            if let Some(hit) = self.hit_address(*address, time)
                && best.is_none_or(|best| hit.severity > best.severity)
            {
                best = Some(hit);
            }
        }
        best
    }

    fn hit_name(&self, name: &str, hash: u64, time: Timestamp) -> Option<Hit> {
        if self.labels == 0 {
            return None;
        }
        let mut best = None;
        // From the last label to the first.
        let mut labels = 0_u32;
        let mut end = name.len();
        loop {
            let start = last_label(name, end);
            labels += 1;
            if self.labels & label_bit(labels) != 0 {
                let suffix = name.get(start..)?;
                let hash = if start == 0 {
                    hash
                } else {
                    xxh3_64(suffix.as_bytes())
                };
                let first = self.names.find(hash, |row| self.value(*row) == suffix);
                let holds = |row: &Row| row.kind == IndicatorKind::Domain || start == 0;
                best = self.better(best, first.copied(), suffix.len(), time, holds);
            }
            match start.checked_sub(1) {
                Some(dot) => end = dot,
                None => return best,
            }
        }
    }

    fn hit_address(&self, address: IpAddr, time: Timestamp) -> Option<Hit> {
        let address = address.to_canonical();
        let mut best = None;
        if !self.addresses.is_empty() {
            let is = |row: &u32| self.value(*row).parse() == Ok(address);
            let first = self.addresses.find(address_hash(address), is);
            best = self.better(best, first.copied(), usize::MAX, time, |_| true);
        }
        self.better(best, self.networks.find(address), 0, time, |_| true)
    }

    /// The worst of a hit and of a chain of rows; of equally bad ones the more precise, then the earlier.
    fn better(
        &self,
        best: Option<Hit>,
        first: Option<u32>,
        precision: usize,
        time: Timestamp,
        holds: impl Fn(&Row) -> bool,
    ) -> Option<Hit> {
        let mut best = best;
        let mut next = first;
        while let Some(number) = next {
            let row = self.rows.get(number as usize)?;
            let valid = row.valid_until.is_none_or(|until| time < until)
                && row
                    .confidence
                    .is_none_or(|confidence| confidence >= self.least_confidence)
                && holds(row);
            let hit = Hit {
                row: number,
                severity: row.severity,
                precision,
            };
            if valid
                && best.is_none_or(|best| (hit.severity, hit.precision) > (best.severity, best.precision))
            {
                best = Some(hit);
            }
            next = row.next.map(|next| next.get() - 1);
        }
        best
    }

    fn value(&self, row: u32) -> &str {
        let row = self.rows.get(row as usize);
        row.map_or("", |row| self.texts.get(row.value))
    }

    /// The value of a row.
    pub(crate) fn value_of(&self, hit: Hit) -> &str {
        self.value(hit.row)
    }

    /// A row by its number.
    pub(crate) fn indicator(&self, row: u32) -> Option<Indicator<'_>> {
        let row = self.rows.get(row as usize)?;
        let text = |id: Option<TextId>| id.map(|id| self.texts.get(id));
        Some(Indicator {
            value: self.texts.get(row.value),
            kind: row.kind,
            severity: row.severity,
            title: text(row.title),
            tactics: text(row.tactics),
            techniques: text(row.techniques),
            source: text(row.source),
            confidence: row.confidence,
            valid_until: row.valid_until,
        })
    }

    /// Makes the list of what was read.
    pub(super) fn build(texts: Texts, read: Vec<Row>, refused: Vec<Refused>, refused_count: u64) -> Self {
        let mut list = Self {
            texts,
            rows: read,
            refused,
            refused_count,
            ..Self::default()
        };
        list.texts.settle();
        list.rows.shrink_to_fit();
        let Self {
            texts,
            rows,
            names,
            addresses,
            networks,
            labels,
            ..
        } = &mut list;
        for place in 0..rows.len() {
            let (Ok(number), Some(row)) = (u32::try_from(place), rows.get(place)) else {
                break;
            };
            let value = texts.get(row.value);
            let text = |row: &u32| rows.get(*row as usize).map_or("", |row| texts.get(row.value));
            let address_of = |row: &u32| text(row).parse::<IpAddr>().ok();
            let first = match row.kind {
                IndicatorKind::Domain | IndicatorKind::Exact => {
                    *labels |= label_bit(u32::try_from(label_count(value)).unwrap_or(u32::MAX));
                    let hash = |row: &u32| xxh3_64(text(row).as_bytes());
                    put(
                        names,
                        xxh3_64(value.as_bytes()),
                        number,
                        |row| text(row) == value,
                        hash,
                    )
                }
                IndicatorKind::Ip => value.parse().ok().and_then(|address| {
                    let hash = |row: &u32| address_of(row).map_or(0, address_hash);
                    put(
                        addresses,
                        address_hash(address),
                        number,
                        |row| address_of(row) == Some(address),
                        hash,
                    )
                }),
                IndicatorKind::Cidr => {
                    if let Ok(network) = value.parse() {
                        networks.push(network, number);
                    }
                    None
                }
            };
            if let Some(first) = first {
                // Behind the first row of the value, before its others: their order counts for nothing.
                let next = rows.get(first as usize).and_then(|row| row.next);
                link(rows, number, next);
                link(rows, first, NonZeroU32::new(number + 1));
            }
        }
        networks.settle(|row, above| link(rows, row, NonZeroU32::new(above + 1)));
        list
    }
}

fn link(rows: &mut [Row], row: u32, next: Option<NonZeroU32>) {
    if let Some(row) = rows.get_mut(row as usize) {
        row.next = next;
    }
}

/// Puts a row into a table; gives the one that is there already instead, if any.
fn put(
    table: &mut HashTable<u32>,
    hash: u64,
    number: u32,
    is: impl Fn(&u32) -> bool,
    hash_of: impl Fn(&u32) -> u64,
) -> Option<u32> {
    if let Some(first) = table.find(hash, is) {
        return Some(*first);
    }
    table.insert_unique(hash, number, hash_of);
    None
}

fn address_hash(address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(address) => xxh3_64(&address.octets()),
        IpAddr::V6(address) => xxh3_64(&address.octets()),
    }
}

fn label_bit(labels: u32) -> u64 {
    1 << labels.min(63)
}

/// Where the label that ends here begins. A dot inside a label is written `\.`.
fn last_label(name: &str, end: usize) -> usize {
    let mut bytes = name.as_bytes().get(..end).unwrap_or_default();
    while let Some(dot) = bytes.iter().rposition(|byte| *byte == b'.') {
        bytes = bytes.get(..dot).unwrap_or_default();
        let backslashes = bytes.iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 0 {
            return dot + 1;
        }
    }
    0
}

/// The number of labels.
fn label_count(name: &str) -> usize {
    let (mut labels, mut end) = (1, name.len());
    while let Some(dot) = last_label(name, end).checked_sub(1) {
        end = dot;
        labels += 1;
    }
    labels
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    fn list(text: &str) -> Indicators {
        Indicators::from_csv(text.as_bytes()).unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-21T09:00:00Z").unwrap()
    }

    fn found<'l>(list: &'l Indicators, name: &str) -> Option<&'l str> {
        list.find_name(name, now()).map(|indicator| indicator.value)
    }

    fn found_address<'l>(list: &'l Indicators, address: &str) -> Option<&'l str> {
        list.find_address(address.parse().unwrap(), now())
            .map(|indicator| indicator.value)
    }

    #[test]
    fn domains_hold_what_is_below_them_and_exact_names_do_not() {
        let list = list("value,kind\nonion.to,\nhost.example,exact\nxyz,domain\na\\.b.example,domain\n");
        for name in ["onion.to", "a.onion.to", "b.a.onion.to"] {
            assert_eq!(found(&list, name), Some("onion.to"), "{name}");
        }
        assert_eq!(found(&list, "host.example"), Some("host.example"));
        assert_eq!(found(&list, "anything.xyz"), Some("xyz"));
        assert_eq!(found(&list, "www.a\\.b.example"), Some("a\\.b.example"));
        // What `has` would find, and what equality would miss.
        for name in [
            "evil-onion.to",
            "onion.to.example.com",
            "to",
            "www.host.example",
            "b.example",
            ".",
            "",
        ] {
            assert_eq!(found(&list, name), None, "{name}");
        }
    }

    #[test]
    fn the_worst_row_wins_and_then_the_most_precise() {
        let list = list(
            "value,severity\nevil.example,Medium\nwww.evil.example,Low\na.evil.example,Medium\n\
             192.0.2.0/24,Medium\n192.0.0.0/8,High\n192.0.2.7,Low\n198.51.100.0/24,Low\n198.51.100.7,Low\n",
        );
        assert_eq!(found(&list, "www.evil.example"), Some("evil.example"));
        assert_eq!(found(&list, "a.evil.example"), Some("a.evil.example"));
        assert_eq!(found_address(&list, "192.0.2.7"), Some("192.0.0.0/8"));
        assert_eq!(found_address(&list, "::ffff:198.51.100.7"), Some("198.51.100.7"));
        assert_eq!(found_address(&list, "203.0.113.1"), None);
    }

    #[test]
    fn rows_of_one_value_expire_one_by_one() {
        let list = list(
            "value,severity,valid_until,title\nevil.example,High,2026-11-01,old\nevil.example,Low,,new\n\
             evil.example,Medium,2026-12-01,current\n192.0.2.0/24,High,2026-11-01,old\n192.0.0.0/16,Low,,wide\n\
             192.0.2.0/24,Medium,2026-12-01,current\n",
        );
        let title = |day: &str| {
            let time = Timestamp::parse(&format!("{day}T00:00:00Z")).unwrap();
            let name = list.find_name("evil.example", time).and_then(|row| row.title);
            let address = list
                .find_address("192.0.2.1".parse().unwrap(), time)
                .and_then(|row| row.title);
            (name, address)
        };
        assert_eq!(title("2026-10-31"), (Some("old"), Some("old")));
        assert_eq!(title("2026-11-01"), (Some("current"), Some("current")));
        assert_eq!(title("2027-01-01"), (Some("new"), Some("wide")));
    }

    #[test]
    fn rows_of_little_confidence_can_be_passed_over() {
        let list =
            list("value,confidence\na.example,20\nb.example,80\nc.example,\n").with_least_confidence(50);
        assert_eq!(found(&list, "a.example"), None);
        assert_eq!(found(&list, "b.example"), Some("b.example"));
        assert_eq!(found(&list, "c.example"), Some("c.example"));
    }

    #[test]
    fn lists_of_more_than_ten_thousand_rows_are_not_skipped() {
        let mut text = String::from("value\n");
        for number in 0..50_000 {
            let _ = write!(
                text,
                "d{number}.example\n10.{}.{}.0/24\n",
                number / 256,
                number % 256
            );
        }
        let list = list(&text);
        assert_eq!(list.len(), 100_000);
        assert_eq!(found(&list, "www.d49999.example"), Some("d49999.example"));
        assert_eq!(found_address(&list, "10.100.7.9"), Some("10.100.7.0/24"));
        assert!(list.bytes() < 100_000 * 150, "{} bytes", list.bytes());
    }

    proptest! {
        #[test]
        fn names_are_found_as_a_search_through_all_rows_finds_them(
            rows in proptest::collection::vec(("[ab](\\.[ab]){0,3}", any::<bool>()), 0..12),
            name in "[ab](\\.[ab]){0,4}",
        ) {
            let mut text = String::from("value,kind\n");
            for (value, exact) in &rows {
                let _ = writeln!(text, "{value},{}", if *exact { "exact" } else { "domain" });
            }
            let holds = |(value, exact): &&(String, bool)| {
                *value == name || (!exact && name.ends_with(&format!(".{value}")))
            };
            let expected = rows.iter().filter(holds).map(|(value, _)| value.len()).max();
            let list = list(&text);
            prop_assert_eq!(found(&list, &name).map(str::len), expected);
        }
    }
}
