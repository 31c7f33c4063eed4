//! NVIDIA's device code: fat binaries, which hold machine code and PTX for several
//! architectures, and bare cubins. Nothing is decompressed: headers name the architectures.

use object::read::elf::{FileHeader, SectionHeader};
use object::{Endianness, ReadRef, elf};

use super::gpu::{Found, Place};
use super::source::{Source, broken, le16, le32, le64, name_in, take};
use crate::error::{Error, Result};

pub const MAGIC: [u8; 4] = 0xba55_ed50_u32.to_le_bytes();
/// The magic number, version 1, and a header of 16 bytes.
pub const START: [u8; 8] = [0x50, 0xed, 0x55, 0xba, 1, 0, 16, 0];

const COMPRESSED_LZ4: u64 = 0x2000;
const COMPRESSED_ZSTD: u64 = 0x8000;
/// Code that runs on this architecture and on no later one: sm_90a.
const THIS_ONLY: u64 = 0x10_0000;
/// Code for an architecture and later ones of its family: sm_100f.
const FAMILY: u64 = 0x20_0000;
const ENTRY: usize = 64;

/// The fat binaries of a section, one after the other with zeros between them.
pub fn walk(source: &Source, place: &Place, found: &mut Vec<Found>) -> Result<()> {
    let mut at = place.start;
    while let Some(start) = next_byte(source, at, place.end)? {
        // Padding ends at a multiple of eight, and so a fat binary begins at one.
        at = one(source, start - (start - place.start) % 8, place, found)?;
    }
    Ok(())
}

/// The first byte that is not zero.
pub fn next_byte(source: &Source, mut at: u64, end: u64) -> Result<Option<u64>> {
    while at < end {
        let size = (end - at).min(4096);
        if let Some(skip) = source.read(at, size)?.iter().position(|&byte| byte != 0) {
            return Ok(Some(at + skip as u64));
        }
        at += size;
    }
    Ok(None)
}

/// One fat binary; returns where it ends.
pub fn one(source: &Source, start: u64, place: &Place, found: &mut Vec<Found>) -> Result<u64> {
    let malformed =
        |at: u64, why: &str| Error::Malformed(format!("the fat binary at {} {why}", place.at(at)));
    let left = place.end.saturating_sub(start);
    if left < 16 {
        return Err(malformed(start, "is cut off"));
    }
    let header = source.read(start, 16)?;
    if header[..4] != MAGIC {
        return Err(malformed(start, "has no magic number"));
    }
    if le16(&header, 4) != 1 || le16(&header, 6) < 16 {
        return Err(malformed(start, "is of an unknown version"));
    }
    let (before, size) = (u64::from(le16(&header, 6)), le64(&header, 8));
    if size > left.saturating_sub(before) {
        return Err(malformed(start, "claims more bytes than there are"));
    }
    let end = start + before + size;
    let mut at = start + before;
    while at < end {
        if end - at < ENTRY as u64 {
            return Err(malformed(at, "ends within an entry"));
        }
        let entry = source.read(at, ENTRY as u64)?;
        let (kind, before) = (le16(&entry, 0), u64::from(le32(&entry, 4)));
        let size = le64(&entry, 8);
        if before < ENTRY as u64 || before > end - at || size > end - at - before {
            return Err(malformed(
                at,
                "has an entry that claims more bytes than there are",
            ));
        }
        let flags = le64(&entry, 40);
        let packed = u64::from(le32(&entry, 16));
        let is_packed = flags & (COMPRESSED_LZ4 | COMPRESSED_ZSTD) != 0;
        let suffix = match flags & (THIS_ONLY | FAMILY) {
            0 => "",
            FAMILY => "f",
            _ => "a",
        };
        let number = le32(&entry, 28);
        let (kind, arch) = match kind {
            1 => ("ptx".to_owned(), format!("compute_{number}{suffix}")),
            2 => ("sass".to_owned(), format!("sm_{number}{suffix}")),
            8 => ("ltoir".to_owned(), format!("lto_{number}{suffix}")),
            other => (format!("kind_{other}"), format!("sm_{number}{suffix}")),
        };
        found.push(Found {
            kind,
            arch,
            size: if is_packed { packed } else { size },
            place: place.at(at),
        });
        at += before + size;
    }
    Ok(end)
}

/// The architecture of a bare cubin. Its header has the number; whether it is for one
/// architecture only stands there too or, since CUDA 13, in the assembler's note.
pub fn cubin<'a>(data: impl ReadRef<'a>) -> Result<String> {
    type Header = elf::FileHeader64<Endianness>;
    let start = take(data, "the cubin's header", 0, 64)?;
    let (version, flags) = (start[8], le32(start, 48));
    // CUDA 12.8 moved the number for the architectures that were new then.
    let (number, mark) = match version {
        0..=7 => (flags & 0xff, 0x800),
        _ => (flags >> 8 & 0xff, 0x8),
    };
    let plain = format!("sm_{number}");
    if flags & mark != 0 {
        return Ok(format!("{plain}a"));
    }
    let header = Header::parse(data).map_err(broken("cubin"))?;
    let e = header.endian().map_err(broken("cubin"))?;
    let sections = header.section_headers(e, data).map_err(broken("cubin"))?;
    let names = header.shstrndx(e, data).map_err(broken("cubin"))?;
    let Some(names) = sections.get(names as usize) else {
        return Ok(plain);
    };
    let names = take(data, "section names", names.sh_offset(e), names.sh_size(e))?;
    for section in sections.iter().filter(|s| s.sh_type(e) == elf::SHT_NOTE) {
        let name = name_in(names, section.sh_name(e).into(), "section names")?;
        if name != b".note.nv.tkinfo" {
            continue;
        }
        let note = take(
            data,
            "notes",
            section.sh_offset(e),
            section.sh_size(e).min(1 << 16),
        )?;
        let text = String::from_utf8_lossy(note);
        let arch = text
            .split_once("-arch ")
            .map(|(_, rest)| rest.split([' ', '\0']).next().unwrap_or(""));
        // Only what adds a suffix to the number of the header is believed.
        if let Some(arch) = arch.filter(|a| matches!(a.strip_prefix(&plain), Some("a" | "f"))) {
            return Ok(arch.to_owned());
        }
    }
    Ok(plain)
}
