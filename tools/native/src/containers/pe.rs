//! DLLs, Windows programs and import libraries: what can be had from them by name or by number,
//! and what they ask of other DLLs.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use object::read::archive::ArchiveFile;
use object::read::coff::{ImportFile, ImportName, ImportType, SectionTable};
use object::read::pe::{DataDirectories, ImageNtHeaders, ImageOptionalHeader};
use object::{LittleEndian as LE, ReadRef, pe};
use serde::Serialize;

use super::archive::{is_special, refuse_thin};
use super::sniff::{coff_machine, kind_of};
use super::source::{NameBudget, Source, broken, c_string, check, le16, le32, le64, take};
use crate::elf::to_json;
use crate::error::{Error, Result};

/// Ordinals have 16 bits.
const MOST_EXPORTS: u32 = 1 << 16;
/// Names may be aliases of one ordinal, so there can be more of them.
const MOST_NAMES: u32 = 1 << 20;
const MOST_DLLS: usize = 1 << 12;
const MOST_IMPORTS: u64 = 1 << 20;

#[derive(Serialize)]
struct Report {
    format: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    machine: String,
    bits: Option<u8>,
    byte_order: &'static str,
    /// The name that the DLL gives itself, which programs ask for.
    name: Option<String>,
    exports: Vec<Export>,
    imports: Vec<Import>,
    subsystem: Option<String>,
    subsystem_version: Option<[u16; 2]>,
    os_version: Option<[u16; 2]>,
    image_version: Option<[u16; 2]>,
    dynamic_base: Option<bool>,
    nx_compatible: Option<bool>,
}

#[derive(Serialize)]
struct Export {
    /// None: only its ordinal finds it.
    name: Option<String>,
    /// None in an import library whose programs ask by name.
    ordinal: Option<u32>,
    /// `DLL.name` or `DLL.#ordinal` where it really is.
    forwarder: Option<String>,
    /// code, data, const, or forwarded
    kind: &'static str,
    /// Import libraries only: the symbol that programs are linked against.
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dll: Option<String>,
}

#[derive(Serialize)]
struct Import {
    dll: String,
    delayed: bool,
    /// Names, or `#` and an ordinal.
    symbols: Vec<String>,
}

pub fn read_pe(path: &Path) -> Result<String> {
    let source = Source::open(path)?;
    let cache = source.cache();
    let data = cache.range(0, source.len());
    let kind = kind_of(data)?;
    let report = match (kind.format, kind.bits) {
        ("pe", Some(64)) => image::<pe::ImageNtHeaders64, _>(data)?,
        ("pe", _) => image::<pe::ImageNtHeaders32, _>(data)?,
        ("archive" | "thin-archive" | "coff-import", _) => import_library(data, kind.format)?,
        (other, _) => return Err(Error::Refused(format!("not a PE file but {other}"))),
    };
    to_json(&report)
}

/// A loaded image, seen through its section table.
struct Image<'a, R: ReadRef<'a>> {
    data: R,
    sections: SectionTable<'a>,
}

impl<'a, R: ReadRef<'a>> Image<'a, R> {
    /// Where in the file an address is, and how many bytes of its section follow.
    fn place(&self, what: &str, rva: u32) -> Result<(u64, u64)> {
        self.sections
            .iter()
            .find_map(|section| {
                let delta = rva.checked_sub(section.virtual_address.get(LE))?;
                let left = in_file(section)
                    .checked_sub(delta)
                    .filter(|&left| left > 0)?;
                let start = u64::from(section.pointer_to_raw_data.get(LE)) + u64::from(delta);
                Some((start, left.into()))
            })
            .ok_or_else(|| {
                Error::Malformed(format!("{what} at address {rva:#x} lie in no section"))
            })
    }

    fn bytes(&self, what: &str, rva: u32, size: u64) -> Result<&'a [u8]> {
        let (offset, left) = self.place(what, rva)?;
        if size > left {
            return Err(Error::Malformed(format!(
                "{what} at address {rva:#x} take {size} bytes, of which their section has {left}"
            )));
        }
        take(self.data, what, offset, size)
    }

    fn name(&self, what: &str, rva: u32, names: &mut NameBudget) -> Result<String> {
        let (offset, left) = self.place(what, rva)?;
        let name = c_string(self.data, what, offset)?;
        if name.len() as u64 >= left {
            return Err(Error::Malformed(format!(
                "{what} at address {rva:#x} have no end in their section"
            )));
        }
        names.text(name)
    }

    fn is_code(&self, rva: u32) -> Option<bool> {
        let home = self.sections.iter().find(|section| {
            let size = section.virtual_size.get(LE).max(in_file(section));
            rva.wrapping_sub(section.virtual_address.get(LE)) < size
        })?;
        Some(home.characteristics.get(LE).0 & pe::IMAGE_SCN_MEM_EXECUTE.0 != 0)
    }
}

/// Bytes of a section that come from the file; old linkers leave the virtual size zero.
fn in_file(section: &pe::ImageSectionHeader) -> u32 {
    let raw = section.size_of_raw_data.get(LE);
    match section.virtual_size.get(LE) {
        0 => raw,
        size => size.min(raw),
    }
}

fn image<'a, H: ImageNtHeaders, R: ReadRef<'a>>(data: R) -> Result<Report> {
    let dos = take(data, "the DOS header", 0, 64)?;
    let mut offset = u64::from(le32(dos, 60));
    let (headers, directories) = H::parse(data, &mut offset).map_err(broken("PE header"))?;
    let sections = headers
        .sections(data, offset)
        .map_err(broken("PE section headers"))?;
    for section in sections.iter() {
        let start = section.pointer_to_raw_data.get(LE);
        check(
            data,
            "its sections",
            start.into(),
            section.size_of_raw_data.get(LE).into(),
        )?;
    }
    // Signatures are the one directory that is counted in file offsets.
    if let Some((start, size)) = directory(&directories, pe::IMAGE_DIRECTORY_ENTRY_SECURITY) {
        check(data, "its signatures", start.into(), size.into())?;
    }
    let image = Image { data, sections };
    let optional = headers.optional_header();
    let flags = optional.dll_characteristics().0;
    let (machine, bits) = coff_machine(headers.file_header().machine.get(LE));
    let mut names = NameBudget::default();
    let mut report = Report {
        format: "pe",
        kind: match headers.file_header().characteristics.get(LE).0 & pe::IMAGE_FILE_DLL.0 {
            0 => "EXE",
            _ => "DLL",
        },
        machine: machine.into_owned(),
        bits: bits.or(Some(if headers.is_type_64() { 64 } else { 32 })),
        byte_order: "little",
        name: None,
        exports: Vec::new(),
        imports: Vec::new(),
        subsystem: Some(subsystem(optional.subsystem())),
        subsystem_version: Some([
            optional.major_subsystem_version(),
            optional.minor_subsystem_version(),
        ]),
        os_version: Some([
            optional.major_operating_system_version(),
            optional.minor_operating_system_version(),
        ]),
        image_version: Some([
            optional.major_image_version(),
            optional.minor_image_version(),
        ]),
        dynamic_base: Some(flags & pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE.0 != 0),
        nx_compatible: Some(flags & pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT.0 != 0),
    };
    if let Some(place) = directory(&directories, pe::IMAGE_DIRECTORY_ENTRY_EXPORT) {
        report.read_exports(&image, place, &mut names)?;
    }
    let width = if headers.is_type_64() { 8 } else { 4 };
    if let Some((rva, _)) = directory(&directories, pe::IMAGE_DIRECTORY_ENTRY_IMPORT) {
        report.read_imports(&image, rva, width, &mut names)?;
    }
    if let Some((rva, _)) = directory(&directories, pe::IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT) {
        report.read_delayed(&image, rva, width, optional.image_base(), &mut names)?;
    }
    Ok(report)
}

fn directory(directories: &DataDirectories<'_>, index: usize) -> Option<(u32, u32)> {
    directories
        .get(index)
        .map(|found| (found.virtual_address.get(LE), found.size.get(LE)))
        .filter(|(rva, _)| *rva != 0)
}

impl Report {
    fn read_exports<'a, R: ReadRef<'a>>(
        &mut self,
        image: &Image<'a, R>,
        (rva, size): (u32, u32),
        names: &mut NameBudget,
    ) -> Result<()> {
        let table = image.bytes("exports", rva, 40)?;
        let base = le32(table, 16);
        let (functions, named) = (le32(table, 20), le32(table, 24));
        for (count, limit, what) in [
            (functions, MOST_EXPORTS, "exports"),
            (named, MOST_NAMES, "names of exports"),
        ] {
            if count > limit {
                let limit = u64::from(limit);
                return Err(Error::Limit { what, limit });
            }
        }
        if le32(table, 12) != 0 {
            self.name = Some(image.name("the DLL's name", le32(table, 12), names)?);
        }
        if functions == 0 {
            return Ok(());
        }
        let addresses = image.bytes(
            "export addresses",
            le32(table, 28),
            u64::from(functions) * 4,
        )?;
        let mut by_index: HashMap<u32, Vec<String>> = HashMap::new();
        if named > 0 {
            let pointers = image.bytes("export names", le32(table, 32), u64::from(named) * 4)?;
            let indexes = image.bytes("export ordinals", le32(table, 36), u64::from(named) * 2)?;
            for at in 0..named as usize {
                let index = u32::from(le16(indexes, at * 2));
                if index >= functions {
                    return Err(Error::Malformed(format!(
                        "a name stands for export {index} of {functions}"
                    )));
                }
                let name = image.name("export names", le32(pointers, at * 4), names)?;
                by_index.entry(index).or_default().push(name);
            }
        }
        for index in 0..functions {
            let address = le32(addresses, index as usize * 4);
            if address == 0 {
                continue; // A gap between ordinals.
            }
            let ordinal = base
                .checked_add(index)
                .filter(|&ordinal| ordinal < MOST_EXPORTS);
            let ordinal = ordinal.ok_or_else(|| {
                Error::Malformed(format!(
                    "its exports have ordinals above {}",
                    MOST_EXPORTS - 1
                ))
            })?;
            // An address inside of the export directory is that of a text, not of code.
            let forwarder = match address.wrapping_sub(rva) < size {
                true => Some(image.name("forwarders", address, names)?),
                false => None,
            };
            let kind = match (&forwarder, image.is_code(address)) {
                (Some(_), _) => "forwarded",
                (None, Some(true)) => "code",
                (None, Some(false)) => "data",
                (None, None) => {
                    return Err(Error::Malformed(format!(
                        "export {ordinal} at address {address:#x} lies in no section"
                    )));
                }
            };
            let mut add = |name| {
                self.exports.push(Export {
                    name,
                    ordinal: Some(ordinal),
                    forwarder: forwarder.clone(),
                    kind,
                    symbol: None,
                    dll: None,
                });
            };
            match by_index.remove(&index) {
                Some(aliases) => aliases.into_iter().for_each(|name| add(Some(name))),
                None => add(None),
            }
        }
        self.refuse_circles()
    }

    /// A DLL may forward to itself, but each forwarder has to end somewhere.
    fn refuse_circles(&self) -> Result<()> {
        let Some(own) = self.name.as_deref().map(stem) else {
            return Ok(());
        };
        let mut forwards: HashMap<String, &str> = HashMap::new();
        for export in &self.exports {
            let Some(target) = &export.forwarder else {
                continue;
            };
            let Some((dll, symbol)) = target.rsplit_once('.') else {
                return Err(Error::Malformed(format!(
                    "the forwarder '{target}' names no DLL"
                )));
            };
            if stem(dll) != own {
                continue;
            }
            forwards.extend(export.name.clone().map(|name| (name, symbol)));
            forwards.extend(export.ordinal.map(|number| (format!("#{number}"), symbol)));
        }
        let mut ends: HashSet<&str> = HashSet::new();
        for start in forwards.keys() {
            let mut path = HashSet::new();
            let mut at = start.as_str();
            while !ends.contains(at) {
                let Some(next) = forwards.get(at) else { break };
                if !path.insert(at) {
                    return Err(Error::Malformed(format!(
                        "the forwarder of '{start}' leads in a circle"
                    )));
                }
                at = next;
            }
            ends.extend(path);
        }
        Ok(())
    }

    fn read_imports<'a, R: ReadRef<'a>>(
        &mut self,
        image: &Image<'a, R>,
        mut rva: u32,
        width: usize,
        names: &mut NameBudget,
    ) -> Result<()> {
        loop {
            let item = image.bytes("imports", rva, 20)?;
            let (name, first) = (le32(item, 12), le32(item, 16));
            if name == 0 || first == 0 {
                return Ok(());
            }
            // Without the first table, the addresses hold the names until the image is loaded.
            let thunks = match le32(item, 0) {
                0 => first,
                original => original,
            };
            self.add_dll(image, (name, thunks), width, 0, false, names)?;
            rva = next(rva, 20)?;
        }
    }

    fn read_delayed<'a, R: ReadRef<'a>>(
        &mut self,
        image: &Image<'a, R>,
        mut rva: u32,
        width: usize,
        base: u64,
        names: &mut NameBudget,
    ) -> Result<()> {
        loop {
            let item = image.bytes("delayed imports", rva, 32)?;
            // Very old linkers wrote addresses of a loaded image instead.
            let base = if le32(item, 0) & 1 == 1 { 0 } else { base };
            let (name, thunks) = (le32(item, 4), le32(item, 16));
            if name == 0 {
                return Ok(());
            }
            let place = (relative(name.into(), base)?, relative(thunks.into(), base)?);
            self.add_dll(image, place, width, base, true, names)?;
            rva = next(rva, 32)?;
        }
    }

    fn add_dll<'a, R: ReadRef<'a>>(
        &mut self,
        image: &Image<'a, R>,
        (name, mut thunks): (u32, u32),
        width: usize,
        base: u64,
        delayed: bool,
        names: &mut NameBudget,
    ) -> Result<()> {
        let dll = image.name("names of needed DLLs", name, names)?;
        let mut symbols = Vec::new();
        loop {
            let bytes = image.bytes("imported symbols", thunks, width as u64)?;
            let (value, by_number) = match width {
                8 => (le64(bytes, 0), le64(bytes, 0) >> 63 == 1),
                _ => (le32(bytes, 0).into(), le32(bytes, 0) >> 31 == 1),
            };
            if value == 0 {
                break;
            }
            symbols.push(match by_number {
                true => format!("#{}", value & 0xffff),
                false => {
                    let hint = relative(value, base)?;
                    image.name("imported symbols", next(hint, 2)?, names)?
                }
            });
            // All DLLs together: their tables can be one and the same.
            names.count(MOST_IMPORTS, "imported symbols")?;
            thunks = next(thunks, width as u32)?;
        }
        self.imports.push(Import {
            dll,
            delayed,
            symbols,
        });
        if self.imports.len() > MOST_DLLS {
            return Err(Error::Limit {
                what: "needed DLLs",
                limit: MOST_DLLS as u64,
            });
        }
        Ok(())
    }
}

fn next(rva: u32, size: u32) -> Result<u32> {
    rva.checked_add(size)
        .ok_or_else(|| Error::Malformed("a table lies beyond 4 GiB".to_owned()))
}

fn relative(address: u64, base: u64) -> Result<u32> {
    address
        .checked_sub(base)
        .and_then(|rva| u32::try_from(rva).ok())
        .ok_or_else(|| Error::Malformed(format!("the address {address:#x} is outside the image")))
}

/// A DLL's name as the loader compares it.
fn stem(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    lower.strip_suffix(".dll").unwrap_or(&lower).to_owned()
}

fn import_library<'a, R: ReadRef<'a>>(data: R, format: &str) -> Result<Report> {
    let mut report = Report {
        format: "import-library",
        kind: "IMPORT",
        machine: String::new(),
        bits: None,
        byte_order: "little",
        name: None,
        exports: Vec::new(),
        imports: Vec::new(),
        subsystem: None,
        subsystem_version: None,
        os_version: None,
        image_version: None,
        dynamic_base: None,
        nx_compatible: None,
    };
    let mut names = NameBudget::default();
    if format == "coff-import" {
        let size = data.len().unwrap_or(0);
        let bytes = take(data, "the import object", 0, size)?;
        report.add_import(bytes, &mut names)?;
    } else {
        refuse_thin(data)?;
        let archive = ArchiveFile::parse(data).map_err(broken("archive"))?;
        for member in archive.members() {
            let member = member.map_err(broken("archive member"))?;
            let (offset, size) = member.file_range();
            check(data, "archive members", offset, size)?;
            if is_special(member.name()) || size < 20 {
                continue;
            }
            let start = take(data, "archive members", offset, 20)?;
            // Version 0 tells a short import object from a big object, which begins alike.
            if le32(start, 0) == 0xffff_0000 && le16(start, 4) == 0 {
                let bytes = take(data, "archive members", offset, size)?;
                report.add_import(bytes, &mut names)?;
            }
        }
    }
    if report.exports.is_empty() {
        return Err(Error::Refused(
            "not an import library: no member is a short import object, so read it as an archive"
                .to_owned(),
        ));
    }
    let mut dlls: Vec<&String> = report
        .exports
        .iter()
        .filter_map(|e| e.dll.as_ref())
        .collect();
    dlls.sort();
    dlls.dedup();
    if let [dll] = dlls[..] {
        report.name = Some(dll.clone());
    }
    Ok(report)
}

impl Report {
    fn add_import(&mut self, bytes: &[u8], names: &mut NameBudget) -> Result<()> {
        let found = ImportFile::parse(bytes).map_err(broken("import object"))?;
        let (machine, bits) = coff_machine(pe::Machine(le16(bytes, 6)));
        if !self.machine.is_empty() && self.machine != machine {
            return Err(Error::Malformed(format!(
                "imports for {} and for {machine} in one library",
                self.machine
            )));
        }
        (self.machine, self.bits) = (machine.into_owned(), bits);
        let (name, ordinal) = match found.import() {
            ImportName::Name(name) => (Some(names.text(name)?), None),
            ImportName::Ordinal(number) => (None, Some(number.into())),
        };
        self.exports.push(Export {
            name,
            ordinal,
            forwarder: None,
            kind: match found.import_type() {
                ImportType::Code => "code",
                ImportType::Data => "data",
                ImportType::Const => "const",
            },
            symbol: Some(names.text(found.symbol())?),
            dll: Some(names.text(found.dll())?),
        });
        Ok(())
    }
}

fn subsystem(number: pe::Subsystem) -> String {
    match number {
        pe::IMAGE_SUBSYSTEM_NATIVE => "native",
        pe::IMAGE_SUBSYSTEM_WINDOWS_GUI => "gui",
        pe::IMAGE_SUBSYSTEM_WINDOWS_CUI => "console",
        pe::IMAGE_SUBSYSTEM_EFI_APPLICATION => "efi",
        pe::Subsystem(other) => return format!("subsystem_{other}"),
    }
    .to_owned()
}
