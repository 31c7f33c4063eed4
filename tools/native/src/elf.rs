//! What the dynamic loader sees of a library, and what state the library can change.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use object::Endianness;
use object::elf;
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use crate::dynamic::{Dynamic, Versions};
use crate::error::{Error, Result};
use crate::image::{Image, MAX_NAME, Section, Strings, Symbol, lossy};
use crate::references::used_symbols;
use crate::relocations;
use crate::search::What;

/// Names may overlap in their table, so their sum needs a bound of its own.
const MAX_NAME_BYTES: usize = 256 << 20;

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
    symbols: Symbols<'a>,
    /// What others must give it, or it does not start, or ends at a call.
    asked: Vec<Asked<'a>>,
    /// Exported data that it writes or reads through its name, so that it finds the copy of a
    /// program. None if the relocations of this machine are not understood.
    shared_data: Option<Vec<Cow<'a, str>>>,
    /// Whether it takes its own symbols before those of programs.
    symbolic: bool,
    /// What it asks of the loader.
    flags: Vec<&'static str>,
    /// Names of the version nodes, without the base.
    version_definitions: Vec<&'a str>,
    definitions: Vec<DefinitionReport<'a>>,
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
    /// The loader that a program asks for.
    interpreter: Option<String>,
    /// Whether every function is bound when the file is loaded, not at its first call.
    binds_now: bool,
}

#[derive(Serialize)]
struct DefinitionReport<'a> {
    name: &'a str,
    index: u16,
    base: bool,
    weak: bool,
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
    /// The entry of the version table as the loader compares it; none without such a table.
    versym: Option<u16>,
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
struct Asked<'a> {
    name: Cow<'a, str>,
    version: Option<&'a str>,
    library: Option<&'a str>,
}

#[derive(Serialize)]
struct VersionNeed<'a> {
    library: &'a str,
    version: &'a str,
    weak: bool,
    hidden: bool,
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
    let symbols = dynamic.symbols(&strings)?;
    relocations::check(&image, &dynamic, symbols.len())?;
    let notes = image.notes()?;
    let segment = |kind| image.segments.iter().find(move |s| s.kind == kind);
    let used = used_symbols(&image, &dynamic, symbols.len())?;

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
        symbols: Symbols::new(&symbols, &strings, &versions)?,
        asked: asked(&symbols, &strings, &versions, used.as_deref())?,
        shared_data: used
            .map(|used| shared_data(&image, &symbols, &strings, &used))
            .transpose()?,
        symbolic: dynamic.value(elf::DT_SYMBOLIC).is_some()
            || dynamic.has_flag(elf::DT_FLAGS, elf::DF_SYMBOLIC.0),
        flags: FLAGS
            .iter()
            .filter(|(flag, _)| dynamic.has_flag(elf::DT_FLAGS_1, flag.0))
            .map(|(_, name)| *name)
            .collect(),
        version_definitions: versions
            .definitions
            .iter()
            .filter(|d| !d.is_base)
            .map(|d| d.name.as_str())
            .collect(),
        definitions: versions
            .definitions
            .iter()
            .map(|d| DefinitionReport {
                name: &d.name,
                index: d.index,
                base: d.is_base,
                weak: d.is_weak,
            })
            .collect(),
        version_needs: versions
            .needs
            .iter()
            .map(|need| VersionNeed {
                library: &need.library,
                version: &need.version,
                weak: need.is_weak,
                hidden: need.is_hidden,
            })
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
        has_symtab: image
            .section_of_kind(elf::SHT_SYMTAB)
            .is_some_and(|section| section.size > 0),
        has_debug_info: has_debug_info(&image),
        interpreter: interpreter(&image)?,
        binds_now: dynamic.binds_now(),
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

const FLAGS: [(elf::DynamicFlags1, &str); 2] = [
    (elf::DF_1_NOOPEN, "nodlopen"),
    (elf::DF_1_NODELETE, "nodelete"),
];

/// What others must give a file: undefined symbols that are not weak, and that something refers to.
fn asked<'s>(
    symbols: &[Symbol],
    strings: &'s Strings,
    versions: &'s Versions,
    used: Option<&[bool]>,
) -> Result<Vec<Asked<'s>>> {
    let mut spent = 0;
    let mut found = Vec::new();
    for (index, symbol) in symbols.iter().enumerate() {
        let is_asked = symbol.section == elf::SHN_UNDEF
            && symbol.name != 0
            && symbol.bind == elf::STB_GLOBAL
            && used.is_none_or(|used| used[index]);
        if is_asked {
            let (version, _) = versions.of(index);
            found.push(Asked {
                name: name_within(strings, symbol, &mut spent)?,
                version: version.map(|(name, _)| name),
                library: version.and_then(|(_, library)| library),
            });
        }
    }
    Ok(found)
}

/// Exported data that can change, and that the library itself looks for by its name.
fn shared_data<'s>(
    image: &Image,
    symbols: &[Symbol],
    strings: &'s Strings,
    used: &[bool],
) -> Result<Vec<Cow<'s, str>>> {
    let changes = |symbol: &Symbol| {
        let home = image.sections.get(usize::from(symbol.section.0));
        home.is_none_or(|home| home.is_writable() && !is_relro(image, home))
    };
    let mut spent = 0;
    let mut found = Vec::new();
    for (symbol, _) in symbols.iter().zip(used).filter(|(_, used)| **used) {
        let is_data = matches!(symbol.kind, elf::STT_OBJECT | elf::STT_COMMON)
            && matches!(symbol.section.0, 1..elf::SHN_LORESERVE);
        let is_offered = symbol.bind != elf::STB_LOCAL && symbol.visibility == elf::STV_DEFAULT;
        if is_data && is_offered && changes(symbol) {
            found.push(name_within(strings, symbol, &mut spent)?);
        }
    }
    Ok(found)
}

pub fn writable_objects(path: &Path) -> Result<String> {
    let image = Image::open(path)?;
    let (symbols, strings) = image.symtab()?.ok_or(Error::NoSymtab)?;
    let mut spent = 0;
    let mut found = Vec::new();
    for symbol in &symbols {
        let Some(home) = image
            .sections
            .get(usize::from(symbol.section.0))
            .filter(|_| symbol.section.0 < elf::SHN_LORESERVE)
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

/// What a program can link to.
pub struct Exported {
    /// With its version where only a program that names that version finds it.
    pub name: String,
    pub what: What,
    pub tls: bool,
}

/// Every function and every object that a library exports dynamically. A debug file has no
/// dynamic symbols, but what is not exported is local in its other table.
pub fn exports(image: &Image) -> Result<Vec<Exported>> {
    if image.is_debug_only() {
        let (symbols, strings) = image.symtab()?.ok_or(Error::NoSymtab)?;
        return exports_of(image, &symbols, &strings);
    }
    let dynamic = Dynamic::read(image)?;
    let strings = dynamic.strings()?;
    let versions = dynamic.versions(&strings)?;
    let mut found = Vec::new();
    let mut spent = 0;
    for (index, symbol) in dynamic.symbols(&strings)?.iter().enumerate() {
        let Some(what) = exported_kind(image, symbol) else {
            continue;
        };
        let name = name_within(&strings, symbol, &mut spent)?;
        let name = match versions.of(index) {
            (Some((version, _)), true) => format!("{name}@{version}"),
            _ => name.into_owned(),
        };
        found.push(exported(name, what, symbol));
    }
    found.retain(|exported| !is_linkers(&exported.name));
    Ok(found)
}

/// What the linker would export of an object file, or has exported of a library.
pub fn exports_of(image: &Image, symbols: &[Symbol], strings: &Strings) -> Result<Vec<Exported>> {
    let mut found = Vec::new();
    let mut spent = 0;
    for symbol in symbols {
        let Some(what) = exported_kind(image, symbol) else {
            continue;
        };
        let name = name_within(strings, symbol, &mut spent)?;
        // A default version is the one that is found without it.
        let name = name.split("@@").next().unwrap_or_default().to_owned();
        found.push(exported(name, what, symbol));
    }
    found.retain(|exported| !is_linkers(&exported.name));
    Ok(found)
}

fn exported(name: String, what: What, symbol: &Symbol) -> Exported {
    Exported {
        name,
        what,
        tls: symbol.kind == elf::STT_TLS,
    }
}

/// What the linker adds to every library is no part of it.
fn is_linkers(name: &str) -> bool {
    matches!(name, "_init" | "_fini")
}

fn exported_kind(image: &Image, symbol: &Symbol) -> Option<What> {
    let is_visible = matches!(symbol.visibility, elf::STV_DEFAULT | elf::STV_PROTECTED)
        && symbol.bind != elf::STB_LOCAL
        && symbol.name != 0
        && symbol.section != elf::SHN_UNDEF
        // Version nodes themselves appear as absolute symbols.
        && symbol.section != elf::SHN_ABS;
    if !is_visible {
        return None;
    }
    match symbol.kind {
        elf::STT_FUNC | elf::STT_GNU_IFUNC => Some(What::Function),
        elf::STT_OBJECT | elf::STT_TLS | elf::STT_COMMON => Some(What::Variable),
        // Assembly code need not say what its labels are; `_end` and the like are no code.
        elf::STT_NOTYPE if is_code(image, symbol) => Some(What::Function),
        _ => None,
    }
}

fn is_code(image: &Image, symbol: &Symbol) -> bool {
    image
        .sections
        .get(usize::from(symbol.section.0))
        .filter(|_| symbol.section.0 < elf::SHN_LORESERVE)
        .is_some_and(|section| section.flags.contains(elf::SHF_EXECINSTR))
}

/// Named addresses of functions and objects, for debug information that goes by another name:
/// aliases and versioned symbols. A versioned symbol is found as `name@V`, as `name@@V` if that
/// is the default, and as `name`: its default version or, without one, its last.
pub fn addresses(image: &Image) -> Result<HashMap<String, u64>> {
    addresses_of(image, |s| match s.kind {
        // At the address of an indirect function is what chooses it, not the function.
        elf::STT_FUNC | elf::STT_OBJECT => true,
        elf::STT_NOTYPE => is_code(image, s),
        _ => false,
    })
}

/// Indirect functions, with the addresses of what chooses them when a program starts.
pub fn choosers(image: &Image) -> Result<HashMap<String, u64>> {
    addresses_of(image, |s| s.kind == elf::STT_GNU_IFUNC)
}

fn addresses_of(image: &Image, is_kind: impl Fn(&Symbol) -> bool) -> Result<HashMap<String, u64>> {
    let is_wanted =
        |s: &Symbol| s.section != elf::SHN_UNDEF && s.bind != elf::STB_LOCAL && is_kind(s);
    let mut found = HashMap::new();
    let mut spent = 0;
    if let Some((symbols, strings)) = image.symtab()? {
        for symbol in symbols.iter().filter(|s| is_wanted(s)) {
            let full = name_within(&strings, symbol, &mut spent)?.into_owned();
            found.insert(full, symbol.value);
        }
    }
    // A debug file has no dynamic tables, but there the names above carry their versions.
    if !image.is_debug_only() {
        let dynamic = Dynamic::read(image)?;
        let strings = dynamic.strings()?;
        let versions = dynamic.versions(&strings)?;
        let symbols = dynamic.symbols(&strings)?;
        for (index, symbol) in symbols.iter().enumerate().filter(|(_, s)| is_wanted(s)) {
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

/// The symbols of a report, made one at a time while they are written: a library may export
/// hundreds of thousands.
struct Symbols<'a> {
    symbols: &'a [Symbol],
    strings: &'a Strings,
    versions: &'a Versions,
}

impl<'a> Symbols<'a> {
    fn new(symbols: &'a [Symbol], strings: &'a Strings, versions: &'a Versions) -> Result<Self> {
        let mut spent = 0;
        for symbol in symbols {
            name_within(strings, symbol, &mut spent)?;
        }
        Ok(Symbols {
            symbols,
            strings,
            versions,
        })
    }

    fn report(&self, index: usize, symbol: &Symbol, name: &'a [u8]) -> SymbolReport<'a> {
        let (version, hidden) = self.versions.of(index);
        let defined = symbol.section != elf::SHN_UNDEF;
        SymbolReport {
            name: String::from_utf8_lossy(name),
            version: version.map(|(name, _)| name),
            versym: self.versions.raw(index),
            default_version: defined && version.is_some() && !hidden,
            library: version.and_then(|(_, library)| library),
            bind: bind_name(symbol.bind),
            kind: symbol_type_name(symbol.kind),
            defined,
            absolute: symbol.section == elf::SHN_ABS,
            visibility: visibility_name(symbol.visibility),
            size: symbol.size,
            address: symbol.value,
        }
    }
}

impl Serialize for Symbols<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (index, symbol) in self.symbols.iter().enumerate() {
            // The null symbol and section symbols have no name and bind nothing. Every name was
            // looked at before.
            if symbol.name != 0
                && let Ok(name) = self.strings.get(symbol.name.into())
            {
                list.serialize_element(&self.report(index, symbol, name))?;
            }
        }
        list.end()
    }
}

pub fn name_within<'a>(
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

fn interpreter(image: &Image) -> Result<Option<String>> {
    let Some(segment) = image.segments.iter().find(|s| s.kind == elf::PT_INTERP) else {
        return Ok(None);
    };
    let bytes = image.read(
        "the name of the loader",
        segment.offset,
        segment.file_size.min(MAX_NAME as u64),
    )?;
    Ok(Some(lossy(bytes.split(|b| *b == 0).next().unwrap_or(&[]))))
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

/// Far above any real answer; a file can spell out long names many times.
const MAX_ANSWER: usize = 1 << 30;

pub fn to_json(value: &impl Serialize) -> Result<String> {
    let mut answer = Answer(Vec::new());
    let limit = Error::Limit {
        what: "bytes in the answer",
        limit: MAX_ANSWER as u64,
    };
    // Reports hold strings and numbers only, which always have a JSON form.
    serde_json::to_writer(&mut answer, value).map_err(|why| match why.is_io() {
        true => limit,
        false => Error::Panicked,
    })?;
    String::from_utf8(answer.0).map_err(|_| Error::Panicked)
}

struct Answer(Vec<u8>);

impl Write for Answer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.0.len() + bytes.len() > MAX_ANSWER {
            return Err(std::io::ErrorKind::OutOfMemory.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub fn machine_name(machine: elf::Machine, is_64: bool) -> Cow<'static, str> {
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

pub fn file_type_name(kind: elf::FileType) -> Cow<'static, str> {
    Cow::Borrowed(match kind {
        elf::ET_REL => "REL",
        elf::ET_EXEC => "EXEC",
        elf::ET_DYN => "DYN",
        elf::ET_CORE => "CORE",
        elf::FileType(other) => return Cow::Owned(format!("ET_{other:#x}")),
    })
}

pub fn bind_name(bind: elf::SymbolBind) -> Cow<'static, str> {
    Cow::Borrowed(match bind {
        elf::STB_LOCAL => "local",
        elf::STB_GLOBAL => "global",
        elf::STB_WEAK => "weak",
        elf::STB_GNU_UNIQUE => "unique",
        elf::SymbolBind(other) => return Cow::Owned(format!("bind_{other}")),
    })
}

pub fn symbol_type_name(kind: elf::SymbolType) -> Cow<'static, str> {
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
