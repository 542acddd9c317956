//! A name in a message.

use asim_schema::domain_name;
use domain::base::name::{Label, ParsedName};
use domain::dep::octseq::Parser;

/// A domain name as it stands in a message, compressed or not.
#[derive(Debug, Clone, Copy)]
pub struct WireName<'p>(ParsedName<&'p [u8]>);

impl<'p> WireName<'p> {
    /// Reads a name. The parser stands behind it then, even if what it points to makes no sense; none of both when the
    /// name itself is broken or cut off.
    pub(super) fn read(parser: &mut Parser<'p, [u8]>) -> Result<Option<Self>, Broken> {
        let mut ahead = *parser;
        if let Ok(name) = ParsedName::parse_ref(&mut ahead) {
            *parser = ahead;
            return Ok(Some(Self(name)));
        }
        ParsedName::skip(parser).map_err(|_| Broken)?;
        Ok(None)
    }

    /// The canonical text, as `DnsQuery` has it.
    pub fn text(&self) -> String {
        domain_name::from_labels(self.labels())
    }

    /// The labels without the root's.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        self.0
            .iter()
            .map(Label::as_slice)
            .filter(|label| !label.is_empty())
    }

    /// Whether a text with dots between the labels, and with or without a final one, is this name octet by octet.
    ///
    /// ```
    /// # use asim_parse::packet::Message;
    /// let octets = *b"\0\x01\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\0\0\x01\0\x01";
    /// let message = Message::read(&octets).unwrap();
    /// let name = message.question.unwrap().name.unwrap();
    /// assert!(name.is(b"www.example.") && name.is(b"www.example") && !name.is(b"WWW.example"));
    /// ```
    pub fn is(&self, text: &[u8]) -> bool {
        let mut rest = text.strip_suffix(b".").unwrap_or(text);
        let mut first = true;
        for label in self.labels() {
            if !first {
                let Some(behind) = rest.strip_prefix(b".") else {
                    return false;
                };
                rest = behind;
            }
            first = false;
            let Some(behind) = rest.strip_prefix(label) else {
                return false;
            };
            // A dot inside a label needs an escape, which a text without one does not show.
            if label.contains(&b'.') {
                return false;
            }
            rest = behind;
        }
        rest.is_empty()
    }
}

/// The message ends inside a name, or has something else there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;
