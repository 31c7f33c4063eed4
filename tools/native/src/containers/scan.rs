//! Device code that is embedded as plain data, which no section name announces. What looks like
//! the start of one but does not hold together is data of another kind, and left alone.

use memchr::memmem::Finder;
use object::elf;

use super::gpu::{Found, Place};
use super::source::{Source, le16, le32, le64};
use super::{fatbin, gpu, offload};
use crate::error::{Error, Result};

/// Longer than every start that is looked for, and than an ELF header.
const OVERLAP: usize = 64;
const ELF_START: &[u8; 7] = b"\x7fELF\x02\x01\x01";
/// Real libraries embed thousands of kernels, not millions.
const MOST_STARTS: usize = 1 << 20;

pub fn scan(source: &Source, place: &Place, found: &mut Vec<Found>) -> Result<()> {
    let starts: [&[u8]; 5] = [
        &fatbin::START,
        ELF_START,
        offload::BUNDLE,
        offload::COMPRESSED,
        &offload::BINARY,
    ];
    let finders = starts.map(Finder::new);
    let mut places = Vec::new();
    source.for_each_chunk(place.start, place.end, OVERLAP, |at, bytes| {
        for finder in &finders {
            places.extend(finder.find_iter(bytes).map(|skip| at + skip as u64));
        }
        if places.len() > MOST_STARTS {
            return Err(Error::Limit {
                what: "embedded code objects",
                limit: MOST_STARTS as u64,
            });
        }
        Ok(())
    })?;
    places.sort_unstable();
    places.dedup();
    let mut after = place.start;
    for start in places {
        if start >= after
            && let Some(end) = try_one(source, start, place, found)?
        {
            after = end;
        }
    }
    Ok(())
}

/// What begins here, if it holds together; returns where it ends.
fn try_one(
    source: &Source,
    start: u64,
    place: &Place,
    found: &mut Vec<Found>,
) -> Result<Option<u64>> {
    let before = found.len();
    let left = place.end - start;
    let bytes = source.read(start, left.min(64))?;
    let end = if bytes.starts_with(ELF_START) {
        cubin_or_code_object(source, &bytes, start, place, found)
    } else if bytes.starts_with(&fatbin::START) {
        fatbin::one(source, start, place, found)
    } else {
        offload::one(source, start, place, found)
    };
    match end {
        Ok(end) => Ok(Some(end)),
        // The budget for reading is spent: that must not pass for "nothing here".
        Err(Error::Io(why)) => Err(Error::Io(why)),
        Err(_) => {
            found.truncate(before);
            Ok(None)
        }
    }
}

fn cubin_or_code_object(
    source: &Source,
    bytes: &[u8],
    start: u64,
    place: &Place,
    found: &mut Vec<Found>,
) -> Result<u64> {
    let other = || Error::Malformed("no device code".to_owned());
    if bytes.len() < 64 {
        return Err(other());
    }
    let machine = elf::Machine(le16(bytes, 18));
    if machine != elf::EM_CUDA && machine != elf::EM_AMDGPU || le16(bytes, 52) != 64 {
        return Err(other());
    }
    let tables = [
        (
            le64(bytes, 32),
            u64::from(le16(bytes, 54)) * u64::from(le16(bytes, 56)),
        ),
        (
            le64(bytes, 40),
            u64::from(le16(bytes, 58)) * u64::from(le16(bytes, 60)),
        ),
    ];
    let mut size = 64;
    for (at, bytes) in tables {
        size = at.saturating_add(bytes).max(size);
    }
    if le32(bytes, 20) != 1 || size > place.end - start {
        return Err(other());
    }
    let inner = Place {
        start,
        end: start + size,
        ..place.clone()
    };
    gpu::code_object(source, &inner, found)?;
    Ok(start + size)
}
