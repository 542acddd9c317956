//! The last section of the long help texts.

/// The end of `asim --help`.
pub(super) const PROGRAM: &str = "\
Examples:
  asim normalize dns.log                 events of a log as NDJSON on standard output
  asim normalize -o events.ndjson logs/  everything in a directory that a source recognizes
  asim sources                           what can be read
  asim schema dns                        the fields that are written

Exit status:
  0  all is well (also for an empty input, and when the reader of the output goes away)
  1  the job ran, and more records were rejected than --max-rejects allows
  2  an argument, an input or an output could not be used";

/// The end of `asim normalize --help`.
pub(super) const NORMALIZE: &str = "\
Examples:
  asim normalize dns.log
      Events as NDJSON on standard output, the summary on standard error.
  tail -n +1 -F dns.log | asim normalize --source zeek > events.ndjson
      A log that is still being written: each event comes out as soon as its line is complete.
  asim normalize -o events.ndjson --rejects rejects.ndjson --max-rejects 0.5% logs/ older.log.gz
      A directory and a compressed file into one output. Rejected records are kept with their
      reasons, and up to half a percent of them is no failure.
  asim normalize --schema-version 1.0.0 --no-aliases --additional none dns.log
      Fields of the newest schema version, each value once, and nothing beyond the schema.
  asim normalize --dvc sensor-3.example.com --assume-time mtime dns.log
      Names the sensor, and gives records without a time that of the file.

Exit status:
  0  all is well (also for an empty input, and when the reader of the output goes away)
  1  the job ran, and more records were rejected than --max-rejects allows
  2  an argument, an input or an output could not be used";

/// The end of `asim sources --help`.
pub(super) const SOURCES: &str = "\
Examples:
  asim sources
  asim sources --json";

/// The end of `asim schema --help`.
pub(super) const SCHEMA: &str = "\
Examples:
  asim schema dns
      The fields of the default version as a table.
  asim schema dns --as json-schema --schema-version 1.0.0 > dns.schema.json
      A JSON Schema (2020-12) that events of that version fulfil.
  asim schema dns --as csv
      All fields in the layout of ASIM's published schema tester.";
