//! Mach-O libraries and programs, one architecture or several in one file: what dyld finds in
//! them and what it is asked for.

use std::path::Path;

use object::read::macho::{FatArch, LoadCommandData, MachHeader, MachOFatFile32, MachOFatFile64};
use object::read::macho::{Nlist, Section, Segment};
use object::{Endianness, ReadRef, macho};
use serde::Serialize;

use super::sniff::{kind_of, mach_machine, mach_type};
use super::source::{NameBudget, Source, broken, check, name_in, take};
use super::trie::{self, Target};
use crate::elf::to_json;
use crate::error::{Error, Result};

/// Apple's tools make files of two or three architectures; lipo knows a few dozen.
const MOST_SLICES: usize = 64;

#[derive(Serialize)]
struct Report {
    format: &'static str,
    architectures: Vec<Architecture>,
}

#[derive(Serialize)]
struct Architecture {
    arch: String,
    machine: String,
    bits: u8,
    byte_order: &'static str,
    #[serde(rename = "type")]
    kind: String,
    install_name: Option<String>,
    current_version: Option<String>,
    compatibility_version: Option<String>,
    needed: Vec<Needed>,
    platforms: Vec<Platform>,
    rpaths: Vec<String>,
    two_level: bool,
    exports: Vec<Export>,
    imports: Vec<Import>,
}

#[derive(Serialize)]
struct Needed {
    name: String,
    /// load, weak, reexport, upward or lazy
    kind: &'static str,
    current_version: String,
    compatibility_version: String,
}

#[derive(Serialize)]
struct Platform {
    platform: String,
    minimum: String,
    sdk: String,
}

#[derive(Serialize)]
struct Export {
    name: String,
    /// code, data, tls, absolute, or reexport if it is elsewhere
    kind: &'static str,
    weak: bool,
    resolver: bool,
    reexport: Option<Elsewhere>,
}

#[derive(Serialize)]
struct Elsewhere {
    library: String,
    name: String,
}

#[derive(Serialize)]
struct Import {
    name: String,
    library: Option<String>,
    weak: bool,
}

/// One architecture of a file, and where it is.
pub struct Slice {
    pub arch: String,
    pub offset: u64,
    pub size: u64,
}

pub fn read_macho(path: &Path, wanted: Option<&str>) -> Result<String> {
    let source = Source::open(path)?;
    let cache = source.cache();
    let file = cache.range(0, source.len());
    let format = kind_of(file)?.format;
    let slices = match format {
        "mach-o" => vec![None],
        "mach-o-fat" => slices(file)?.into_iter().map(Some).collect(),
        other => return Err(Error::Refused(format!("not a Mach-O file but {other}"))),
    };
    let mut architectures = Vec::new();
    let mut known = Vec::new();
    let mut names = NameBudget::default();
    for slice in slices {
        let (offset, size) = slice
            .as_ref()
            .map_or((0, source.len()), |s| (s.offset, s.size));
        let part = cache.range(offset, size);
        let label = slice.map(|s| s.arch);
        if let Some(arch) = &label {
            known.push(arch.clone());
            if wanted.is_some_and(|wanted| !same(wanted, arch)) {
                continue;
            }
        }
        let mut read = || match kind_of(part)? {
            kind if kind.format != "mach-o" => Err(Error::Refused(format!(
                "holds no Mach-O file but {}",
                kind.format
            ))),
            kind if kind.bits == Some(64) => {
                architecture::<macho::MachHeader64<Endianness>, _>(part, &mut names)
            }
            _ => architecture::<macho::MachHeader32<Endianness>, _>(part, &mut names),
        };
        match (read(), label) {
            (Ok(found), _) => architectures.push(found),
            (Err(why), Some(arch)) => return Err(why.within(&format!("architecture {arch}"))),
            (Err(why), None) => return Err(why),
        }
    }
    if let (Some(wanted), "mach-o") = (wanted, format) {
        known = architectures.iter().map(|a| a.arch.clone()).collect();
        architectures.retain(|a| same(wanted, &a.arch));
    }
    if let (Some(wanted), true) = (wanted, architectures.is_empty()) {
        return Err(Error::Refused(format!(
            "has no architecture {wanted}, only {}",
            known.join(", ")
        )));
    }
    to_json(&Report {
        format,
        architectures,
    })
}

/// Whether a wish, in Apple's word or in ELF's, means the architecture.
pub fn same(wanted: &str, arch: &str) -> bool {
    wanted == arch || (wanted == "aarch64" && arch == "arm64")
}

/// The architectures of a universal file. Parts that overlap are refused: no tool writes them,
/// and reading each of them would have no bound.
pub fn slices<'a>(data: impl ReadRef<'a>) -> Result<Vec<Slice>> {
    fn of<'a, F: FatArch>(arches: &[F], data: impl ReadRef<'a>) -> Result<Vec<Slice>> {
        if arches.len() > MOST_SLICES {
            return Err(Error::Limit {
                what: "architectures in one file",
                limit: MOST_SLICES as u64,
            });
        }
        let mut found = Vec::new();
        for arch in arches {
            let (offset, size) = arch.file_range();
            let (_, name) = mach_machine(arch.cputype(), arch.cpusubtype());
            check(data, "its architectures", offset, size)?;
            found.push(Slice {
                arch: name.into_owned(),
                offset,
                size,
            });
        }
        let mut order: Vec<&Slice> = found.iter().collect();
        order.sort_by_key(|slice| slice.offset);
        for pair in order.windows(2) {
            if pair[0].offset + pair[0].size > pair[1].offset {
                return Err(Error::Malformed(format!(
                    "its architectures {} and {} overlap",
                    pair[0].arch, pair[1].arch
                )));
            }
        }
        for slice in &found {
            let start = take(data, "its architectures", slice.offset, slice.size.min(4))?;
            if start.starts_with(&[0xca, 0xfe, 0xba]) {
                return Err(Error::Malformed(format!(
                    "its architecture {} is a universal file again",
                    slice.arch
                )));
            }
        }
        Ok(found)
    }
    let magic = take(data, "the fat header", 0, 8)?;
    match magic[3] {
        0xbf => of(
            MachOFatFile64::parse(data)
                .map_err(broken("fat header"))?
                .arches(),
            data,
        ),
        _ => of(
            MachOFatFile32::parse(data)
                .map_err(broken("fat header"))?
                .arches(),
            data,
        ),
    }
}

/// What is in each section, by its number less one: "func", "tls" or "object".
pub fn code_sections<'a, M: MachHeader<Endian = Endianness>, R: ReadRef<'a>>(
    data: R,
    header: &'a M,
    e: Endianness,
) -> Result<Vec<&'static str>> {
    Ok(layout::<M, R>(data, header, e)?
        .sections
        .iter()
        .map(|section| section.2)
        .collect())
}

/// Where things are in the loaded image.
struct Layout {
    /// The address of __TEXT, from which the export trie counts.
    base: u64,
    /// Address, size and what is in it.
    sections: Vec<(u64, u64, &'static str)>,
}

fn layout<'a, M: MachHeader<Endian = Endianness>, R: ReadRef<'a>>(
    data: R,
    header: &'a M,
    e: Endianness,
) -> Result<Layout> {
    let mut found = Layout {
        base: 0,
        sections: Vec::new(),
    };
    let mut commands = header
        .load_commands(e, data, 0)
        .map_err(broken("Mach-O load commands"))?;
    while let Some(command) = commands.next().map_err(broken("Mach-O load commands"))? {
        let Some((segment, rest)) =
            M::Segment::from_command(command).map_err(broken("Mach-O segment"))?
        else {
            continue;
        };
        let (offset, size) = segment.file_range(e);
        check(data, "its segments", offset, size)?;
        if segment.name() == b"__TEXT" {
            found.base = segment.vmaddr(e).into();
        }
        for section in segment
            .sections(e, rest)
            .map_err(broken("Mach-O sections"))?
        {
            let flags = section.flags(e).0;
            let is_code =
                flags & (macho::S_ATTR_PURE_INSTRUCTIONS.0 | macho::S_ATTR_SOME_INSTRUCTIONS.0);
            let kind = match flags & macho::SECTION_TYPE {
                0x11..=0x15 => "tls",
                _ if is_code != 0 => "func",
                _ => "object",
            };
            found
                .sections
                .push((section.addr(e).into(), section.size(e).into(), kind));
        }
    }
    Ok(found)
}

fn architecture<'a, M: MachHeader<Endian = Endianness>, R: ReadRef<'a>>(
    data: R,
    names: &mut NameBudget,
) -> Result<Architecture> {
    let header = M::parse(data, 0).map_err(broken("Mach-O header"))?;
    let e = header.endian().map_err(broken("Mach-O header"))?;
    let (machine, arch) = mach_machine(header.cputype(e), header.cpusubtype(e));
    let layout = layout::<M, R>(data, header, e)?;
    let mut found = Architecture {
        arch: arch.into_owned(),
        machine: machine.into_owned(),
        bits: if header.is_type_64() { 64 } else { 32 },
        byte_order: if header.is_big_endian() {
            "big"
        } else {
            "little"
        },
        kind: mach_type(header.filetype(e)).into_owned(),
        install_name: None,
        current_version: None,
        compatibility_version: None,
        needed: Vec::new(),
        platforms: Vec::new(),
        rpaths: Vec::new(),
        two_level: header.flags(e).contains(macho::MH_TWOLEVEL),
        exports: Vec::new(),
        imports: Vec::new(),
    };
    let mut commands = header
        .load_commands(e, data, 0)
        .map_err(broken("Mach-O load commands"))?;
    let mut trie = None;
    let mut symbols = None;
    while let Some(command) = commands.next().map_err(broken("Mach-O load commands"))? {
        found.note(&command, e, names)?;
        if let Some(table) = command.symtab().map_err(broken("Mach-O symbol table"))? {
            symbols = Some(table);
        } else if let Some(part) = command.dyld_exports_trie().map_err(broken("export trie"))? {
            trie = Some((part.dataoff.get(e), part.datasize.get(e)));
        } else if let (Some(part), None) = (
            command.dyld_info().map_err(broken("dyld information"))?,
            trie,
        ) {
            trie = Some((part.export_off.get(e), part.export_size.get(e)));
        }
    }
    if let Some((offset, size)) = trie {
        let bytes = take(data, "its export trie", offset.into(), size.into())?;
        found.add_trie(bytes, &layout, names)?;
    }
    if let Some(table) = symbols {
        found.add_symbols::<M, R>(data, table, e, &layout, trie.is_none(), names)?;
    }
    Ok(found)
}

impl Architecture {
    /// Takes from a load command what is not a table.
    fn note(
        &mut self,
        command: &LoadCommandData<'_, Endianness>,
        e: Endianness,
        names: &mut NameBudget,
    ) -> Result<()> {
        let kind = match command.cmd() {
            macho::LC_ID_DYLIB => "own",
            macho::LC_LOAD_DYLIB => "load",
            macho::LC_LOAD_WEAK_DYLIB => "weak",
            macho::LC_REEXPORT_DYLIB => "reexport",
            macho::LC_LOAD_UPWARD_DYLIB => "upward",
            macho::LC_LAZY_LOAD_DYLIB => "lazy",
            macho::LC_RPATH => {
                let found: &macho::RpathCommand<Endianness> =
                    command.data().map_err(broken("run path"))?;
                let path = command.string(e, found.path).map_err(broken("run path"))?;
                self.rpaths.push(names.text(path)?);
                return Ok(());
            }
            macho::LC_BUILD_VERSION => {
                let found: &macho::BuildVersionCommand<Endianness> =
                    command.data().map_err(broken("build version"))?;
                self.platforms.push(Platform {
                    platform: platform(found.platform.get(e).0),
                    minimum: found.minos.get(e).to_string(),
                    sdk: found.sdk.get(e).to_string(),
                });
                return Ok(());
            }
            macho::LC_VERSION_MIN_MACOSX
            | macho::LC_VERSION_MIN_IPHONEOS
            | macho::LC_VERSION_MIN_TVOS
            | macho::LC_VERSION_MIN_WATCHOS => {
                let found: &macho::VersionMinCommand<Endianness> =
                    command.data().map_err(broken("least version"))?;
                let number = match command.cmd() {
                    macho::LC_VERSION_MIN_MACOSX => 1,
                    macho::LC_VERSION_MIN_IPHONEOS => 2,
                    macho::LC_VERSION_MIN_TVOS => 3,
                    _ => 4,
                };
                self.platforms.push(Platform {
                    platform: platform(number),
                    minimum: found.version.get(e).to_string(),
                    sdk: found.sdk.get(e).to_string(),
                });
                return Ok(());
            }
            _ => return Ok(()),
        };
        let found: &macho::DylibCommand<Endianness> =
            command.data().map_err(broken("needed library"))?;
        let name = command
            .string(e, found.dylib.name)
            .map_err(broken("needed library"))?;
        let name = names.text(name)?;
        let current = found.dylib.current_version.get(e).to_string();
        let compatibility = found.dylib.compatibility_version.get(e).to_string();
        if kind == "own" {
            self.install_name = Some(name);
            self.current_version = Some(current);
            self.compatibility_version = Some(compatibility);
        } else {
            self.needed.push(Needed {
                name,
                kind,
                current_version: current,
                compatibility_version: compatibility,
            });
        }
        Ok(())
    }

    fn library(&self, number: u64) -> Result<String> {
        usize::try_from(number)
            .ok()
            .and_then(|number| self.needed.get(number.checked_sub(1)?))
            .map(|needed| needed.name.clone())
            .ok_or_else(|| {
                Error::Malformed(format!(
                    "it takes a symbol from library {number}, of which it names {}",
                    self.needed.len()
                ))
            })
    }

    fn add_trie(&mut self, bytes: &[u8], layout: &Layout, names: &mut NameBudget) -> Result<()> {
        for export in trie::exports(bytes)? {
            let name = names.text(&export.name)?;
            let (address, elsewhere, resolver) = match export.target {
                Target::Address(at) => (Some(at), None, false),
                Target::Resolver(at) => (Some(at), None, true),
                Target::Reexport {
                    library,
                    name: there,
                } => {
                    let there = match there.is_empty() {
                        true => name.clone(),
                        false => names.text(&there)?,
                    };
                    let library = self.library(library)?;
                    let place = Elsewhere {
                        library,
                        name: there,
                    };
                    (None, Some(place), false)
                }
            };
            let kind = match (address, export.flags & 3) {
                (None, _) => "reexport",
                (_, 1) => "tls",
                (_, 2) => "absolute",
                (Some(at), _) => layout.kind(layout.base.wrapping_add(at)),
            };
            self.exports.push(Export {
                name,
                kind,
                weak: export.flags & 4 != 0,
                resolver,
                reexport: elsewhere,
            });
        }
        Ok(())
    }

    /// What is imported and, in a file without a trie, what is exported.
    fn add_symbols<'a, M: MachHeader<Endian = Endianness>, R: ReadRef<'a>>(
        &mut self,
        data: R,
        table: &macho::SymtabCommand<Endianness>,
        e: Endianness,
        layout: &Layout,
        exports_too: bool,
        names: &mut NameBudget,
    ) -> Result<()> {
        let symbols = table
            .symbols::<M, _>(e, data)
            .map_err(broken("Mach-O symbol table"))?;
        let strings = take(
            data,
            "its symbol names",
            table.stroff.get(e).into(),
            table.strsize.get(e).into(),
        )?;
        for symbol in symbols.iter() {
            let flags = symbol.n_type();
            if flags.is_stab() || !flags.contains(macho::N_EXT) {
                continue;
            }
            let is_import = symbol.is_undefined();
            if !is_import && (!exports_too || flags.contains(macho::N_PEXT)) {
                continue;
            }
            let name = names.text(name_in(strings, symbol.n_strx(e).into(), "symbol names")?)?;
            let marks = symbol.n_desc(e).0;
            if is_import {
                let number = u64::from(marks >> 8);
                // 0 is the file itself, 254 is whoever has it, 255 the program.
                let library = match self.two_level && (1..254).contains(&number) {
                    true => Some(self.library(number)?),
                    false => None,
                };
                let weak = marks & macho::N_WEAK_REF.0 != 0;
                self.imports.push(Import {
                    name,
                    library,
                    weak,
                });
                continue;
            }
            let kind = match flags.typ() {
                macho::N_ABS => "absolute",
                macho::N_INDR => "reexport",
                _ if symbol.is_common() => "data",
                _ => layout.kind(symbol.n_value(e).into()),
            };
            self.exports.push(Export {
                name,
                kind,
                weak: marks & macho::N_WEAK_DEF.0 != 0,
                resolver: false,
                reexport: None,
            });
        }
        Ok(())
    }
}

impl Layout {
    fn kind(&self, address: u64) -> &'static str {
        let home = self
            .sections
            .iter()
            .find(|(start, size, _)| address.wrapping_sub(*start) < *size);
        match home {
            Some((_, _, "func")) => "code",
            Some((_, _, "tls")) => "tls",
            _ => "data",
        }
    }
}

fn platform(number: u32) -> String {
    match number {
        1 => "macos",
        2 => "ios",
        3 => "tvos",
        4 => "watchos",
        5 => "bridgeos",
        6 => "maccatalyst",
        7 => "iossimulator",
        8 => "tvossimulator",
        9 => "watchossimulator",
        10 => "driverkit",
        11 => "visionos",
        12 => "visionossimulator",
        other => return format!("platform_{other}"),
    }
    .to_owned()
}
