//! Goldens: the events of each sample, and what became of its other records.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use asim_parse::value::common::common;
use asim_schema::{Event, SchemaKind};
use serde_json::{Value, json};

use crate::run::{Run, run};
use crate::samples::{Sample, Suite, files};
use crate::schema::Validators;

/// Writes the goldens instead of comparing with them.
const UPDATE: &str = "ASIM_UPDATE_GOLDENS";

impl Suite {
    fn golden(&self, sample: &Sample) -> PathBuf {
        self.folder
            .join("goldens")
            .join(format!("{}.ndjson", sample.stem))
    }

    fn golden_report(&self, sample: &Sample) -> PathBuf {
        self.folder
            .join("goldens")
            .join(format!("{}.report.json", sample.name))
    }

    /// Every sample's events and report are those of its goldens, and no golden is without a sample.
    pub fn goldens_match(&self) {
        #[expect(clippy::disallowed_methods, reason = "how a developer asks for new goldens")]
        let update = std::env::var_os(UPDATE).is_some();
        let mut known = BTreeSet::new();
        for sample in self.samples() {
            let run = run(self.parser, &sample.bytes, &Self::context());
            let expected = [
                (self.golden(&sample), run.ndjson.clone()),
                (self.golden_report(&sample), report(&run).into_bytes()),
            ];
            for (path, bytes) in expected {
                if update && known.insert(path.clone()) {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, &bytes).unwrap();
                }
                known.insert(path.clone());
                let golden = fs::read(&path).unwrap_or_default();
                assert_same(&sample.name, &path.display().to_string(), &golden, &bytes);
            }
        }
        for (name, path) in files(&self.folder.join("goldens")) {
            assert!(known.contains(&path), "the golden {name} has no sample");
        }
    }

    pub(crate) fn golden_lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for (name, path) in files(&self.folder.join("goldens")) {
            if name.ends_with(".ndjson") {
                let text = fs::read_to_string(path).expect("a golden is UTF-8");
                lines.extend(
                    text.lines()
                        .enumerate()
                        .map(|(n, l)| (format!("{name}:{}", n + 1), l.to_owned())),
                );
            }
        }
        assert!(!lines.is_empty(), "no golden holds an event");
        lines
    }

    /// Every line of every golden is valid by the published JSON Schema of its schema's default version.
    pub fn goldens_validate_against_the_schema(&self) {
        let validators = Validators::default();
        for (place, line) in self.golden_lines() {
            let errors = validators.errors(event(&place, &line).schema(), &line);
            assert!(errors.is_empty(), "{place}: {errors:#?}\n{line}");
        }
    }

    /// The goldens show every field that the manifest claims, and no other.
    pub fn goldens_show_what_the_manifest_claims(&self) {
        let mut claimed: BTreeMap<_, _> = SchemaKind::ALL
            .into_iter()
            .map(|schema| (schema, self.claimed(schema)))
            .collect();
        let mut unseen = claimed.clone();
        for (place, line) in self.golden_lines() {
            let event = event(&place, &line);
            let schema = event.schema();
            let fields = common(&event).unwrap();
            let [vendor, product] =
                [fields.event_vendor(), fields.event_product()].map(Option::unwrap_or_default);
            assert!(
                self.parser.manifest().makes(vendor, product),
                "{place}: {vendor} {product} is no product of the manifest's"
            );
            let Value::Object(object) = serde_json::from_str(&line).unwrap() else {
                panic!("{place}: no object")
            };
            for name in object.keys() {
                let info = schema
                    .field(name)
                    .unwrap_or_else(|| panic!("{place}: no field {name}"));
                if info.alias_of.is_empty() && !info.constant {
                    assert!(
                        claimed.entry(schema).or_default().contains(info.name),
                        "{place}: {name} is not in the manifest's provenance for {}",
                        schema.name()
                    );
                    unseen.entry(schema).or_default().remove(info.name);
                }
            }
        }
        // Goldens are of the default version, which later fields are not part of.
        for (schema, names) in &mut unseen {
            names.retain(|name| {
                schema
                    .field(name)
                    .is_some_and(|info| info.since <= schema.default_version())
            });
        }
        unseen.retain(|_, names| !names.is_empty());
        assert!(unseen.is_empty(), "claimed, shown by no golden: {unseen:?}");
    }

    /// The names of the fields of a schema's events that the manifest claims.
    fn claimed(&self, schema: SchemaKind) -> BTreeSet<&'static str> {
        let manifest = self.parser.manifest();
        match schema {
            SchemaKind::Dns => manifest.filled().iter().map(|field| field.info().name).collect(),
            SchemaKind::Process => manifest
                .filled_process()
                .iter()
                .map(|field| field.info().name)
                .collect(),
            _ => BTreeSet::new(),
        }
    }
}

/// The event of a line.
pub(crate) fn event<'l>(place: &str, line: &'l str) -> Event<'l> {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"))
}

/// What became of a sample's records beside its events, as stable text.
fn report(run: &Run) -> String {
    let counts = &run.report.counts;
    let rejects: Vec<_> = run
        .rejects
        .iter()
        .map(|reject| {
            let location = reject.error.location();
            json!({
                "record": location.record,
                "line": location.line,
                "byte": location.byte,
                "stage": reject.error.stage().as_str(),
                "reason": reject.error.fault().to_string(),
            })
        })
        .collect();
    let notes: serde_json::Map<_, _> = run
        .report
        .notes
        .iter()
        .map(|(note, count)| (note.to_string(), count.into()))
        .collect();
    let report = json!({
        "read": counts.read,
        "written": counts.written,
        "filtered": counts.filtered,
        "declined": counts.declined,
        "rejected": counts.rejected,
        "declined_reasons": run.report.declined,
        "rejects": rejects,
        "notes": notes,
    });
    serde_json::to_string_pretty(&sorted(report)).unwrap() + "\n"
}

/// The value with the keys of its objects sorted: crates that are built along may have them kept as they are written.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.into_iter().collect();
            members
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect()
        }
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        value => value,
    }
}

fn assert_same(sample: &str, golden: &str, expected: &[u8], found: &[u8]) {
    if expected == found {
        return;
    }
    let (expected, found) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let (mut expected, mut found) = (expected.lines(), found.lines());
    for line in 1.. {
        let (expected, found) = (expected.next(), found.next());
        assert!(
            expected == found && expected.is_some(),
            "{sample} differs from {golden} at line {line}:\n  golden: {}\n  found:  {}\n\
             If the new output is right, set {UPDATE}=1, read the change, and commit it.",
            expected.unwrap_or("(nothing)"),
            found.unwrap_or("(nothing)"),
        );
    }
}
