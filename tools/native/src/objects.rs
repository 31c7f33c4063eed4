//! Object files, one or an archive of them, before they are linked: lays them out one behind the
//! other, so that their debug information can be read as if they were one library. Refuses what
//! would leave out code in silence.

use std::collections::HashMap;
use std::path::Path;

use object::Endianness;
use object::elf;

use crate::elf::{Exported, exports_of};
use crate::error::{Error, Result};
use crate::image::{Image, Section, Strings, Symbol, lossy, open, read_range};
use crate::units::{SECTIONS, Sections};

const MAX_MEMBERS: usize = 1 << 20;
/// No symbol without a place gets the address of one that has a place.
const FIRST_ADDRESS: u64 = 1 << 16;

const ARCHIVE: &[u8] = b"!<arch>\n";
const THIN_ARCHIVE: &[u8] = b"!<thin>\n";

pub struct Objects {
    images: Vec<Image>,
    /// Where each section of each image is: loaded ones at addresses that no other has, those
    /// with debug information at an offset from the first of their name.
    bases: Vec<Vec<u64>>,
}

/// The images of a file: one, or the members of an archive.
pub fn images(path: &Path) -> Result<Vec<Image>> {
    let (file, len) = open(path)?;
    let magic = read_range(&file, 0, len.min(ARCHIVE.len() as u64))?;
    if magic == THIN_ARCHIVE {
        return Err(Error::Malformed(
            "a thin archive, which only names its members: give them, or a complete archive"
                .to_owned(),
        ));
    }
    if magic != ARCHIVE {
        return Ok(vec![Image::within(file, 0, len)?]);
    }
    let mut images: Vec<Image> = Vec::new();
    for member in members(&file, len)? {
        let image = Image::within(file.clone(), member.start, member.len).map_err(|why| {
            Error::Malformed(format!("the archive's member {}: {why}", member.name))
        })?;
        let same = |other: &Image| {
            (other.machine, other.is_64, other.endian) == (image.machine, image.is_64, image.endian)
        };
        if image.kind != elf::ET_REL || !images.first().is_none_or(same) {
            return Err(Error::Malformed(format!(
                "the archive's member {} is no object file for the machine of the others",
                member.name
            )));
        }
        images.push(image);
    }
    match images.is_empty() {
        true => Err(Error::Malformed(
            "an archive without object files".to_owned(),
        )),
        false => Ok(images),
    }
}

struct Member {
    name: String,
    start: u64,
    len: u64,
}

/// The members of an archive, without its own tables.
fn members(file: &std::fs::File, len: u64) -> Result<Vec<Member>> {
    const HEADER: u64 = 60;
    let mut members = Vec::new();
    let mut long_names = Strings::new(Vec::new(), 0);
    let mut at = ARCHIVE.len() as u64;
    while at + HEADER <= len {
        let header = read_range(file, at, HEADER)?;
        let text = |range: std::ops::Range<usize>| lossy(&header[range]).trim_end().to_owned();
        let size = text(48..58).parse::<u64>();
        let (name, start) = (text(0..16), at + HEADER);
        let size = match size {
            Ok(size) if header[58..] == *b"`\n" && size <= len - start => size,
            _ => {
                return Err(Error::Malformed(format!(
                    "the archive's member at {at:#x} does not fit into it"
                )));
            }
        };
        at = start + size + size % 2;
        let mut member = Member {
            name: name.trim_end_matches('/').to_owned(),
            start,
            len: size,
        };
        if let Some(length) = name.strip_prefix("#1/") {
            // The name stands before the member's bytes.
            let length = length.parse::<u64>().unwrap_or(u64::MAX).min(size);
            let bytes = read_range(file, start, length.min(4096))?;
            member = Member {
                name: lossy(&bytes).trim_end_matches('\0').to_owned(),
                start: start + length,
                len: size - length,
            };
        } else if name == "//" {
            // Names end with a slash and a new line.
            let mut names = read_range(file, start, size)?;
            names
                .iter_mut()
                .filter(|b| **b == b'\n')
                .for_each(|b| *b = 0);
            names.push(0);
            long_names = Strings::new(names, 4096);
            continue;
        } else if let Some(Ok(offset)) = name.strip_prefix('/').map(str::parse::<u64>) {
            member.name = lossy(long_names.get(offset)?);
            member.name = member.name.trim_end_matches('/').to_owned();
        } else if name == "/" || name == "/SYM64/" {
            continue;
        }
        if member.name.starts_with("__.SYMDEF") {
            continue;
        }
        if members.len() == MAX_MEMBERS {
            return Err(Error::Limit {
                what: "members of an archive",
                limit: MAX_MEMBERS as u64,
            });
        }
        members.push(member);
    }
    // One byte may be left, to make the size even.
    match at > len + 1 || (at < len && len - at < HEADER) {
        true => Err(Error::Malformed(
            "the archive ends inside of a member".to_owned(),
        )),
        false => Ok(members),
    }
}

impl Objects {
    pub fn new(images: Vec<Image>) -> Result<Objects> {
        let mut address = FIRST_ADDRESS;
        let mut offsets: HashMap<&str, u64> = HashMap::new();
        let mut bases = Vec::with_capacity(images.len());
        for image in &images {
            let mut of_image = vec![0; image.sections.len()];
            for (base, section) in of_image.iter_mut().zip(&image.sections) {
                if section.flags.contains(elf::SHF_ALLOC) {
                    *base = address;
                    address = address.saturating_add(section.size).saturating_add(16);
                }
            }
            for id in SECTIONS {
                for (index, section) in image.debug_sections(id.name()) {
                    let offset = offsets.entry(id.name()).or_default();
                    of_image[index] = *offset;
                    *offset = offset.saturating_add(image.debug_section_size(section)?);
                }
            }
            bases.push(of_image);
        }
        Ok(Objects { images, bases })
    }

    pub fn image(&self) -> &Image {
        &self.images[0]
    }

    pub fn exports(&self) -> Result<Vec<Exported>> {
        let mut found = Vec::new();
        for image in &self.images {
            let Some((symbols, strings)) = image.symtab()? else {
                continue;
            };
            for symbol in symbols.iter().filter(|s| s.name != 0) {
                // An object without its code yet: only the compiler knows what is in it.
                if strings.get(symbol.name.into())? == b"__gnu_lto_slim" {
                    return Err(Error::Malformed(
                        "it holds no code but what the link-time optimiser will compile: build \
                         it with -ffat-lto-objects, or give the linked library"
                            .to_owned(),
                    ));
                }
            }
            found.extend(exports_of(image, &symbols, &strings)?);
        }
        Ok(found)
    }

    /// Where functions and objects are, after this layout.
    pub fn addresses(&self) -> Result<HashMap<String, u64>> {
        let mut found = HashMap::new();
        for (image, bases) in self.images.iter().zip(&self.bases) {
            let Some((symbols, strings)) = image.symtab()? else {
                continue;
            };
            for symbol in symbols.iter().filter(|s| s.bind != elf::STB_LOCAL) {
                if let Some(base) = bases.get(usize::from(symbol.section.0))
                    && symbol.section != elf::SHN_UNDEF
                {
                    let name = lossy(strings.get(symbol.name.into())?);
                    found.insert(name, base.wrapping_add(symbol.value));
                }
            }
        }
        Ok(found)
    }

    /// The debug sections of all images, each name one behind the other.
    pub fn sections(&self) -> Result<Sections> {
        let mut all = Sections::new(self.image().endian);
        for (image, bases) in self.images.iter().zip(&self.bases) {
            let relocations = Relocations::new(image, bases)?;
            for id in SECTIONS {
                for (index, section) in image.debug_sections(id.name()) {
                    let mut bytes = image.read_debug_section(section)?;
                    relocations.apply(index, &section.name, &mut bytes)?;
                    let whole = all.bytes.entry(id).or_default();
                    if whole.len() as u64 != bases[index] {
                        return Err(Error::Malformed(format!(
                            "section {} has another size than it claims",
                            section.name
                        )));
                    }
                    whole.append(&mut bytes);
                }
            }
        }
        Ok(all)
    }
}

/// What the linker would write into one image's debug sections.
struct Relocations<'i> {
    image: &'i Image,
    bases: &'i [u64],
    symbols: Vec<Symbol>,
    /// The sections with relocations, by the section that they are for.
    tables: HashMap<usize, Vec<&'i Section>>,
}

enum Write {
    Nothing,
    Set(usize),
    Add(usize),
    Subtract(usize),
}

impl<'i> Relocations<'i> {
    fn new(image: &'i Image, bases: &'i [u64]) -> Result<Self> {
        let mut tables: HashMap<usize, Vec<&Section>> = HashMap::new();
        for section in &image.sections {
            if section.kind == elf::SHT_REL || section.kind == elf::SHT_RELA {
                tables
                    .entry(section.info as usize)
                    .or_default()
                    .push(section);
            }
        }
        let symbols = image
            .symtab()?
            .map_or_else(Vec::new, |(symbols, _)| symbols);
        Ok(Relocations {
            image,
            bases,
            symbols,
            tables,
        })
    }

    fn apply(&self, index: usize, name: &str, bytes: &mut [u8]) -> Result<()> {
        for table in self.tables.get(&index).into_iter().flatten() {
            let has_addend = table.kind == elf::SHT_RELA;
            let words = if has_addend { 3 } else { 2 };
            let word = self.image.word_size() as usize;
            let entries = self.image.read_section(table)?;
            for entry in entries.chunks_exact(words * word) {
                let at = |index: usize| self.number(&entry[index * word..][..word]);
                let (symbol, kind) = match word {
                    8 => (at(1) >> 32, at(1) as u32),
                    _ => (at(1) >> 8, at(1) as u32 & 0xff),
                };
                let (size, write) = match self.write(kind)? {
                    Write::Nothing => continue,
                    Write::Set(size) => (size, '='),
                    Write::Add(size) => (size, '+'),
                    Write::Subtract(size) => (size, '-'),
                };
                let place = usize::try_from(at(0))
                    .ok()
                    .and_then(|start| bytes.get_mut(start..)?.get_mut(..size))
                    .ok_or_else(|| {
                        Error::Malformed(format!("a relocation lies outside of section {name}"))
                    })?;
                let before = self.number(place);
                let value = self.value(symbol)?;
                let value = match (write, has_addend) {
                    ('+', _) => before.wrapping_add(value).wrapping_add(at(2)),
                    ('-', _) => before.wrapping_sub(value.wrapping_add(at(2))),
                    (_, true) => value.wrapping_add(at(2)),
                    (_, false) => value.wrapping_add(before),
                };
                match self.image.endian {
                    Endianness::Little => place.copy_from_slice(&value.to_le_bytes()[..size]),
                    Endianness::Big => place.copy_from_slice(&value.to_be_bytes()[8 - size..]),
                }
            }
        }
        Ok(())
    }

    /// A number of at most eight bytes; a word of four has no sign that would matter, for what is
    /// written has no more bytes either.
    fn number(&self, bytes: &[u8]) -> u64 {
        let join = |number, byte: &u8| number << 8 | u64::from(*byte);
        match self.image.endian {
            Endianness::Little => bytes.iter().rev().fold(0, join),
            Endianness::Big => bytes.iter().fold(0, join),
        }
    }

    fn value(&self, symbol: u64) -> Result<u64> {
        let symbol = usize::try_from(symbol)
            .ok()
            .and_then(|index| self.symbols.get(index))
            .ok_or_else(|| {
                Error::Malformed("a relocation names a symbol that is not there".to_owned())
            })?;
        match symbol.section {
            elf::SHN_UNDEF | elf::SHN_COMMON => Ok(0),
            elf::SHN_ABS => Ok(symbol.value),
            section => self
                .bases
                .get(usize::from(section.0))
                .map(|base| base.wrapping_add(symbol.value))
                .ok_or_else(|| {
                    Error::Malformed("a symbol lies in a section that is not there".to_owned())
                }),
        }
    }

    /// What a kind of relocation writes, of those that compilers use in debug information.
    fn write(&self, kind: u32) -> Result<Write> {
        use Write::{Add, Nothing, Set, Subtract};
        Ok(match (self.image.machine, kind) {
            (elf::EM_AARCH64, 256) => Nothing,
            (_, 0) => Nothing,
            // 64, DTPOFF64; 32, 32S, DTPOFF32
            (elf::EM_X86_64, 1 | 17) => Set(8),
            (elf::EM_X86_64, 10 | 11 | 21) => Set(4),
            // 32, TLS_LDO_32
            (elf::EM_386, 1 | 32) => Set(4),
            // ABS64, TLS_DTPREL; ABS32
            (elf::EM_AARCH64, 257 | 1029) => Set(8),
            (elf::EM_AARCH64, 258) => Set(4),
            // ABS32, TLS_LDO32
            (elf::EM_ARM, 2 | 106) => Set(4),
            // 64, TLS_LDO64; 32, TLS_LDO32
            (elf::EM_S390, 22 | 53) => Set(8),
            (elf::EM_S390, 4 | 52) => Set(4),
            // ADDR64, DTPREL64; ADDR32
            (elf::EM_PPC64, 38 | 78) => Set(8),
            (elf::EM_PPC64, 1) => Set(4),
            // 64, TLS_DTPREL64; 32, TLS_DTPREL32
            (elf::EM_RISCV, 2 | 9) => Set(8),
            (elf::EM_RISCV, 1 | 8) => Set(4),
            // Its linker may shorten code, so that even distances are left to it.
            (elf::EM_RISCV, 33..=36) => Add(1 << (kind - 33)),
            (elf::EM_RISCV, 37..=40) => Subtract(1 << (kind - 37)),
            (elf::EM_RISCV, 54..=56) => Set(1 << (kind - 54)),
            (machine, kind) => {
                return Err(Error::Relocation {
                    machine: crate::elf::machine_name(machine, self.image.is_64).into_owned(),
                    kind,
                });
            }
        })
    }
}
