//! Writing into room that is there already.
//!
//! All writers of JSON have one form: they write a value at a place of a slice and return the place after it, or none
//! when the room ends before. The place travels in a register; the length of a vector would be stored and loaded again
//! for every few bytes, and that wait was most of the time that writing an event took.

/// Appends to a vector what `write` puts at the start of the room that it is given.
///
/// `hint` is the room to begin with; while it does not suffice, `write` is called again with twice the room.
#[inline]
pub(crate) fn append(out: &mut Vec<u8>, hint: usize, write: impl Fn(&mut [u8]) -> Option<usize>) {
    let start = out.len();
    let mut room = hint;
    loop {
        out.resize(start + room, 0);
        if let Some(length) = out.get_mut(start..).and_then(&write) {
            return out.truncate(start + length);
        }
        room *= 2;
    }
}

/// Writes bytes whose number is known when the program is built.
#[inline]
pub(crate) fn put<const N: usize>(bytes: [u8; N], room: &mut [u8], at: usize) -> Option<usize> {
    *room.get_mut(at..)?.first_chunk_mut()? = bytes;
    Some(at + N)
}

/// Writes bytes whole, but counts only the first `length`: what follows them is overwritten.
#[inline]
pub(crate) fn put_part<const N: usize>(
    bytes: &[u8; N],
    length: usize,
    room: &mut [u8],
    at: usize,
) -> Option<usize> {
    *room.get_mut(at..)?.first_chunk_mut()? = *bytes;
    Some(at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_grows_until_it_suffices() {
        let mut out = b"x".to_vec();
        append(&mut out, 1, |room| {
            let at = put(*b"abc", room, 0)?;
            put_part(b"def", 1, room, at)
        });
        assert_eq!(out, b"xabcd");
    }
}
