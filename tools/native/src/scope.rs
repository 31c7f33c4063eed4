//! What a library shows to those who use it: which types are its public ones, which are its own
//! business, which are the platform's.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::error::Result;
use crate::files::{FileId, Files, Kind};
use crate::model::{Home, Text};
use crate::units::{Entry, Units};

/// `None` in `files` shows everything and asks for no file.
pub struct Scope {
    files: Option<Files>,
    /// Of a unit: whether it also declares something from a header of the library's own.
    has_headers: HashMap<usize, bool>,
}

impl Scope {
    pub fn everything() -> Scope {
        Scope {
            files: None,
            has_headers: HashMap::new(),
        }
    }

    pub fn surface(public: Option<&[String]>) -> Result<Scope> {
        Ok(Scope {
            files: Some(Files::new(public)?),
            has_headers: HashMap::new(),
        })
    }

    pub fn is_surface(&self) -> bool {
        self.files.is_some()
    }

    pub fn files(&self) -> Option<&Files> {
        self.files.as_ref()
    }

    /// The file and the line of an entry.
    pub fn stands_in<'d>(
        &mut self,
        units: &Units<'d>,
        unit: usize,
        entry: &Entry<'d>,
    ) -> Result<(Option<FileId>, Option<u64>)> {
        let Some(files) = &mut self.files else {
            return Ok((None, None));
        };
        let file = units.file(files, unit, entry)?;
        let line = entry
            .attr(gimli::DW_AT_decl_line)
            .and_then(gimli::Attribute::udata_value);
        Ok((file, line.filter(|line| *line > 0)))
    }

    /// To whom a type belongs that is defined in `file`.
    pub fn home(&mut self, units: &Units<'_>, unit: usize, file: Option<FileId>) -> Result<Home> {
        let (Some(files), Some(file)) = (&self.files, file) else {
            // Not every compiler says it; what cannot be told is shown.
            return Ok(Home::Public);
        };
        let file = files.get(file);
        Ok(match (file.public, file.kind) {
            (Some(true), _) => Home::Public,
            (_, Kind::System | Kind::Compiler) => Home::System,
            (Some(false), _) => Home::Private,
            (None, Kind::Header) => Home::Public,
            // Nobody outside can include a source file, so its types are private — unless there
            // is nothing but that source: an amalgamation (sqlite3.c) also holds the text of its
            // public headers, and debug information does not tell which part was public. A unit
            // that declares something from a header of the library is no amalgamation.
            (None, Kind::Source) => match self.has_headers(units, unit)? {
                true => Home::Private,
                false => Home::Public,
            },
        })
    }

    fn has_headers(&mut self, units: &Units<'_>, unit: usize) -> Result<bool> {
        if let Some(known) = self.has_headers.get(&unit) {
            return Ok(*known);
        }
        let found = match units.get(unit)?.is_shared() {
            // It holds one type, or what some units have in common: those units tell.
            true => self.any_has_headers(units)?,
            false => self.declares_from_header(units, unit)?,
        };
        self.has_headers.insert(unit, found);
        Ok(found)
    }

    fn any_has_headers(&mut self, units: &Units<'_>) -> Result<bool> {
        for unit in 0..units.len() {
            if !units.get(unit)?.is_shared() && self.has_headers(units, unit)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn declares_from_header(&mut self, units: &Units<'_>, unit: usize) -> Result<bool> {
        let Some(files) = &mut self.files else {
            return Ok(false);
        };
        let mut found = false;
        let is_declaration = |tag| {
            matches!(
                tag,
                gimli::DW_TAG_typedef
                    | gimli::DW_TAG_structure_type
                    | gimli::DW_TAG_class_type
                    | gimli::DW_TAG_union_type
                    | gimli::DW_TAG_enumeration_type
                    | gimli::DW_TAG_subprogram
                    | gimli::DW_TAG_variable
            )
        };
        units.for_each_global(&*units.get(unit)?, is_declaration, |entry| {
            if let Some(file) = units.file(files, unit, entry)? {
                found = files.get(file).kind == Kind::Header;
            }
            Ok(match found {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        })?;
        Ok(found)
    }

    /// Compilers do not agree on the order of the words; the surface has one for all.
    pub fn integer_name<'d>(&self, name: Text<'d>) -> Text<'d> {
        if !self.is_surface() {
            return name;
        }
        Cow::Borrowed(match name.as_ref() {
            "short" => "short int",
            "unsigned short" => "short unsigned int",
            "unsigned" => "unsigned int",
            "long" => "long int",
            "unsigned long" => "long unsigned int",
            "long long" => "long long int",
            "unsigned long long" => "long long unsigned int",
            "unsigned __int128" => "__int128 unsigned",
            _ => return name,
        })
    }
}
