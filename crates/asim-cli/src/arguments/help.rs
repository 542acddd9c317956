//! The last section of the long help texts.

/// The end of `asim --help`.
pub(super) const PROGRAM: &str = "\
Examples:
  asim normalize dns.log                 events of a log as NDJSON on standard output
  asim normalize --to csv dns.log        the same as a table
  asim normalize -o events.ndjson logs/  everything in a directory that a source recognizes
  asim sources                           what can be read
  asim schema dns                        the fields that are written
  asim explain dns.log:17                how one record becomes an event
  asim decode flags --source zeek AA,RD  the seven flags in ASIM's order
  asim validate events.ndjson            what is wrong with a table of events
  asim diff dns.log export.csv           our events beside a KQL parser's

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
  asim normalize --to csv --columns TimeGenerated,SrcIpAddr,DnsQuery,DnsResponseCodeName dns.log
      A table with these columns in this order.
  asim normalize --to parquet --partition-by date,source -o events/ logs/
      A folder of Parquet files, one for each day and source.
  asim normalize --order time -o events.ndjson sensor-1/ sensor-2/
      Events of several sensors in the order of their times.
  asim normalize --starttime 'ago(1d)' --domain-has-any @domains.txt --segment client-response logs/
      Lookups of the last day, each once, that have a name of a list.
  asim normalize --dvc sensor-3.example.com --assume-time mtime dns.log
      Names the sensor, and gives records without a time that of the file.
  asim normalize --dvc-from 'logs/([^/]+)/' logs/
      Names the sensor of each file after its directory: sensor-3 for logs/sensor-3/dns.log.

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

/// The end of `asim explain --help`.
pub(super) const EXPLAIN: &str = "\
Examples:
  asim explain dns.log:17
      The record on line 17, its event, and where each value comes from.
  asim explain --record 3 --json dns.log.gz
      The third record of a compressed log, as JSON for other programs.
  asim explain --source zeek --assume-time 2026-11-21T09:00:00Z dns.log
      The first record, read as normalize would with the same flags.

Exit status:
  0  the record was found: it became an event, was declined, or was rejected
  2  there is no such record, or the input could not be used";

/// The end of `asim completions --help`.
pub(super) const COMPLETIONS: &str = "\
Examples:
  asim completions bash > ~/.local/share/bash-completion/completions/asim
  asim completions zsh > ~/.zfunc/_asim
      With ~/.zfunc in fpath.
  asim completions fish > ~/.config/fish/completions/asim.fish";

/// The end of `asim man --help`.
pub(super) const MAN: &str = "\
Examples:
  asim man | man -l -
      The pages on the screen.
  asim man --output ~/.local/share/man/man1
      The pages for man asim, man asim-normalize and so on.";
