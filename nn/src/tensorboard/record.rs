//! The frame of a record, `tensorflow/core/lib/io/record_writer.h`: the length of the data as eight bytes, a sum of
//! those, the data, a sum of the data; all little-endian.

use std::io::{self, Write};

/// Writes one record.
pub fn write(file: &mut impl Write, data: &[u8]) -> io::Result<()> {
    let length = (data.len() as u64).to_le_bytes();
    file.write_all(&length)?;
    file.write_all(&sum(&length).to_le_bytes())?;
    file.write_all(data)?;
    file.write_all(&sum(data).to_le_bytes())
}

/// CRC-32C (Castagnoli), masked so that a sum over data that hold sums is not weak:
/// `tensorflow/core/lib/hash/crc32c.h`.
fn sum(data: &[u8]) -> u32 {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8)
}
