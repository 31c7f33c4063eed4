//! A file that is read in ranges, within a budget: hostile tables can point at the same bytes
//! any number of times, so the file's own size does not bound what reading it costs.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use object::{ReadCache, ReadRef};

use crate::error::{Error, Result};
use crate::image::MAX_NAME;

/// Real files are read once, and a little more: 256 bytes for each name.
const MOST_READS_PER_BYTE: u64 = 64;
const ALWAYS_ALLOWED: u64 = 64 << 20;
const CHUNK: usize = 4 << 20;

pub struct Source {
    file: File,
    len: u64,
    spent: Cell<u64>,
}

/// Buffers of one part of a file; they are freed with it.
pub type Cache<'f> = ReadCache<Metered<'f>>;

pub struct Metered<'f>(&'f Source);

impl Source {
    pub fn open(path: &Path) -> Result<Source> {
        // Opening a FIFO would wait for a writer, so look first.
        if !std::fs::metadata(path)?.is_file() {
            return Err(Error::NotAFile);
        }
        let mut file = File::open(path)?;
        let len = file.seek(SeekFrom::End(0))?;
        Ok(Source {
            file,
            len,
            spent: Cell::new(0),
        })
    }

    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn cache(&self) -> Cache<'_> {
        ReadCache::new(Metered(self))
    }

    /// The first bytes, at most `size` of them.
    pub fn start(&self, size: u64) -> Result<Vec<u8>> {
        self.read(0, size.min(self.len))
    }

    /// Bytes of a range that is known to be inside the file.
    pub fn read(&self, offset: u64, size: u64) -> Result<Vec<u8>> {
        let mut reader = Metered(self);
        reader.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        reader.take(size).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size {
            return Err(Error::Truncated {
                what: "a range".to_owned(),
                end: offset.saturating_add(size),
                len: self.len,
            });
        }
        Ok(bytes)
    }

    /// A range as a stream.
    pub fn reader(&self, offset: u64, size: u64) -> Result<impl Read> {
        let mut reader = Metered(self);
        reader.seek(SeekFrom::Start(offset))?;
        Ok(reader.take(size))
    }

    /// Gives a range to `look`, piece by piece. Pieces share `overlap` bytes, so that what lies
    /// across a border is seen whole; `look` gets the place of the piece's first byte.
    pub fn for_each_chunk(
        &self,
        start: u64,
        end: u64,
        overlap: usize,
        mut look: impl FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut at = start;
        while at < end {
            let size = (end - at).min(CHUNK as u64);
            look(at, &self.read(at, size)?)?;
            if at + size == end {
                break;
            }
            at += size - overlap as u64;
        }
        Ok(())
    }
}

impl Metered<'_> {
    fn charge(&self, bytes: usize) -> io::Result<()> {
        let source = self.0;
        let spent = source.spent.get().saturating_add(bytes as u64);
        source.spent.set(spent);
        if spent > ALWAYS_ALLOWED.saturating_add(source.len.saturating_mul(MOST_READS_PER_BYTE)) {
            return Err(io::Error::other(
                "its tables point at the same bytes again and again",
            ));
        }
        Ok(())
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.charge(into.len())?;
        (&self.0.file).read(into)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        (&self.0.file).seek(to)
    }
}

/// Why a range could not be had: it ends outside, or was asked for once too often.
pub fn outside<'a>(data: impl ReadRef<'a>, what: &str, offset: u64, size: u64) -> Error {
    let end = offset.saturating_add(size);
    match data.len() {
        Ok(len) if end > len => Error::Truncated {
            what: what.to_owned(),
            end,
            len,
        },
        _ => Error::Refused(format!(
            "refused: {what} cannot be read, or its tables point at the same bytes again and again"
        )),
    }
}

/// The bytes of a range, all of them or an error that names `what`, in the plural.
pub fn take<'a>(data: impl ReadRef<'a>, what: &str, offset: u64, size: u64) -> Result<&'a [u8]> {
    data.read_bytes_at(offset, size)
        .map_err(|()| outside(data, what, offset, size))
}

/// Refuses a range that the file does not hold, without reading it.
pub fn check<'a>(data: impl ReadRef<'a>, what: &str, offset: u64, size: u64) -> Result<()> {
    match data.len() {
        Ok(len) if offset.checked_add(size).is_some_and(|end| end <= len) => Ok(()),
        _ => Err(outside(data, what, offset, size)),
    }
}

/// A name that ends with a zero byte somewhere in the file.
pub fn c_string<'a>(data: impl ReadRef<'a>, what: &str, offset: u64) -> Result<&'a [u8]> {
    let len = data.len().unwrap_or(0);
    if offset >= len {
        return Err(outside(data, what, offset, 1));
    }
    // The cache gives up on names above 4 KiB, which C++ compilers do write.
    if let Ok(name) = data.read_bytes_at_until(offset..len, 0) {
        return Ok(name);
    }
    let window = take(data, what, offset, (len - offset).min(MAX_NAME as u64))?;
    name_in(window, 0, what)
}

/// A name inside of bytes that were read already.
pub fn name_in<'a>(bytes: &'a [u8], offset: u64, what: &str) -> Result<&'a [u8]> {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|at| bytes.get(at..))
        .ok_or_else(|| {
            Error::Malformed(format!(
                "{what} at offset {offset:#x} lie outside their table of {} bytes",
                bytes.len()
            ))
        })?;
    let window = &rest[..rest.len().min(MAX_NAME)];
    match window.iter().position(|&byte| byte == 0) {
        Some(end) => Ok(&window[..end]),
        None if window.len() == MAX_NAME => Err(Error::Limit {
            what: "bytes in one name",
            limit: MAX_NAME as u64,
        }),
        None => Err(Error::Malformed(format!(
            "{what} at offset {offset:#x} have no end"
        ))),
    }
}

/// An error of the `object` crate, with what was being read.
pub fn broken(what: &'static str) -> impl Fn(object::Error) -> Error {
    move |source| Error::Object { what, source }
}

pub fn le16(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub fn le32(bytes: &[u8], at: usize) -> u32 {
    u32::from(le16(bytes, at)) | u32::from(le16(bytes, at + 2)) << 16
}

pub fn le64(bytes: &[u8], at: usize) -> u64 {
    u64::from(le32(bytes, at)) | u64::from(le32(bytes, at + 4)) << 32
}

/// Counts what names add up to: they may overlap in their table, which then bounds nothing.
#[derive(Default)]
pub struct NameBudget {
    bytes: usize,
    counted: u64,
}

impl NameBudget {
    pub fn text(&mut self, name: &[u8]) -> Result<String> {
        const MOST: usize = 512 << 20;
        // What an empty name costs, too.
        self.bytes += name.len() + 48;
        if self.bytes > MOST {
            return Err(Error::Limit {
                what: "bytes of names",
                limit: MOST as u64,
            });
        }
        Ok(String::from_utf8_lossy(name).into_owned())
    }

    /// Counts one more of what there can be only so many of in one file.
    pub fn count(&mut self, most: u64, what: &'static str) -> Result<()> {
        self.counted += 1;
        match self.counted > most {
            true => Err(Error::Limit { what, limit: most }),
            false => Ok(()),
        }
    }
}
