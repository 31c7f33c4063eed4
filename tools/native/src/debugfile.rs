//! Which file holds a library's debug information, and proof that it is that library's.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::elf::{has_debug_info, hex, to_json};
use crate::error::Result;
use crate::image::Image;

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
            match check(&place, build_id.as_deref(), Some(*crc)) {
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
                match check(&place, Some(id), None) {
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

fn check(place: &Path, build_id: Option<&[u8]>, crc: Option<u32>) -> Check {
    if !place.exists() {
        return Check::Absent;
    }
    match verify(place, build_id, crc) {
        Ok(None) => Check::Fits,
        Ok(Some(why)) => Check::Refused(why),
        Err(error) => Check::Refused(format!("was refused: {error}")),
    }
}

fn verify(place: &Path, build_id: Option<&[u8]>, crc: Option<u32>) -> Result<Option<String>> {
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
    Ok(None)
}
