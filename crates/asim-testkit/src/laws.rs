//! What holds for every parser, whatever its input.

use std::num::NonZero;

use asim_parse::engine::Options;
use asim_parse::{Parser, Provenance, Schemas, sniff};
use asim_schema::{Event, JsonWriter, SchemaField, SchemaKind, SchemaVersion};
use memchr::memmem;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::goldens::event;
use crate::run::{Pieces, Reading, Run, run, run_as, settled};
use crate::samples::Suite;
use crate::schema::Validators;

/// So many mutated samples are tried.
const MUTATIONS: u32 = 512;

/// Block sizes that cut records, lines and headers at every kind of place.
const BLOCK_SIZES: [usize; 6] = [1, 7, 64, 777, 4096, 4 << 20];

impl Suite {
    /// The parser recognizes each of its samples.
    pub fn samples_are_recognized(&self) {
        for sample in self.samples() {
            let head = sample.bytes.get(..sniff::HEAD).unwrap_or(&sample.bytes);
            let recognized = asim_parse::recognize(self.parser, head);
            assert!(recognized.is_some(), "{} is not recognized", sample.name);
        }
    }

    /// Each field of the manifest stands there once, in schema order, with the columns that it is made of or the rule
    /// that needs none; fields that follow from others by themselves do not stand there.
    pub fn the_manifest_tells_where_each_field_comes_from(&self) {
        let manifest = self.parser.manifest();
        assert!(manifest.schemas() != Schemas::NONE, "the parser fills nothing");
        check_provenance(manifest.provenance);
        check_provenance(manifest.process_provenance);
    }

    /// Each golden line reads back as an event that is written as the same line.
    pub fn goldens_read_back_as_the_same_events(&self) {
        let writer = JsonWriter::default();
        for (place, line) in self.golden_lines() {
            let event = event(&place, &line);
            let mut again = Vec::new();
            writer.write_event(&event, &mut again);
            assert_eq!(String::from_utf8_lossy(&again), line, "{place}");
        }
    }

    /// read = written + filtered + declined + rejected, and there are as many lines and rejects as were counted.
    pub fn every_record_is_accounted_for(&self) {
        for sample in self.samples() {
            add_up(&run(self.parser, &sample.bytes, &Self::context()));
        }
    }

    /// Events, rejects and report are the same whatever the block size, the number of jobs and the reads' sizes.
    pub fn block_size_and_jobs_change_nothing(&self) {
        for sample in self.samples() {
            let reading = Reading::of(self.parser, &sample.bytes);
            let context = settled(self.parser, &sample.bytes, &Self::context());
            let whole = run(self.parser, &sample.bytes, &Self::context());
            for block_size in BLOCK_SIZES {
                for (jobs, piece) in [(1, 777), (2, usize::MAX), (3, 13)] {
                    let mut options = Options::default();
                    options.block_size = block_size;
                    options.jobs = NonZero::new(jobs).unwrap();
                    options.live = piece == 13;
                    let input = Pieces::new(&sample.bytes, piece);
                    let parts = run_as(self.parser, reading, input, &context, options);
                    let what = format!(
                        "{}, blocks of {block_size}, {jobs} jobs, pieces of {piece}",
                        sample.name
                    );
                    assert!(whole.ndjson == parts.ndjson, "other events: {what}");
                    assert_eq!(whole.reject_lines(), parts.reject_lines(), "{what}");
                    assert_eq!(whole.report, parts.report, "{what}");
                }
            }
        }
    }

    /// A reject's bytes stand in the input where it says, on the line that it says.
    pub fn rejects_point_to_their_bytes(&self) {
        for sample in self.samples() {
            let run = run(self.parser, &sample.bytes, &Self::context());
            check_locations(self.parser, &sample.bytes, &run);
        }
    }

    /// Samples with bytes changed, left out, put in and repeated: no panic, and every record is accounted for.
    pub fn mutated_samples_never_panic_and_add_up(&self) {
        let samples = self.samples();
        let mutation = (0..samples.len(), prop::collection::vec(any::<Mutation>(), 1..6));
        let config = Config {
            cases: MUTATIONS,
            failure_persistence: None,
            ..Config::default()
        };
        let outcome = TestRunner::new(config).run(&mutation, |(sample, mutations)| {
            let mut bytes = samples.get(sample).expect("within the range").bytes.clone();
            for mutation in &mutations {
                mutation.apply(&mut bytes);
            }
            let run = run(self.parser, &bytes, &Self::context());
            add_up(&run);
            check_locations(self.parser, &bytes, &run);
            for line in run.lines() {
                let read = serde_json::from_str::<Event<'_>>(line);
                prop_assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
            }
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }

    /// Where one schema is wanted, its events are the same as where all are, and the records of the others are declined.
    pub fn each_schema_has_its_own_records(&self) {
        for sample in self.samples() {
            let all = run(self.parser, &sample.bytes, &Self::context());
            for schema in SchemaKind::ALL {
                let mut context = Self::context();
                context.schemas = Schemas::only(schema);
                let one = run(self.parser, &sample.bytes, &context);
                let lines = all.lines().into_iter();
                let (own, others): (Vec<_>, Vec<_>) =
                    lines.partition(|line| event(&sample.name, line).schema() == schema);
                let what = format!("{}, {} alone", sample.name, schema.name());
                assert_eq!(one.lines(), own, "{what}");
                assert_eq!(
                    one.report.counts.declined,
                    all.report.counts.declined + others.len() as u64 + misfits(&all, &one),
                    "{what}"
                );
                add_up(&one);
            }
        }
    }

    /// No event of a schema version has a field that came later, and each is valid by that version's JSON Schema.
    pub fn later_fields_stay_out_of_earlier_versions(&self) {
        for version in SchemaVersion::SELECTABLE.iter().copied() {
            let mut context = Self::context();
            context.schema_version = version;
            let validators = Validators::of_dns_version(version);
            for sample in self.samples() {
                for line in run(self.parser, &sample.bytes, &context).lines() {
                    let event = event(&sample.name, line);
                    let schema = event.schema();
                    let errors = validators.errors(schema, line);
                    assert!(errors.is_empty(), "version {version}: {errors:#?}\n{line}");
                    let object: serde_json::Map<String, serde_json::Value> =
                        serde_json::from_str(line).unwrap();
                    for name in object.keys() {
                        let info = schema.field(name).unwrap_or_else(|| panic!("no field {name}"));
                        assert!(
                            info.since <= event.version(),
                            "{name} in an event of version {}",
                            event.version()
                        );
                    }
                }
            }
        }
    }
}

fn add_up(run: &Run) {
    let counts = &run.report.counts;
    assert!(counts.add_up(), "{counts:?}");
    assert_eq!(run.lines().len() as u64, counts.written);
    assert_eq!(run.rejects.len() as u64, counts.rejected);
    assert_eq!(run.report.rejected.values().sum::<u64>(), counts.rejected);
    assert_eq!(run.report.declined.values().sum::<u64>(), counts.declined);
}

/// How many records are rejected only where all schemas are wanted: what is declined is not mapped.
fn misfits(all: &Run, one: &Run) -> u64 {
    all.report
        .counts
        .rejected
        .saturating_sub(one.report.counts.rejected)
}

/// What each entry of a list of fields must be.
fn check_provenance<F: SchemaField>(entries: &[Provenance<F>]) {
    for (entry, next) in entries.iter().zip(entries.iter().skip(1)) {
        assert!(
            entry.field < next.field,
            "{} stands behind {}: each field once, in schema order",
            next.field,
            entry.field
        );
    }
    for entry in entries {
        let info = entry.field.info();
        assert!(
            info.alias_of.is_empty() && !info.constant,
            "{} follows by itself",
            info.name
        );
        assert!(
            !entry.columns.is_empty() || !entry.rule.is_empty(),
            "{}: neither a column nor a rule",
            info.name
        );
        let mut columns = entry.columns.to_vec();
        columns.sort_unstable();
        columns.dedup();
        assert!(
            columns.len() == entry.columns.len() && columns.iter().all(|name| !name.trim().is_empty()),
            "{}: a column without a name, or one named twice",
            info.name
        );
    }
}

/// Whether a reject's bytes stand at a place of the input; what a parser joins of several records may have others
/// between its lines.
pub fn stands_at(parser: &dyn Parser, input: &[u8], byte: usize, raw: &[u8]) -> bool {
    let Some(mut rest) = input.get(byte..) else {
        return false;
    };
    if parser.joins().is_none() {
        return rest.starts_with(raw);
    }
    let mut lines = raw.split(|byte| *byte == b'\n');
    lines.next().is_some_and(|first| rest.starts_with(first))
        && lines.all(|line| {
            let found = memmem::find(rest, line);
            rest = rest
                .get(found.unwrap_or_default() + line.len()..)
                .unwrap_or_default();
            found.is_some()
        })
}

fn check_locations(parser: &dyn Parser, input: &[u8], run: &Run) {
    let mut last = 0;
    for reject in &run.rejects {
        let location = reject.error.location();
        let byte = usize::try_from(location.byte).unwrap();
        assert!(
            stands_at(parser, input, byte, &reject.raw),
            "{location}: other bytes stand there than {:?}",
            reject.raw.escape_ascii().to_string()
        );
        let before = input.get(..byte).unwrap_or_default();
        // Binary inputs have no lines.
        let line = if sniff::is_evtx(input) {
            1
        } else {
            before.split(|byte| *byte == b'\n').count() as u64
        };
        assert_eq!(location.line, line, "{location}");
        assert!(
            location.record > last && location.record <= run.report.counts.read,
            "{location}"
        );
        last = location.record;
    }
}

/// One change to an input. Places are shares of its length, in 1/65536.
#[derive(Debug, Clone)]
enum Mutation {
    Change(u16, u8),
    Insert(u16, Vec<u8>),
    Remove(u16, u8),
    Truncate(u16),
    Repeat(u16, u16),
}

impl Arbitrary for Mutation {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let bytes = prop_oneof![
            prop::collection::vec(any::<u8>(), 1..4),
            // What formats give a meaning to.
            prop::sample::select(vec![
                b"\n".to_vec(),
                b"\t".to_vec(),
                b"\"".to_vec(),
                b"\\".to_vec(),
                b"\\x".to_vec(),
                b"{".to_vec(),
                b"[".to_vec(),
                b"#".to_vec(),
                b"\0\0\0\0".to_vec(),
                b",".to_vec(),
                b"-".to_vec(),
                b"\xff".to_vec(),
                b"99999999999999999999".to_vec(),
                b"\n#fields\t".to_vec(),
                b"null".to_vec(),
                b"\r".to_vec(),
            ]),
        ];
        prop_oneof![
            (any::<u16>(), any::<u8>()).prop_map(|(place, byte)| Self::Change(place, byte)),
            (any::<u16>(), bytes).prop_map(|(place, bytes)| Self::Insert(place, bytes)),
            (any::<u16>(), any::<u8>()).prop_map(|(place, count)| Self::Remove(place, count)),
            any::<u16>().prop_map(Self::Truncate),
            (any::<u16>(), any::<u16>()).prop_map(|(from, to)| Self::Repeat(from, to)),
        ]
        .boxed()
    }
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |share: u16| bytes.len() * usize::from(share) / 65536;
        match self {
            Self::Change(at, byte) => {
                let at = place(*at);
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Self::Insert(at, inserted) => {
                let at = place(*at);
                bytes.splice(at..at, inserted.iter().copied());
            }
            Self::Remove(at, count) => {
                let at = place(*at);
                let end = bytes.len().min(at + usize::from(*count));
                bytes.drain(at..end);
            }
            Self::Truncate(at) => bytes.truncate(place(*at)),
            Self::Repeat(from, to) => {
                let (from, to) = (place(*from.min(to)), place(*from.max(to)));
                let repeated = bytes.get(from..to.min(from + 4096)).unwrap_or_default().to_vec();
                bytes.splice(to..to, repeated);
            }
        }
    }
}
