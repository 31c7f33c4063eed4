//! The names of source files that line tables hold. The lines themselves are not read.

use std::borrow::Cow;
use std::cell::RefCell;

use gimli::LineProgramHeader;

use crate::error::Result;
use crate::files::{FileId, Files};
use crate::units::{Bytes, malformed};

const UNKNOWN: FileId = FileId::MAX;

pub struct LineTable<'d> {
    /// The folder in which the unit was compiled.
    home: Cow<'d, str>,
    folders: Vec<&'d [u8]>,
    /// Folder and name of each file.
    names: Vec<(u64, &'d [u8])>,
    /// Before version 5 folder 0 was not written and files counted from 1.
    counts_from_one: bool,
    /// The files that were asked for.
    ids: RefCell<Vec<FileId>>,
}

impl<'d> LineTable<'d> {
    pub fn new(
        home: Cow<'d, str>,
        header: &LineProgramHeader<Bytes<'d>>,
        text: impl Fn(gimli::AttributeValue<Bytes<'d>>) -> gimli::Result<Bytes<'d>>,
    ) -> Result<Self> {
        let read = |value| text(value).map(|bytes| bytes.slice()).map_err(malformed);
        let folders = header.include_directories().iter().cloned().map(read);
        let names = header.file_names().iter();
        Ok(LineTable {
            home,
            folders: folders.collect::<Result<_>>()?,
            names: names
                .map(|file| Ok((file.directory_index(), read(file.path_name())?)))
                .collect::<Result<_>>()?,
            counts_from_one: header.version() < 5,
            ids: RefCell::new(vec![UNKNOWN; header.file_names().len()]),
        })
    }

    /// The file that entries of the unit call `index`; 0 is none where files count from 1.
    pub fn file(&self, files: &mut Files, index: u64) -> Result<Option<FileId>> {
        let first = u64::from(self.counts_from_one);
        let Some(at) = index
            .checked_sub(first)
            .and_then(|at| usize::try_from(at).ok())
            .filter(|at| *at < self.names.len())
        else {
            return Ok(None);
        };
        let known = self.ids.borrow()[at];
        if known != UNKNOWN {
            return Ok(Some(known));
        }
        let (folder, name) = self.names[at];
        let folder = folder
            .checked_sub(first)
            .and_then(|at| self.folders.get(usize::try_from(at).ok()?))
            .map_or(Cow::Borrowed(""), |folder| String::from_utf8_lossy(folder));
        let id = files.add(&self.home, &folder, &String::from_utf8_lossy(name))?;
        self.ids.borrow_mut()[at] = id;
        Ok(Some(id))
    }
}
