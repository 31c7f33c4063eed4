//! The readers without Python around them, each on one file's bytes. The modules are those of
//! the crate above: one that is missing here does not compile.
#![allow(
    dead_code,
    unfulfilled_lint_expectations,
    reason = "what only Python calls has no caller here"
)]

#[path = "../../src/catalog.rs"]
mod catalog;
#[path = "../../src/containers/mod.rs"]
mod containers;
#[path = "../../src/debugfile.rs"]
mod debugfile;
#[path = "../../src/document.rs"]
mod document;
#[path = "../../src/dwarf.rs"]
mod dwarf;
#[path = "../../src/dynamic.rs"]
mod dynamic;
#[path = "../../src/elf.rs"]
mod elf;
#[path = "../../src/error.rs"]
mod error;
#[path = "../../src/files.rs"]
mod files;
#[path = "../../src/image.rs"]
mod image;
#[path = "../../src/layout.rs"]
mod layout;
#[path = "../../src/lines.rs"]
mod lines;
#[path = "../../src/lookup.rs"]
mod lookup;
#[path = "../../src/members.rs"]
mod members;
#[path = "../../src/model.rs"]
mod model;
#[path = "../../src/objects.rs"]
mod objects;
#[path = "../../src/references.rs"]
mod references;
#[path = "../../src/relocations.rs"]
mod relocations;
#[path = "../../src/rust.rs"]
mod rust;
#[path = "../../src/scope.rs"]
mod scope;
#[path = "../../src/search.rs"]
mod search;
#[path = "../../src/surface.rs"]
mod surface;
#[path = "../../src/types.rs"]
mod types;
#[path = "../../src/units.rs"]
mod units;
#[path = "../../src/views.rs"]
mod views;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use error::{Error, Result};

type Reader = fn(&Path) -> Result<String>;

pub const ELF: &[Reader] = &[
    elf::read_elf,
    elf::writable_objects,
    references::read_references,
    debugfile::build_id,
    |path| debugfile::find(path, &[]),
];
pub const DWARF: &[Reader] = &[
    |path| surface::read_surface(path, "{}"),
    |path| dwarf::read_dwarf(path, &["walk".to_owned(), "find".to_owned()]),
];
pub const CONTAINERS: &[Reader] = &[
    containers::sniff,
    containers::read_pe,
    |path| containers::read_macho(path, None),
    |path| containers::read_archive(path, None),
];
pub const GPU: &[Reader] = &[containers::gpu_code];

/// Reads bytes with every reader, as a file in memory. Each must give an answer, twice the same,
/// or a refusal of one line; a panic is one of the reader's, with its own place.
pub fn survive(readers: &[Reader], data: &[u8]) {
    let path = file_of(data);
    for read in readers {
        let said = [read(&path), read(&path)].map(|answer| match answer {
            Ok(text) => text,
            Err(Error::Panicked) => panic!("the reader says that it failed itself"),
            Err(why) => format!("refused: {why}"),
        });
        assert_eq!(said[0], said[1], "two answers for the same bytes");
        let is_line = said[0].starts_with("refused: ") && said[0].len() < 5000;
        assert!(is_line || serde_json::from_str::<serde::de::IgnoredAny>(&said[0]).is_ok());
    }
}

/// One file for the whole run, made as long as what it holds.
fn file_of(data: &[u8]) -> PathBuf {
    static FILE: OnceLock<(Mutex<File>, PathBuf)> = OnceLock::new();
    let (file, path) = FILE.get_or_init(|| {
        let folder = Path::new("/dev/shm");
        let folder = if folder.is_dir() {
            folder
        } else {
            Path::new("/tmp")
        };
        let path = folder.join(format!("astra-fuzz-{}", std::process::id()));
        let file = File::create(&path).expect("a folder for the input");
        // It needs no name, and so leaves nothing behind.
        std::fs::remove_file(&path).expect("a file of our own");
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        (Mutex::new(file), path)
    });
    let mut file = file.lock().expect("one thread");
    file.set_len(0)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .and_then(|_| file.write_all(data))
        .expect("room for the input");
    path.clone()
}
