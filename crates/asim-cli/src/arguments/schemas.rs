//! The arguments that choose schemas.

use asimkit::schema::SchemaKind;
use asimkit::{Normalizer, ProcessVersion, SchemaVersion, Schemas};
use clap::{Args, ValueEnum};

use super::value;

/// Which events are wanted, and in which version.
#[derive(Debug, Args)]
#[command(next_help_heading = "Events")]
pub(crate) struct EventSchemaArguments {
    /// The schemas whose events are wanted; the records of the others are declined.
    ///
    /// `all` writes the events of all schemas into one stream, which only NDJSON can be: each event says in
    /// `EventSchema` which it is of.
    #[arg(long, value_enum, value_name = "SCHEMA", default_value_t = SchemaChoice::Dns)]
    pub(crate) schema: SchemaChoice,

    /// The schema version of the events: fields that came later are left out [default: 0.1.3; ProcessEvent: 0.1.4].
    ///
    /// With --schema all it is the version of the Dns events.
    #[arg(long, value_name = "VERSION", value_parser = value::schema_version())]
    pub(crate) schema_version: Option<SchemaVersion>,
}

/// A choice of schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaChoice {
    /// Dns.
    Dns,
    /// ProcessEvent.
    Process,
    /// All of them.
    All,
}

impl SchemaChoice {
    /// The schemas.
    pub(crate) const fn schemas(self) -> Schemas {
        match self {
            Self::Dns => Schemas::only(SchemaKind::Dns),
            Self::Process => Schemas::only(SchemaKind::Process),
            Self::All => Schemas::ALL,
        }
    }
}

impl EventSchemaArguments {
    /// The version of Dns events.
    pub(crate) fn dns_version(&self) -> SchemaVersion {
        self.schema_version.unwrap_or_default()
    }

    /// The version of process events.
    ///
    /// # Errors
    ///
    /// When they cannot be written in the version that is asked for.
    pub(crate) fn process_version(&self) -> Result<ProcessVersion, String> {
        let Some(version) = self
            .schema_version
            .filter(|_| self.schema == SchemaChoice::Process)
        else {
            return Ok(ProcessVersion::DEFAULT);
        };
        let mut versions = ProcessVersion::SELECTABLE.iter().copied();
        versions
            .find(|own| own.number() == version.number())
            .ok_or_else(|| {
                let versions = ProcessVersion::SELECTABLE.iter().map(|version| version.as_str());
                let versions: Vec<_> = versions.collect();
                format!(
                    "--schema-version {version}: process events are written in {}",
                    versions.join(", ")
                )
            })
    }

    /// The normalizer with these choices.
    ///
    /// # Errors
    ///
    /// When a schema's events cannot be written in the version that is asked for.
    pub(crate) fn choose(&self, normalizer: Normalizer) -> Result<Normalizer, String> {
        Ok(normalizer
            .schemas(self.schema.schemas())
            .schema_version(self.dns_version())
            .process_version(self.process_version()?))
    }
}
