//! Where declarations stand: which files are public, and the list of files that the answer names.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::ffi::File;
use super::unit::{Spot, Unit};

/// A file of the answer's list, and a line of it.
#[derive(Clone, Copy)]
pub struct Place {
    pub file: usize,
    pub line: u32,
}

struct Known {
    name: String,
    public: bool,
    number: Option<usize>,
}

pub struct Places<'a> {
    /// Files, and folders with all that is below them.
    public: &'a [PathBuf],
    known: HashMap<usize, Known>,
    listed: Vec<String>,
}

impl<'a> Places<'a> {
    pub fn new(public: &'a [PathBuf]) -> Self {
        Places {
            public,
            known: HashMap::new(),
            listed: Vec::new(),
        }
    }

    fn know(&mut self, unit: &Unit<'_>, file: File) -> &mut Known {
        let public = self.public;
        self.known.entry(file as usize).or_insert_with(|| {
            let name = unit.file_name(file);
            let path = Path::new(&name);
            let real = path.canonicalize();
            let real = real.as_deref().unwrap_or(path);
            let public = public
                .iter()
                .any(|place| real.starts_with(place) || path.starts_with(place));
            Known {
                name,
                public,
                number: None,
            }
        })
    }

    pub fn is_public(&mut self, unit: &Unit<'_>, file: File) -> bool {
        !file.is_null() && self.know(unit, file).public
    }

    /// The place in the answer. None: in no file.
    pub fn place(&mut self, unit: &Unit<'_>, spot: Spot) -> Option<Place> {
        if spot.file.is_null() {
            return None;
        }
        let next = self.listed.len();
        let known = self.know(unit, spot.file);
        let file = *known.number.get_or_insert(next);
        if file == next {
            let name = known.name.clone();
            self.listed.push(name);
        }
        Some(Place {
            file,
            line: spot.line,
        })
    }

    /// Numbers the files of this target, those that it is the first to name in the order of their paths.
    pub fn files<'t>(&self, table: &'t mut Table) -> Files<'t> {
        let mut fresh: Vec<&String> = self.listed.iter().collect();
        fresh.sort();
        for name in fresh {
            if !table.number.contains_key(name) {
                table.number.insert(name.clone(), table.names.len());
                table.names.push(name.clone());
            }
        }
        let numbers = self.listed.iter().map(|name| table.number[name]);
        Files {
            number: numbers.collect(),
            names: &table.names,
        }
    }
}

/// The files of all targets, so that what is alike on two of them is written alike.
#[derive(Default)]
pub struct Table {
    names: Vec<String>,
    number: HashMap<String, usize>,
}

/// The files that were named so far, and of each listed one its number there.
pub struct Files<'t> {
    pub names: &'t [String],
    pub number: Vec<usize>,
}
