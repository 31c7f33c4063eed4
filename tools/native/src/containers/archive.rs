//! Static libraries: their members, what each gives to a linker and asks for, and the index by
//! which the linker finds it. Where a member lies is told, so that its DWARF can be read later.

use std::collections::HashMap;
use std::path::Path;

use object::read::archive::{ArchiveFile, ArchiveKind};
use object::read::coff::{ImportFile, ImportType};
use object::{Endianness, ReadRef, elf, macho, pe};
use serde::Serialize;

use super::macho::{same, slices};
use super::objects::{Defined, Symbols, Undefined, coff_symbols, elf_symbols, mach_symbols};
use super::sniff::{Kind, kind_of};
use super::source::{NameBudget, Source, broken, check, le16, take};
use crate::elf::to_json;
use crate::error::{Error, Result};

const MOST_MEMBERS: usize = 1 << 20;

#[derive(Serialize)]
struct Report {
    format: &'static str,
    /// gnu, gnu64, bsd, bsd64, coff or unknown: how names and index are written
    kind: &'static str,
    members: Vec<Member>,
    /// Names that more than one member has, sorted.
    duplicates: Vec<String>,
    /// (symbol, number of its member), or None without an index.
    index: Option<Vec<(String, usize)>>,
}

#[derive(Serialize)]
struct Member {
    name: String,
    /// Of its content, from the start of the file.
    offset: u64,
    size: u64,
    #[serde(flatten)]
    is: Kind,
    defined: Vec<Defined>,
    undefined: Vec<Undefined>,
    /// Why its symbols cannot be told.
    unread: Option<String>,
}

pub fn read_archive(path: &Path, arch: Option<&str>) -> Result<String> {
    let source = Source::open(path)?;
    let (offset, size) = slice_of(&source, arch)?;
    let cache = source.cache();
    let data = cache.range(offset, size);
    refuse_thin(data)?;
    let archive = ArchiveFile::parse(data).map_err(broken("archive"))?;
    let mut report = Report {
        format: "archive",
        kind: match archive.kind() {
            ArchiveKind::Gnu => "gnu",
            ArchiveKind::Gnu64 => "gnu64",
            ArchiveKind::Bsd => "bsd",
            ArchiveKind::Bsd64 => "bsd64",
            ArchiveKind::Coff => "coff",
            _ => "unknown",
        },
        members: Vec::new(),
        duplicates: Vec::new(),
        index: None,
    };
    let mut names = NameBudget::default();
    let mut numbers = HashMap::new();
    for member in archive.members() {
        let member = member.map_err(broken("archive member"))?;
        let (start, size) = member.file_range();
        check(data, "archive members", start, size)?;
        if is_special(member.name()) {
            continue;
        }
        if report.members.len() == MOST_MEMBERS {
            return Err(Error::Limit {
                what: "archive members",
                limit: MOST_MEMBERS as u64,
            });
        }
        numbers.insert(start, report.members.len());
        let name = names.text(member.name())?;
        let found = read_member(&source, offset + start, size, &mut names)
            .map_err(|why| why.within(&format!("member {name}")))?;
        report.members.push(Member { name, ..found });
    }
    report.duplicates = duplicates(&report.members);
    if let Some(symbols) = archive.symbols().map_err(broken("archive index"))? {
        let mut index = Vec::new();
        // The index names the headers of members; most members have many symbols.
        let mut headers = HashMap::new();
        for symbol in symbols {
            let symbol = symbol.map_err(broken("archive index"))?;
            let name = names.text(symbol.name())?;
            let header = symbol.offset();
            let number = *headers.entry(header.0).or_insert_with(|| {
                let member = archive.member(header).ok()?;
                numbers.get(&member.file_range().0).copied()
            });
            let Some(number) = number else {
                return Err(Error::Malformed(format!(
                    "its index has {name} at {:#x}, where no member begins",
                    header.0
                )));
            };
            index.push((name, number));
        }
        report.add_hidden_by_compilers(&index);
        report.index = Some(index);
    }
    to_json(&report)
}

/// The archive in the file: all of it, or one architecture of a universal file.
fn slice_of(source: &Source, arch: Option<&str>) -> Result<(u64, u64)> {
    let cache = source.cache();
    let file = cache.range(0, source.len());
    if kind_of(file)?.format != "mach-o-fat" {
        return Ok((0, source.len()));
    }
    let slices = slices(file)?;
    let known: Vec<&str> = slices.iter().map(|slice| slice.arch.as_str()).collect();
    let chosen = match (arch, &slices[..]) {
        (None, [only]) => Some(only),
        (Some(wanted), _) => slices.iter().find(|slice| same(wanted, &slice.arch)),
        _ => None,
    };
    match chosen {
        Some(slice) => Ok((slice.offset, slice.size)),
        None => Err(Error::Refused(format!(
            "holds archives for {}: name one of these architectures",
            known.join(", ")
        ))),
    }
}

fn read_member(source: &Source, offset: u64, size: u64, names: &mut NameBudget) -> Result<Member> {
    let cache = source.cache();
    let data = cache.range(offset, size);
    let is = kind_of(data)?;
    let mut unread = None;
    let symbols = match (is.format, is.bits) {
        ("elf", Some(64)) => elf_symbols::<elf::FileHeader64<Endianness>>(data, names)?,
        ("elf", _) => elf_symbols::<elf::FileHeader32<Endianness>>(data, names)?,
        ("mach-o", Some(64)) => mach_symbols::<macho::MachHeader64<Endianness>>(data, names)?,
        ("mach-o", _) => mach_symbols::<macho::MachHeader32<Endianness>>(data, names)?,
        ("coff", _) if le16(take(data, "the COFF header", 0, 4)?, 2) == 0xffff => {
            coff_symbols::<pe::AnonObjectHeaderBigobj>(data, names)?
        }
        ("coff", _) => coff_symbols::<pe::ImageFileHeader>(data, names)?,
        ("archive" | "thin-archive" | "mach-o-fat", _) => {
            return Err(Error::Refused(format!(
                "is {} inside of an archive",
                is.format
            )));
        }
        ("llvm-bitcode", _) => Symbols {
            intermediate: true,
            ..Symbols::default()
        },
        ("coff-import", _) => imported(take(data, "the import object", 0, size)?, names)?,
        _ => {
            unread = Some("not an object file".to_owned());
            Symbols::default()
        }
    };
    if symbols.intermediate {
        unread = Some("holds intermediate code of a compiler".to_owned());
    }
    Ok(Member {
        name: String::new(),
        offset,
        size,
        is,
        defined: symbols.defined,
        undefined: symbols.undefined,
        unread,
    })
}

/// A short import object gives the linker two symbols: the address of what is imported, and for
/// code also a jump to it.
fn imported(bytes: &[u8], names: &mut NameBudget) -> Result<Symbols> {
    let found = ImportFile::parse(bytes).map_err(broken("import object"))?;
    let symbol = |name: String, kind| Defined {
        name,
        bind: "global",
        kind,
        visibility: "default",
        size: 0,
    };
    let name = names.text(found.symbol())?;
    let mut symbols = Symbols::default();
    symbols
        .defined
        .push(symbol(format!("__imp_{name}"), "object"));
    if found.import_type() != ImportType::Data {
        symbols.defined.push(symbol(name, "func"));
    }
    Ok(symbols)
}

impl Report {
    /// Of members that only a compiler can read, the index tells what they define.
    fn add_hidden_by_compilers(&mut self, index: &[(String, usize)]) {
        for (name, member) in index {
            let member = &mut self.members[*member];
            let known = member.unread.is_none() || member.is.format == "unknown";
            if known || member.defined.iter().any(|found| found.name == *name) {
                continue;
            }
            member.defined.push(Defined {
                name: name.clone(),
                bind: "global",
                kind: "notype",
                visibility: "default",
                size: 0,
            });
        }
    }
}

fn duplicates(members: &[Member]) -> Vec<String> {
    let mut names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    names.sort_unstable();
    let mut found: Vec<String> = names
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0].to_owned())
        .collect();
    found.dedup();
    found
}

/// Members that archivers write for linkers: index and long names.
pub fn is_special(name: &[u8]) -> bool {
    matches!(name, b"/" | b"//" | b"/SYM64/" | b"/<ECSYMBOLS>/") || name.starts_with(b"__.SYMDEF")
}

pub fn refuse_thin<'a>(data: impl ReadRef<'a>) -> Result<()> {
    let start = take(data, "the first bytes", 0, data.len().unwrap_or(0).min(8))?;
    let why = match start {
        b"!<arch>\n" => return Ok(()),
        b"!<thin>\n" => {
            "a thin archive, which holds only the names of its members: make one that holds \
             them (ar without T)"
        }
        b"<bigaf>\n" => "an archive of AIX, which is not read here",
        _ => "not an archive",
    };
    Err(Error::Refused(why.to_owned()))
}

/// An archive inside of an archive is not opened, so that none can be nested without end.
pub fn not_an_archive(start: &[u8]) -> Result<()> {
    match start {
        _ if start.starts_with(b"!<") || start.starts_with(b"<bigaf>") => Err(Error::Malformed(
            "an archive inside of an archive".to_owned(),
        )),
        _ => Ok(()),
    }
}
