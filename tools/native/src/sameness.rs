//! Two builds of a library -> which symbols are the same in both, however they are described.
//! Refuses to guess: what cannot be compared byte for byte is not the same.

use std::collections::HashMap;
use std::path::Path;

use object::elf;

use crate::dynamic::Dynamic;
use crate::elf::to_json;
use crate::error::{Error, Result};
use crate::image::{Image, Section, Symbol, lossy};

/// Objects may overlap, so their sum needs a bound of its own.
const MAX_BYTES: u64 = 1 << 30;

/// Those of `names` that are the same: all of them if all that is loaded of both files is the
/// same, else data that nobody can write and that has the same bytes.
pub fn alike(old: &Path, new: &Path, names: &[String]) -> Result<String> {
    let (old, new) = (Image::open(old)?, Image::open(new)?);
    if is_loaded_alike(&old, &new)? {
        return to_json(&names);
    }
    let (before, after) = (constants(&old)?, constants(&new)?);
    let (mut found, mut spent) = (Vec::new(), 0u64);
    for name in names {
        let (Some(Some(one)), Some(Some(other))) = (before.get(name), after.get(name)) else {
            continue;
        };
        if one.size != other.size {
            continue;
        }
        spent = spent.saturating_add(one.size);
        if spent > MAX_BYTES {
            return Err(Error::Limit {
                what: "bytes of constants",
                limit: MAX_BYTES,
            });
        }
        if one.bytes(&old)? == other.bytes(&new)? {
            found.push(name);
        }
    }
    to_json(&found)
}

/// Whether a process that loads one of them could not tell it from the other, but for the
/// build-id, which no code reads to decide anything.
fn is_loaded_alike(old: &Image, new: &Image) -> Result<bool> {
    let (before, after) = (loaded(old), loaded(new));
    let facts = |image: &Image| {
        let segments = image.segments.iter();
        let facts = segments.map(|s| (s.kind, s.flags, s.address, s.file_size, s.memory_size));
        (image.machine, image.kind, facts.collect::<Vec<_>>())
    };
    if facts(old) != facts(new) || before.is_empty() || before.len() != after.len() {
        return Ok(false);
    }
    for (one, other) in before.into_iter().zip(after) {
        let facts = |s: &Section| (s.name.clone(), s.kind, s.flags, s.address, s.size);
        if facts(one) != facts(other) {
            return Ok(false);
        }
        let says_build = one.kind == elf::SHT_NOTE && one.name == ".note.gnu.build-id";
        if one.has_bytes() && !says_build && old.read_section(one)? != new.read_section(other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn loaded(image: &Image) -> Vec<&Section> {
    let sections = image.sections.iter();
    sections
        .filter(|section| section.flags.contains(elf::SHF_ALLOC))
        .collect()
}

/// An object in a section that is never written, not even by the loader.
struct Constant {
    offset: u64,
    size: u64,
}

impl Constant {
    fn of(image: &Image, symbol: &Symbol) -> Option<Constant> {
        let section = image
            .sections
            .get(usize::from(symbol.section.0))
            .filter(|_| symbol.section.0 < elf::SHN_LORESERVE)
            .filter(|s| s.flags.contains(elf::SHF_ALLOC) && s.has_bytes() && !s.is_writable())?;
        let start = symbol.value.checked_sub(section.address)?;
        let end = start.checked_add(symbol.size)?;
        (symbol.kind == elf::STT_OBJECT && symbol.size > 0 && end <= section.size).then_some(
            Constant {
                offset: section.offset.checked_add(start)?,
                size: symbol.size,
            },
        )
    }

    fn bytes(&self, image: &Image) -> Result<Vec<u8>> {
        image.read("an object", self.offset, self.size)
    }
}

/// Exported names, and what is known to be constant behind each; nothing where one name has
/// several versions.
fn constants(image: &Image) -> Result<HashMap<String, Option<Constant>>> {
    let dynamic = Dynamic::read(image)?;
    let strings = dynamic.strings()?;
    let mut found = HashMap::new();
    for symbol in dynamic.symbols(&strings)? {
        if symbol.section == elf::SHN_UNDEF || symbol.kind != elf::STT_OBJECT {
            continue;
        }
        let name = lossy(strings.get(symbol.name.into())?);
        let constant = Constant::of(image, &symbol);
        found
            .entry(name)
            .and_modify(|known| *known = None)
            .or_insert(constant);
    }
    Ok(found)
}
