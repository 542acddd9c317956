//! The room that one event is written to.
//!
//! Several columns of an event show one value: aliases, and columns that stand in for others. Bytes that were written
//! once are copied then, which costs less than to escape or format the value again.

use std::net::IpAddr;

use super::room::{put, put_part};
use super::{ip, string, time};
use crate::Timestamp;

/// Bytes that are copied at once; most texts, and all times and IPv4 addresses, need one copy.
const CHUNK: usize = 32;

/// The room of an event, and where the values stand in it that a further column may show again.
///
/// A page serves one event: texts are told by where they lie in memory, which the event holds on to.
#[derive(Debug)]
pub(crate) struct Page<'o> {
    pub(crate) room: &'o mut [u8],
    text: (*const str, Written),
    time: (Option<Timestamp>, Written),
    ip: (Option<IpAddr>, Written),
}

/// The place of a value that was written.
#[derive(Debug, Clone, Copy)]
struct Written {
    start: usize,
    length: usize,
}

impl Written {
    const NOTHING: Self = Self { start: 0, length: 0 };

    #[inline]
    fn between(start: usize, end: usize) -> Self {
        Self {
            start,
            length: end - start,
        }
    }
}

impl<'o> Page<'o> {
    /// A page without anything on it.
    #[inline]
    pub(crate) fn new(room: &'o mut [u8]) -> Self {
        // No value lies where this text does, because the text is empty and an empty value is not copied.
        Self {
            room,
            text: ("", Written::NOTHING),
            time: (None, Written::NOTHING),
            ip: (None, Written::NOTHING),
        }
    }

    /// Writes a string.
    #[inline]
    pub(crate) fn string(&mut self, value: &str, at: usize) -> Option<usize> {
        let (last, written) = self.text;
        if std::ptr::eq(last, value) && !value.is_empty() {
            return self.again(written, at);
        }
        let end = string(value, self.room, at)?;
        self.text = (value, Written::between(at, end));
        Some(end)
    }

    /// Writes an instant as a JSON string.
    #[inline]
    pub(crate) fn time(&mut self, value: Timestamp, at: usize) -> Option<usize> {
        let (last, written) = self.time;
        if last == Some(value) {
            return self.again(written, at);
        }
        let end = time(value, self.room, at)?;
        self.time = (Some(value), Written::between(at, end));
        Some(end)
    }

    /// Writes an address as a JSON string.
    #[inline]
    pub(crate) fn ip(&mut self, value: IpAddr, at: usize) -> Option<usize> {
        let (last, written) = self.ip;
        if last == Some(value) {
            return self.again(written, at);
        }
        let end = ip(value, self.room, at)?;
        self.ip = (Some(value), Written::between(at, end));
        Some(end)
    }

    /// Writes once more what stands on the page already.
    #[inline]
    fn again(&mut self, written: Written, at: usize) -> Option<usize> {
        let mut done = 0;
        loop {
            // What lies behind the value is copied with it and overwritten by what comes next.
            let bytes: [u8; CHUNK] = *self.room.get(written.start + done..)?.first_chunk()?;
            let left = written.length - done;
            if left <= CHUNK {
                return put_part(&bytes, left, self.room, at + done);
            }
            put(bytes, self.room, at + done)?;
            done += CHUNK;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::room::append;

    #[test]
    fn a_value_again_is_the_same_text() {
        for length in [0, 1, 29, 30, 31, 62, 63, 200] {
            let texts = ["a\"".repeat(length), "b".repeat(length)];
            let order = [0, 0, 1, 0, 1, 1, 1];
            let mut out = Vec::new();
            append(&mut out, 1, |room| {
                let mut page = Page::new(room);
                order
                    .iter()
                    .try_fold(0, |at, text: &usize| page.string(&texts[*text], at))
            });
            let expected: String = order
                .map(|text| serde_json::to_string(&texts[text]).unwrap())
                .concat();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn times_and_addresses_again_are_the_same_text() {
        let times = [0, 1, 16_000_000_000_000_001].map(|ticks| Timestamp::from_ticks(ticks).unwrap());
        let addresses: [IpAddr; 3] =
            ["192.0.2.1", "::", "2001:db8:1111:2222:3333:4444:5555:6666"].map(|text| text.parse().unwrap());
        let order = [0, 0, 1, 2, 2, 0, 1, 1];
        let mut out = Vec::new();
        append(&mut out, 1, |room| {
            let mut page = Page::new(room);
            order.iter().try_fold(0, |at, place: &usize| {
                let at = page.time(times[*place], at)?;
                page.ip(addresses[*place], at)
            })
        });
        let expected: String = order
            .map(|place| format!("\"{}\"\"{}\"", times[place], addresses[place]))
            .concat();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
