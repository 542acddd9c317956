//! The arguments of `asim decode`.

use asimkit::decoders;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

/// The end of `asim decode --help`.
const HELP: &str = "\
Examples:
  asim decode response --source zeek 'lb.example.net,192.0.2.1'
      The records of one cell of Zeek's column `answers`.
  asim decode flags --source zeek 'T F T T 0'
      The seven flags of Zeek's columns AA, TC, RD, RA and Z.
  zeek-cut -F ' ' AA TC RD RA Z < dns.log | asim decode flags --source zeek
      A list for each line.
  asim normalize --quiet dns.log | asim decode response
      The records of events, which know the question: types and owners are filled in.

Exit status:
  0  every value was decoded (also when the reader of the output goes away)
  1  some value could not be decoded: it is named on standard error, and its line is `null`
  2  an argument, the input or the output could not be used";

/// Decode the answers or the flags of a response.
///
/// Writes one JSON list a line: for `response` the records with part, query, TTL, Class, Type and Response, as far as the
/// text tells them; for `flags` true, false or null for AD, AA, CD, RA, RD, TC and Z.
///
/// Values are texts of a source, or events that asim wrote, which need no --source.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct DecodeArguments {
    /// What is decoded.
    #[arg(value_enum)]
    pub(crate) what: What,

    /// The source whose text it is; events need none.
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(decoders::sources()))]
    pub(crate) source: Option<String>,

    /// The value; `-`, or no value, reads standard input, one value a line.
    #[arg(value_name = "VALUE")]
    pub(crate) value: Option<String>,
}

/// What is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// The records of a response.
    Response,
    /// The flags of a message.
    Flags,
}
