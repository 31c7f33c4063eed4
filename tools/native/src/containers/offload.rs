//! Clang's containers of device code: offload bundles, plain and compressed, and the offload
//! binaries of its newer driver.

use std::io::{BufReader, Read};

use super::fatbin::next_byte;
use super::gpu::{Found, Place};
use super::source::{Source, le16, le32, le64};
use crate::error::{Error, Result};

pub const BUNDLE: &[u8; 24] = b"__CLANG_OFFLOAD_BUNDLE__";
pub const COMPRESSED: &[u8; 4] = b"CCOB";
pub const BINARY: [u8; 4] = [0x10, 0xff, 0x10, 0xad];

const MOST_ENTRIES: u64 = 1 << 12;
const MOST_ID: u64 = 1 << 10;
/// The table of a bundle stands at its beginning, so that no more need be decompressed.
const MOST_TABLE: u64 = 4 << 20;
const MOST_STRINGS: u64 = 1 << 10;

/// The bundles of a section, one after the other with zeros between them.
pub fn walk(source: &Source, place: &Place, found: &mut Vec<Found>) -> Result<()> {
    let mut at = place.start;
    while let Some(start) = next_byte(source, at, place.end)? {
        at = one(source, start, place, found)?;
    }
    Ok(())
}

/// One container, whichever it is; returns where it ends.
pub fn one(source: &Source, start: u64, place: &Place, found: &mut Vec<Found>) -> Result<u64> {
    let left = place.end.saturating_sub(start);
    let magic = source.read(start, left.min(24))?;
    if magic == BUNDLE {
        bundle(source, start, place, found)
    } else if magic.starts_with(COMPRESSED) {
        compressed(source, start, place, found)
    } else if magic.starts_with(&BINARY) {
        binary(source, start, place, found)
    } else {
        Err(malformed(place, start, "has no magic number"))
    }
}

fn malformed(place: &Place, at: u64, why: &str) -> Error {
    Error::Malformed(format!("the offload bundle at {} {why}", place.at(at)))
}

/// One entry of a bundle's table: where its code is in the bundle, and the target's name.
struct Entry {
    offset: u64,
    size: u64,
    id: String,
}

fn bundle(source: &Source, start: u64, place: &Place, found: &mut Vec<Found>) -> Result<u64> {
    let left = place.end - start;
    let mut size = 4 << 10;
    let entries = loop {
        match table(&source.read(start, left.min(size))?) {
            Err(CUT) if size < left.min(MOST_TABLE) => size *= 32,
            other => break other.map_err(|why| malformed(place, start, why))?,
        }
    };
    let mut end = 32;
    for entry in entries {
        let last = entry.offset.saturating_add(entry.size);
        if last > left {
            return Err(malformed(place, start, "claims more bytes than there are"));
        }
        end = end.max(last);
        add(&entry, place.at(start.saturating_add(entry.offset)), found);
    }
    Ok(start + end)
}

const CUT: &str = "is cut off in its table";

/// The table at the start of a bundle's bytes.
fn table(bytes: &[u8]) -> std::result::Result<Vec<Entry>, &'static str> {
    if bytes.get(..24) != Some(&BUNDLE[..]) {
        return Err("has no magic number");
    }
    let count = le64(bytes.get(..32).ok_or(CUT)?, 24);
    if count > MOST_ENTRIES {
        return Err("has more entries than any compiler writes");
    }
    let mut at = 32;
    let mut found = Vec::new();
    for _ in 0..count {
        let item = bytes.get(at..at + 24).ok_or(CUT)?;
        let length = le64(item, 16);
        if length > MOST_ID {
            return Err("has a target with an endless name");
        }
        at += 24;
        let id = bytes.get(at..at + length as usize).ok_or(CUT)?;
        at += length as usize;
        found.push(Entry {
            offset: le64(item, 0),
            size: le64(item, 8),
            id: String::from_utf8_lossy(id).into_owned(),
        });
    }
    Ok(found)
}

fn compressed(source: &Source, start: u64, place: &Place, found: &mut Vec<Found>) -> Result<u64> {
    let left = place.end - start;
    let header = source.read(start, left.min(32))?;
    let cut = || malformed(place, start, "is cut off in its header");
    if header.len() < 20 {
        return Err(cut());
    }
    let (version, method) = (le16(&header, 4), le16(&header, 6));
    let (before, end) = match version {
        1 => (20, start + until_next(source, start, place.end)?),
        2 => (24, start.saturating_add(le32(&header, 8).into())),
        3 if header.len() == 32 => (32, start.saturating_add(le64(&header, 8))),
        3 => return Err(cut()),
        _ => {
            return Err(malformed(
                place,
                start,
                "is compressed in an unknown version",
            ));
        }
    };
    if end > place.end || end < start + before {
        return Err(malformed(place, start, "claims more bytes than there are"));
    }
    let packed = BufReader::new(source.reader(start + before, end - start - before)?);
    let mut bytes = Vec::new();
    let done = match method {
        0 => flate2::read::ZlibDecoder::new(packed)
            .take(MOST_TABLE)
            .read_to_end(&mut bytes)
            .map_err(|why| why.to_string()),
        1 => match ruzstd::decoding::StreamingDecoder::new(packed) {
            Ok(decoder) => decoder
                .take(MOST_TABLE)
                .read_to_end(&mut bytes)
                .map_err(|why| why.to_string()),
            Err(why) => Err(why.to_string()),
        },
        other => Err(format!("method {other} is unknown")),
    };
    done.map_err(|why| malformed(place, start, &format!("does not decompress: {why}")))?;
    for entry in table(&bytes).map_err(|why| malformed(place, start, why))? {
        add(&entry, place.at(start), found);
    }
    Ok(end)
}

/// The first version does not say how long it is: up to the next one, or to the end.
fn until_next(source: &Source, start: u64, end: u64) -> Result<u64> {
    let mut next = None;
    source.for_each_chunk(start + 4, end, 8, |at, bytes| {
        if next.is_none() {
            next = memchr::memmem::find(bytes, b"CCOB\x01\0").map(|skip| at + skip as u64);
        }
        Ok(())
    })?;
    Ok(next.unwrap_or(end) - start)
}

/// An offload binary: metadata as pairs of texts, and one image.
fn binary(source: &Source, start: u64, place: &Place, found: &mut Vec<Found>) -> Result<u64> {
    let left = place.end - start;
    let cut = || malformed(place, start, "claims more bytes than there are");
    if left < 32 {
        return Err(cut());
    }
    let header = source.read(start, 32)?;
    if le32(&header, 4) != 1 {
        return Err(malformed(place, start, "is of an unknown version"));
    }
    let (size, entry_at) = (le64(&header, 8), le64(&header, 16));
    let inside = |at: u64, bytes: u64| at.checked_add(bytes).is_some_and(|end| end <= size);
    if size > left || size < 32 || !inside(entry_at, 40) {
        return Err(cut());
    }
    let entry = source.read(start + entry_at, 40)?;
    let (strings_at, count) = (le64(&entry, 8), le64(&entry, 16));
    let (image_at, image_size) = (le64(&entry, 24), le64(&entry, 32));
    if count > MOST_STRINGS || !inside(strings_at, count * 16) || !inside(image_at, image_size) {
        return Err(cut());
    }
    let text = |at: u64| -> Result<String> {
        if at >= size {
            return Err(cut());
        }
        let bytes = source.read(start + at, (size - at).min(MOST_ID))?;
        let end = bytes.iter().position(|&byte| byte == 0).ok_or_else(cut)?;
        Ok(String::from_utf8_lossy(&bytes[..end]).into_owned())
    };
    let mut arch = String::new();
    for number in 0..count {
        let pair = source.read(start + strings_at + number * 16, 16)?;
        if text(le64(&pair, 0))? == "arch" {
            arch = text(le64(&pair, 8))?;
        }
    }
    let kind = match le16(&entry, 0) {
        2 => "bitcode".to_owned(),
        5 => "ptx".to_owned(),
        _ => kind_of(&arch),
    };
    found.push(Found {
        kind,
        arch,
        size: image_size,
        place: place.at(start),
    });
    Ok(start + size)
}

fn add(entry: &Entry, place: String, found: &mut Vec<Found>) {
    if let Some((kind, arch)) = target(&entry.id) {
        found.push(Found {
            kind,
            arch,
            size: entry.size,
            place,
        });
    }
}

/// Kind and architecture of a target such as `hipv4-amdgcn-amd-amdhsa--gfx90a:xnack-`; None for
/// the host's own entry, which holds nothing.
pub fn target(id: &str) -> Option<(String, String)> {
    if id.starts_with("host-") {
        return None;
    }
    let start = id.find("-gfx").or_else(|| id.find("-sm_"));
    let arch = start.map_or(id, |at| &id[at + 1..]);
    Some((kind_of(arch), arch.to_owned()))
}

fn kind_of(arch: &str) -> String {
    match arch {
        _ if arch.starts_with("gfx") => "amdgpu",
        _ if arch.starts_with("sm_") => "sass",
        _ => "other",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_told_apart_from_its_triple() {
        let told = |id| target(id).map(|(kind, arch)| format!("{kind} {arch}"));
        assert_eq!(told("host-x86_64-unknown-linux-gnu--"), None);
        assert_eq!(
            told("hipv4-amdgcn-amd-amdhsa--gfx90a:xnack-").unwrap(),
            "amdgpu gfx90a:xnack-"
        );
        assert_eq!(
            told("hip-amdgcn-amd-amdhsa-gfx9-4-generic").unwrap(),
            "amdgpu gfx9-4-generic"
        );
        assert_eq!(
            told("openmp-nvptx64-nvidia-cuda--sm_70").unwrap(),
            "sass sm_70"
        );
    }
}
