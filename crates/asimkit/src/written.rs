//! Events that were written before and come typed already, such as the rows of a table.

use asim_parse::engine::{Counts, Reject, Report};
use asim_parse::filter::CompiledFilter;
use asim_parse::{Location, RecordError};
use asim_schema::Event;

use crate::own_events::{NO_EVENT, origin};

/// Filters and counts events that were written before, as those of a log are.
///
/// ```
/// use asimkit::{DnsEvent, Event, Filter, Normalizer, Report, SchemaVersion};
///
/// let normalizer = Normalizer::new().filter(&Filter::default().domain_has_any(["example.com"]))?;
/// let (written, mut report) = (normalizer.written(), Report::default());
/// let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
/// event.set_dns_query("other.test");
/// assert!(written.event(Event::Dns(event), &mut report).is_none());
/// let reject = written.reject(2, "DnsQuery: no text".to_owned(), b"{}".to_vec(), &mut report);
/// assert_eq!(reject.error.location().record, 2);
/// assert_eq!((report.counts.filtered, report.counts.rejected), (1, 1));
/// assert!(report.counts.add_up());
/// # Ok::<(), asimkit::FilterError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Written<'n> {
    filter: Option<&'n CompiledFilter>,
}

impl<'n> Written<'n> {
    /// The id under which reports and rejects name their source.
    pub const SOURCE: &'static str = "events";

    pub(crate) fn new(filter: Option<&'n CompiledFilter>) -> Self {
        Self { filter }
    }

    /// Counts an event, and hands it back unless the filter leaves it out.
    pub fn event<'e>(&self, event: Event<'e>, report: &mut Report) -> Option<Event<'e>> {
        let refused = self
            .filter
            .filter(|filter| !filter.selects(&event, origin(&event)));
        let Some(filter) = refused else {
            count(report, |counts| &mut counts.written);
            return Some(event);
        };
        for parameter in filter.unanswered(&event) {
            let of_source = report.unanswered.entry(Self::SOURCE).or_default();
            *of_source.entry(parameter).or_default() += 1;
        }
        count(report, |counts| &mut counts.filtered);
        None
    }

    /// Counts a row that is no event, and makes it a record that was rejected.
    ///
    /// Its number, from 1, stands for record and line; a row has no place among the bytes. `raw` is what the row holds,
    /// as text.
    pub fn reject(&self, row: u64, reason: String, raw: Vec<u8>, report: &mut Report) -> Reject {
        count(report, |counts| &mut counts.rejected);
        *report.rejected.entry(NO_EVENT.class.to_owned()).or_default() += 1;
        let location = Location {
            record: row,
            line: row,
            byte: 0,
        };
        Reject {
            error: RecordError::new(Self::SOURCE, location, NO_EVENT.with(reason), &raw),
            length: raw.len() as u64,
            raw,
        }
    }
}

/// Counts what became of an event.
fn count(report: &mut Report, what: impl Fn(&mut Counts) -> &mut u64) {
    let of_source = report.sources.entry(Written::SOURCE).or_default();
    for counts in [&mut report.counts, of_source] {
        counts.read += 1;
        *what(counts) += 1;
    }
}
