//! One parsed translation unit. Owns libclang's handles and gives them back.

use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::ptr;

use super::ffi::{self, Clang, Cursor, CursorVisitor, Data, File, Location, Type};
use crate::error::{Error, Result};

/// One index serves all translation units.
pub struct Index<'c> {
    clang: &'c Clang,
    raw: ffi::Index,
}

impl<'c> Index<'c> {
    pub fn new(clang: &'c Clang) -> Self {
        // SAFETY: Needs nothing; declarations of precompiled headers are kept, nothing is printed.
        let raw = unsafe { clang.clang_createIndex(0, 0) };
        Index { clang, raw }
    }

    /// Parses `main`, whose text and other texts that stand for files are in `texts`.
    pub fn parse(
        &self,
        main: &str,
        arguments: &[String],
        texts: &[(&str, &str)],
    ) -> Result<Unit<'c>> {
        let main = c_string(main)?;
        let arguments: Vec<CString> = arguments
            .iter()
            .map(|argument| c_string(argument))
            .collect::<Result<_>>()?;
        let arguments: Vec<*const c_char> = arguments.iter().map(|text| text.as_ptr()).collect();
        let names: Vec<CString> = texts
            .iter()
            .map(|(name, _)| c_string(name))
            .collect::<Result<_>>()?;
        let mut unsaved: Vec<ffi::UnsavedFile> = names
            .iter()
            .zip(texts)
            .map(|(name, (_, text))| ffi::UnsavedFile {
                name: name.as_ptr(),
                contents: text.as_ptr().cast(),
                length: text.len() as _,
            })
            .collect();
        let mut raw = ptr::null_mut();
        // SAFETY: All pointers are into values that live until the call returns; libclang copies.
        let code = unsafe {
            self.clang.clang_parseTranslationUnit2(
                self.raw,
                main.as_ptr(),
                arguments.as_ptr(),
                arguments.len() as c_int,
                unsaved.as_mut_ptr(),
                unsaved.len() as c_uint,
                ffi::DETAILED_PREPROCESSING | ffi::SKIP_BODIES,
                &raw mut raw,
            )
        };
        match code {
            0 if !raw.is_null() => Ok(Unit {
                clang: self.clang,
                raw,
            }),
            2 => Err(Error::Clang("libclang crashed on it".to_owned())),
            3 => Err(Error::Clang("libclang refuses its arguments".to_owned())),
            code => Err(Error::Clang(format!(
                "libclang cannot parse it (code {code})"
            ))),
        }
    }
}

impl Drop for Index<'_> {
    fn drop(&mut self) {
        // SAFETY: Units do not outlive the call that made this index.
        unsafe { self.clang.clang_disposeIndex(self.raw) }
    }
}

fn c_string(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::Clang(format!("{text:?} contains a zero byte")))
}

/// A place in a file, after macros are expanded.
#[derive(Clone, Copy)]
pub struct Spot {
    /// Null: in what the compiler itself predefines.
    pub file: File,
    pub line: u32,
    pub column: u32,
    pub offset: usize,
}

pub struct Problem {
    pub fatal: bool,
    pub text: String,
    pub spot: Spot,
}

pub struct Unit<'c> {
    pub clang: &'c Clang,
    raw: ffi::Unit,
}

impl Drop for Unit<'_> {
    fn drop(&mut self) {
        // SAFETY: Every cursor and type borrowed from the unit is gone with it.
        unsafe { self.clang.clang_disposeTranslationUnit(self.raw) }
    }
}

extern "C" fn collect_child(child: Cursor, _parent: Cursor, data: Data) -> c_int {
    // SAFETY: `data` is the vector that `children` lent to the visit.
    unsafe { (*data.cast::<Vec<Cursor>>()).push(child) };
    1
}

extern "C" fn collect_inclusion(file: File, stack: *mut Location, length: c_uint, data: Data) {
    // SAFETY: `data` is the vector that `inclusions` lent to the visit; the stack has that length.
    unsafe {
        if length > 0 {
            (*data.cast::<Vec<(File, Location)>>()).push((file, *stack));
        }
    }
}

extern "C" fn collect_field(field: Cursor, data: Data) -> c_int {
    // SAFETY: `data` is the vector that `fields` lent to the visit.
    unsafe { (*data.cast::<Vec<Cursor>>()).push(field) };
    1
}

// SAFETY of all calls below: handles come from this unit, which is alive.
impl Unit<'_> {
    pub fn root(&self) -> Cursor {
        unsafe { self.clang.clang_getTranslationUnitCursor(self.raw) }
    }

    pub fn pointer_size(&self) -> u64 {
        unsafe {
            let info = self.clang.clang_getTranslationUnitTargetInfo(self.raw);
            let bits = self.clang.clang_TargetInfo_getPointerWidth(info);
            self.clang.clang_TargetInfo_dispose(info);
            u64::try_from(bits).unwrap_or(0) / 8
        }
    }

    /// Errors only: what a compiler merely warns of is between it and the header's author.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        unsafe {
            for number in 0..self.clang.clang_getNumDiagnostics(self.raw) {
                let diagnostic = self.clang.clang_getDiagnostic(self.raw, number);
                let severity = self.clang.clang_getDiagnosticSeverity(diagnostic);
                if severity >= ffi::SEVERITY_ERROR {
                    found.push(Problem {
                        fatal: severity >= ffi::SEVERITY_FATAL,
                        text: self.text(self.clang.clang_getDiagnosticSpelling(diagnostic)),
                        spot: self.spot(self.clang.clang_getDiagnosticLocation(diagnostic)),
                    });
                }
                self.clang.clang_disposeDiagnostic(diagnostic);
            }
        }
        found
    }

    /// Takes over a text of libclang.
    pub fn text(&self, text: ffi::Text) -> String {
        unsafe {
            let bytes = self.clang.clang_getCString(text);
            let copy = if bytes.is_null() {
                String::new()
            } else {
                CStr::from_ptr(bytes).to_string_lossy().into_owned()
            };
            self.clang.clang_disposeString(text);
            copy
        }
    }

    pub fn spot(&self, location: Location) -> Spot {
        let (mut file, mut line, mut column, mut offset) = (ptr::null_mut(), 0, 0, 0);
        unsafe {
            self.clang.clang_getExpansionLocation(
                location,
                &raw mut file,
                &raw mut line,
                &raw mut column,
                &raw mut offset,
            );
        }
        Spot {
            file,
            line,
            column,
            offset: offset as usize,
        }
    }

    pub fn spot_of(&self, cursor: Cursor) -> Spot {
        self.spot(unsafe { self.clang.clang_getCursorLocation(cursor) })
    }

    pub fn is_system(&self, cursor: Cursor) -> bool {
        unsafe {
            let location = self.clang.clang_getCursorLocation(cursor);
            self.clang.clang_Location_isInSystemHeader(location) != 0
        }
    }

    /// Where the text of a cursor begins and ends.
    pub fn extent(&self, cursor: Cursor) -> (Spot, Spot) {
        unsafe {
            let range = self.clang.clang_getCursorExtent(cursor);
            (
                self.spot(self.clang.clang_getRangeStart(range)),
                self.spot(self.clang.clang_getRangeEnd(range)),
            )
        }
    }

    pub fn file_name(&self, file: File) -> String {
        self.text(unsafe { self.clang.clang_getFileName(file) })
    }

    /// The bytes of a file as the compiler read them.
    pub fn contents(&self, file: File) -> &[u8] {
        let mut size = 0;
        unsafe {
            let bytes = self
                .clang
                .clang_getFileContents(self.raw, file, &raw mut size);
            if bytes.is_null() {
                &[]
            } else {
                std::slice::from_raw_parts(bytes.cast(), size)
            }
        }
    }

    pub fn children(&self, parent: Cursor) -> Vec<Cursor> {
        let mut found: Vec<Cursor> = Vec::new();
        let visitor: CursorVisitor = collect_child;
        unsafe {
            self.clang
                .clang_visitChildren(parent, visitor, (&raw mut found).cast());
        }
        found
    }

    /// Every file that was included, and where.
    pub fn inclusions(&self) -> Vec<(File, Spot)> {
        let mut found: Vec<(File, Location)> = Vec::new();
        unsafe {
            self.clang
                .clang_getInclusions(self.raw, collect_inclusion, (&raw mut found).cast());
        }
        let spots = found.into_iter();
        spots
            .map(|(file, location)| (file, self.spot(location)))
            .collect()
    }

    pub fn fields(&self, record: Type) -> Vec<Cursor> {
        let mut found: Vec<Cursor> = Vec::new();
        unsafe {
            self.clang
                .clang_Type_visitFields(record, collect_field, (&raw mut found).cast());
        }
        found
    }

    pub fn spelling(&self, cursor: Cursor) -> String {
        self.text(unsafe { self.clang.clang_getCursorSpelling(cursor) })
    }

    pub fn type_of(&self, cursor: Cursor) -> Type {
        unsafe { self.clang.clang_getCursorType(cursor) }
    }

    pub fn canonical(&self, of: Type) -> Type {
        unsafe { self.clang.clang_getCanonicalType(of) }
    }

    pub fn definition(&self, cursor: Cursor) -> Option<Cursor> {
        unsafe {
            let found = self.clang.clang_getCursorDefinition(cursor);
            (self.clang.clang_Cursor_isNull(found) == 0).then_some(found)
        }
    }

    pub fn size_of(&self, of: Type) -> Option<u64> {
        u64::try_from(unsafe { self.clang.clang_Type_getSizeOf(of) }).ok()
    }

    pub fn align_of(&self, of: Type) -> Option<u64> {
        u64::try_from(unsafe { self.clang.clang_Type_getAlignOf(of) }).ok()
    }

    /// The declaration as the compiler writes it, with all that it inherits, without bodies.
    pub fn pretty(&self, cursor: Cursor) -> String {
        unsafe {
            let policy = self.clang.clang_getCursorPrintingPolicy(cursor);
            self.clang
                .clang_PrintingPolicy_setProperty(policy, ffi::POLICY_TERSE, 1);
            self.clang
                .clang_PrintingPolicy_setProperty(policy, ffi::POLICY_POLISH, 0);
            let text = self.clang.clang_getCursorPrettyPrinted(cursor, policy);
            self.clang.clang_PrintingPolicy_dispose(policy);
            self.text(text)
        }
    }
}
