//! What the dynamic loader sees of a library, and what state it can change.
//!
//! Dynamic tables are found the way the loader finds them, through PT_DYNAMIC: section headers
//! may be absent, and where both exist only the segments decide what happens at run time.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use object::Endianness;
use object::elf;
use object::pod::{self, Pod};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::image::{Image, Section, Strings, Symbol, lossy};

/// The longest mangled names in real libraries are some tens of kilobytes.
const MAX_NAME: usize = 64 << 10;
/// Names may overlap in their table, so their sum needs a bound of its own.
const MAX_NAME_BYTES: usize = 256 << 20;
/// Version indices have 15 bits.
const MAX_VERSIONS: usize = 1 << 15;
const MAX_VERSION_BYTES: u64 = 4 << 20;
const MAX_SYMBOLS: u64 = 1 << 26;

#[derive(Serialize)]
struct Report<'a> {
    class: u8,
    endian: &'static str,
    machine: Cow<'static, str>,
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    soname: Option<String>,
    needed: Vec<String>,
    rpath: Option<String>,
    runpath: Option<String>,
    build_id: Option<String>,
    debuglink: Option<DebugLink>,
    symbols: Vec<SymbolReport<'a>>,
    version_definitions: Vec<&'a str>,
    version_needs: Vec<VersionNeed<'a>>,
    notes: Vec<NoteReport>,
    exec_stack: Option<bool>,
    textrel: bool,
    relro: &'static str,
    init_functions: u64,
    fini_functions: u64,
    writable_sections: Vec<WritableSection>,
    has_symtab: bool,
    has_debug_info: bool,
}

#[derive(Serialize)]
struct DebugLink {
    file: String,
    crc: u32,
}

#[derive(Serialize)]
struct SymbolReport<'a> {
    name: Cow<'a, str>,
    version: Option<&'a str>,
    default_version: bool,
    library: Option<&'a str>,
    bind: Cow<'static, str>,
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    defined: bool,
    /// Version nodes themselves appear as absolute symbols of size 0.
    absolute: bool,
    visibility: Cow<'static, str>,
    size: u64,
    address: u64,
}

#[derive(Serialize)]
struct VersionNeed<'a> {
    library: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct NoteReport {
    section: Option<String>,
    name: String,
    #[serde(rename = "type")]
    kind: u32,
    desc: String,
}

#[derive(Serialize)]
struct WritableSection {
    name: String,
    size: u64,
    tls: bool,
    relro: bool,
}

#[derive(Serialize)]
struct WritableObject<'a> {
    name: String,
    raw: Cow<'a, str>,
    section: &'a str,
    size: u64,
    tls: bool,
}

pub fn read_elf(path: &Path) -> Result<String> {
    let image = Image::open(path)?;
    if image.is_debug_only() {
        return Err(Error::DebugOnly);
    }
    let dynamic = Dynamic::read(&image)?;
    let strings = dynamic.strings()?;
    let text = |tag| dynamic.value(tag).map(|at| strings.get(at).map(lossy));
    let versions = dynamic.versions(&strings)?;
    let symbols = dynamic.symbols()?;
    let notes = image.notes()?;
    let segment = |kind| image.segments.iter().find(move |s| s.kind == kind);

    let report = Report {
        class: if image.is_64 { 64 } else { 32 },
        endian: match image.endian {
            Endianness::Little => "little",
            Endianness::Big => "big",
        },
        machine: machine_name(image.machine, image.is_64),
        kind: file_type_name(image.kind),
        soname: text(elf::DT_SONAME).transpose()?,
        needed: dynamic
            .entries
            .iter()
            .filter(|(tag, _)| *tag == elf::DT_NEEDED)
            .map(|(_, at)| strings.get(*at).map(lossy))
            .collect::<Result<_>>()?,
        rpath: text(elf::DT_RPATH).transpose()?,
        runpath: text(elf::DT_RUNPATH).transpose()?,
        build_id: image.build_id()?.map(|id| hex(&id)),
        debuglink: image
            .debug_link()?
            .map(|(file, crc)| DebugLink { file, crc }),
        symbols: report_symbols(&symbols, &strings, &versions)?,
        version_definitions: versions.definitions.iter().map(String::as_str).collect(),
        version_needs: versions
            .needs
            .iter()
            .map(|(library, version)| VersionNeed { library, version })
            .collect(),
        exec_stack: segment(elf::PT_GNU_STACK).map(|s| s.flags.contains(elf::PF_X)),
        textrel: dynamic.value(elf::DT_TEXTREL).is_some()
            || dynamic.has_flag(elf::DT_FLAGS, elf::DF_TEXTREL.0),
        relro: match segment(elf::PT_GNU_RELRO) {
            None => "none",
            Some(_) if dynamic.binds_now() => "full",
            Some(_) => "partial",
        },
        init_functions: dynamic.functions(elf::DT_INIT, elf::DT_INIT_ARRAYSZ),
        fini_functions: dynamic.functions(elf::DT_FINI, elf::DT_FINI_ARRAYSZ),
        writable_sections: writable_sections(&image),
        has_symtab: symtab(&image).is_some(),
        has_debug_info: has_debug_info(&image),
        notes: notes
            .into_iter()
            .map(|n| NoteReport {
                section: n.section,
                name: n.name,
                kind: n.kind,
                desc: hex(&n.desc),
            })
            .collect(),
    };
    to_json(&report)
}

pub fn writable_objects(path: &Path) -> Result<String> {
    let image = Image::open(path)?;
    let section = symtab(&image).ok_or(Error::NoSymtab)?;
    let (symbols, strings) = section_symbols(&image, section)?;
    let mut spent = 0;
    let mut found = Vec::new();
    for symbol in &symbols {
        let Some(home) = image
            .sections
            .get(usize::from(symbol.section.0))
            .filter(|s| s.is_writable() && !is_relro(&image, s))
        else {
            continue;
        };
        let is_object = match symbol.kind {
            elf::STT_OBJECT | elf::STT_TLS | elf::STT_COMMON => true,
            // Labels of assembly code; without a size they are mere addresses.
            elf::STT_NOTYPE => symbol.size > 0,
            _ => false,
        };
        if !is_object {
            continue;
        }
        let raw = name_within(&strings, symbol, &mut spent)?;
        found.push(WritableObject {
            name: demangle(&raw),
            raw,
            section: &home.name,
            size: symbol.size,
            tls: home.is_tls(),
        });
    }
    to_json(&found)
}

/// Named addresses of functions, for debug information that goes by another name: aliases and
/// versioned symbols. A versioned symbol is found as `name@V`, as `name@@V` if that is the
/// default, and as `name`: its default version or, without one, its last.
pub fn function_addresses(image: &Image) -> Result<HashMap<String, u64>> {
    let is_function = |s: &Symbol| {
        s.section != elf::SHN_UNDEF
            && s.bind != elf::STB_LOCAL
            && matches!(s.kind, elf::STT_FUNC | elf::STT_GNU_IFUNC)
    };
    let mut found = HashMap::new();
    let mut spent = 0;
    if let Some(section) = symtab(image) {
        let (symbols, strings) = section_symbols(image, section)?;
        for symbol in symbols.iter().filter(|s| is_function(s)) {
            let full = name_within(&strings, symbol, &mut spent)?.into_owned();
            found.insert(full, symbol.value);
        }
    }
    // A debug file has no dynamic tables, but there the names above carry their versions.
    if !image.is_debug_only() {
        let dynamic = Dynamic::read(image)?;
        let strings = dynamic.strings()?;
        let versions = dynamic.versions(&strings)?;
        let symbols = dynamic.symbols()?;
        for (index, symbol) in symbols.iter().enumerate().filter(|(_, s)| is_function(s)) {
            let name = name_within(&strings, symbol, &mut spent)?;
            let full = match versions.of(index) {
                (None, _) => name.into_owned(),
                (Some((version, _)), true) => format!("{name}@{version}"),
                (Some((version, _)), false) => format!("{name}@@{version}"),
            };
            found.insert(full, symbol.value);
        }
    }
    let mut short = HashMap::new();
    let mut versioned: Vec<(&str, u64)> = found
        .iter()
        .filter(|(name, _)| name.contains('@'))
        .map(|(name, address)| (name.as_str(), *address))
        .collect();
    versioned.sort_unstable();
    for (full, address) in versioned {
        // `name@@V` sorts before every `name@V`, so a default version is met first.
        match full.split_once("@@") {
            Some((name, version)) => {
                short.insert(format!("{name}@{version}"), (true, address));
                short.insert(name.to_owned(), (true, address));
            }
            None => {
                let name = full.split('@').next().unwrap_or(full);
                let entry = short.entry(name.to_owned()).or_insert((false, address));
                if !entry.0 {
                    *entry = (false, address);
                }
            }
        }
    }
    for (name, (_, address)) in short {
        found.entry(name).or_insert(address);
    }
    Ok(found)
}

/// The tables that PT_DYNAMIC leads to.
struct Dynamic<'i> {
    image: &'i Image,
    entries: Vec<(elf::DynamicTag, u64)>,
}

impl<'i> Dynamic<'i> {
    fn read(image: &'i Image) -> Result<Self> {
        image.check_segments()?;
        Ok(Dynamic {
            image,
            entries: image.dynamic()?,
        })
    }

    fn value(&self, tag: elf::DynamicTag) -> Option<u64> {
        self.entries
            .iter()
            .find(|(t, _)| *t == tag)
            .map(|(_, value)| *value)
    }

    fn has_flag(&self, tag: elf::DynamicTag, flag: u64) -> bool {
        self.value(tag).is_some_and(|flags| flags & flag != 0)
    }

    fn binds_now(&self) -> bool {
        self.value(elf::DT_BIND_NOW).is_some()
            || self.has_flag(elf::DT_FLAGS, elf::DF_BIND_NOW.0)
            || self.has_flag(elf::DT_FLAGS_1, elf::DF_1_NOW.0)
    }

    fn functions(&self, single: elf::DynamicTag, array_size: elf::DynamicTag) -> u64 {
        let array = self.value(array_size).unwrap_or(0) / self.image.word_size();
        array + u64::from(self.value(single).is_some())
    }

    fn strings(&self) -> Result<Strings> {
        let bytes = match (self.value(elf::DT_STRTAB), self.value(elf::DT_STRSZ)) {
            (Some(address), Some(size)) => {
                let what = "the dynamic string table";
                let (offset, _) = self.image.locate(what, address)?;
                self.image.read(what, offset, size)?
            }
            _ => Vec::new(),
        };
        Ok(Strings::new(bytes, MAX_NAME))
    }

    fn symbols(&self) -> Result<Vec<Symbol>> {
        let Some(address) = self.value(elf::DT_SYMTAB) else {
            return Ok(Vec::new());
        };
        let what = "the dynamic symbol table";
        let (offset, left) = self.image.locate(what, address)?;
        let count = self.symbol_count(address, left)?;
        if count > MAX_SYMBOLS {
            return Err(Error::Limit {
                what: "dynamic symbols",
                limit: MAX_SYMBOLS,
            });
        }
        let bytes = self
            .image
            .read(what, offset, count * self.image.symbol_size())?;
        Ok(self.image.symbols(&bytes))
    }

    /// Nothing states the size of the dynamic symbol table but its section header; without one
    /// it follows from the hash table or from the table that lies behind it.
    fn symbol_count(&self, address: u64, left: u64) -> Result<u64> {
        let entry = self.image.symbol_size();
        let section = self
            .image
            .section_of_kind(elf::SHT_DYNSYM)
            .filter(|s| s.address == address);
        if let Some(section) = section {
            return Ok(section.size / entry);
        }
        let by_hash = match self.value(elf::DT_HASH) {
            Some(hash) => self.count_by_hash(hash)?,
            None => match self.value(elf::DT_GNU_HASH) {
                Some(hash) => self.count_by_gnu_hash(hash)?,
                None => 0,
            },
        };
        // A GNU hash table does not count symbols when it holds none, and imports are not in it.
        let by_layout = match self.value(elf::DT_STRTAB) {
            Some(next) if next > address && next - address <= left => (next - address) / entry,
            _ => 0,
        };
        Ok(if by_hash > 0 { by_hash } else { by_layout })
    }

    fn count_by_hash(&self, address: u64) -> Result<u64> {
        let what = "the hash table";
        let (offset, _) = self.image.locate(what, address)?;
        Ok(self.words(what, offset, 2)?[1].into())
    }

    fn count_by_gnu_hash(&self, address: u64) -> Result<u64> {
        const BLOCK: u64 = 4096;
        let what = "the GNU hash table";
        let (offset, left) = self.image.locate(what, address)?;
        let end = offset + left;
        let header = self.words(what, offset, 4)?;
        let (buckets, base, bloom) = (
            u64::from(header[0]),
            u64::from(header[1]),
            u64::from(header[2]),
        );
        let bucket_offset = offset + 16 + bloom * self.image.word_size();
        let chain_offset = bucket_offset + 4 * buckets;
        if chain_offset > end {
            return Err(Error::Malformed(format!(
                "{what} claims {buckets} buckets, more than its segment holds"
            )));
        }
        let last = self
            .words(what, bucket_offset, buckets)?
            .into_iter()
            .max()
            .map_or(0, u64::from);
        if last < base || last == 0 {
            return Ok(0);
        }
        // The chain of the last bucket ends at the last symbol.
        let mut index = last;
        loop {
            let at = chain_offset + 4 * (index - base);
            if at >= end {
                return Err(Error::Malformed(format!("{what} has a chain without end")));
            }
            let chain = self.words(what, at, BLOCK.min((end - at) / 4))?;
            if chain.is_empty() {
                return Err(Error::Malformed(format!("{what} has a chain without end")));
            }
            match chain.iter().position(|word| word & 1 != 0) {
                Some(step) => return Ok(index + step as u64 + 1),
                None => index += chain.len() as u64,
            }
        }
    }

    fn words(&self, what: &str, offset: u64, count: u64) -> Result<Vec<u32>> {
        let bytes = self.image.read(what, offset, count * 4)?;
        let decode = |b: [u8; 4]| match self.image.endian {
            Endianness::Little => u32::from_le_bytes(b),
            Endianness::Big => u32::from_be_bytes(b),
        };
        Ok(bytes.as_chunks().0.iter().map(|b| decode(*b)).collect())
    }

    fn versions(&self, strings: &Strings) -> Result<Versions> {
        let mut versions = Versions::default();
        if let Some(address) = self.value(elf::DT_VERDEF) {
            let bytes = self.version_table("version definitions", address, elf::SHT_GNU_VERDEF)?;
            versions.read_definitions(self.image.endian, &bytes, strings)?;
        }
        if let Some(address) = self.value(elf::DT_VERNEED) {
            let bytes = self.version_table("version needs", address, elf::SHT_GNU_VERNEED)?;
            versions.read_needs(self.image.endian, &bytes, strings)?;
        }
        if let (Some(versym), Some(symtab)) =
            (self.value(elf::DT_VERSYM), self.value(elf::DT_SYMTAB))
        {
            let (_, left) = self.image.locate("the dynamic symbol table", symtab)?;
            let count = self.symbol_count(symtab, left)?;
            let what = "the symbol version table";
            let (offset, _) = self.image.locate(what, versym)?;
            let bytes = self.image.read(what, offset, count.saturating_mul(2))?;
            let decode = |b: [u8; 2]| match self.image.endian {
                Endianness::Little => u16::from_le_bytes(b),
                Endianness::Big => u16::from_be_bytes(b),
            };
            versions.of_symbol = bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| elf::VersymIndex(decode(*b)))
                .collect();
        }
        Ok(versions)
    }

    fn version_table(
        &self,
        what: &str,
        address: u64,
        kind: elf::SectionType,
    ) -> Result<Vec<u8>> {
        let section = self
            .image
            .section_of_kind(kind)
            .filter(|s| s.address == address);
        let (offset, left) = self.image.locate(what, address)?;
        let size = section.map_or(left, |s| s.size).min(MAX_VERSION_BYTES);
        self.image.read(what, offset, size)
    }
}

#[derive(Default)]
struct Versions {
    definitions: Vec<String>,
    /// (library, version)
    needs: Vec<(String, String)>,
    by_index: HashMap<u16, (String, Option<String>)>,
    of_symbol: Vec<elf::VersymIndex>,
}

impl Versions {
    fn read_definitions(&mut self, e: Endianness, bytes: &[u8], strings: &Strings) -> Result<()> {
        let mut at = 0u64;
        for _ in 0..MAX_VERSIONS {
            let definition: &elf::Verdef<Endianness> = record(bytes, at, "version definitions")?;
            // The base definition repeats the soname; symbols bound to it have no version. The
            // names after a definition's first are the nodes it inherits from.
            let is_base = definition.vd_flags.get(e).contains(elf::VER_FLG_BASE);
            if !is_base && definition.vd_cnt.get(e) > 0 {
                let first = at + u64::from(definition.vd_aux.get(e));
                let name: &elf::Verdaux<Endianness> =
                    record(bytes, first, "version definitions")?;
                let name = lossy(strings.get(name.vda_name.get(e).into())?);
                let index = definition.vd_ndx.get(e).0 & elf::VERSYM_VERSION;
                self.by_index.insert(index, (name.clone(), None));
                self.definitions.push(name);
                self.check_count()?;
            }
            match definition.vd_next.get(e) {
                0 => return Ok(()),
                next => at += u64::from(next),
            }
        }
        Err(too_many_versions())
    }

    fn read_needs(&mut self, e: Endianness, bytes: &[u8], strings: &Strings) -> Result<()> {
        let mut at = 0u64;
        for _ in 0..MAX_VERSIONS {
            let need: &elf::Verneed<Endianness> = record(bytes, at, "version needs")?;
            let library = lossy(strings.get(need.vn_file.get(e).into())?);
            let mut inner = at + u64::from(need.vn_aux.get(e));
            for _ in 0..need.vn_cnt.get(e) {
                let version: &elf::Vernaux<Endianness> = record(bytes, inner, "version needs")?;
                let name = lossy(strings.get(version.vna_name.get(e).into())?);
                let index = version.vna_other.get(e).0 & elf::VERSYM_VERSION;
                self.by_index
                    .insert(index, (name.clone(), Some(library.clone())));
                self.needs.push((library.clone(), name));
                self.check_count()?;
                match version.vna_next.get(e) {
                    0 => break,
                    next => inner += u64::from(next),
                }
            }
            match need.vn_next.get(e) {
                0 => return Ok(()),
                next => at += u64::from(next),
            }
        }
        Err(too_many_versions())
    }

    fn check_count(&self) -> Result<()> {
        if self.definitions.len() + self.needs.len() > MAX_VERSIONS {
            return Err(too_many_versions());
        }
        Ok(())
    }

    /// A symbol's version with the library it is needed from, and whether it is hidden, that is
    /// reachable only by naming the version.
    fn of(&self, symbol: usize) -> (Option<(&str, Option<&str>)>, bool) {
        let Some(index) = self.of_symbol.get(symbol) else {
            return (None, false);
        };
        let version = self
            .by_index
            .get(&index.index().0)
            .filter(|_| !index.index().is_special())
            .map(|(name, library)| (name.as_str(), library.as_deref()));
        (version, index.is_hidden())
    }
}

fn too_many_versions() -> Error {
    Error::Limit {
        what: "symbol versions",
        limit: MAX_VERSIONS as u64,
    }
}

/// A record of a table whose records are chained by offsets.
fn record<'b, T: Pod>(bytes: &'b [u8], at: u64, what: &str) -> Result<&'b T> {
    usize::try_from(at)
        .ok()
        .and_then(|at| bytes.get(at..))
        .and_then(|rest| pod::from_bytes(rest).ok())
        .map(|(record, _)| record)
        .ok_or_else(|| {
            Error::Malformed(format!(
                "the chain of {what} leads to {at:#x}, outside of its table"
            ))
        })
}

fn report_symbols<'a>(
    symbols: &[Symbol],
    strings: &'a Strings,
    versions: &'a Versions,
) -> Result<Vec<SymbolReport<'a>>> {
    let mut spent = 0;
    let mut reports = Vec::with_capacity(symbols.len());
    for (index, symbol) in symbols.iter().enumerate() {
        // The null symbol and section symbols have no name and bind nothing.
        if symbol.name == 0 {
            continue;
        }
        let (version, hidden) = versions.of(index);
        let defined = symbol.section != elf::SHN_UNDEF;
        reports.push(SymbolReport {
            name: name_within(strings, symbol, &mut spent)?,
            version: version.map(|(name, _)| name),
            default_version: defined && version.is_some() && !hidden,
            library: version.and_then(|(_, library)| library),
            bind: bind_name(symbol.bind),
            kind: symbol_type_name(symbol.kind),
            defined,
            absolute: symbol.section == elf::SHN_ABS,
            visibility: visibility_name(symbol.visibility),
            size: symbol.size,
            address: symbol.value,
        });
    }
    Ok(reports)
}

fn name_within<'a>(
    strings: &'a Strings,
    symbol: &Symbol,
    spent: &mut usize,
) -> Result<Cow<'a, str>> {
    let name = strings.get(symbol.name.into())?;
    *spent += name.len();
    if *spent > MAX_NAME_BYTES {
        return Err(Error::Limit {
            what: "bytes of symbol names",
            limit: MAX_NAME_BYTES as u64,
        });
    }
    Ok(String::from_utf8_lossy(name))
}

fn symtab(image: &Image) -> Option<&Section> {
    image
        .section_of_kind(elf::SHT_SYMTAB)
        .filter(|s| s.size > 0)
}

fn section_symbols(image: &Image, section: &Section) -> Result<(Vec<Symbol>, Strings)> {
    let names = image
        .sections
        .get(section.link as usize)
        .filter(|s| s.kind == elf::SHT_STRTAB)
        .ok_or_else(|| Error::Malformed(format!("{} has no string table", section.name)))?;
    let symbols = image.symbols(&image.read_section(section)?);
    Ok((symbols, Strings::new(image.read_section(names)?, MAX_NAME)))
}

pub fn has_debug_info(image: &Image) -> bool {
    image.section(".debug_info").is_some() || image.section(".zdebug_info").is_some()
}

/// Sections that the linker or the loader writes and that are read-only (or never the program's
/// own state) once the library runs. By name as well as by segment: a library linked without
/// PT_GNU_RELRO still keeps relocated constants there.
fn is_relro(image: &Image, section: &Section) -> bool {
    const LINKER_OWNED: [&str; 9] = [
        ".got",
        ".got.plt",
        ".dynamic",
        ".preinit_array",
        ".init_array",
        ".fini_array",
        ".ctors",
        ".dtors",
        ".jcr",
    ];
    LINKER_OWNED.contains(&section.name.as_str())
        || section.name == ".data.rel.ro"
        || section.name.starts_with(".data.rel.ro.")
        || in_relro_segment(image, section)
}

fn in_relro_segment(image: &Image, section: &Section) -> bool {
    // The initial image of thread-local storage is protected, each thread's copy is not.
    !section.is_tls()
        && section.size > 0
        && image
            .segments
            .iter()
            .any(|s| s.kind == elf::PT_GNU_RELRO && s.contains(section.address, section.size))
}

fn writable_sections(image: &Image) -> Vec<WritableSection> {
    if image.sections.is_empty() {
        return writable_segments(image);
    }
    image
        .sections
        .iter()
        .filter(|s| s.is_writable())
        .map(|s| WritableSection {
            name: s.name.clone(),
            size: s.size,
            tls: s.is_tls(),
            relro: in_relro_segment(image, s),
        })
        .collect()
}

/// What can be said without section headers. An empty answer would read as "no state".
fn writable_segments(image: &Image) -> Vec<WritableSection> {
    let relro = image.segments.iter().find(|s| s.kind == elf::PT_GNU_RELRO);
    let mut found = Vec::new();
    for (index, s) in image.segments.iter().enumerate() {
        if s.kind == elf::PT_TLS {
            found.push(WritableSection {
                name: format!("segment {index}"),
                size: s.memory_size,
                tls: true,
                relro: false,
            });
        }
        if s.kind != elf::PT_LOAD || !s.flags.contains(elf::PF_W) {
            continue;
        }
        let protected = relro
            .filter(|r| s.contains(r.address, 0))
            .map_or(0, |r| r.memory_size.min(s.memory_size));
        for (size, relro) in [(protected, true), (s.memory_size - protected, false)] {
            if size > 0 {
                found.push(WritableSection {
                    name: format!("segment {index}"),
                    size,
                    tls: false,
                    relro,
                });
            }
        }
    }
    found
}

fn demangle(raw: &str) -> String {
    match rustc_demangle::try_demangle(raw) {
        // The alternate form leaves out the hash, which changes with every compiler.
        Ok(name) => format!("{name:#}"),
        Err(_) => raw.to_owned(),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}

pub fn to_json(value: &impl Serialize) -> Result<String> {
    // Reports hold strings and numbers only, which always have a JSON form.
    serde_json::to_string(value).map_err(|_| Error::Panicked)
}

fn machine_name(machine: elf::Machine, is_64: bool) -> Cow<'static, str> {
    Cow::Borrowed(match (machine, is_64) {
        (elf::EM_X86_64, true) => "x86_64",
        (elf::EM_X86_64, false) => "x32",
        (elf::EM_386, _) => "i386",
        (elf::EM_AARCH64, true) => "aarch64",
        (elf::EM_AARCH64, false) => "aarch64_ilp32",
        (elf::EM_ARM, _) => "arm",
        (elf::EM_RISCV, true) => "riscv64",
        (elf::EM_RISCV, false) => "riscv32",
        (elf::EM_PPC64, _) => "ppc64",
        (elf::EM_PPC, _) => "ppc",
        (elf::EM_S390, true) => "s390x",
        (elf::EM_S390, false) => "s390",
        (elf::EM_LOONGARCH, true) => "loongarch64",
        (elf::EM_LOONGARCH, false) => "loongarch32",
        (elf::EM_MIPS, true) => "mips64",
        (elf::EM_MIPS, false) => "mips",
        (elf::EM_SPARCV9, _) => "sparc64",
        (elf::EM_SPARC, _) => "sparc",
        (elf::EM_CUDA, _) => "cuda",
        (elf::EM_AMDGPU, _) => "amdgpu",
        (elf::EM_BPF, _) => "bpf",
        (elf::Machine(other), _) => return Cow::Owned(format!("em_{other}")),
    })
}

fn file_type_name(kind: elf::FileType) -> Cow<'static, str> {
    Cow::Borrowed(match kind {
        elf::ET_REL => "REL",
        elf::ET_EXEC => "EXEC",
        elf::ET_DYN => "DYN",
        elf::ET_CORE => "CORE",
        elf::FileType(other) => return Cow::Owned(format!("ET_{other:#x}")),
    })
}

fn bind_name(bind: elf::SymbolBind) -> Cow<'static, str> {
    Cow::Borrowed(match bind {
        elf::STB_LOCAL => "local",
        elf::STB_GLOBAL => "global",
        elf::STB_WEAK => "weak",
        elf::STB_GNU_UNIQUE => "unique",
        elf::SymbolBind(other) => return Cow::Owned(format!("bind_{other}")),
    })
}

fn symbol_type_name(kind: elf::SymbolType) -> Cow<'static, str> {
    Cow::Borrowed(match kind {
        elf::STT_NOTYPE => "notype",
        elf::STT_OBJECT => "object",
        elf::STT_FUNC => "func",
        elf::STT_SECTION => "section",
        elf::STT_FILE => "file",
        elf::STT_COMMON => "common",
        elf::STT_TLS => "tls",
        elf::STT_GNU_IFUNC => "ifunc",
        elf::SymbolType(other) => return Cow::Owned(format!("type_{other}")),
    })
}

fn visibility_name(visibility: elf::SymbolVisibility) -> Cow<'static, str> {
    Cow::Borrowed(match visibility {
        elf::STV_DEFAULT => "default",
        elf::STV_INTERNAL => "internal",
        elf::STV_HIDDEN => "hidden",
        elf::STV_PROTECTED => "protected",
        elf::SymbolVisibility(other) => return Cow::Owned(format!("visibility_{other}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demangling_drops_the_hash_and_leaves_c_names() {
        assert_eq!(demangle("_ZN3foo3BAR17h0123456789abcdefE"), "foo::BAR");
        assert_eq!(demangle("astra_state"), "astra_state");
    }

    #[test]
    fn hex_keeps_leading_zeros() {
        assert_eq!(hex(&[0, 0x0f, 0xa0]), "000fa0");
    }
}
