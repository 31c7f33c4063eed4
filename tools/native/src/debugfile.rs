//! Which file holds a library's debug information, and proof that it is that library's.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use object::elf;
use serde::Serialize;

use crate::dynamic::Dynamic;
use crate::elf::{has_debug_info, hex, to_json};
use crate::error::Result;
use crate::image::{Image, Section};

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Found { path: String, how: &'static str },
    NotFound { path: Option<String>, why: String },
}

pub fn build_id(path: &Path) -> Result<String> {
    to_json(&Image::open(path)?.build_id()?.map(|id| hex(&id)))
}

pub fn find(path: &Path, extra_dirs: &[PathBuf]) -> Result<String> {
    let image = Image::open(path)?;
    if has_debug_info(&image) {
        return to_json(&found(path, "embedded"));
    }
    let build_id = image.build_id()?;
    let link = image.debug_link()?;
    let mut refusals = Vec::new();

    if let Some((name, crc)) = &link {
        for place in beside(path, name, extra_dirs) {
            match check(&place, &image, build_id.as_deref(), Some(*crc)) {
                Check::Fits => return to_json(&found(&place, "debuglink")),
                Check::Refused(why) => refusals.push(format!("{} {why}", place.display())),
                Check::Absent => {}
            }
        }
    }
    if let Some(id) = &build_id {
        let digits = hex(id);
        if let Some((head, tail)) = digits.split_at_checked(2).filter(|(_, t)| !t.is_empty()) {
            for dir in extra_dirs {
                let place = dir
                    .join(".build-id")
                    .join(head)
                    .join(format!("{tail}.debug"));
                match check(&place, &image, Some(id), None) {
                    Check::Fits => return to_json(&found(&place, "build-id")),
                    Check::Refused(why) => refusals.push(format!("{} {why}", place.display())),
                    Check::Absent => {}
                }
            }
        }
    }
    if refusals.is_empty() {
        refusals.push(match (&link, &build_id) {
            (None, None) => "it has no debug information, debug link or build-id".to_owned(),
            (Some((name, _)), None) => format!("its debug file {name} was not found"),
            (None, Some(id)) => format!("no debug file for build-id {} was found", hex(id)),
            (Some((name, _)), Some(id)) => format!(
                "neither its debug file {name} nor one for build-id {} was found",
                hex(id)
            ),
        });
    }
    let why = refusals.join("; ");
    to_json(&Answer::NotFound { path: None, why })
}

fn found(path: &Path, how: &'static str) -> Answer {
    Answer::Found {
        path: path.to_string_lossy().into_owned(),
        how,
    }
}

/// Where the GNU debugger looks: beside the library, in `.debug`, and below each extra folder
/// both directly and under the library's own path.
fn beside(path: &Path, name: &str, extra_dirs: &[PathBuf]) -> Vec<PathBuf> {
    // The name comes from the file; only its last part may choose a place.
    let Some(name) = Path::new(name).file_name() else {
        return Vec::new();
    };
    let mut homes = vec![path.parent().unwrap_or(Path::new("")).to_owned()];
    if let Ok(real) = path.canonicalize()
        && let Some(home) = real.parent()
        && homes[0] != home
    {
        homes.push(home.to_owned());
    }
    let mut places = Vec::new();
    for home in &homes {
        places.push(home.join(name));
        places.push(home.join(".debug").join(name));
    }
    for dir in extra_dirs {
        places.push(dir.join(name));
        for home in homes.iter().filter(|h| h.is_absolute()) {
            if let Ok(inside) = home.strip_prefix("/") {
                places.push(dir.join(inside).join(name));
            }
        }
    }
    places
}

enum Check {
    Fits,
    Absent,
    Refused(String),
}

fn check(place: &Path, library: &Image, build_id: Option<&[u8]>, crc: Option<u32>) -> Check {
    if !place.exists() {
        return Check::Absent;
    }
    match verify(place, library, build_id, crc) {
        Ok(None) => Check::Fits,
        Ok(Some(why)) => Check::Refused(why),
        Err(error) => Check::Refused(format!("was refused: {error}")),
    }
}

/// Why a debug file that was named cannot be this library's, or null.
pub fn differs(path: &Path, debug: &Path) -> Result<String> {
    let image = Image::open(path)?;
    let build_id = image.build_id()?;
    to_json(&verify(debug, &image, build_id.as_deref(), None)?)
}

fn verify(
    place: &Path,
    library: &Image,
    build_id: Option<&[u8]>,
    crc: Option<u32>,
) -> Result<Option<String>> {
    let image = Image::open(place)?;
    if !has_debug_info(&image) {
        return Ok(Some("has no debug information".to_owned()));
    }
    let its_id = image.build_id()?;
    match (build_id, its_id.as_deref()) {
        (Some(ours), Some(its)) if ours != its => {
            return Ok(Some(format!(
                "has build-id {}, but the library has {}",
                hex(its),
                hex(ours)
            )));
        }
        // Without a checksum only the build-id ties the two together.
        (Some(_), None) if crc.is_none() => return Ok(Some("has no build-id".to_owned())),
        _ => {}
    }
    if let Some(expected) = crc {
        let mut hasher = crc32fast::Hasher::new();
        image.for_each_block(|block| hasher.update(block))?;
        let actual = hasher.finalize();
        if actual != expected {
            return Ok(Some(format!(
                "has checksum {actual:08x}, but the library expects {expected:08x}"
            )));
        }
    }
    match layout_differs(library, &image) {
        Some(why) => Ok(Some(why)),
        None => symbols_differ(library, &image),
    }
}

/// Anybody can write a build-id into a file. What a debug file cannot have by chance is the
/// library's own layout: it keeps the headers of all sections, though not their bytes.
fn layout_differs(library: &Image, debug: &Image) -> Option<String> {
    if library.sections.is_empty() {
        // Without section headers the segments are what is left to compare.
        let loaded = |image: &Image| -> Vec<(u64, u64)> {
            let segments = image.segments.iter().filter(|s| s.kind == elf::PT_LOAD);
            segments.map(|s| (s.address, s.memory_size)).collect()
        };
        return (loaded(library) != loaded(debug))
            .then(|| "has other segments than the library".to_owned());
    }
    let lost = |from: &Image, to: &Image, is_compared: fn(&Section) -> bool| {
        let key = |s: &Section| (s.name.clone(), s.address, s.size);
        let theirs: HashSet<_> = to.sections.iter().map(key).collect();
        let mut compared = from.sections.iter().filter(|s| is_compared(s));
        let lost = compared.find(|ours| !theirs.contains(&key(ours)))?;
        Some(format!(
            "has another layout than the library: section {} at {:#x} with {} bytes is not in both",
            lost.name, lost.address, lost.size
        ))
    };
    lost(library, debug, is_programs)
        .or_else(|| lost(debug, library, |s| s.flags.contains(elf::SHF_EXECINSTR)))
}

/// Whether a section holds what was compiled. Those for the loader may have been moved since, by
/// a tool that changes where a library looks for others.
fn is_programs(section: &Section) -> bool {
    section.flags.contains(elf::SHF_ALLOC)
        && section.size > 0
        && section.name != ".interp"
        && matches!(
            section.kind,
            elf::SHT_PROGBITS | elf::SHT_NOBITS | elf::SHT_INIT_ARRAY | elf::SHT_FINI_ARRAY
        )
}

/// Whether a symbol that the library exports is elsewhere in the debug file.
fn symbols_differ(library: &Image, debug: &Image) -> Result<Option<String>> {
    let Some((symbols, names)) = debug.symtab()? else {
        return Ok(None);
    };
    let dynamic = Dynamic::read(library)?;
    let strings = dynamic.strings()?;
    let exported = dynamic.symbols(&strings)?;
    /// Where a name is, with which size, and whether the debug file agrees.
    #[derive(Default)]
    struct Exported {
        places: Vec<(u64, u64)>,
        is_found: bool,
    }
    let mut exported_as: HashMap<&[u8], Exported> = HashMap::new();
    for symbol in &exported {
        let is_placed = symbol.section != elf::SHN_UNDEF && symbol.section != elf::SHN_ABS;
        if is_placed && matches!(symbol.kind, elf::STT_FUNC | elf::STT_OBJECT) {
            let name = strings.get(symbol.name.into())?;
            let place = (symbol.value, symbol.size);
            exported_as.entry(name).or_default().places.push(place);
        }
    }
    let mut moved: HashMap<&[u8], u64> = HashMap::new();
    for symbol in symbols.iter().filter(|s| s.bind != elf::STB_LOCAL) {
        let full = names.get(symbol.name.into())?;
        let name = full.split(|byte| *byte == b'@').next().unwrap_or(full);
        if symbol.section != elf::SHN_UNDEF
            && let Some((&name, _)) = exported_as.get_key_value(name)
            && let Some(known) = exported_as.get_mut(name)
        {
            if known.places.contains(&(symbol.value, symbol.size)) {
                known.is_found = true;
            } else {
                moved.insert(name, symbol.value);
            }
        }
    }
    // Of a name with several versions one is enough: the others may be named otherwise.
    let wrong = moved
        .iter()
        .filter(|(name, _)| !exported_as[**name].is_found);
    if let Some((name, address)) = wrong.min() {
        return Ok(Some(format!(
            "is of other code than the library: it has {} at {address:#x}",
            String::from_utf8_lossy(name)
        )));
    }
    let knows_none = !exported_as.is_empty() && exported_as.values().all(|e| !e.is_found);
    Ok(knows_none.then(|| "knows none of the symbols that the library exports".to_owned()))
}
