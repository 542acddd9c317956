//! The first bytes of an input: looked at to find the source, then read like the rest.

use std::io::{self, Read};

use asim_parse::{Schemas, sniff};

use crate::error::NormalizeError;
use crate::source::{Recognized, Source, SourceError};

/// An input's first bytes, and the error that stood behind them if there was one, to be read again.
#[derive(Debug, Default)]
pub(crate) struct Head {
    bytes: Vec<u8>,
    read: usize,
    error: Option<io::Error>,
}

/// A live input is looked at in pieces of this size.
const LIVE_PIECE: usize = 4096;

impl Head {
    /// Reads an input's first bytes and finds its source; none for an input without any bytes but blanks.
    ///
    /// A live input is not waited for longer than until its first line tells the source.
    pub(crate) fn read(
        input: &mut impl Read,
        source: Source,
        schemas: Schemas,
        live: bool,
    ) -> Result<(Self, Option<Recognized>), NormalizeError> {
        let mut head = Self::default();
        loop {
            let wanted = sniff::HEAD - head.bytes.len();
            let ended = head.read_on(input, if live { wanted.min(LIVE_PIECE) } else { wanted });
            let complete = ended || head.bytes.len() >= sniff::HEAD;
            let first_line = live && head.bytes.contains(&b'\n');
            if !complete && !first_line {
                continue;
            }
            match source.recognize(&head.bytes, schemas) {
                Err(SourceError::Unrecognized | SourceError::Ambiguous(_)) if !complete => {}
                Ok(recognized) if !head.bytes.is_empty() || head.error.is_none() => {
                    return Ok((head, Some(recognized)));
                }
                found => return head.without_source(found.err()),
            }
        }
    }

    /// The bytes that were looked at.
    pub(crate) fn seen(&self) -> &[u8] {
        &self.bytes
    }

    /// What an input means in which no source was found.
    fn without_source(
        self,
        reason: Option<SourceError>,
    ) -> Result<(Self, Option<Recognized>), NormalizeError> {
        match (self.error, reason) {
            (Some(error), _) => Err(NormalizeError::Read(error)),
            (None, Some(reason)) if !self.bytes.trim_ascii().is_empty() => Err(reason.into()),
            (None, _) => Ok((Self::default(), None)),
        }
    }

    /// Reads at most `wanted` bytes more; true at the end of the input.
    fn read_on(&mut self, input: &mut impl Read, wanted: usize) -> bool {
        let filled = self.bytes.len();
        self.bytes.resize(filled + wanted, 0);
        let read = loop {
            match input.read(self.bytes.get_mut(filled..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let count = read.unwrap_or_else(|error| {
            self.error = Some(error);
            0
        });
        self.bytes.truncate(filled + count);
        count == 0
    }
}

impl Read for Head {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let mut rest = self.bytes.get(self.read..).unwrap_or_default();
        let count = rest.read(space)?;
        self.read += count;
        if count == 0
            && !space.is_empty()
            && let Some(error) = self.error.take()
        {
            return Err(error);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_input_has_no_source_and_is_no_error() {
        let (_, recognized) = Head::read(&mut &b" \n"[..], Source::Auto, Schemas::default(), false).unwrap();
        assert!(recognized.is_none());
    }

    #[test]
    fn what_was_looked_at_is_read_again() {
        let log = "#separator \\x09\n#fields\tts\n".repeat(4000);
        let mut input = log.as_bytes();
        let (mut head, recognized) = Head::read(&mut input, Source::Auto, Schemas::default(), true).unwrap();
        assert!(recognized.is_some() && head.bytes.len() <= LIVE_PIECE);
        let mut read = String::new();
        head.read_to_string(&mut read).unwrap();
        input.read_to_string(&mut read).unwrap();
        assert_eq!(read, log);
    }
}
