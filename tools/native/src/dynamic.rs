//! The tables that PT_DYNAMIC leads to, which are those the loader uses. Section headers may be
//! absent, and where both exist only the segments decide what happens at run time.

use std::collections::HashMap;

use object::Endianness;
use object::elf;
use object::pod::{self, Pod};

use crate::error::{Error, Result};
use crate::image::{Image, MAX_NAME, Strings, Symbol, lossy};
use crate::lookup::{Lookup, sysv_hash};

/// Version indices have 15 bits.
const MAX_VERSIONS: usize = 1 << 15;
const MAX_VERSION_BYTES: u64 = 4 << 20;
const MAX_SYMBOLS: u64 = 1 << 26;

pub struct Dynamic<'i> {
    image: &'i Image,
    pub entries: Vec<(elf::DynamicTag, u64)>,
}

impl<'i> Dynamic<'i> {
    pub fn read(image: &'i Image) -> Result<Self> {
        image.check_segments()?;
        Ok(Dynamic {
            image,
            entries: image.dynamic()?,
        })
    }

    /// Of two entries the loader keeps the last.
    pub fn value(&self, tag: elf::DynamicTag) -> Option<u64> {
        self.entries
            .iter()
            .rfind(|(t, _)| *t == tag)
            .map(|(_, value)| *value)
    }

    pub fn has_flag(&self, tag: elf::DynamicTag, flag: u64) -> bool {
        self.value(tag).is_some_and(|flags| flags & flag != 0)
    }

    pub fn binds_now(&self) -> bool {
        self.value(elf::DT_BIND_NOW).is_some()
            || self.has_flag(elf::DT_FLAGS, elf::DF_BIND_NOW.0)
            || self.has_flag(elf::DT_FLAGS_1, elf::DF_1_NOW.0)
    }

    pub fn functions(&self, single: elf::DynamicTag, array_size: elf::DynamicTag) -> u64 {
        let array = self.value(array_size).unwrap_or(0) / self.image.word_size();
        array + u64::from(self.value(single).is_some())
    }

    pub fn strings(&self) -> Result<Strings> {
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

    /// The symbols. One that the loader does not find is bound locally, as nobody else sees it.
    pub fn symbols(&self, strings: &Strings) -> Result<Vec<Symbol>> {
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
        let mut symbols = self.image.symbols(&bytes);
        let is_offered = |s: &Symbol| {
            s.section != elf::SHN_UNDEF
                && s.bind != elf::STB_LOCAL
                && matches!(s.visibility, elf::STV_DEFAULT | elf::STV_PROTECTED)
        };
        let found = Lookup::read(self.image, self)?.find(&symbols, strings, is_offered)?;
        for (symbol, is_found) in symbols.iter_mut().zip(found) {
            match (is_offered(symbol), is_found) {
                (true, true) => self.check_place(symbol, strings)?,
                (true, false) => symbol.bind = elf::STB_LOCAL,
                _ => {}
            }
        }
        Ok(symbols)
    }

    /// Whoever takes a symbol's address, or copies what is there, must find something.
    fn check_place(&self, symbol: &Symbol, strings: &Strings) -> Result<()> {
        let is_tls = symbol.kind == elf::STT_TLS;
        let home = if is_tls { elf::PT_TLS } else { elf::PT_LOAD };
        let mut homes = self.image.segments.iter().filter(|s| s.kind == home);
        let is_there = match is_tls {
            true => homes.any(|s| symbol.value <= s.memory_size),
            // A name may mark the end of a segment.
            false => homes.any(|s| s.contains(symbol.value, 0)),
        };
        if is_there || symbol.section == elf::SHN_ABS || symbol.value == 0 {
            return Ok(());
        }
        Err(Error::Malformed(format!(
            "its symbol {} is at {:#x}, where the library has nothing",
            lossy(strings.get(symbol.name.into())?),
            symbol.value
        )))
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
        let by_hash = Lookup::read(self.image, self)?.count()?;
        // A GNU hash table does not count symbols when it holds none, and imports are not in it.
        let by_layout = match self.value(elf::DT_STRTAB) {
            Some(next) if next > address && next - address <= left => (next - address) / entry,
            _ => 0,
        };
        Ok(if by_hash > 0 { by_hash } else { by_layout })
    }

    pub fn versions(&self, strings: &Strings) -> Result<Versions> {
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
            versions.check_indexes()?;
        }
        Ok(versions)
    }

    fn version_table(&self, what: &str, address: u64, kind: elf::SectionType) -> Result<Vec<u8>> {
        let section = self
            .image
            .section_of_kind(kind)
            .filter(|s| s.address == address);
        let (offset, left) = self.image.locate(what, address)?;
        let size = section.map_or(left, |s| s.size).min(MAX_VERSION_BYTES);
        self.image.read(what, offset, size)
    }
}

/// A version node that a library defines.
#[derive(Clone)]
pub struct Definition {
    pub name: String,
    pub index: u16,
    /// The base definition repeats the soname; symbols bound to it have no version.
    pub is_base: bool,
    pub is_weak: bool,
}

/// A version node that is wanted of another library.
pub struct Need {
    pub library: String,
    pub version: String,
    /// Nothing but weak references want it, so its absence does not stop the loader.
    pub is_weak: bool,
    /// The reference is satisfied by this node alone, never by a symbol without a version.
    pub is_hidden: bool,
}

#[derive(Default)]
pub struct Versions {
    /// In the order of the table, the base included.
    pub definitions: Vec<Definition>,
    pub needs: Vec<Need>,
    by_index: HashMap<u16, (String, Option<String>)>,
    of_symbol: Vec<elf::VersymIndex>,
}

impl Versions {
    fn read_definitions(&mut self, e: Endianness, bytes: &[u8], strings: &Strings) -> Result<()> {
        let mut at = 0u64;
        for _ in 0..MAX_VERSIONS {
            let definition: &elf::Verdef<Endianness> = record(bytes, at, "version definitions")?;
            let flags = definition.vd_flags.get(e);
            let is_base = flags.contains(elf::VER_FLG_BASE);
            // The names after a definition's first are the nodes it inherits from.
            if definition.vd_cnt.get(e) > 0 {
                let first = at + u64::from(definition.vd_aux.get(e));
                let name: &elf::Verdaux<Endianness> = record(bytes, first, "version definitions")?;
                let name = strings.get(name.vda_name.get(e).into())?;
                check_hash(
                    definition.vd_version.get(e),
                    definition.vd_hash.get(e),
                    name,
                )?;
                let name = lossy(name);
                let index = definition.vd_ndx.get(e).0 & elf::VERSYM_VERSION;
                if !is_base {
                    self.by_index.insert(index, (name.clone(), None));
                }
                self.definitions.push(Definition {
                    name,
                    index,
                    is_base,
                    is_weak: flags.contains(elf::VER_FLG_WEAK),
                });
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
                let name = strings.get(version.vna_name.get(e).into())?;
                check_hash(need.vn_version.get(e), version.vna_hash.get(e), name)?;
                let name = lossy(name);
                let other = version.vna_other.get(e);
                self.by_index.insert(
                    other.0 & elf::VERSYM_VERSION,
                    (name.clone(), Some(library.clone())),
                );
                self.needs.push(Need {
                    library: library.clone(),
                    version: name,
                    is_weak: version.vna_flags.get(e).contains(elf::VER_FLG_WEAK),
                    is_hidden: other.0 & !elf::VERSYM_VERSION != 0,
                });
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

    /// The loader takes the index as it is, and reads beyond its own table of versions.
    fn check_indexes(&self) -> Result<()> {
        let known = |entry: &elf::VersymIndex| {
            let index = entry.index();
            index.is_special() || self.by_index.contains_key(&index.0)
        };
        match self.of_symbol.iter().position(|entry| !known(entry)) {
            None => Ok(()),
            Some(symbol) => Err(Error::Malformed(format!(
                "symbol {symbol} has the version index {}, which stands for no version",
                self.of_symbol[symbol].index().0
            ))),
        }
    }

    /// A symbol's entry as it stands in the table: its index, and in the highest bit whether it is hidden.
    pub fn raw(&self, symbol: usize) -> Option<u16> {
        self.of_symbol.get(symbol).map(|entry| entry.0)
    }

    /// A symbol's version with the library it is needed from, and whether it is hidden, that is
    /// reachable only by naming the version.
    pub fn of(&self, symbol: usize) -> (Option<(&str, Option<&str>)>, bool) {
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

/// The loader refuses other forms of a record, and finds a version by its hash.
fn check_hash(form: u16, hash: u32, name: &[u8]) -> Result<()> {
    if form != 1 {
        return Err(Error::Malformed(format!(
            "the version {} is in a record of the unknown form {form}",
            lossy(name)
        )));
    }
    if hash != sysv_hash(name) {
        return Err(Error::Malformed(format!(
            "the loader does not find the version {} by its hash {hash:#x}",
            lossy(name)
        )));
    }
    Ok(())
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
