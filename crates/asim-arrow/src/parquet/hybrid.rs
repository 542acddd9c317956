//! Small numbers as Parquet's run-length and bit-packing hybrid.

/// So many numbers are packed together.
const GROUP: usize = 8;

/// The bits that numbers up to this one need.
pub(super) fn width(largest: usize) -> u8 {
    u8::try_from(usize::BITS - largest.leading_zeros()).unwrap_or(u8::MAX)
}

/// Appends numbers of so many bits each: runs of one number as the number and its count, others packed bit by bit.
///
/// Source: the encoding RLE (3) of the Parquet format, without the length before it.
pub(super) fn append(bytes: &mut Vec<u8>, width: u8, numbers: &[u32]) {
    // What lies between these two is to be packed, in whole groups.
    let (mut start, mut end) = (0, 0);
    while let Some(rest @ [first, ..]) = numbers.get(end..) {
        let run = rest.iter().take_while(|number| *number == first).count();
        if run < GROUP {
            end += GROUP;
            continue;
        }
        append_packed(bytes, width, numbers.get(start..end).unwrap_or_default());
        append_run(bytes, width, *first, run);
        end += run;
        start = end;
    }
    append_packed(bytes, width, numbers.get(start..).unwrap_or_default());
}

/// Appends one number that comes so many times.
pub(super) fn append_run(bytes: &mut Vec<u8>, width: u8, number: u32, count: usize) {
    append_varint(bytes, count << 1);
    let number = number.to_le_bytes();
    bytes.extend(number.iter().take(usize::from(width).div_ceil(8)));
}

/// Appends numbers bit by bit; the last group is filled up with zeros.
fn append_packed(bytes: &mut Vec<u8>, width: u8, numbers: &[u32]) {
    let groups = numbers.len().div_ceil(GROUP);
    if groups == 0 {
        return;
    }
    append_varint(bytes, (groups << 1) | 1);
    let end = bytes.len() + groups * usize::from(width);
    let (mut bits, mut count) = (0_u64, 0_u8);
    for number in numbers {
        bits |= u64::from(*number) << count;
        count += width;
        if count >= 32 {
            let [a, b, c, d, ..] = bits.to_le_bytes();
            bytes.extend_from_slice(&[a, b, c, d]);
            bits >>= 32;
            count -= 32;
        }
    }
    bytes.extend(bits.to_le_bytes().iter().take(usize::from(count).div_ceil(8)));
    bytes.resize(end, 0);
}

/// Appends a number in seven bits a byte, the lowest first (unsigned LEB128).
fn append_varint(bytes: &mut Vec<u8>, mut number: usize) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the format: the numbers zero to seven in three bits.
    #[test]
    fn groups_are_packed_from_the_lowest_bit() {
        let mut bytes = Vec::new();
        append(&mut bytes, 3, &[0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(bytes, [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
    }

    #[test]
    fn a_run_has_its_count_and_whole_bytes_of_the_number() {
        let mut bytes = Vec::new();
        append(&mut bytes, 9, &[300; 100]);
        assert_eq!(bytes, [200, 1, 0x2c, 1]);
        bytes.clear();
        append(&mut bytes, 0, &[0; 9]);
        assert_eq!(bytes, [18]);
    }

    #[test]
    fn a_run_ends_a_group_and_the_last_group_is_filled_up() {
        let mut bytes = Vec::new();
        append(
            &mut bytes,
            1,
            &[1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1],
        );
        // One group, eight ones, and one group of two numbers.
        assert_eq!(bytes, [0b11, 0b1111_0101, 16, 1, 0b11, 0b10]);
    }

    #[test]
    fn widths() {
        assert_eq!([0, 1, 2, 255, 256].map(width), [0, 1, 2, 8, 9]);
    }
}
