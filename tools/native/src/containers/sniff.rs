//! What a file is, from its first bytes; the rest of it is other readers' business.

use std::borrow::Cow;
use std::path::Path;

use object::read::archive::ArchiveFile;
use object::{ReadRef, elf, macho, pe};
use serde::Serialize;

use super::archive::{is_special, not_an_archive};
use super::script;
use super::source::{Source, broken, le16, le32, take};
use crate::elf::{file_type_name, machine_name, to_json};
use crate::error::{Error, Result};

/// Members that are looked at to learn what an archive is made for.
const FIRST_MEMBERS: usize = 8;
/// Java's class files begin like fat Mach-O files; their count of architectures is a version.
const MOST_ARCHITECTURES: u32 = 42;

#[derive(Serialize, Clone, Default, Debug, PartialEq)]
pub struct Kind {
    pub format: &'static str,
    #[serde(rename = "type")]
    pub kind: Option<Cow<'static, str>>,
    pub machine: Option<Cow<'static, str>>,
    pub bits: Option<u8>,
    pub byte_order: Option<&'static str>,
    /// Files that a linker script names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Vec<String>>,
}

pub fn sniff(path: &Path) -> Result<String> {
    let source = Source::open(path)?;
    let cache = source.cache();
    let mut kind = kind_of(cache.range(0, source.len()))?;
    if kind.format == "unknown"
        && source.len() <= script::MOST_BYTES
        && let Some(inputs) = script::inputs(&source.start(script::MOST_BYTES)?)
    {
        kind.format = "linker-script";
        kind.inputs = Some(inputs);
    }
    to_json(&kind)
}

/// The kind of a file, of a member of an archive or of a slice of a universal file.
pub fn kind_of<'a>(data: impl ReadRef<'a>) -> Result<Kind> {
    let len = data.len().unwrap_or(0);
    let start = take(data, "the first bytes", 0, len.min(64))?;
    if start.starts_with(&elf::ELFMAG) {
        return elf_kind(data);
    }
    if start.starts_with(b"!<arch>\n") {
        return archive_kind(data);
    }
    let named = |format| Kind {
        format,
        ..Kind::default()
    };
    if start.starts_with(b"!<thin>\n") {
        return Ok(named("thin-archive"));
    }
    if start.starts_with(b"<bigaf>\n") {
        return Ok(named("aix-archive"));
    }
    if start.starts_with(b"MZ") {
        return pe_kind(data);
    }
    if start.starts_with(b"BC\xc0\xde") || start.starts_with(&0x0b17_c0de_u32.to_le_bytes()) {
        return Ok(named("llvm-bitcode"));
    }
    if start.starts_with(b"--- !tapi-tbd") {
        return Ok(named("tbd"));
    }
    if start.len() < 20 {
        return Ok(named("unknown"));
    }
    let big = u32::from_be_bytes([start[0], start[1], start[2], start[3]]);
    match big {
        0xcafe_babe | 0xcafe_babf
            if (1..=MOST_ARCHITECTURES).contains(&u32::from_be_bytes([
                start[4], start[5], start[6], start[7],
            ])) =>
        {
            return Ok(Kind {
                byte_order: Some("big"),
                ..named("mach-o-fat")
            });
        }
        macho::MH_MAGIC | macho::MH_MAGIC_64 => return Ok(mach_kind(start, true)),
        macho::MH_CIGAM | macho::MH_CIGAM_64 => return Ok(mach_kind(start, false)),
        _ => {}
    }
    Ok(coff_kind(start, len).unwrap_or_else(|| named("unknown")))
}

fn elf_kind<'a>(data: impl ReadRef<'a>) -> Result<Kind> {
    let start = take(data, "the ELF header", 0, 20)?;
    let is_64 = match elf::FileClass(start[4]) {
        elf::ELFCLASS64 => true,
        elf::ELFCLASS32 => false,
        elf::FileClass(class) => {
            return Err(Error::Malformed(format!("{class} is no ELF class")));
        }
    };
    let big = match elf::DataEncoding(start[5]) {
        elf::ELFDATA2LSB => false,
        elf::ELFDATA2MSB => true,
        elf::DataEncoding(other) => {
            return Err(Error::Malformed(format!("{other} is no ELF byte order")));
        }
    };
    let field = |at: usize| match big {
        true => u16::from_be_bytes([start[at], start[at + 1]]),
        false => le16(start, at),
    };
    Ok(Kind {
        format: "elf",
        kind: Some(file_type_name(elf::FileType(field(16)))),
        machine: Some(machine_name(elf::Machine(field(18)), is_64)),
        bits: Some(if is_64 { 64 } else { 32 }),
        byte_order: Some(if big { "big" } else { "little" }),
        inputs: None,
    })
}

/// An import library is an archive too, of short import objects. What else is in an archive is
/// told by its first members that are recognised.
fn archive_kind<'a>(data: impl ReadRef<'a>) -> Result<Kind> {
    let archive = ArchiveFile::parse(data).map_err(broken("archive"))?;
    let mut kind = Kind {
        format: "archive",
        kind: Some("static".into()),
        ..Kind::default()
    };
    for member in archive.members().take(FIRST_MEMBERS) {
        let member = member.map_err(broken("archive member"))?;
        if is_special(member.name()) {
            continue;
        }
        let (offset, size) = member.file_range();
        let start = take(data, "archive members", offset, size.min(4096))?;
        if not_an_archive(start).is_err() {
            continue;
        }
        // A member that is cut short here is not yet seen whole: it is only looked at.
        let Ok(inner) = kind_of(start) else { continue };
        if inner.format == "coff-import" {
            kind.kind = Some("import-library".into());
        }
        if kind.machine.is_none() && inner.machine.is_some() {
            (kind.machine, kind.bits, kind.byte_order) =
                (inner.machine, inner.bits, inner.byte_order);
        }
    }
    Ok(kind)
}

fn pe_kind<'a>(data: impl ReadRef<'a>) -> Result<Kind> {
    let dos = take(data, "the DOS header", 0, 64)?;
    let at = u64::from(le32(dos, 60));
    // A program for DOS has no such header, and is none of ours.
    let Ok(header) = take(data, "the PE header", at, 26) else {
        return Err(super::source::outside(data, "the PE header", at, 26));
    };
    if &header[..4] != b"PE\0\0" {
        return Ok(Kind {
            format: "unknown",
            ..Kind::default()
        });
    }
    let is_dll = le16(header, 22) & pe::IMAGE_FILE_DLL.0 != 0;
    let (machine, _) = coff_machine(pe::Machine(le16(header, 4)));
    Ok(Kind {
        format: "pe",
        kind: Some(if is_dll { "DLL" } else { "EXE" }.into()),
        machine: Some(machine),
        bits: match le16(header, 24) {
            pe::IMAGE_NT_OPTIONAL_HDR32_MAGIC => Some(32),
            pe::IMAGE_NT_OPTIONAL_HDR64_MAGIC => Some(64),
            magic => {
                return Err(Error::Malformed(format!(
                    "its optional header begins with {magic:#x}"
                )));
            }
        },
        byte_order: Some("little"),
        inputs: None,
    })
}

fn mach_kind(start: &[u8], big: bool) -> Kind {
    let field = |at: usize| match big {
        true => le32(start, at).swap_bytes(),
        false => le32(start, at),
    };
    let cpu = macho::CpuType(field(4));
    let (machine, _) = mach_machine(cpu, macho::CpuSubtype(field(8)));
    Kind {
        format: "mach-o",
        kind: Some(mach_type(macho::FileType(field(12)))),
        machine: Some(machine),
        bits: Some(if field(0) == macho::MH_MAGIC_64 {
            64
        } else {
            32
        }),
        byte_order: Some(if big { "big" } else { "little" }),
        inputs: None,
    }
}

/// Objects of COFF have no magic number; a known machine and a symbol table inside of the file
/// make one. The short import objects and the big objects do have a mark.
fn coff_kind(start: &[u8], len: u64) -> Option<Kind> {
    let mark = (le16(start, 0), le16(start, 2));
    let (format, machine, kind) = if mark == (0, 0xffff) {
        match le16(start, 4) {
            0 => ("coff-import", le16(start, 6), "IMPORT"),
            2.. if start.len() >= 56 => ("coff", le16(start, 6), "OBJ"),
            _ => return None,
        }
    } else {
        let end = u64::from(le32(start, 8)) + u64::from(le32(start, 12)) * 18;
        if le16(start, 16) != 0 || end > len {
            return None;
        }
        ("coff", mark.0, "OBJ")
    };
    let (name, bits) = coff_machine(pe::Machine(machine));
    Some(Kind {
        format,
        kind: Some(kind.into()),
        machine: Some(name),
        bits: Some(bits?),
        byte_order: Some("little"),
        inputs: None,
    })
}

/// The machine of a PE or COFF file and its word size, in the words used for ELF.
pub fn coff_machine(machine: pe::Machine) -> (Cow<'static, str>, Option<u8>) {
    let (name, bits) = match machine {
        pe::IMAGE_FILE_MACHINE_AMD64 => ("x86_64", 64),
        pe::IMAGE_FILE_MACHINE_I386 => ("i386", 32),
        pe::IMAGE_FILE_MACHINE_ARM64 => ("aarch64", 64),
        pe::IMAGE_FILE_MACHINE_ARM64EC => ("arm64ec", 64),
        pe::IMAGE_FILE_MACHINE_ARM64X => ("arm64x", 64),
        pe::IMAGE_FILE_MACHINE_ARMNT | pe::IMAGE_FILE_MACHINE_ARM => ("arm", 32),
        pe::IMAGE_FILE_MACHINE_RISCV64 => ("riscv64", 64),
        pe::IMAGE_FILE_MACHINE_IA64 => ("ia64", 64),
        pe::Machine(other) => return (Cow::Owned(format!("coff_{other:#x}")), None),
    };
    (Cow::Borrowed(name), Some(bits))
}

/// The machine of a Mach-O file in the words used for ELF, and Apple's name of the architecture.
pub fn mach_machine(
    cpu: macho::CpuType,
    subtype: macho::CpuSubtype,
) -> (Cow<'static, str>, Cow<'static, str>) {
    let variant = subtype.0 & 0x00ff_ffff;
    let (machine, arch) = match (cpu, variant) {
        (macho::CPU_TYPE_X86_64, 8) => ("x86_64", "x86_64h"),
        (macho::CPU_TYPE_X86_64, _) => ("x86_64", "x86_64"),
        (macho::CPU_TYPE_X86, _) => ("i386", "i386"),
        (macho::CPU_TYPE_ARM64, 2) => ("arm64e", "arm64e"),
        (macho::CPU_TYPE_ARM64, _) => ("aarch64", "arm64"),
        (macho::CPU_TYPE_ARM64_32, _) => ("aarch64_ilp32", "arm64_32"),
        (macho::CPU_TYPE_ARM, 9) => ("arm", "armv7"),
        (macho::CPU_TYPE_ARM, 12) => ("arm", "armv7k"),
        (macho::CPU_TYPE_ARM, _) => ("arm", "arm"),
        (macho::CPU_TYPE_POWERPC, _) => ("ppc", "ppc"),
        (macho::CPU_TYPE_POWERPC64, _) => ("ppc64", "ppc64"),
        (macho::CpuType(other), _) => {
            let name = format!("cpu_{other:#x}_{variant}");
            return (Cow::Owned(name.clone()), Cow::Owned(name));
        }
    };
    (Cow::Borrowed(machine), Cow::Borrowed(arch))
}

pub fn mach_type(kind: macho::FileType) -> Cow<'static, str> {
    Cow::Borrowed(match kind {
        macho::MH_OBJECT => "OBJECT",
        macho::MH_EXECUTE => "EXECUTE",
        macho::MH_DYLIB => "DYLIB",
        macho::MH_BUNDLE => "BUNDLE",
        macho::MH_DYLIB_STUB => "STUB",
        macho::MH_DSYM => "DSYM",
        macho::MH_CORE => "CORE",
        macho::MH_KEXT_BUNDLE => "KEXT",
        macho::FileType(other) => return Cow::Owned(format!("type_{other}")),
    })
}
