//! The container: an ELF file's headers, segments and sections, whatever its class and byte
//! order. Refuses a file that ends before the tables it announces.
//!
//! Files are read, not mapped, and only the parts that are asked for: a library that is replaced
//! while it is being read must give an error, and a mapping would give SIGBUS.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::pod;
use object::read::elf::{
    CompressionHeader, Dyn, FileHeader, NoteIterator, ProgramHeader, SectionHeader, Sym,
};

use crate::error::{Error, Result};

/// Far above any real file; a debug build of a large library has some 60,000 sections.
const MAX_SECTIONS: u64 = 1 << 20;
const MAX_SEGMENTS: u64 = 1 << 16;
const MAX_SECTION_NAME: usize = 4096;
/// The longest mangled names in real libraries are some tens of kilobytes.
pub const MAX_NAME: usize = 64 << 10;
/// Deflate cannot exceed 1032:1; debug sections compressed with zstd stay far below it.
const MAX_COMPRESSION_RATIO: u64 = 1100;
const MAX_ROOM: u64 = 64 << 20;
const MAX_NOTES: usize = 4096;
const MAX_NOTE_BYTES: u64 = 4 << 20;

pub struct Image {
    file: Arc<File>,
    /// Where in the file it is: a member of an archive does not begin at 0.
    start: u64,
    len: u64,
    pub is_64: bool,
    pub endian: Endianness,
    pub machine: elf::Machine,
    pub kind: elf::FileType,
    pub segments: Vec<Segment>,
    pub sections: Vec<Section>,
}

pub struct Segment {
    pub kind: elf::ProgramType,
    pub flags: elf::ProgramFlags,
    pub offset: u64,
    pub address: u64,
    pub file_size: u64,
    pub memory_size: u64,
    pub align: u64,
}

impl Segment {
    pub fn contains(&self, address: u64, size: u64) -> bool {
        address >= self.address
            && address.saturating_add(size) <= self.address.saturating_add(self.memory_size)
    }
}

pub struct Section {
    pub name: String,
    pub kind: elf::SectionType,
    pub flags: elf::SectionFlags,
    pub address: u64,
    pub offset: u64,
    pub size: u64,
    pub link: u32,
    pub info: u32,
    pub align: u64,
}

impl Section {
    /// NOBITS is also what becomes of every loaded section in a separate debug file.
    pub fn has_bytes(&self) -> bool {
        self.kind != elf::SHT_NOBITS && self.kind != elf::SHT_NULL
    }

    pub fn is_writable(&self) -> bool {
        self.flags.contains(elf::SHF_ALLOC) && self.flags.contains(elf::SHF_WRITE)
    }

    pub fn is_tls(&self) -> bool {
        self.flags.contains(elf::SHF_TLS)
    }
}

/// A symbol table entry of either class.
pub struct Symbol {
    pub name: u32,
    pub bind: elf::SymbolBind,
    pub kind: elf::SymbolType,
    pub visibility: elf::SymbolVisibility,
    pub section: elf::SymbolSection,
    pub value: u64,
    pub size: u64,
}

pub struct Note {
    /// The section that holds it; a file without section headers has none to name.
    pub section: Option<String>,
    pub name: String,
    pub kind: u32,
    pub desc: Vec<u8>,
}

/// A string table that never hands out more than `longest` bytes at once: entries may overlap,
/// so the table's own size does not bound what its strings add up to.
pub struct Strings {
    bytes: Vec<u8>,
    longest: usize,
}

impl Strings {
    pub fn new(bytes: Vec<u8>, longest: usize) -> Self {
        Strings { bytes, longest }
    }

    pub fn get(&self, offset: u64) -> Result<&[u8]> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|start| self.bytes.get(start..))
            .ok_or_else(|| {
                Error::Malformed(format!(
                    "a name at offset {offset:#x} lies outside its string table of {} bytes",
                    self.bytes.len()
                ))
            })?;
        let window = &rest[..rest.len().min(self.longest)];
        match memchr::memchr(0, window) {
            Some(end) => Ok(&window[..end]),
            None if window.len() == self.longest => Err(Error::Limit {
                what: "bytes in one name",
                limit: self.longest as u64,
            }),
            None => Err(Error::Malformed(format!(
                "the name at offset {offset:#x} of its string table has no end"
            ))),
        }
    }
}

pub fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Image {
    pub fn open(path: &Path) -> Result<Image> {
        let (file, len) = open(path)?;
        Image::within(file, 0, len)
    }

    /// The image that a part of a file holds.
    pub fn within(file: Arc<File>, start: u64, len: u64) -> Result<Image> {
        let mut image = Image {
            file,
            start,
            len,
            is_64: true,
            endian: Endianness::Little,
            machine: elf::EM_NONE,
            kind: elf::ET_NONE,
            segments: Vec::new(),
            sections: Vec::new(),
        };
        if len < 4 || image.read("the magic number", 0, 4)? != elf::ELFMAG {
            return Err(Error::NotElf);
        }
        let ident = image.read("the ELF identification", 0, 16)?;
        match elf::FileClass(ident[4]) {
            elf::ELFCLASS64 => image.read_headers::<FileHeader64<Endianness>>()?,
            elf::ELFCLASS32 => image.read_headers::<FileHeader32<Endianness>>()?,
            elf::FileClass(class) => {
                return Err(Error::Malformed(format!("{class} is no ELF class")));
            }
        }
        Ok(image)
    }

    /// The bytes of a range, all of them or an error that names `what`.
    pub fn read(&self, what: &str, offset: u64, size: u64) -> Result<Vec<u8>> {
        self.check_range(what, offset, size)?;
        read_range(&self.file, self.start + offset, size)
    }

    /// The whole file, a block at a time.
    pub fn for_each_block(&self, mut f: impl FnMut(&[u8])) -> Result<()> {
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(self.start))?;
        let mut block = vec![0; 1 << 18];
        loop {
            match file.read(&mut block)? {
                0 => return Ok(()),
                n => f(&block[..n]),
            }
        }
    }

    fn check_range(&self, what: &str, offset: u64, size: u64) -> Result<()> {
        let end = offset.saturating_add(size);
        if end > self.len {
            return Err(Error::Truncated {
                what: what.to_owned(),
                end,
                len: self.len,
            });
        }
        Ok(())
    }

    fn read_headers<H: FileHeader<Endian = Endianness>>(&mut self) -> Result<()> {
        let bytes = self.read("the ELF header", 0, size_of::<H>() as u64)?;
        let (header, _) = pod::from_bytes::<H>(&bytes).map_err(|()| Error::NotElf)?;
        if !header.is_supported() {
            return Err(Error::Malformed(
                "the ELF identification names no known class, byte order or version".to_owned(),
            ));
        }
        self.endian = header.endian().map_err(|source| Error::Object {
            what: "ELF header",
            source,
        })?;
        let endian = self.endian;
        self.is_64 = header.is_type_64();
        self.machine = header.e_machine(endian);
        self.kind = header.e_type(endian);

        // Counts that do not fit the header's 16 bits are kept in the first section header.
        let section_offset: u64 = header.e_shoff(endian).into();
        let section_size = u64::from(header.e_shentsize(endian));
        let mut section_count = u64::from(header.e_shnum(endian));
        let mut segment_count = u64::from(header.e_phnum(endian));
        let mut names_index = u32::from(header.e_shstrndx(endian).0);
        if section_offset != 0 {
            if section_size != size_of::<H::SectionHeader>() as u64 {
                return Err(Error::Malformed(format!(
                    "its section headers claim {section_size} bytes each"
                )));
            }
            let bytes = self.read("the first section header", section_offset, section_size)?;
            let (first, _) = pod::from_bytes::<H::SectionHeader>(&bytes)
                .map_err(|()| Error::Malformed("no section header".to_owned()))?;
            if section_count == 0 {
                section_count = first.sh_size(endian).into();
            }
            if segment_count == u64::from(elf::PN_XNUM) {
                segment_count = first.sh_info(endian).into();
            }
            if names_index == u32::from(elf::SHN_XINDEX.0) {
                names_index = first.sh_link(endian);
            }
        } else {
            section_count = 0;
        }

        self.segments = self.read_segments::<H>(
            header.e_phoff(endian).into(),
            segment_count,
            header.e_phentsize(endian).into(),
        )?;
        self.sections = self.read_sections::<H>(section_offset, section_count, names_index)?;
        Ok(())
    }

    fn read_segments<H: FileHeader<Endian = Endianness>>(
        &self,
        offset: u64,
        count: u64,
        entry_size: u64,
    ) -> Result<Vec<Segment>> {
        if offset == 0 || count == 0 {
            return Ok(Vec::new());
        }
        if count > MAX_SEGMENTS {
            return Err(Error::Limit {
                what: "program headers",
                limit: MAX_SEGMENTS,
            });
        }
        if entry_size != size_of::<H::ProgramHeader>() as u64 {
            return Err(Error::Malformed(format!(
                "its program headers claim {entry_size} bytes each"
            )));
        }
        let bytes = self.read("program headers", offset, count * entry_size)?;
        let headers = pod::slice_from_all_bytes::<H::ProgramHeader>(&bytes)
            .map_err(|()| Error::Malformed("no program headers".to_owned()))?;
        let e = self.endian;
        Ok(headers
            .iter()
            .map(|h| Segment {
                kind: h.p_type(e),
                flags: h.p_flags(e),
                offset: h.p_offset(e).into(),
                address: h.p_vaddr(e).into(),
                file_size: h.p_filesz(e).into(),
                memory_size: h.p_memsz(e).into(),
                align: h.p_align(e).into(),
            })
            .collect())
    }

    fn read_sections<H: FileHeader<Endian = Endianness>>(
        &self,
        offset: u64,
        count: u64,
        names_index: u32,
    ) -> Result<Vec<Section>> {
        if offset == 0 || count == 0 {
            return Ok(Vec::new());
        }
        if count > MAX_SECTIONS {
            return Err(Error::Limit {
                what: "section headers",
                limit: MAX_SECTIONS,
            });
        }
        let size = count * size_of::<H::SectionHeader>() as u64;
        let bytes = self.read("section headers", offset, size)?;
        let headers = pod::slice_from_all_bytes::<H::SectionHeader>(&bytes)
            .map_err(|()| Error::Malformed("no section headers".to_owned()))?;
        let e = self.endian;
        let names = match headers.get(names_index as usize) {
            Some(h) if names_index != 0 => {
                self.read("section names", h.sh_offset(e).into(), h.sh_size(e).into())?
            }
            _ => Vec::new(),
        };
        let names = Strings::new(names, MAX_SECTION_NAME);
        let mut sections = Vec::with_capacity(headers.len());
        for h in headers {
            let name = match h.sh_name(e) {
                0 => String::new(),
                at => lossy(names.get(at.into())?),
            };
            let section = Section {
                name,
                kind: h.sh_type(e),
                flags: h.sh_flags(e),
                address: h.sh_addr(e).into(),
                offset: h.sh_offset(e).into(),
                size: h.sh_size(e).into(),
                link: h.sh_link(e),
                info: h.sh_info(e),
                align: h.sh_addralign(e).into(),
            };
            if section.has_bytes() {
                let what = format!("section {}", section.name);
                self.check_range(&what, section.offset, section.size)?;
            }
            sections.push(section);
        }
        Ok(sections)
    }

    /// A debug file keeps the library's section headers but not the bytes of loaded sections.
    pub fn is_debug_only(&self) -> bool {
        self.sections.iter().any(|s| {
            s.kind == elf::SHT_NOBITS
                && s.size != 0
                && (s.flags.contains(elf::SHF_EXECINSTR) || s.name == ".dynamic")
        })
    }

    /// The loader maps segments, so a library must hold all their bytes. A debug file need not.
    pub fn check_segments(&self) -> Result<()> {
        for (index, s) in self.segments.iter().enumerate() {
            if s.kind == elf::PT_LOAD || s.kind == elf::PT_DYNAMIC {
                self.check_range(&format!("segment {index}"), s.offset, s.file_size)?;
            }
        }
        Ok(())
    }

    /// Where a loaded address is in the file, and how many bytes of its segment follow.
    pub fn locate(&self, what: &str, address: u64) -> Result<(u64, u64)> {
        self.segments
            .iter()
            .filter(|s| s.kind == elf::PT_LOAD)
            .find_map(|s| {
                let delta = address.checked_sub(s.address)?;
                let left = s.file_size.checked_sub(delta)?;
                (left > 0).then_some((s.offset.saturating_add(delta), left))
            })
            .ok_or_else(|| {
                Error::Malformed(format!(
                    "{what} at address {address:#x} is in no loaded segment"
                ))
            })
    }

    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|s| s.name == name && s.has_bytes() && s.size > 0)
    }

    pub fn section_of_kind(&self, kind: elf::SectionType) -> Option<&Section> {
        self.sections.iter().find(|s| s.kind == kind)
    }

    pub fn read_section(&self, section: &Section) -> Result<Vec<u8>> {
        self.read(
            &format!("section {}", section.name),
            section.offset,
            section.size,
        )
    }

    pub fn word_size(&self) -> u64 {
        if self.is_64 { 8 } else { 4 }
    }

    /// The word that bytes begin with; 0 if they are too few.
    pub fn word(&self, bytes: &[u8]) -> u64 {
        let bytes = bytes.get(..self.word_size() as usize).unwrap_or(&[]);
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        match self.endian {
            Endianness::Little => bytes.iter().rev().fold(0, add),
            Endianness::Big => bytes.iter().fold(0, add),
        }
    }

    pub fn symbols(&self, bytes: &[u8]) -> Vec<Symbol> {
        fn decode<S: Sym<Endian = Endianness>>(bytes: &[u8], e: Endianness) -> Vec<Symbol> {
            let count = bytes.len() / size_of::<S>();
            let (raw, _) = pod::slice_from_bytes::<S>(bytes, count).unwrap_or((&[], &[]));
            raw.iter()
                .map(|s| Symbol {
                    name: s.st_name(e),
                    bind: s.st_bind(),
                    kind: s.st_type(),
                    visibility: s.st_visibility(),
                    section: s.st_shndx(e),
                    value: s.st_value(e).into(),
                    size: s.st_size(e).into(),
                })
                .collect()
        }
        if self.is_64 {
            decode::<elf::Sym64<Endianness>>(bytes, self.endian)
        } else {
            decode::<elf::Sym32<Endianness>>(bytes, self.endian)
        }
    }

    pub fn symbol_size(&self) -> u64 {
        if self.is_64 {
            size_of::<elf::Sym64<Endianness>>() as u64
        } else {
            size_of::<elf::Sym32<Endianness>>() as u64
        }
    }

    /// Dynamic entries up to DT_NULL, from the segment the loader uses or, failing that, from
    /// the section.
    pub fn dynamic(&self) -> Result<Vec<(elf::DynamicTag, u64)>> {
        fn decode<D: Dyn<Endian = Endianness>>(
            bytes: &[u8],
            e: Endianness,
        ) -> Vec<(elf::DynamicTag, u64)> {
            let count = bytes.len() / size_of::<D>();
            let (raw, _) = pod::slice_from_bytes::<D>(bytes, count).unwrap_or((&[], &[]));
            raw.iter()
                .map(|d| (d.d_tag(e), d.d_val(e).into()))
                .take_while(|(tag, _)| *tag != elf::DT_NULL)
                .collect()
        }
        let mut segments = self.segments.iter();
        let segment = segments.rfind(|s| s.kind == elf::PT_DYNAMIC);
        // The loader goes by the address alone.
        if let Some(s) = segment
            && self.segments.iter().any(|s| s.kind == elf::PT_LOAD)
            && self.locate("the dynamic segment", s.address)?.0 != s.offset
        {
            return Err(Error::Malformed(format!(
                "the dynamic segment is not where its address {:#x} is",
                s.address
            )));
        }
        let bytes = match segment {
            Some(s) => self.read("the dynamic segment", s.offset, s.file_size)?,
            None => match self.section_of_kind(elf::SHT_DYNAMIC) {
                Some(s) => self.read_section(s)?,
                None => return Ok(Vec::new()),
            },
        };
        Ok(if self.is_64 {
            decode::<elf::Dyn64<Endianness>>(&bytes, self.endian)
        } else {
            decode::<elf::Dyn32<Endianness>>(&bytes, self.endian)
        })
    }

    /// Notes by section or, in a file without section headers, by segment.
    pub fn notes(&self) -> Result<Vec<Note>> {
        let mut places: Vec<(Option<&str>, u64, u64, u64)> = self
            .sections
            .iter()
            .filter(|s| s.kind == elf::SHT_NOTE)
            .map(|s| (Some(s.name.as_str()), s.offset, s.size, s.align))
            .collect();
        if self.sections.is_empty() {
            places.extend(
                self.segments
                    .iter()
                    .filter(|s| s.kind == elf::PT_NOTE)
                    .map(|s| (None, s.offset, s.file_size, s.align)),
            );
        }
        let mut total = 0u64;
        let mut notes = Vec::new();
        for (section, offset, size, align) in places {
            total = total.saturating_add(size);
            if total > MAX_NOTE_BYTES {
                return Err(Error::Limit {
                    what: "bytes of notes",
                    limit: MAX_NOTE_BYTES,
                });
            }
            let bytes = self.read("notes", offset, size)?;
            let malformed = |source| Error::Object {
                what: "note",
                source,
            };
            // Note headers have one layout for both classes; only the alignment varies.
            let align = if align == 8 { 8 } else { 4 };
            let mut iter =
                NoteIterator::<FileHeader64<Endianness>>::new(self.endian, align, &bytes)
                    .map_err(malformed)?;
            while let Some(note) = iter.next().map_err(malformed)? {
                if notes.len() == MAX_NOTES {
                    return Err(Error::Limit {
                        what: "notes",
                        limit: MAX_NOTES as u64,
                    });
                }
                notes.push(Note {
                    section: section.map(str::to_owned),
                    name: lossy(note.name()),
                    kind: note.n_type(self.endian).0,
                    desc: note.desc().to_vec(),
                });
            }
        }
        Ok(notes)
    }

    pub fn build_id(&self) -> Result<Option<Vec<u8>>> {
        Ok(self
            .notes()?
            .into_iter()
            .find(|n| n.name == "GNU" && n.kind == elf::NT_GNU_BUILD_ID.0)
            .map(|n| n.desc))
    }

    /// The file name and checksum that lead to the separate debug file.
    pub fn debug_link(&self) -> Result<Option<(String, u32)>> {
        let Some(section) = self.section(".gnu_debuglink") else {
            return Ok(None);
        };
        let bytes = self.read_section(section)?;
        let name_end = bytes.iter().position(|&b| b == 0);
        let crc = name_end
            .map(|end| (end + 4) & !3)
            .and_then(|at| bytes.get(at..at + 4))
            .and_then(|word| word.try_into().ok())
            .map(|word| match self.endian {
                Endianness::Little => u32::from_le_bytes(word),
                Endianness::Big => u32::from_be_bytes(word),
            });
        match (name_end, crc) {
            (Some(end), Some(crc)) => Ok(Some((lossy(&bytes[..end]), crc))),
            _ => Err(Error::Malformed(
                ".gnu_debuglink holds no file name and checksum".to_owned(),
            )),
        }
    }

    /// The debug sections of a name, which starts with a dot: one in a linked file, any number
    /// in an object file. The older GNU convention renames those that are compressed.
    pub fn debug_sections(&self, name: &str) -> impl Iterator<Item = (usize, &Section)> {
        let renamed = format!(".z{}", &name[1..]);
        let name = name.to_owned();
        self.sections.iter().enumerate().filter(move |(_, s)| {
            (s.name == name || s.name == renamed) && s.has_bytes() && s.size > 0
        })
    }

    /// How many bytes a debug section has when it is decompressed, as it claims.
    pub fn debug_section_size(&self, section: &Section) -> Result<u64> {
        const HEADER: u64 = 24;
        if section.flags.contains(elf::SHF_COMPRESSED) {
            let what = format!("section {}", section.name);
            let bytes = self.read(&what, section.offset, section.size.min(HEADER))?;
            return Ok(self.compression(&section.name, &bytes)?.1);
        }
        if !section.name.starts_with(".z") {
            return Ok(section.size);
        }
        Ok(self.read_debug_section(section)?.len() as u64)
    }

    /// A debug section's bytes, decompressed.
    pub fn read_debug_section(&self, section: &Section) -> Result<Vec<u8>> {
        let bytes = self.read_section(section)?;
        if section.flags.contains(elf::SHF_COMPRESSED) {
            return self.decompress(&section.name, &bytes);
        }
        if !section.name.starts_with(".z") {
            return Ok(bytes);
        }
        match bytes.split_first_chunk::<12>() {
            Some((header, body)) if header.starts_with(b"ZLIB") => {
                let size = header[4..].iter().fold(0, |n, &b| n << 8 | u64::from(b));
                inflate(&section.name, body, size)
            }
            _ => Err(Error::Malformed(format!(
                "section {} is not compressed as its name says",
                section.name
            ))),
        }
    }

    /// The way a section is compressed, its size without that, and where its bytes begin.
    fn compression(&self, name: &str, bytes: &[u8]) -> Result<(elf::CompressionType, u64, usize)> {
        fn split<C: CompressionHeader<Endian = Endianness>>(
            bytes: &[u8],
            e: Endianness,
        ) -> Option<(elf::CompressionType, u64, usize)> {
            let (header, _) = pod::from_bytes::<C>(bytes).ok()?;
            Some((header.ch_type(e), header.ch_size(e).into(), size_of::<C>()))
        }
        let parts = if self.is_64 {
            split::<elf::CompressionHeader64<Endianness>>(bytes, self.endian)
        } else {
            split::<elf::CompressionHeader32<Endianness>>(bytes, self.endian)
        };
        parts.ok_or_else(|| {
            Error::Malformed(format!("section {name} is too short to be compressed"))
        })
    }

    fn decompress(&self, name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
        let (kind, size, start) = self.compression(name, bytes)?;
        let body = &bytes[start..];
        match kind {
            elf::ELFCOMPRESS_ZLIB => inflate(name, body, size),
            elf::ELFCOMPRESS_ZSTD => unzstd(name, body, size),
            elf::CompressionType(other) => Err(Error::Malformed(format!(
                "section {name} is compressed in the unknown way {other}"
            ))),
        }
    }

    /// The symbols that the linker keeps for debuggers, or that an object file has for it.
    pub fn symtab(&self) -> Result<Option<(Vec<Symbol>, Strings)>> {
        let Some(section) = self
            .section_of_kind(elf::SHT_SYMTAB)
            .filter(|section| section.size > 0)
        else {
            return Ok(None);
        };
        let names = self
            .sections
            .get(section.link as usize)
            .filter(|s| s.kind == elf::SHT_STRTAB)
            .ok_or_else(|| Error::Malformed(format!("{} has no string table", section.name)))?;
        let symbols = self.symbols(&self.read_section(section)?);
        Ok(Some((
            symbols,
            Strings::new(self.read_section(names)?, MAX_NAME),
        )))
    }
}

/// A regular file and its length.
pub fn open(path: &Path) -> Result<(Arc<File>, u64)> {
    // Opening a FIFO would wait for a writer, so look first.
    if !std::fs::metadata(path)?.is_file() {
        return Err(Error::NotAFile);
    }
    let mut file = File::open(path)?;
    let len = file.seek(SeekFrom::End(0))?;
    Ok((Arc::new(file), len))
}

/// Bytes that are known to be in the file, unless it has become shorter.
pub fn read_range(file: &File, offset: u64, size: u64) -> Result<Vec<u8>> {
    let capacity = usize::try_from(size).map_err(|_| Error::Limit {
        what: "bytes in one table",
        limit: usize::MAX as u64,
    })?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(capacity)
        .map_err(|_| Error::Limit {
            what: "bytes of memory for one table",
            limit: size - 1,
        })?;
    let mut file = file;
    file.seek(SeekFrom::Start(offset))?;
    if file.take(size).read_to_end(&mut bytes)? != capacity {
        return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
    }
    Ok(bytes)
}

fn inflate(name: &str, body: &[u8], size: u64) -> Result<Vec<u8>> {
    read_exactly(name, body, size, flate2::read::ZlibDecoder::new(body))
}

fn unzstd(name: &str, body: &[u8], size: u64) -> Result<Vec<u8>> {
    let decoder = ruzstd::decoding::StreamingDecoder::new(body)
        .map_err(|why| Error::Malformed(format!("section {name} does not decompress: {why}")))?;
    read_exactly(name, body, size, decoder)
}

fn read_exactly(name: &str, body: &[u8], size: u64, reader: impl Read) -> Result<Vec<u8>> {
    let most = (body.len() as u64).saturating_mul(MAX_COMPRESSION_RATIO);
    if size > most {
        return Err(Error::Malformed(format!(
            "section {name} claims to grow from {} to {size} bytes",
            body.len()
        )));
    }
    let mut bytes = Vec::new();
    // What is claimed is not touched before it is there, but too much cannot even be asked for.
    let room = usize::try_from(size.min(MAX_ROOM)).unwrap_or(0);
    let _ = bytes.try_reserve_exact(room);
    // One byte more than claimed, to notice a section that holds more.
    reader
        .take(size.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|why| Error::Malformed(format!("section {name} does not decompress: {why}")))?;
    if bytes.len() as u64 != size {
        return Err(Error::Malformed(format!(
            "section {name} does not decompress to the {size} bytes it claims"
        )));
    }
    Ok(bytes)
}
