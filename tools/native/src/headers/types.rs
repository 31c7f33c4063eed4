//! The compiler's types -> structural types. Structs, unions and enums are nodes of a graph, so
//! that types may refer to themselves; everything else is spelled out where it is used.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::declarations::type_attributes;
use super::ffi::{Cursor, Type, cursor, kind};
use super::model::{Field, Kind, Node, Param, Shape, Signature, Typed, typed};
use super::places::{Place, Places};
use super::unit::{Problem, Spot, Unit};
use crate::error::{Error, Result};

/// Pointers to functions that take pointers to functions … real code stays below ten.
const MAX_DEPTH: usize = 128;
/// A bound that only a hostile header meets.
const MAX_PARTS: u64 = 1 << 24;

/// How the headers that stand for a C library call what they do not know.
const UNKNOWN: &str = "__astra_unknown_";
const VA_LIST_TAGS: [&str; 2] = ["__va_list_tag", "__va_list"];

/// Where a type without a tag gets its name from.
pub enum Origin<'a> {
    Nowhere,
    Typedef(&'a str),
    Function(&'a str),
    Variable(&'a str),
    Field(&'a str, &'a str),
    Member(&'a str, usize),
    Param(&'a Origin<'a>, Option<&'a str>, usize),
    Result(&'a Origin<'a>),
}

impl Origin<'_> {
    fn label(&self) -> Option<String> {
        Some(match self {
            Origin::Nowhere => return None,
            Origin::Typedef(name) | Origin::Function(name) | Origin::Variable(name) => {
                (*name).to_owned()
            }
            Origin::Field(owner, name) => format!("{owner}.{name}"),
            Origin::Member(owner, number) => format!("{owner}.{{{number}}}"),
            Origin::Param(of, Some(name), _) => format!("{}({name})", of.label()?),
            Origin::Param(of, None, number) => format!("{}({number})", of.label()?),
            Origin::Result(of) => format!("{}()", of.label()?),
        })
    }
}

pub struct Types<'u, 'c> {
    pub unit: &'u Unit<'c>,
    pub places: Places<'u>,
    pointer_size: u64,
    nodes: Vec<Node>,
    node_at: HashMap<usize, usize>,
    known: HashMap<(i32, usize), Rc<Typed>>,
    /// Nodes whose fields are still to be read. A queue: chains of structs are long.
    pending: VecDeque<(usize, Cursor)>,
    parts: u64,
    /// The declaration that is being read.
    pub reading: Option<Spot>,
    unknown: Vec<Problem>,
}

impl<'u, 'c> Types<'u, 'c> {
    pub fn new(unit: &'u Unit<'c>, places: Places<'u>) -> Self {
        Types {
            unit,
            places,
            pointer_size: unit.pointer_size(),
            nodes: Vec::new(),
            node_at: HashMap::new(),
            known: HashMap::new(),
            pending: VecDeque::new(),
            parts: 0,
            reading: None,
            unknown: Vec::new(),
        }
    }

    /// Where a value has a type that is not known on this target.
    pub fn unknown(&self) -> &[Problem] {
        &self.unknown
    }

    /// A compiler accepts incomplete types in declarations. What our own headers leave open is not
    /// to be taken for a type that the library hides.
    pub fn refuse_unknown(&mut self, typed: &Typed) {
        let index = match &typed.shape {
            Shape::Node(index) => *index,
            // Its length is what is left open.
            Shape::Array {
                count: None, of, ..
            } => return self.refuse_unknown(of),
            _ => return,
        };
        let name = self.nodes[index].name.as_deref().unwrap_or_default();
        if let (true, Some(spot)) = (name.starts_with(UNKNOWN), self.reading) {
            self.unknown.push(Problem {
                fatal: false,
                text: format!("a value has incomplete type 'struct {name}'"),
                spot,
            });
        }
    }

    pub fn pointer_size(&self) -> u64 {
        self.pointer_size
    }

    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub fn place(&mut self, spot: Spot) -> Option<Place> {
        self.places.place(self.unit, spot)
    }

    /// The type of a declaration, counted as one more that the answer spells out.
    pub fn spelled(&mut self, of: Type, origin: &Origin<'_>) -> Result<Rc<Typed>> {
        let found = self.resolve(of, origin, 0)?;
        self.count(found.parts)?;
        Ok(found)
    }

    fn count(&mut self, parts: u64) -> Result<()> {
        self.parts += parts;
        if self.parts > MAX_PARTS {
            return Err(Error::Limit {
                what: "types spelled out in all",
                limit: MAX_PARTS,
            });
        }
        Ok(())
    }

    fn resolve(&mut self, of: Type, origin: &Origin<'_>, depth: usize) -> Result<Rc<Typed>> {
        let key = (of.kind, of.data[0] as usize);
        if let Some(found) = self.known.get(&key) {
            return Ok(Rc::clone(found));
        }
        if depth > MAX_DEPTH {
            return Err(Error::Clang(format!(
                "a type is nested more than {MAX_DEPTH} levels deep"
            )));
        }
        let found = self.read_type(of, origin, depth + 1)?;
        self.known.insert(key, Rc::clone(&found));
        Ok(found)
    }

    fn read_type(&mut self, of: Type, origin: &Origin<'_>, depth: usize) -> Result<Rc<Typed>> {
        let (unit, clang) = (self.unit, self.unit.clang);
        // SAFETY of all calls below: the type comes from this unit, which is alive.
        match of.kind {
            kind::ELABORATED => {
                self.resolve(unsafe { clang.clang_Type_getNamedType(of) }, origin, depth)
            }
            kind::ATTRIBUTED => self.resolve(
                unsafe { clang.clang_Type_getModifiedType(of) },
                origin,
                depth,
            ),
            kind::TYPEDEF => self.read_typedef(of, depth),
            kind::POINTER => self.read_pointer(of, origin, depth),
            kind::RECORD if self.is_va_list_tag(of) => self.va_list(of),
            kind::RECORD | kind::ENUM => {
                let node = self.node(unsafe { clang.clang_getTypeDeclaration(of) }, origin);
                typed(Shape::Node(node), 0)
            }
            kind::FUNCTION_PROTO | kind::FUNCTION_NO_PROTO => self.read_function(of, origin, depth),
            kind::CONSTANT_ARRAY
            | kind::INCOMPLETE_ARRAY
            | kind::VARIABLE_ARRAY
            | kind::DEPENDENT_ARRAY => {
                let element = unsafe { clang.clang_getArrayElementType(of) };
                self.read_array(of, element, false, origin, depth)
            }
            kind::VECTOR | kind::EXT_VECTOR => {
                let element = unsafe { clang.clang_getElementType(of) };
                self.read_array(of, element, true, origin, depth)
            }
            kind::ATOMIC => {
                let value = unsafe { clang.clang_Type_getValueType(of) };
                let inner = self.resolve(value, origin, depth)?;
                Ok(Rc::new(Typed {
                    shape: inner.shape.clone(),
                    typedef: inner.typedef.clone(),
                    atomic: true,
                    parts: inner.parts,
                }))
            }
            other => {
                if let Some(shape) = self.basic(of) {
                    return typed(shape, 0);
                }
                let canonical = unit.canonical(of);
                match canonical.kind {
                    // Parentheses hide it; asked directly, it still knows the names of its types.
                    kind::FUNCTION_PROTO | kind::FUNCTION_NO_PROTO => {
                        self.read_function(of, origin, depth)
                    }
                    kind if kind != other || canonical.data[0] != of.data[0] => {
                        self.resolve(canonical, origin, depth)
                    }
                    _ => {
                        let name = unit.text(unsafe { clang.clang_getTypeSpelling(of) });
                        let size = unit.size_of(of);
                        typed(
                            Shape::Opaque {
                                name: name.into(),
                                size,
                            },
                            0,
                        )
                    }
                }
            }
        }
    }

    fn basic(&self, of: Type) -> Option<Shape> {
        let size = |shape: fn(u64) -> Shape| self.unit.size_of(of).map(shape);
        let int = |signed, name| {
            let size = self.unit.size_of(of)?;
            Some(Shape::Int { size, signed, name })
        };
        let float = |name| {
            let size = self.unit.size_of(of)?;
            Some(Shape::Float { size, name })
        };
        match of.kind {
            kind::VOID => Some(Shape::Void),
            kind::BOOL => size(|size| Shape::Bool { size }),
            kind::CHAR_U | kind::CHAR_S | kind::CHAR16 | kind::CHAR32 | kind::WCHAR => {
                size(|size| Shape::Char { size })
            }
            kind::SCHAR => int(true, "signed char"),
            kind::SHORT => int(true, "short int"),
            kind::INT => int(true, "int"),
            kind::LONG => int(true, "long int"),
            kind::LONGLONG => int(true, "long long int"),
            kind::INT128 => int(true, "__int128"),
            kind::UCHAR => int(false, "unsigned char"),
            kind::USHORT => int(false, "short unsigned int"),
            kind::UINT => int(false, "unsigned int"),
            kind::ULONG => int(false, "long unsigned int"),
            kind::ULONGLONG => int(false, "long long unsigned int"),
            kind::UINT128 => int(false, "__int128 unsigned"),
            kind::FLOAT | kind::DOUBLE | kind::LONGDOUBLE | kind::HALF | kind::FLOAT16 => {
                float(None)
            }
            kind::FLOAT128 => float(Some("_Float128")),
            kind::BFLOAT16 => float(Some("__bf16")),
            kind::IBM128 => float(Some("__ibm128")),
            kind::COMPLEX => size(|size| Shape::Complex { size }),
            _ => None,
        }
    }

    fn read_typedef(&mut self, of: Type, depth: usize) -> Result<Rc<Typed>> {
        let (unit, clang) = (self.unit, self.unit.clang);
        // SAFETY: the type comes from this unit, which is alive.
        let name = unit.text(unsafe { clang.clang_getTypedefName(of) });
        if name == "__builtin_va_list" {
            return self.va_list(of);
        }
        // SAFETY: as above.
        let underlying =
            unsafe { clang.clang_getTypedefDeclUnderlyingType(clang.clang_getTypeDeclaration(of)) };
        let inner = self.resolve(underlying, &Origin::Typedef(&name), depth)?;
        Ok(Rc::new(Typed {
            shape: inner.shape.clone(),
            typedef: Some(name.into()),
            atomic: inner.atomic,
            parts: inner.parts,
        }))
    }

    fn va_list(&self, of: Type) -> Result<Rc<Typed>> {
        let size = self.unit.size_of(of);
        let name = "va_list".into();
        typed(Shape::Opaque { name, size }, 0)
    }

    /// The struct that the compiler itself declares for lists of arguments.
    fn is_va_list_tag(&self, of: Type) -> bool {
        // SAFETY: the type comes from this unit, which is alive.
        let declared = unsafe { self.unit.clang.clang_getTypeDeclaration(of) };
        VA_LIST_TAGS.contains(&self.unit.spelling(declared).as_str())
    }

    /// Whether an object of the type is constant; an array is when its elements are.
    pub fn is_const(&self, of: Type) -> bool {
        let clang = self.unit.clang;
        let mut of = self.unit.canonical(of);
        // SAFETY of all calls below: the type comes from this unit, which is alive.
        while unsafe { clang.clang_isConstQualifiedType(of) } == 0 {
            if !matches!(
                of.kind,
                kind::CONSTANT_ARRAY | kind::INCOMPLETE_ARRAY | kind::VARIABLE_ARRAY
            ) {
                return false;
            }
            of = unsafe { clang.clang_getArrayElementType(of) };
        }
        true
    }

    fn read_pointer(&mut self, of: Type, origin: &Origin<'_>, depth: usize) -> Result<Rc<Typed>> {
        // SAFETY: the type comes from this unit, which is alive.
        let pointee = unsafe { self.unit.clang.clang_getPointeeType(of) };
        let to = self.resolve(pointee, origin, depth)?;
        if pointee.kind != kind::TYPEDEF && matches!(to.shape, Shape::Opaque { .. }) {
            let record = self.unit.canonical(pointee);
            if record.kind == kind::RECORD && self.is_va_list_tag(record) {
                // An array of one, as a parameter.
                return self.va_list(record);
            }
        }
        let is_const = self.is_const(pointee);
        let size = self.unit.size_of(of);
        self.pointer(to, is_const, size)
    }

    fn pointer(&self, to: Rc<Typed>, is_const: bool, size: Option<u64>) -> Result<Rc<Typed>> {
        let parts = to.parts;
        let size = size.filter(|size| *size != self.pointer_size);
        typed(Shape::Pointer { to, is_const, size }, parts)
    }

    fn read_array(
        &mut self,
        of: Type,
        element: Type,
        is_vector: bool,
        origin: &Origin<'_>,
        depth: usize,
    ) -> Result<Rc<Typed>> {
        // SAFETY: the type comes from this unit, which is alive.
        let count = unsafe { self.unit.clang.clang_getNumElements(of) };
        let inner = self.resolve(element, origin, depth)?;
        let parts = inner.parts;
        let shape = Shape::Array {
            count: u64::try_from(count).ok(),
            of: inner,
            is_vector,
        };
        typed(shape, parts)
    }

    fn read_function(&mut self, of: Type, origin: &Origin<'_>, depth: usize) -> Result<Rc<Typed>> {
        let signature = self.signature(of, &[], origin, depth)?;
        let params = signature.params.iter().map(|param| param.typed.parts);
        let parts = signature.returns.parts + params.sum::<u64>();
        typed(Shape::Function(Rc::new(signature)), parts)
    }

    /// The signature of a function that was declared with these parameters.
    pub fn declared(
        &mut self,
        of: Type,
        written: &[(String, Type)],
        name: &str,
    ) -> Result<Signature> {
        let signature = self.signature(of, written, &Origin::Function(name), 0)?;
        self.count(signature.returns.parts)?;
        for param in &signature.params {
            self.count(param.typed.parts)?;
        }
        Ok(signature)
    }

    fn signature(
        &mut self,
        of: Type,
        written: &[(String, Type)],
        origin: &Origin<'_>,
        depth: usize,
    ) -> Result<Signature> {
        let clang = self.unit.clang;
        // SAFETY of all calls below: the type comes from this unit, which is alive.
        let result = unsafe { clang.clang_getResultType(of) };
        let returns = self.resolve(result, &Origin::Result(origin), depth)?;
        self.refuse_unknown(&returns);
        let prototyped = self.unit.canonical(of).kind == kind::FUNCTION_PROTO;
        let count = unsafe { clang.clang_getNumArgTypes(of) };
        let mut params = Vec::new();
        for number in 0..usize::try_from(count).unwrap_or(0) {
            // Of functions that the compiler knows, the type has forgotten how it was written.
            let (name, argument) = match written.get(number) {
                Some((name, argument)) => (Some(name).filter(|name| !name.is_empty()), *argument),
                None => (None, unsafe { clang.clang_getArgType(of, number as u32) }),
            };
            let origin = Origin::Param(origin, name.map(String::as_str), number);
            let typed = self.decayed(argument, &origin, depth)?;
            self.refuse_unknown(&typed);
            params.push(Param {
                name: name.cloned(),
                typed,
            });
        }
        Ok(Signature {
            returns,
            params,
            variadic: prototyped && unsafe { clang.clang_isFunctionTypeVariadic(of) } != 0,
            prototyped,
            convention: convention(unsafe { clang.clang_getFunctionTypeCallingConv(of) })
                .or_else(|| self.registers_of(of)),
        })
    }

    /// How many arguments travel in registers, where that is said: only i386 has a choice, and
    /// libclang tells it in the spelling alone.
    fn registers_of(&self, of: Type) -> Option<&'static str> {
        if self.pointer_size != 4 {
            return None;
        }
        let canonical = self.unit.canonical(of);
        // SAFETY: the type comes from this unit, which is alive.
        let spelled = unsafe { self.unit.clang.clang_getTypeSpelling(canonical) };
        let said = type_attributes(&self.unit.text(spelled), "regparm");
        let word = said.first()?.split(['(', ')']).nth(1)?;
        ["regparm(1)", "regparm(2)", "regparm(3)"]
            .into_iter()
            .find(|known| known[8..9] == *word)
    }

    /// A parameter's type: what is written as an array or a function is passed as a pointer.
    fn decayed(&mut self, of: Type, origin: &Origin<'_>, depth: usize) -> Result<Rc<Typed>> {
        let found = self.resolve(of, origin, depth)?;
        let canonical = self.unit.canonical(of);
        match (&found.shape, canonical.kind) {
            (
                Shape::Array {
                    of: element,
                    is_vector: false,
                    ..
                },
                _,
            ) => self.pointer(Rc::clone(element), self.is_const(of), None),
            (Shape::Function(_), _) => self.pointer(found, false, None),
            // A list of arguments stays one; debug information has no name for what is passed.
            (Shape::Opaque { .. }, kind::CONSTANT_ARRAY) => typed(found.shape.clone(), 0),
            _ => Ok(found),
        }
    }

    /// The node of a struct, union or enum, from any of its declarations.
    pub fn node(&mut self, declared: Cursor, origin: &Origin<'_>) -> usize {
        let unit = self.unit;
        let definition = unit.definition(declared);
        // SAFETY: the cursor comes from this unit, which is alive.
        let canonical = unsafe { unit.clang.clang_getCanonicalCursor(declared) };
        let key = canonical.data[0] as usize;
        if let Some(node) = self.node_at.get(&key) {
            return *node;
        }
        let shown = definition.unwrap_or(canonical);
        let index = self.nodes.len();
        self.node_at.insert(key, index);
        let mut node = self.new_node(shown, definition.is_some());
        if node.kind == Kind::Enum && definition.is_some() {
            self.read_constants(&mut node, shown);
        }
        if node.label.is_empty() {
            let first = node.constants.first().map(|(name, _)| name.as_str());
            let enum_label = || format!("enum {{{}}}", first.unwrap_or_default());
            if let Origin::Typedef(name) = origin {
                node.name = Some((*name).to_owned());
            }
            node.label = match (origin, node.kind) {
                (Origin::Nowhere | Origin::Variable(_), Kind::Enum) => enum_label(),
                _ => origin.label().unwrap_or_else(|| "(anonymous)".to_owned()),
            }
            .into();
        }
        if node.system {
            node.constants.clear();
        }
        let is_read = !node.declaration;
        self.nodes.push(node);
        if is_read {
            self.pending.push_back((index, shown));
        }
        index
    }

    fn new_node(&mut self, shown: Cursor, defined: bool) -> Node {
        let (unit, clang) = (self.unit, self.unit.clang);
        let of = unit.type_of(shown);
        let spot = unit.spot_of(shown);
        // SAFETY: the cursor comes from this unit, which is alive.
        let nameless = unsafe { clang.clang_Cursor_isAnonymous(shown) } != 0;
        let name = (!nameless).then(|| unit.spelling(shown));
        // A type that only a typedef names is written without `struct`.
        let tagged = name.as_ref().is_some_and(|name| {
            // SAFETY: the type comes from this unit, which is alive.
            unit.text(unsafe { clang.clang_getTypeSpelling(of) }) != *name
        });
        let system = unit.is_system(shown) && !self.places.is_public(unit, spot.file);
        // What the platform defines is its own affair.
        let defined = defined && !system;
        Node {
            kind: match shown.kind {
                cursor::UNION => Kind::Union,
                cursor::ENUM => Kind::Enum,
                _ => Kind::Struct,
            },
            label: name.as_deref().unwrap_or_default().into(),
            name,
            tagged,
            size: unit.size_of(of).filter(|_| defined),
            align: unit.align_of(of).filter(|_| defined),
            declaration: !defined,
            system,
            place: self.place(spot),
            fields: Vec::new(),
            signed: false,
            constants: Vec::new(),
        }
    }

    fn read_constants(&mut self, node: &mut Node, definition: Cursor) {
        let (unit, clang) = (self.unit, self.unit.clang);
        // SAFETY of all calls below: the cursors come from this unit, which is alive.
        let integer = unit.canonical(unsafe { clang.clang_getEnumDeclIntegerType(definition) });
        node.signed = matches!(
            integer.kind,
            kind::CHAR_S
                | kind::SCHAR
                | kind::SHORT
                | kind::INT
                | kind::LONG
                | kind::LONGLONG
                | kind::INT128
        );
        for constant in unit.children(definition) {
            if constant.kind == cursor::ENUM_CONSTANT {
                let value = if node.signed {
                    i128::from(unsafe { clang.clang_getEnumConstantDeclValue(constant) })
                } else {
                    i128::from(unsafe { clang.clang_getEnumConstantDeclUnsignedValue(constant) })
                };
                node.constants.push((unit.spelling(constant), value));
            }
        }
    }

    /// Reads the fields of all nodes found so far, and of those that they lead to.
    pub fn finish(&mut self) -> Result<()> {
        while let Some((index, definition)) = self.pending.pop_front() {
            if self.nodes[index].kind != Kind::Enum {
                self.nodes[index].fields = self.read_fields(index, definition)?;
            }
        }
        Ok(())
    }

    fn read_fields(&mut self, index: usize, definition: Cursor) -> Result<Vec<Field>> {
        let (unit, clang) = (self.unit, self.unit.clang);
        let owner = Rc::clone(&self.nodes[index].label);
        let mut fields = Vec::new();
        let mut anonymous = 0;
        for field in unit.fields(unit.type_of(definition)) {
            // SAFETY of all calls below: the cursor comes from this unit, which is alive.
            // libclang describes what has no name.
            let name = Some(unit.spelling(field))
                .filter(|name| !name.is_empty() && !name.contains([' ', '(']));
            let of = unit.type_of(field);
            let is_bits = unsafe { clang.clang_Cursor_isBitField(field) } != 0;
            if is_bits && name.is_none() {
                continue;
            }
            let typed = match &name {
                Some(name) => self.spelled(of, &Origin::Field(&owner, name))?,
                None => {
                    anonymous += 1;
                    self.spelled(of, &Origin::Member(&owner, anonymous - 1))?
                }
            };
            self.reading = Some(unit.spot_of(field));
            self.refuse_unknown(&typed);
            let bits = unsafe { clang.clang_Cursor_getOffsetOfField(field) };
            let bits = u64::try_from(bits).map_err(|_| {
                Error::Clang(format!(
                    "libclang does not know where {owner}.{} lies",
                    name.as_deref().unwrap_or_default()
                ))
            })?;
            let width = unsafe { clang.clang_getFieldDeclBitWidth(field) };
            fields.push(Field {
                name,
                offset: match is_bits {
                    true => storage_offset(bits, unit.size_of(of)),
                    false => bits / 8,
                },
                bit_size: u64::try_from(width).ok().filter(|_| is_bits),
                bit_offset: is_bits.then_some(bits),
                is_const: self.is_const(of),
                typed,
            });
        }
        Ok(fields)
    }

    /// Enums at file scope and tags inside of structs: types that nothing need refer to.
    pub fn nested(&mut self, record: Cursor) {
        let mut waiting = vec![record];
        while let Some(record) = waiting.pop() {
            for child in self.unit.children(record) {
                match child.kind {
                    cursor::ENUM => {
                        waiting.push(child);
                        self.node(child, &Origin::Nowhere);
                    }
                    cursor::STRUCT | cursor::UNION => {
                        waiting.push(child);
                        // SAFETY: the cursor comes from this unit, which is alive.
                        let nameless = unsafe { self.unit.clang.clang_Cursor_isAnonymous(child) };
                        if nameless == 0 {
                            self.node(child, &Origin::Nowhere);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Where the storage unit of a bit-field starts, as its declared type would be placed.
fn storage_offset(first_bit: u64, size: Option<u64>) -> u64 {
    let byte = first_bit / 8;
    byte - byte % size.unwrap_or(1).max(1)
}

/// None: the target's own.
fn convention(code: i32) -> Option<&'static str> {
    Some(match code {
        0 | 1 | 100 => return None,
        2 => "stdcall",
        3 => "fastcall",
        4 => "thiscall",
        5 => "pascal",
        6 => "aapcs",
        7 => "aapcs-vfp",
        8 => "regcall",
        9 => "intel_ocl_bicc",
        10 => "ms_abi",
        11 => "sysv_abi",
        12 => "vectorcall",
        13 => "swiftcall",
        14 => "preserve_most",
        15 => "preserve_all",
        16 => "aarch64_vector_pcs",
        17 => "swiftasynccall",
        18 => "aarch64_sve_pcs",
        19 => "m68k_rtd",
        _ => "unknown",
    })
}

/// Whether a declaration of this kind introduces a struct, union or enum.
pub fn is_tag(kind: i32) -> bool {
    matches!(kind, cursor::STRUCT | cursor::UNION | cursor::ENUM)
}
