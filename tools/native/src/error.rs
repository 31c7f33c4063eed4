//! Everything that can keep a file from being read, each as one sentence.

use std::fmt;
use std::io;

#[derive(Debug)]
pub enum Error {
    Io(io::Error),
    NotAFile,
    NotElf,
    /// `what` is a plural or a proper name, so that "… ends at" can follow it.
    Truncated {
        what: String,
        end: u64,
        len: u64,
    },
    /// The bytes are there but contradict the format.
    Malformed(String),
    /// The file asks for more than any real library does.
    Limit {
        what: &'static str,
        limit: u64,
    },
    Object {
        what: &'static str,
        source: object::Error,
    },
    Dwarf {
        what: &'static str,
        source: gimli::Error,
    },
    /// What was given is well formed, but not what is asked for.
    Refused(String),
    /// Something inside of a file, such as a member of an archive.
    Within {
        part: String,
        source: Box<Error>,
    },
    /// A separate debug file was given where the library is needed.
    DebugOnly,
    NoSymtab,
    NoDebugInfo,
    Relocatable,
    SplitDwarf {
        units: usize,
    },
    Supplementary {
        path: String,
        why: &'static str,
    },
    #[cfg_attr(
        any(target_arch = "x86_64", target_arch = "aarch64"),
        expect(dead_code, reason = "only architectures without a reader construct it")
    )]
    Unsupported {
        what: &'static str,
        on: &'static str,
    },
    FloatControlBits {
        value: u64,
        allowed: u64,
    },
    /// What libclang says of headers, or of itself.
    Clang(String),
    /// What was asked for is not in the options' form.
    Options(String),
    /// A relocatable object whose debug information cannot be completed here.
    Relocation {
        machine: String,
        kind: u32,
    },
    /// A defect in this reader, never in the file.
    Panicked,
}

pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io(source) => write!(f, "cannot be read: {source}"),
            Error::NotAFile => write!(f, "not a regular file"),
            Error::NotElf => write!(f, "not an ELF file"),
            Error::Truncated { what, end, len } => write!(
                f,
                "truncated: {what} would end at {end:#x} but the file has {len} bytes"
            ),
            Error::Malformed(why) => write!(f, "malformed: {why}"),
            Error::Limit { what, limit } => {
                write!(f, "refused: more than {limit} {what}")
            }
            Error::Refused(why) => write!(f, "{why}"),
            Error::Within { part, source } => write!(f, "{part}: {source}"),
            Error::Object { what, source } => write!(f, "malformed {what}: {source}"),
            Error::Dwarf { what, source } => write!(f, "malformed {what}: {source}"),
            Error::DebugOnly => write!(
                f,
                "a separate debug file, without the library's own tables: give the library it \
                 was split from"
            ),
            Error::NoSymtab => write!(
                f,
                "stripped: it has no .symtab, so give the unstripped library or its debug file"
            ),
            Error::NoDebugInfo => write!(f, "it has no debug information (.debug_info)"),
            Error::Relocatable => write!(
                f,
                "a relocatable object, whose debug information is not final before it is linked"
            ),
            Error::SplitDwarf { units } => write!(
                f,
                "its debug information is split: {units} units keep theirs in .dwo or .dwp files, \
                 which are not read"
            ),
            Error::Supplementary { path, why } => write!(
                f,
                "its debug information needs the supplementary file {path}, which {why}"
            ),
            Error::Unsupported { what, on } => write!(f, "{what} is not supported on {on}"),
            Error::FloatControlBits { value, allowed } => write!(
                f,
                "float control {value:#x} has bits outside {allowed:#x}, which the processor \
                 reserves"
            ),
            Error::Clang(why) => write!(f, "{why}"),
            Error::Options(why) => write!(f, "the options are refused: {why}"),
            Error::Relocation { machine, kind } => write!(
                f,
                "a relocatable object whose debug information needs relocation {kind} of \
                 {machine}, which this reader does not know: give the linked library"
            ),
            Error::Panicked => write!(f, "the reader itself failed on this file: please report it"),
        }
    }
}

impl Error {
    /// The same error, of something inside of the file.
    pub fn within(self, part: &str) -> Error {
        Error::Within {
            part: part.to_owned(),
            source: Box::new(self),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io(source) => Some(source),
            Error::Object { source, .. } => Some(source),
            Error::Dwarf { source, .. } => Some(source),
            Error::Within { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(source: io::Error) -> Self {
        Error::Io(source)
    }
}
