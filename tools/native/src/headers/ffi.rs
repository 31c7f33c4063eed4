//! The part of libclang's C interface that is used here, found at run time in the library whose
//! path the caller names: nothing links to libclang, and no environment variable is asked.

#![expect(non_snake_case, reason = "the names are libclang's")]

use std::ffi::{c_char, c_double, c_int, c_longlong, c_uint, c_ulong, c_ulonglong, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::error::{Error, Result};

pub type Index = *mut c_void;
pub type Unit = *mut c_void;
pub type File = *mut c_void;
pub type Diagnostic = *mut c_void;
pub type EvalResult = *mut c_void;
pub type Policy = *mut c_void;
pub type TargetInfo = *mut c_void;
pub type Data = *mut c_void;

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Cursor {
    pub kind: c_int,
    pub xdata: c_int,
    pub data: [*const c_void; 3],
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Type {
    pub kind: c_int,
    pub data: [*mut c_void; 2],
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Text {
    pub data: *const c_void,
    pub flags: c_uint,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Location {
    pub pointers: [*const c_void; 2],
    pub number: c_uint,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Range {
    pub pointers: [*const c_void; 2],
    pub begin: c_uint,
    pub end: c_uint,
}

#[repr(C)]
pub struct UnsavedFile {
    pub name: *const c_char,
    pub contents: *const c_char,
    pub length: c_ulong,
}

/// Called for each child with (child, parent, data).
pub type CursorVisitor = extern "C" fn(Cursor, Cursor, Data) -> c_int;
pub type FieldVisitor = extern "C" fn(Cursor, Data) -> c_int;

/// Called for each file with (file, places of the inclusions that led to it, how many, data).
pub type InclusionVisitor = extern "C" fn(File, *mut Location, c_uint, Data);

pub mod cursor {
    use super::c_int;
    pub const STRUCT: c_int = 2;
    pub const UNION: c_int = 3;
    pub const ENUM: c_int = 5;
    pub const ENUM_CONSTANT: c_int = 7;
    pub const FUNCTION: c_int = 8;
    pub const VARIABLE: c_int = 9;
    pub const TYPEDEF: c_int = 20;
    pub const ASM_LABEL: c_int = 407;
    pub const MACRO: c_int = 501;
}

pub mod kind {
    use super::c_int;
    pub const VOID: c_int = 2;
    pub const BOOL: c_int = 3;
    pub const CHAR_U: c_int = 4;
    pub const UCHAR: c_int = 5;
    pub const CHAR16: c_int = 6;
    pub const CHAR32: c_int = 7;
    pub const USHORT: c_int = 8;
    pub const UINT: c_int = 9;
    pub const ULONG: c_int = 10;
    pub const ULONGLONG: c_int = 11;
    pub const UINT128: c_int = 12;
    pub const CHAR_S: c_int = 13;
    pub const SCHAR: c_int = 14;
    pub const WCHAR: c_int = 15;
    pub const SHORT: c_int = 16;
    pub const INT: c_int = 17;
    pub const LONG: c_int = 18;
    pub const LONGLONG: c_int = 19;
    pub const INT128: c_int = 20;
    pub const FLOAT: c_int = 21;
    pub const DOUBLE: c_int = 22;
    pub const LONGDOUBLE: c_int = 23;
    pub const FLOAT128: c_int = 30;
    pub const HALF: c_int = 31;
    pub const FLOAT16: c_int = 32;
    pub const BFLOAT16: c_int = 39;
    pub const IBM128: c_int = 40;
    pub const COMPLEX: c_int = 100;
    pub const POINTER: c_int = 101;
    pub const RECORD: c_int = 105;
    pub const ENUM: c_int = 106;
    pub const TYPEDEF: c_int = 107;
    pub const FUNCTION_NO_PROTO: c_int = 110;
    pub const FUNCTION_PROTO: c_int = 111;
    pub const CONSTANT_ARRAY: c_int = 112;
    pub const VECTOR: c_int = 113;
    pub const INCOMPLETE_ARRAY: c_int = 114;
    pub const VARIABLE_ARRAY: c_int = 115;
    pub const DEPENDENT_ARRAY: c_int = 116;
    pub const ELABORATED: c_int = 119;
    pub const ATTRIBUTED: c_int = 163;
    pub const EXT_VECTOR: c_int = 176;
    pub const ATOMIC: c_int = 177;
}

pub const DETAILED_PREPROCESSING: c_uint = 0x1;
pub const SKIP_BODIES: c_uint = 0x40;
pub const SEVERITY_ERROR: c_int = 3;
pub const SEVERITY_FATAL: c_int = 4;
pub const EVALUATED_INT: c_int = 1;
pub const EVALUATED_FLOAT: c_int = 2;
pub const EVALUATED_STRING: c_int = 4;
pub const STORAGE_STATIC: c_int = 3;
pub const AVAILABILITY_DEPRECATED: c_int = 1;
pub const VISIBILITY_HIDDEN: c_int = 1;
pub const POLICY_TERSE: c_int = 17;
pub const POLICY_POLISH: c_int = 18;

macro_rules! functions {
    ($(fn $name:ident($($param:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions, all of them found before any is called.
        pub struct Clang {
            $($name: unsafe extern "C" fn($($type),*) $(-> $result)?,)*
            /// Keeps the code where the functions above point to.
            _library: libloading::Library,
        }

        impl Clang {
            fn find(library: libloading::Library) -> std::result::Result<Self, libloading::Error> {
                // SAFETY: The types are those of clang-c/Index.h of LLVM 18, which libclang keeps
                // compatible; the functions live as long as the library beside them.
                unsafe {
                    Ok(Clang {
                        $($name: *library.get(concat!(stringify!($name), "\0").as_bytes())?,)*
                        _library: library,
                    })
                }
            }

            $(
                /// # Safety
                /// As libclang documents: handles must be alive and of one translation unit.
                #[inline]
                #[allow(clippy::too_many_arguments, reason = "as many as libclang has")]
                pub unsafe fn $name(&self $(, $param: $type)*) $(-> $result)? {
                    // SAFETY: left to the caller.
                    unsafe { (self.$name)($($param),*) }
                }
            )*
        }
    };
}

functions! {
    fn clang_createIndex(exclude_pch: c_int, display: c_int) -> Index;
    fn clang_disposeIndex(index: Index);
    fn clang_parseTranslationUnit2(
        index: Index, name: *const c_char, arguments: *const *const c_char, count: c_int,
        unsaved: *mut UnsavedFile, unsaved_count: c_uint, flags: c_uint, unit: *mut Unit
    ) -> c_int;
    fn clang_disposeTranslationUnit(unit: Unit);
    fn clang_getTranslationUnitCursor(unit: Unit) -> Cursor;
    fn clang_getTranslationUnitTargetInfo(unit: Unit) -> TargetInfo;
    fn clang_TargetInfo_getPointerWidth(info: TargetInfo) -> c_int;
    fn clang_TargetInfo_dispose(info: TargetInfo);
    fn clang_getNumDiagnostics(unit: Unit) -> c_uint;
    fn clang_getDiagnostic(unit: Unit, index: c_uint) -> Diagnostic;
    fn clang_disposeDiagnostic(diagnostic: Diagnostic);
    fn clang_getDiagnosticSeverity(diagnostic: Diagnostic) -> c_int;
    fn clang_getDiagnosticSpelling(diagnostic: Diagnostic) -> Text;
    fn clang_getDiagnosticLocation(diagnostic: Diagnostic) -> Location;
    fn clang_getExpansionLocation(
        location: Location, file: *mut File, line: *mut c_uint, column: *mut c_uint, offset: *mut c_uint
    );
    fn clang_Location_isInSystemHeader(location: Location) -> c_int;
    fn clang_getRangeStart(range: Range) -> Location;
    fn clang_getRangeEnd(range: Range) -> Location;
    fn clang_getInclusions(unit: Unit, visitor: InclusionVisitor, data: Data);
    fn clang_getFileName(file: File) -> Text;
    fn clang_getFileContents(unit: Unit, file: File, size: *mut usize) -> *const c_char;
    fn clang_getCString(text: Text) -> *const c_char;
    fn clang_disposeString(text: Text);
    fn clang_visitChildren(parent: Cursor, visitor: CursorVisitor, data: Data) -> c_uint;
    fn clang_getCursorLocation(cursor: Cursor) -> Location;
    fn clang_getCursorExtent(cursor: Cursor) -> Range;
    fn clang_getCursorSpelling(cursor: Cursor) -> Text;
    fn clang_getCursorType(cursor: Cursor) -> Type;
    fn clang_getCursorDefinition(cursor: Cursor) -> Cursor;
    fn clang_getCanonicalCursor(cursor: Cursor) -> Cursor;
    fn clang_Cursor_isNull(cursor: Cursor) -> c_int;
    fn clang_Cursor_isAnonymous(cursor: Cursor) -> c_uint;
    fn clang_Cursor_isBitField(cursor: Cursor) -> c_uint;
    fn clang_getFieldDeclBitWidth(cursor: Cursor) -> c_int;
    fn clang_Cursor_getOffsetOfField(cursor: Cursor) -> c_longlong;
    fn clang_Cursor_getNumArguments(cursor: Cursor) -> c_int;
    fn clang_Cursor_getArgument(cursor: Cursor, index: c_uint) -> Cursor;
    fn clang_Cursor_getStorageClass(cursor: Cursor) -> c_int;
    fn clang_Cursor_isFunctionInlined(cursor: Cursor) -> c_uint;
    fn clang_Cursor_hasAttrs(cursor: Cursor) -> c_uint;
    fn clang_getCursorAvailability(cursor: Cursor) -> c_int;
    fn clang_getCursorVisibility(cursor: Cursor) -> c_int;
    fn clang_getCursorTLSKind(cursor: Cursor) -> c_int;
    fn clang_getCursorPrintingPolicy(cursor: Cursor) -> Policy;
    fn clang_PrintingPolicy_setProperty(policy: Policy, property: c_int, value: c_uint);
    fn clang_PrintingPolicy_dispose(policy: Policy);
    fn clang_getCursorPrettyPrinted(cursor: Cursor, policy: Policy) -> Text;
    fn clang_getTypedefDeclUnderlyingType(cursor: Cursor) -> Type;
    fn clang_getEnumDeclIntegerType(cursor: Cursor) -> Type;
    fn clang_getEnumConstantDeclValue(cursor: Cursor) -> c_longlong;
    fn clang_getEnumConstantDeclUnsignedValue(cursor: Cursor) -> c_ulonglong;
    fn clang_Type_visitFields(parent: Type, visitor: FieldVisitor, data: Data) -> c_uint;
    fn clang_Type_getSizeOf(of: Type) -> c_longlong;
    fn clang_Type_getAlignOf(of: Type) -> c_longlong;
    fn clang_Type_getNamedType(of: Type) -> Type;
    fn clang_Type_getModifiedType(of: Type) -> Type;
    fn clang_Type_getValueType(of: Type) -> Type;
    fn clang_getTypedefName(of: Type) -> Text;
    fn clang_getTypeSpelling(of: Type) -> Text;
    fn clang_getTypeDeclaration(of: Type) -> Cursor;
    fn clang_getPointeeType(of: Type) -> Type;
    fn clang_getArrayElementType(of: Type) -> Type;
    fn clang_getElementType(of: Type) -> Type;
    fn clang_getNumElements(of: Type) -> c_longlong;
    fn clang_getResultType(of: Type) -> Type;
    fn clang_getNumArgTypes(of: Type) -> c_int;
    fn clang_getArgType(of: Type, index: c_uint) -> Type;
    fn clang_isFunctionTypeVariadic(of: Type) -> c_uint;
    fn clang_getFunctionTypeCallingConv(of: Type) -> c_int;
    fn clang_getCanonicalType(of: Type) -> Type;
    fn clang_isConstQualifiedType(of: Type) -> c_uint;
    fn clang_Cursor_Evaluate(cursor: Cursor) -> EvalResult;
    fn clang_EvalResult_getKind(result: EvalResult) -> c_int;
    fn clang_EvalResult_isUnsignedInt(result: EvalResult) -> c_uint;
    fn clang_EvalResult_getAsLongLong(result: EvalResult) -> c_longlong;
    fn clang_EvalResult_getAsUnsigned(result: EvalResult) -> c_ulonglong;
    fn clang_EvalResult_getAsDouble(result: EvalResult) -> c_double;
    fn clang_EvalResult_getAsStr(result: EvalResult) -> *const c_char;
    fn clang_EvalResult_dispose(result: EvalResult);
}

/// Loaded once and kept: its code cannot be unloaded safely, and loading takes tens of milliseconds.
static LOADED: Mutex<Vec<(PathBuf, Arc<Clang>)>> = Mutex::new(Vec::new());

pub fn load(path: &Path) -> Result<Arc<Clang>> {
    let mut loaded = LOADED
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some((_, clang)) = loaded.iter().find(|(known, _)| known == path) {
        return Ok(Arc::clone(clang));
    }
    let refused = |source: libloading::Error| {
        Error::Clang(format!(
            "{} is not a libclang that can be used: {source}",
            path.display()
        ))
    };
    // SAFETY: Loading runs the constructors of the library that the caller chose.
    let library = unsafe { libloading::Library::new(path) }.map_err(refused)?;
    let clang = Arc::new(Clang::find(library).map_err(refused)?);
    loaded.push((path.to_owned(), Arc::clone(&clang)));
    Ok(clang)
}
