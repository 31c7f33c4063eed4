//! Debug information as units and entries: loads the sections, finds units, follows references.
//! Knows nothing of functions or types.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use gimli::{
    Abbreviations, AttributeValue, DebugAbbrev, DebugAbbrevOffset, DebugAddrBase, DebugInfoOffset,
    DebugLineOffset, DebugLocListsBase, DebugRngListsBase, DebugStrOffsetsBase,
    DebuggingInformationEntry, DwAt, DwTag, Dwarf, DwarfFileType, EndianSlice, Reader,
    RunTimeEndian, SectionId, Unit, UnitHeader, UnitOffset, UnitType,
};
use object::Endianness;

use crate::error::{Error, Result};
use crate::files::{FileId, Files};
use crate::image::{Image, MAX_NAME, lossy};
use crate::lines::LineTable;

pub type Bytes<'d> = EndianSlice<'d, RunTimeEndian>;
pub type Entry<'d> = DebuggingInformationEntry<Bytes<'d>>;
pub type Value<'d> = AttributeValue<Bytes<'d>>;

/// A specification or an abstract origin has at most a few steps; a circle has no end.
const MAX_ORIGINS: usize = 16;
/// A build of a browser has some 50,000.
const MAX_UNITS: usize = 1 << 22;

/// More attributes than any compiler gives an entry; an entry may be one byte that has them all.
const MAX_ATTRIBUTES: usize = 128;

/// Only what signatures and layouts need, and line tables for the names of files: locations are
/// most of the rest.
pub const SECTIONS: [SectionId; 10] = [
    SectionId::DebugAbbrev,
    SectionId::DebugAddr,
    SectionId::DebugInfo,
    SectionId::DebugLine,
    SectionId::DebugLineStr,
    SectionId::DebugRanges,
    SectionId::DebugRngLists,
    SectionId::DebugStr,
    SectionId::DebugStrOffsets,
    SectionId::DebugTypes,
];

/// The debug sections of one file.
pub struct Sections {
    pub endian: RunTimeEndian,
    pub bytes: HashMap<SectionId, Vec<u8>>,
}

impl Sections {
    pub fn new(endian: Endianness) -> Sections {
        Sections {
            endian: match endian {
                Endianness::Little => RunTimeEndian::Little,
                Endianness::Big => RunTimeEndian::Big,
            },
            bytes: HashMap::new(),
        }
    }

    /// Those of a linked file.
    pub fn load(image: &Image) -> Result<Sections> {
        let mut sections = Sections::new(image.endian);
        for id in SECTIONS {
            if let Some((_, section)) = image.debug_sections(id.name()).next() {
                sections
                    .bytes
                    .insert(id, image.read_debug_section(section)?);
            }
        }
        Ok(sections)
    }

    fn get(&self, id: SectionId) -> &[u8] {
        self.bytes.get(&id).map_or(&[][..], Vec::as_slice)
    }

    fn dwarf(&self) -> Result<Dwarf<Bytes<'_>>> {
        Dwarf::load(|id| Ok(EndianSlice::new(self.get(id), self.endian)))
    }

    /// How many bytes hold entries.
    fn weight(&self) -> u64 {
        (self.get(SectionId::DebugInfo).len() + self.get(SectionId::DebugTypes).len()) as u64
    }
}

/// The file that dwz moved shared debug information to, if there is one.
pub fn load_supplementary(image: &Image, path: &Path) -> Result<Option<Sections>> {
    let Some(section) = image.section(".gnu_debugaltlink") else {
        return Ok(None);
    };
    let bytes = image.read_section(section)?;
    let Some(end) = bytes.iter().position(|&b| b == 0) else {
        return Err(Error::Malformed(
            ".gnu_debugaltlink holds no file name".to_owned(),
        ));
    };
    let (name, id) = (lossy(&bytes[..end]), &bytes[end + 1..]);
    let refuse = |why| Error::Supplementary {
        path: name.clone(),
        why,
    };
    // The link is relative to the debug file itself, not to a symbolic link to it.
    let home = path.canonicalize()?;
    let place: PathBuf = home.parent().unwrap_or(Path::new("/")).join(&name);
    let supplement = Image::open(&place).map_err(|_| refuse("cannot be read"))?;
    if supplement.build_id()?.as_deref() != Some(id) {
        return Err(refuse("has another build-id"));
    }
    Sections::load(&supplement).map(Some)
}

/// Where an entry is: a unit of this reader and an offset in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    pub unit: usize,
    pub offset: UnitOffset,
}

pub struct LoadedUnit<'d> {
    pub unit: Unit<Bytes<'d>>,
    pub language: Option<gimli::DwLang>,
    pub producer: Option<Cow<'d, str>>,
    /// The entries are in a .dwo file.
    pub is_skeleton: bool,
    lines: Option<DebugLineOffset>,
    home: Option<Bytes<'d>>,
}

impl LoadedUnit<'_> {
    pub fn is_rust(&self) -> bool {
        self.language == Some(gimli::DW_LANG_Rust)
    }

    /// Assemblers describe every function as returning nothing and taking nothing.
    pub fn is_assembly(&self) -> bool {
        self.language == Some(gimli::DW_LANG_Mips_Assembler)
    }

    /// In these languages a function may be declared without its parameters.
    pub fn always_has_prototypes(&self) -> bool {
        !matches!(
            self.language,
            Some(
                gimli::DW_LANG_C
                    | gimli::DW_LANG_C89
                    | gimli::DW_LANG_C99
                    | gimli::DW_LANG_C11
                    | gimli::DW_LANG_C17
                    | gimli::DW_LANG_ObjC
            )
        )
    }

    /// A unit that holds what several others share, or one type: it says nothing of its own.
    pub fn is_shared(&self) -> bool {
        !matches!(
            self.unit.header.type_(),
            UnitType::Compilation | UnitType::Skeleton(_) | UnitType::SplitCompilation(_)
        )
    }

    /// Whether any entry of the unit may have a type. Compilers number abbreviations from 1 on.
    pub fn mentions_types(&self) -> bool {
        (1..)
            .map_while(|code| self.unit.abbreviations.get(code))
            .flat_map(|abbreviation| abbreviation.attributes())
            .any(|attribute| attribute.name() == gimli::DW_AT_type)
    }

    pub fn address_size(&self) -> u64 {
        self.unit.header.encoding().address_size.into()
    }
}

struct Slot<'d> {
    header: UnitHeader<Bytes<'d>>,
    in_supplement: bool,
    loaded: RefCell<Option<Rc<LoadedUnit<'d>>>>,
}

/// A table of abbreviations: its bytes, and what they mean where several units share it.
struct Table<'d> {
    bytes: Bytes<'d>,
    is_shared: bool,
    parsed: OnceCell<Arc<Abbreviations>>,
}

/// All units of a file and of its supplementary file, loaded when first asked for.
pub struct Units<'d> {
    dwarf: Dwarf<Bytes<'d>>,
    big_endian: bool,
    slots: Vec<Slot<'d>>,
    /// (offset in .debug_info, slot), by increasing offset: of the file and of its supplement.
    by_offset: [Vec<(usize, usize)>; 2],
    by_signature: HashMap<u64, Place>,
    /// By offset in .debug_abbrev: of the file and of its supplement.
    abbreviations: [BTreeMap<usize, Table<'d>>; 2],
    lines: RefCell<HashMap<(bool, usize), Rc<LineTable<'d>>>>,
    homes: OnceCell<HashMap<(bool, usize), Bytes<'d>>>,
    /// Work done and work allowed, in entries looked at. Entries that contain each other, or one
    /// long name that all of them have, would make it grow with the square of the file.
    spent: Cell<u64>,
    budget: u64,
}

pub fn malformed(source: gimli::Error) -> Error {
    Error::Dwarf {
        what: "debug information",
        source,
    }
}

impl<'d> Units<'d> {
    pub fn new(main: &'d Sections, supplement: Option<&'d Sections>) -> Result<Self> {
        let mut dwarf = main.dwarf()?;
        let mut weight = main.weight();
        let mut tables = [main.get(SectionId::DebugAbbrev), &[]];
        if let Some(sections) = supplement {
            dwarf.set_sup(sections.dwarf()?);
            weight += sections.weight();
            tables[1] = sections.get(SectionId::DebugAbbrev);
        }
        let mut units = Units {
            dwarf,
            big_endian: main.endian == RunTimeEndian::Big,
            slots: Vec::new(),
            by_offset: [Vec::new(), Vec::new()],
            by_signature: HashMap::new(),
            abbreviations: [BTreeMap::new(), BTreeMap::new()],
            lines: RefCell::new(HashMap::new()),
            homes: OnceCell::new(),
            spent: Cell::new(0),
            budget: weight.saturating_mul(16).saturating_add(1 << 20),
        };
        units.index()?;
        units.index_abbreviations(tables.map(|bytes| EndianSlice::new(bytes, main.endian)))?;
        Ok(units)
    }

    /// A table ends where the next one begins. If they overlapped, reading each of them would
    /// take the number of units times the size of the section.
    fn index_abbreviations(&mut self, sections: [Bytes<'d>; 2]) -> Result<()> {
        for (which, section) in sections.into_iter().enumerate() {
            let mut users: BTreeMap<usize, usize> = BTreeMap::new();
            for slot in &self.slots {
                if usize::from(slot.in_supplement) == which {
                    *users
                        .entry(slot.header.debug_abbrev_offset().0)
                        .or_default() += 1;
                }
            }
            let ends = users.keys().skip(1).copied().chain([section.len()]);
            for ((&start, &count), end) in users.iter().zip(ends) {
                let bytes = section.slice().get(start..end).ok_or_else(|| {
                    Error::Malformed(format!(
                        "a unit's abbreviations would begin at {start:#x}, behind the end of theirs"
                    ))
                })?;
                let table = Table {
                    bytes: EndianSlice::new(bytes, section.endian()),
                    is_shared: count > 1,
                    parsed: OnceCell::new(),
                };
                self.abbreviations[which].insert(start, table);
            }
        }
        Ok(())
    }

    fn abbreviations(&self, slot: &Slot<'d>) -> Result<Arc<Abbreviations>> {
        let tables = &self.abbreviations[usize::from(slot.in_supplement)];
        let Some(table) = tables.get(&slot.header.debug_abbrev_offset().0) else {
            return Err(Error::Panicked);
        };
        if let Some(parsed) = table.parsed.get() {
            return Ok(Arc::clone(parsed));
        }
        self.spend(table.bytes.len() as u64 / 16)?;
        check_attributes(table.bytes.slice())?;
        let parsed = DebugAbbrev::from(table.bytes)
            .abbreviations(DebugAbbrevOffset(0))
            .map(Arc::new)
            .map_err(malformed)?;
        if table.is_shared {
            return Ok(Arc::clone(table.parsed.get_or_init(|| parsed)));
        }
        Ok(parsed)
    }

    /// Counts work, and stops what would not end in reasonable time.
    fn spend(&self, entries: u64) -> Result<()> {
        let spent = self.spent.get() + entries;
        self.spent.set(spent);
        if spent > self.budget {
            return Err(Error::Limit {
                what: "steps through debug information of this size",
                limit: self.budget,
            });
        }
        Ok(())
    }

    fn index(&mut self) -> Result<()> {
        let mut headers = self.dwarf.units();
        while let Some(header) = headers.next().map_err(malformed)? {
            self.add(header, false)?;
        }
        let mut headers = self.dwarf.type_units();
        while let Some(header) = headers.next().map_err(malformed)? {
            self.add(header, false)?;
        }
        if let Some(mut headers) = self.dwarf.sup().map(Dwarf::units) {
            while let Some(header) = headers.next().map_err(malformed)? {
                self.add(header, true)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, header: UnitHeader<Bytes<'d>>, in_supplement: bool) -> Result<()> {
        let unit = self.slots.len();
        if unit == MAX_UNITS {
            return Err(Error::Limit {
                what: "units of debug information",
                limit: MAX_UNITS as u64,
            });
        }
        if header.section() == SectionId::DebugInfo {
            self.by_offset[usize::from(in_supplement)].push((header.offset().0, unit));
        }
        if let UnitType::Type {
            type_signature,
            type_offset,
        } = header.type_()
        {
            let offset = type_offset;
            self.by_signature
                .insert(type_signature.0, Place { unit, offset });
        }
        self.slots.push(Slot {
            header,
            in_supplement,
            loaded: RefCell::new(None),
        });
        Ok(())
    }

    pub fn is_big_endian(&self) -> bool {
        self.big_endian
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }

    fn dwarf_of(&self, unit: usize) -> &Dwarf<Bytes<'d>> {
        match self.dwarf.sup() {
            Some(supplement) if self.slots[unit].in_supplement => supplement,
            _ => &self.dwarf,
        }
    }

    /// A unit that stays loaded until it is forgotten.
    pub fn get(&self, unit: usize) -> Result<Rc<LoadedUnit<'d>>> {
        let slot = &self.slots[unit];
        if let Some(loaded) = &*slot.loaded.borrow() {
            return Ok(Rc::clone(loaded));
        }
        let loaded = Rc::new(self.load(unit)?);
        *slot.loaded.borrow_mut() = Some(Rc::clone(&loaded));
        Ok(loaded)
    }

    /// Frees what was loaded of a unit, which takes more memory than it has bytes.
    pub fn forget(&self, unit: usize) {
        self.slots[unit].loaded.borrow_mut().take();
    }

    /// A unit for one look. Unlike `gimli::Unit::new` this leaves the line table alone: it is
    /// not loaded, and parsing its header would cost more than all the rest.
    pub fn load(&self, unit: usize) -> Result<LoadedUnit<'d>> {
        let dwarf = self.dwarf_of(unit);
        let header = self.slots[unit].header;
        let encoding = header.encoding();
        let mut unit = Unit {
            abbreviations: self.abbreviations(&self.slots[unit])?,
            name: None,
            comp_dir: None,
            low_pc: 0,
            str_offsets_base: DebugStrOffsetsBase::default_for_encoding_and_file(
                encoding,
                DwarfFileType::Main,
            ),
            addr_base: DebugAddrBase(0),
            loclists_base: DebugLocListsBase(0),
            rnglists_base: DebugRngListsBase::default_for_encoding_and_file(
                encoding,
                DwarfFileType::Main,
            ),
            line_program: None,
            dwo_id: None,
            header,
        };
        let mut root = Entry::null();
        unit.entries_raw(None)
            .and_then(|mut raw| raw.read_entry(&mut root))
            .map_err(malformed)?;
        self.spend(1)?;
        if let Some(AttributeValue::DebugStrOffsetsBase(base)) =
            root.attr_value(gimli::DW_AT_str_offsets_base)
        {
            unit.str_offsets_base = base;
        }
        for name in [gimli::DW_AT_addr_base, gimli::DW_AT_GNU_addr_base] {
            if let Some(AttributeValue::DebugAddrBase(base)) = root.attr_value(name) {
                unit.addr_base = base;
            }
        }
        if let Some(AttributeValue::DebugRngListsBase(base)) =
            root.attr_value(gimli::DW_AT_rnglists_base)
        {
            unit.rnglists_base = base;
        }
        if let Some(value) = root.attr_value(gimli::DW_AT_low_pc) {
            // Ranges count from it.
            unit.low_pc = dwarf
                .attr_address(&unit, value)
                .map_err(malformed)?
                .unwrap_or(0);
        }
        let language = match root.attr_value(gimli::DW_AT_language) {
            Some(AttributeValue::Language(language)) => Some(language),
            _ => None,
        };
        let producer = match root.attr_value(gimli::DW_AT_producer) {
            Some(value) => Some(
                dwarf
                    .attr_string(&unit, value)
                    .map_err(malformed)?
                    .to_string_lossy(),
            ),
            None => None,
        };
        let lines = match root.attr_value(gimli::DW_AT_stmt_list) {
            Some(AttributeValue::DebugLineRef(offset)) => Some(offset),
            _ => None,
        };
        let home = match root.attr_value(gimli::DW_AT_comp_dir) {
            Some(value) => Some(dwarf.attr_string(&unit, value).map_err(malformed)?),
            None => None,
        };
        let is_skeleton = matches!(header.type_(), UnitType::Skeleton(_))
            || root.attr(gimli::DW_AT_GNU_dwo_name).is_some()
            || root.attr(gimli::DW_AT_dwo_name).is_some();
        Ok(LoadedUnit {
            unit,
            language,
            producer,
            is_skeleton,
            lines,
            home,
        })
    }

    /// Calls `f` for every entry of a wanted kind that stands at the top of a unit or in a
    /// namespace, which is where functions are, and skips what is inside of anything else. Ends
    /// when `f` says `Break`.
    pub fn for_each_global(
        &self,
        unit: &LoadedUnit<'d>,
        is_wanted: impl Fn(DwTag) -> bool,
        mut f: impl FnMut(&Entry<'d>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let unit = &unit.unit;
        let mut raw = unit.entries_raw(None).map_err(malformed)?;
        // A reader that starts at a sibling counts depth from there.
        let mut base = 0;
        // Entries below this depth are inside of something that holds no functions.
        let mut open = 0;
        let mut entry = Entry::null();
        let mut seen = 0;
        while !raw.is_empty() {
            seen += 1;
            let depth = base + raw.next_depth();
            let offset = raw.next_offset();
            let Some(abbreviation) = raw.read_abbreviation().map_err(malformed)? else {
                continue;
            };
            let tag = abbreviation.tag();
            let is_open = depth <= open;
            let is_scope = is_open
                && matches!(
                    tag,
                    gimli::DW_TAG_compile_unit
                        | gimli::DW_TAG_partial_unit
                        | gimli::DW_TAG_namespace
                        | gimli::DW_TAG_module
                );
            let has_sibling =
                |spec: &gimli::AttributeSpecification| spec.name() == gimli::DW_AT_sibling;
            let may_jump = is_open
                && !is_scope
                && abbreviation.has_children()
                && abbreviation.attributes().iter().any(has_sibling);
            if is_open {
                open = if is_scope { depth + 1 } else { depth };
            }
            let is_wanted = is_open && is_wanted(tag);
            if may_jump || is_wanted {
                raw.read_attributes(abbreviation.attributes(), &mut entry.attrs)
                    .map_err(malformed)?;
                entry.tag = tag;
                entry.has_children = abbreviation.has_children();
                entry.offset = offset;
                entry.depth = depth;
                if is_wanted && f(&entry)?.is_break() {
                    break;
                }
                if may_jump
                    && let Some(AttributeValue::UnitRef(next)) =
                        entry.attr_value(gimli::DW_AT_sibling)
                    // Only ever forward, so that this ends.
                    && next > raw.next_offset()
                    && let Ok(there) = unit.entries_raw(Some(next))
                {
                    raw = there;
                    base = depth;
                }
            } else {
                raw.skip_attributes(abbreviation.attributes())
                    .map_err(malformed)?;
            }
        }
        self.spend(seen)
    }

    pub fn entry(&self, place: Place) -> Result<Entry<'d>> {
        self.get(place.unit)?
            .unit
            .entry(place.offset)
            .map_err(malformed)
    }

    /// Calls `f` for each direct child until it says `Break`.
    pub fn for_each_child(
        &self,
        place: Place,
        mut f: impl FnMut(&Entry<'d>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let loaded = self.get(place.unit)?;
        let unit = &loaded.unit;
        let mut raw = unit.entries_raw(Some(place.offset)).map_err(malformed)?;
        let mut entry = Entry::null();
        raw.read_entry(&mut entry).map_err(malformed)?;
        let mut seen = 1;
        while raw.next_depth() > 0 {
            seen += 1;
            if raw.next_depth() == 1 {
                if raw.read_entry(&mut entry).map_err(malformed)? && f(&entry)?.is_break() {
                    break;
                }
            } else if let Some(inner) = raw.read_abbreviation().map_err(malformed)? {
                raw.skip_attributes(inner.attributes()).map_err(malformed)?;
            }
        }
        self.spend(seen)
    }

    /// The place a reference attribute of an entry of `unit` leads to, if it is one.
    pub fn follow(&self, unit: usize, value: Value<'d>) -> Result<Option<Place>> {
        let in_supplement = self.slots[unit].in_supplement;
        match value {
            AttributeValue::UnitRef(offset) => Ok(Some(Place { unit, offset })),
            AttributeValue::DebugInfoRef(offset) => self.find(offset, in_supplement).map(Some),
            AttributeValue::DebugInfoRefSup(offset) => self.find(offset, true).map(Some),
            AttributeValue::DebugTypesRef(signature) => self
                .by_signature
                .get(&signature.0)
                .copied()
                .map(Some)
                .ok_or_else(|| {
                    Error::Malformed(format!(
                        "a type refers to the type unit {:#x}, which is missing",
                        signature.0
                    ))
                }),
            _ => Ok(None),
        }
    }

    fn find(&self, offset: DebugInfoOffset, in_supplement: bool) -> Result<Place> {
        let table = &self.by_offset[usize::from(in_supplement)];
        let after = table.partition_point(|(start, _)| *start <= offset.0);
        after
            .checked_sub(1)
            .and_then(|index| {
                let (_, unit) = table[index];
                let offset = offset.to_unit_offset(&self.slots[unit].header)?;
                Some(Place { unit, offset })
            })
            .ok_or_else(|| {
                Error::Malformed(format!(
                    "a reference to offset {:#x} of the debug information leads nowhere",
                    offset.0
                ))
            })
    }

    /// Where a type is described: with type units an entry may only name the type's signature.
    pub fn whole(&self, place: Place) -> Result<Place> {
        let entry = self.entry(place)?;
        let there = self.reference(place.unit, &entry, gimli::DW_AT_signature)?;
        Ok(there.unwrap_or(place))
    }

    pub fn reference(&self, unit: usize, entry: &Entry<'d>, name: DwAt) -> Result<Option<Place>> {
        match entry.attr_value(name) {
            Some(value) => self.follow(unit, value),
            None => Ok(None),
        }
    }

    pub fn text(&self, unit: usize, entry: &Entry<'d>, name: DwAt) -> Result<Option<Cow<'d, str>>> {
        let bytes = self.bytes(unit, &*self.get(unit)?, entry, name)?;
        Ok(bytes.map(String::from_utf8_lossy))
    }

    pub fn bytes(
        &self,
        index: usize,
        loaded: &LoadedUnit<'d>,
        entry: &Entry<'d>,
        name: DwAt,
    ) -> Result<Option<&'d [u8]>> {
        let Some(value) = entry.attr_value(name) else {
            return Ok(None);
        };
        let text = self
            .dwarf_of(index)
            .attr_string(&loaded.unit, value)
            .map_err(malformed)?;
        if text.len() > MAX_NAME {
            return Err(Error::Limit {
                what: "bytes in one name",
                limit: MAX_NAME as u64,
            });
        }
        self.spend(text.len() as u64 / 64)?;
        Ok(Some(text.slice()))
    }

    /// The file in which an entry of `unit` stands.
    pub fn file(
        &self,
        files: &mut Files,
        unit: usize,
        entry: &Entry<'d>,
    ) -> Result<Option<FileId>> {
        let index = match entry.attr_value(gimli::DW_AT_decl_file) {
            Some(AttributeValue::FileIndex(index)) => index,
            _ => return Ok(None),
        };
        let loaded = self.get(unit)?;
        match self.line_table(unit, &loaded)? {
            Some(table) => table.file(files, index),
            None => Ok(None),
        }
    }

    fn line_table(
        &self,
        unit: usize,
        loaded: &LoadedUnit<'d>,
    ) -> Result<Option<Rc<LineTable<'d>>>> {
        let Some(offset) = loaded.lines else {
            return Ok(None);
        };
        let key = (self.slots[unit].in_supplement, offset.0);
        if let Some(table) = self.lines.borrow().get(&key) {
            return Ok(Some(Rc::clone(table)));
        }
        let dwarf = self.dwarf_of(unit);
        let home = match loaded.home {
            Some(home) => Some(home),
            None => self.homes()?.get(&key).copied(),
        };
        let address_size = loaded.unit.header.encoding().address_size;
        let program = dwarf
            .debug_line
            .program(offset, address_size, None, None)
            .map_err(|source| Error::Dwarf {
                what: "line table",
                source,
            })?;
        let header = program.header();
        self.spend(header.file_names().len() as u64 + header.include_directories().len() as u64)?;
        let home = home.map_or(Cow::Borrowed(""), |home| {
            String::from_utf8_lossy(home.slice())
        });
        let table = LineTable::new(home, header, |value| dwarf.attr_string(&loaded.unit, value))?;
        let table = Rc::new(table);
        self.lines.borrow_mut().insert(key, Rc::clone(&table));
        Ok(Some(table))
    }

    /// Where units were compiled, by their line tables: a type unit does not say it, but shares
    /// the table of a unit that does.
    fn homes(&self) -> Result<&HashMap<(bool, usize), Bytes<'d>>> {
        if let Some(known) = self.homes.get() {
            return Ok(known);
        }
        let mut homes = HashMap::new();
        for (index, slot) in self.slots.iter().enumerate() {
            let loaded = self.load(index)?;
            if let (Some(lines), Some(home)) = (loaded.lines, loaded.home) {
                homes.entry((slot.in_supplement, lines.0)).or_insert(home);
            }
        }
        Ok(self.homes.get_or_init(|| homes))
    }

    /// Where the code of a function starts. A function with a cold part has several starts and
    /// nothing that tells which is the entry.
    pub fn starts(
        &self,
        index: usize,
        loaded: &LoadedUnit<'d>,
        entry: &Entry<'d>,
    ) -> Result<Vec<u64>> {
        const MAX_PARTS: usize = 16;
        let dwarf = self.dwarf_of(index);
        if let Some(value) = entry.attr_value(gimli::DW_AT_low_pc) {
            let start = dwarf.attr_address(&loaded.unit, value).map_err(malformed)?;
            return Ok(start.into_iter().collect());
        }
        let Some(value) = entry.attr_value(gimli::DW_AT_ranges) else {
            return Ok(Vec::new());
        };
        let mut starts = Vec::new();
        if let Some(mut ranges) = dwarf.attr_ranges(&loaded.unit, value).map_err(malformed)? {
            while let Some(range) = ranges.next().map_err(malformed)? {
                if starts.len() == MAX_PARTS {
                    break;
                }
                starts.push(range.begin);
            }
        }
        Ok(starts)
    }

    /// Where code is that was written in assembly, in increasing order.
    pub fn assembly_ranges(&self) -> Result<Vec<std::ops::Range<u64>>> {
        let mut found = Vec::new();
        for index in 0..self.slots.len() {
            let loaded = self.load(index)?;
            if !loaded.is_assembly() {
                continue;
            }
            let dwarf = self.dwarf_of(index);
            let mut ranges = dwarf.unit_ranges(&loaded.unit).map_err(malformed)?;
            while let Some(range) = ranges.next().map_err(malformed)? {
                self.spend(1)?;
                found.push(range.begin..range.end);
            }
        }
        found.sort_unstable_by_key(|range| range.start);
        Ok(found)
    }

    /// Where a variable is, and whether each thread has its own.
    pub fn variable_address(
        &self,
        index: usize,
        loaded: &LoadedUnit<'d>,
        entry: &Entry<'d>,
    ) -> Result<(Option<u64>, bool)> {
        let Some(AttributeValue::Exprloc(expression)) = entry.attr_value(gimli::DW_AT_location)
        else {
            return Ok((None, false));
        };
        let mut address = None;
        let mut operations = expression.operations(loaded.unit.header.encoding());
        // An address, and what makes it one of a thread; longer expressions are no plain place.
        for _ in 0..4 {
            match operations.next().map_err(malformed)? {
                Some(gimli::Operation::Address { address: at }) => address = Some(at),
                Some(gimli::Operation::AddressIndex { index: at }) => {
                    let dwarf = self.dwarf_of(index);
                    address = Some(dwarf.address(&loaded.unit, at).map_err(malformed)?);
                }
                Some(gimli::Operation::TLS) => return Ok((None, true)),
                Some(_) => {}
                None => break,
            }
        }
        Ok((address, false))
    }

    /// The entry that this one continues: its abstract instance or its declaration.
    pub fn origin(&self, unit: usize, entry: &Entry<'d>) -> Result<Option<Place>> {
        match self.reference(unit, entry, gimli::DW_AT_abstract_origin)? {
            Some(place) => Ok(Some(place)),
            None => self.reference(unit, entry, gimli::DW_AT_specification),
        }
    }

    /// Calls `f` for an entry and for those it continues, until it says `Break`. The unit of the
    /// entry need not stay loaded.
    pub fn for_each_origin(
        &self,
        index: usize,
        loaded: &LoadedUnit<'d>,
        entry: &Entry<'d>,
        mut f: impl FnMut(usize, &LoadedUnit<'d>, &Entry<'d>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let (first, first_loaded) = (index, loaded);
        if f(first, first_loaded, entry)?.is_break() {
            return Ok(());
        }
        let mut next = self.origin(first, entry)?;
        for _ in 0..MAX_ORIGINS {
            let Some(place) = next else {
                return Ok(());
            };
            let other;
            let loaded = if place.unit == first {
                first_loaded
            } else {
                other = self.get(place.unit)?;
                &*other
            };
            self.spend(1)?;
            let entry = loaded.unit.entry(place.offset).map_err(malformed)?;
            if f(place.unit, loaded, &entry)?.is_break() {
                return Ok(());
            }
            next = self.origin(place.unit, &entry)?;
        }
        Err(Error::Malformed(format!(
            "an entry of the debug information continues more than {MAX_ORIGINS} others"
        )))
    }
}

/// Abbreviations that give one entry more attributes than any compiler does: a file of such
/// entries would take its size times their number to read.
fn check_attributes(mut bytes: &[u8]) -> Result<()> {
    fn leb(bytes: &mut &[u8]) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = bytes.split_first()?;
            *bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
    // What is cut short or too long is refused by the parser that comes next.
    let mut check = || {
        loop {
            if leb(&mut bytes)? == 0 {
                return None;
            }
            leb(&mut bytes)?;
            bytes = bytes.split_first()?.1;
            let mut count = 0;
            loop {
                let (name, form) = (leb(&mut bytes)?, leb(&mut bytes)?);
                if form == u64::from(gimli::DW_FORM_implicit_const.0) {
                    while bytes.first()? & 0x80 != 0 {
                        bytes = &bytes[1..];
                    }
                    bytes = &bytes[1..];
                }
                if (name, form) == (0, 0) {
                    break;
                }
                count += 1;
                if count > MAX_ATTRIBUTES {
                    return Some(());
                }
            }
        }
    };
    match check() {
        Some(()) => Err(Error::Limit {
            what: "attributes of one entry",
            limit: MAX_ATTRIBUTES as u64,
        }),
        None => Ok(()),
    }
}
