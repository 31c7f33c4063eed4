//! Code for GPUs inside of a library, program, object or archive: for which architectures, and
//! whether as machine code or as text that the driver compiles.

use std::path::Path;

use object::read::archive::ArchiveFile;
use object::read::elf::{FileHeader, SectionHeader};
use object::{Endianness, LittleEndian as LE, ReadRef, elf, pe};
use serde::Serialize;

use super::archive::{is_special, refuse_thin};
use super::sniff::kind_of;
use super::source::{Source, broken, check, le16, le32, name_in, take};
use super::{amdgpu, fatbin, offload, scan};
use crate::elf::to_json;
use crate::error::{Error, Result};

const MOST_OBJECTS: usize = 1 << 20;

#[derive(Serialize)]
pub struct Found {
    /// sass, ptx, ltoir, amdgpu, bitcode, other, or kind_N of a fat binary
    pub kind: String,
    pub arch: String,
    pub size: u64,
    #[serde(rename = "where")]
    pub place: String,
}

/// A range of the file and what to call it.
#[derive(Clone)]
pub struct Place {
    pub start: u64,
    pub end: u64,
    pub name: String,
    /// From where the name counts.
    pub base: u64,
}

impl Place {
    pub fn at(&self, at: u64) -> String {
        format!("{}+{:#x}", self.name, at.wrapping_sub(self.base))
    }
}

pub fn gpu_code(path: &Path) -> Result<String> {
    let source = Source::open(path)?;
    let mut found = Vec::new();
    examine(&source, 0, source.len(), "", &mut found)?;
    to_json(&found)
}

fn examine(
    source: &Source,
    start: u64,
    end: u64,
    prefix: &str,
    found: &mut Vec<Found>,
) -> Result<()> {
    let cache = source.cache();
    let data = cache.range(start, end - start);
    let whole = Place {
        start,
        end,
        name: format!("{prefix}file"),
        base: start,
    };
    if found.len() > MOST_OBJECTS {
        return Err(Error::Limit {
            what: "code objects",
            limit: MOST_OBJECTS as u64,
        });
    }
    let kind = kind_of(data)?;
    match (kind.format, kind.machine.as_deref()) {
        ("elf", Some("cuda" | "amdgpu")) => code_object(source, &whole, found),
        ("elf", _) => {
            let sections = match kind.bits {
                Some(64) => elf_sections::<elf::FileHeader64<Endianness>>(data)?,
                _ => elf_sections::<elf::FileHeader32<Endianness>>(data)?,
            };
            match sections.is_empty() {
                true => scan::scan(source, &whole, found),
                false => look_into(source, &sections, start, prefix, found),
            }
        }
        ("pe", _) => look_into(source, &pe_sections(data)?, start, prefix, found),
        ("coff", _) => look_into(source, &coff_sections(data)?, start, prefix, found),
        // No GPU of NVIDIA or AMD has a driver of this kind there.
        ("mach-o" | "mach-o-fat" | "coff-import" | "llvm-bitcode", _) => Ok(()),
        ("archive" | "thin-archive" | "aix-archive", _) if prefix.is_empty() => {
            refuse_thin(data)?;
            let archive = ArchiveFile::parse(data).map_err(broken("archive"))?;
            for member in archive.members() {
                let member = member.map_err(broken("archive member"))?;
                let (at, size) = member.file_range();
                check(data, "archive members", at, size)?;
                if !is_special(member.name()) {
                    let name = format!("member {}", String::from_utf8_lossy(member.name()));
                    examine(
                        source,
                        start + at,
                        start + at + size,
                        &format!("{name}: "),
                        found,
                    )
                    .map_err(|why| why.within(&name))?;
                }
            }
            Ok(())
        }
        _ => match take(data, "the first bytes", 0, (end - start).min(24))? {
            bytes if bytes.starts_with(&fatbin::MAGIC) => fatbin::walk(source, &whole, found),
            bytes
                if bytes == offload::BUNDLE
                    || bytes.starts_with(offload::COMPRESSED)
                    || bytes.starts_with(&offload::BINARY) =>
            {
                offload::walk(source, &whole, found)
            }
            // Archives hold what they like besides objects.
            _ if !prefix.is_empty() => Ok(()),
            _ => Err(Error::Refused(
                "neither a library nor an object nor device code".to_owned(),
            )),
        },
    }
}

/// A bare cubin or AMD code object.
pub fn code_object(source: &Source, place: &Place, found: &mut Vec<Found>) -> Result<()> {
    let cache = source.cache();
    let data = cache.range(place.start, place.end - place.start);
    let start = take(data, "the header of device code", 0, 64)?;
    let tables = u64::from(le16(start, 58)) * u64::from(le16(start, 60));
    check(
        data,
        "section headers",
        super::source::le64(start, 40),
        tables,
    )?;
    let (kind, arch) = match elf::Machine(le16(start, 18)) {
        elf::EM_CUDA => ("sass", fatbin::cubin(data)?),
        _ => ("amdgpu", amdgpu::target(le32(start, 48), start[8])),
    };
    found.push(Found {
        kind: kind.to_owned(),
        arch,
        size: place.end - place.start,
        place: place.at(place.start),
    });
    Ok(())
}

struct Section {
    name: String,
    offset: u64,
    size: u64,
    /// Loaded data, in which device code may lie without a name.
    data: bool,
}

fn look_into(
    source: &Source,
    sections: &[Section],
    start: u64,
    prefix: &str,
    found: &mut Vec<Found>,
) -> Result<()> {
    for section in sections {
        let place = Place {
            start: start + section.offset,
            end: start + section.offset + section.size,
            name: format!("{prefix}{}", section.name),
            base: start + section.offset,
        };
        // PE cuts names of sections after eight characters.
        match section.name.as_str() {
            ".nv_fatbin" | ".nv_fatb" | "__nv_relfatbin" | "__nv_rel" => {
                fatbin::walk(source, &place, found)?;
            }
            ".hip_fatbin" | ".hip_fat" | ".llvm.offloading" => {
                offload::walk(source, &place, found)?;
            }
            name if name.starts_with("__CLANG_OFFLOAD_BUNDLE__") => {
                let target = offload::target(&name[offload::BUNDLE.len()..]);
                found.extend(target.map(|(kind, arch)| Found {
                    kind,
                    arch,
                    size: section.size,
                    place: place.at(place.start),
                }));
            }
            _ if section.data => scan::scan(source, &place, found)?,
            _ => {}
        }
    }
    Ok(())
}

fn elf_sections<'a, H: FileHeader<Endian = Endianness>>(
    data: impl ReadRef<'a>,
) -> Result<Vec<Section>> {
    let header = H::parse(data).map_err(broken("ELF header"))?;
    let e = header.endian().map_err(broken("ELF header"))?;
    let headers = header
        .section_headers(e, data)
        .map_err(broken("ELF section headers"))?;
    if headers.is_empty() {
        return Ok(Vec::new());
    }
    let names = header.shstrndx(e, data).map_err(broken("ELF header"))?;
    let names = headers
        .get(names as usize)
        .ok_or_else(|| Error::Malformed("its sections have no names".to_owned()))?;
    let names = take(
        data,
        "section names",
        names.sh_offset(e).into(),
        names.sh_size(e).into(),
    )?;
    let mut found = Vec::new();
    for header in headers {
        if matches!(header.sh_type(e), elf::SHT_NULL | elf::SHT_NOBITS) {
            continue;
        }
        let flags: u64 = header.sh_flags(e).0;
        let loaded = flags & elf::SHF_ALLOC.0 != 0;
        let code = flags & elf::SHF_EXECINSTR.0 != 0;
        let section = Section {
            name: match header.sh_name(e) {
                0 => String::new(),
                at => String::from_utf8_lossy(name_in(names, at.into(), "section names")?).into(),
            },
            offset: header.sh_offset(e).into(),
            size: header.sh_size(e).into(),
            data: loaded && !code && header.sh_type(e) == elf::SHT_PROGBITS,
        };
        check(data, "its sections", section.offset, section.size)?;
        found.push(section);
    }
    // Overlapping sections would be looked through again and again.
    let total: u64 = found
        .iter()
        .map(|section| section.size)
        .fold(0, u64::saturating_add);
    if total > data.len().unwrap_or(0).saturating_mul(4) {
        return Err(Error::Malformed("its sections overlap".to_owned()));
    }
    Ok(found)
}

fn pe_sections<'a>(data: impl ReadRef<'a>) -> Result<Vec<Section>> {
    let dos = take(data, "the DOS header", 0, 64)?;
    let at = u64::from(le32(dos, 60));
    let header = take(data, "the PE header", at, 24)?;
    sections_at(data, at + 24 + u64::from(le16(header, 20)), le16(header, 6))
}

fn coff_sections<'a>(data: impl ReadRef<'a>) -> Result<Vec<Section>> {
    let header = take(data, "the COFF header", 0, 20)?;
    if le16(header, 2) == 0xffff {
        let header = take(data, "the COFF header", 0, 56)?;
        let count = u16::try_from(le32(header, 44)).unwrap_or(u16::MAX);
        return sections_at(data, 56, count);
    }
    sections_at(data, 20 + u64::from(le16(header, 16)), le16(header, 2))
}

fn sections_at<'a>(data: impl ReadRef<'a>, at: u64, count: u16) -> Result<Vec<Section>> {
    let bytes = take(data, "section headers", at, u64::from(count) * 40)?;
    let (headers, _) = object::pod::slice_from_bytes::<pe::ImageSectionHeader>(bytes, count.into())
        .map_err(|()| Error::Malformed("no section headers".to_owned()))?;
    let mut found = Vec::new();
    for header in headers {
        let (offset, size) = (
            header.pointer_to_raw_data.get(LE),
            header.size_of_raw_data.get(LE),
        );
        if offset == 0 {
            continue; // Nothing of it is in the file.
        }
        check(data, "its sections", offset.into(), size.into())?;
        let flags = header.characteristics.get(LE).0;
        found.push(Section {
            name: String::from_utf8_lossy(header.raw_name()).into_owned(),
            offset: offset.into(),
            size: size.into(),
            data: flags & pe::IMAGE_SCN_MEM_EXECUTE.0 == 0
                && flags & pe::IMAGE_SCN_CNT_INITIALIZED_DATA.0 != 0,
        });
    }
    Ok(found)
}
