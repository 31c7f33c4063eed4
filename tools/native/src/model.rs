//! Types as the answer shows them: trees that end in the nodes of a graph.

use std::borrow::Cow;
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::files::FileId;
use crate::units::Place;

/// A type is a tree in the answer even where the file shares its parts.
const MAX_PARTS_OF_ONE: u64 = 10_000;

pub type Text<'d> = Cow<'d, str>;

pub struct Typed<'d> {
    pub shape: Shape<'d>,
    /// The outermost name it was given.
    pub typedef: Option<Text<'d>>,
    pub is_atomic: bool,
    /// The alignment that the source asks for.
    pub align: Option<u64>,
    /// How many types the answer spells out for it.
    pub parts: u64,
}

#[derive(Clone)]
pub enum Shape<'d> {
    Void,
    Bool {
        size: u64,
    },
    Char {
        size: u64,
    },
    Int {
        size: u64,
        signed: bool,
        name: Text<'d>,
    },
    Float {
        size: u64,
        /// Of a format that its size does not tell, like `_Float128`.
        name: Option<Text<'d>>,
    },
    Complex {
        size: u64,
    },
    Pointer {
        to: Rc<Typed<'d>>,
        is_const: bool,
    },
    Array {
        count: Option<u64>,
        of: Rc<Typed<'d>>,
        is_vector: bool,
    },
    Node(usize),
    Function(Rc<Signature<'d>>),
    Opaque {
        name: Text<'d>,
        size: Option<u64>,
    },
}

pub struct Signature<'d> {
    pub returns: Rc<Typed<'d>>,
    pub params: Vec<(Option<Text<'d>>, Rc<Typed<'d>>)>,
    pub variadic: bool,
    /// `f()` in C does not say what f takes.
    pub prototyped: bool,
    /// How it is called, where that is not the platform's usual way.
    pub convention: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Struct,
    Union,
    Enum,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Struct => "struct",
            Kind::Union => "union",
            Kind::Enum => "enum",
        }
    }
}

/// What a type is to those who use the library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Home {
    Public,
    /// Its inside is nobody's business.
    Private,
    /// The platform's.
    System,
}

pub struct Node<'d> {
    pub place: Place,
    pub kind: Kind,
    pub name: Option<Text<'d>>,
    /// What the answer calls it, before types of one name are told apart.
    pub label: String,
    pub size: Option<u64>,
    pub align: Option<u64>,
    /// Known by name only: nothing was read but that.
    pub declaration: bool,
    /// The file itself says no more here.
    pub is_forward: bool,
    /// C++ passes it as a pointer to a copy, since copying or destroying one runs code.
    pub is_passed_by_reference: bool,
    pub home: Home,
    pub file: Option<FileId>,
    pub line: Option<u64>,
    pub fields: Vec<Field<'d>>,
    pub signed: bool,
    pub constants: Vec<(Text<'d>, i128)>,
}

pub struct Field<'d> {
    pub name: Option<Text<'d>>,
    /// Where it starts; a bit-field starts inside of that byte or behind it.
    pub offset: u64,
    pub bit_size: Option<u64>,
    /// The first bit of a bit-field, counted from the start of its struct.
    pub first_bit: Option<u64>,
    pub align: Option<u64>,
    pub is_const: bool,
    pub typed: Rc<Typed<'d>>,
}

pub fn typed(shape: Shape<'_>, parts_inside: u64) -> Result<Rc<Typed<'_>>> {
    let parts = parts_inside + 1;
    if parts > MAX_PARTS_OF_ONE {
        return Err(Error::Limit {
            what: "types spelled out for one",
            limit: MAX_PARTS_OF_ONE,
        });
    }
    Ok(Rc::new(Typed {
        shape,
        typedef: None,
        is_atomic: false,
        align: None,
        parts,
    }))
}

fn encode_text(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            out.push(1);
            encode_number(out, Some(text.len() as u64));
            out.extend_from_slice(text.as_bytes());
        }
    }
}

fn encode_number(out: &mut Vec<u8>, number: Option<u64>) {
    out.push(u8::from(number.is_some()));
    out.extend_from_slice(&number.unwrap_or(0).to_le_bytes());
}

impl Node<'_> {
    /// Of what is only declared nobody knows the size.
    pub fn shown_size(&self) -> Option<u64> {
        self.size.filter(|_| !self.declaration)
    }

    /// All that tells this node from another, except what the nodes it refers to hold.
    pub fn encode(&self, out: &mut Vec<u8>, refs: &mut Vec<usize>) {
        out.extend([
            self.kind as u8,
            u8::from(self.declaration),
            u8::from(self.signed),
        ]);
        encode_text(out, Some(&self.label));
        if self.declaration {
            return;
        }
        encode_number(out, self.size);
        encode_number(out, self.align);
        encode_number(out, Some(self.fields.len() as u64));
        for field in &self.fields {
            encode_text(out, field.name.as_deref());
            encode_number(out, Some(field.offset));
            encode_number(out, field.bit_size);
            encode_number(out, field.first_bit);
            encode_number(out, field.align);
            field.typed.encode(out, refs);
        }
        for (name, value) in &self.constants {
            encode_text(out, Some(name));
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

impl Typed<'_> {
    pub fn is_va_list(&self) -> bool {
        matches!(&self.shape, Shape::Opaque { name, .. } if name == "va_list")
    }

    /// Names of integers and typedefs are left out: `long` and `long int` are one type.
    pub fn encode(&self, out: &mut Vec<u8>, refs: &mut Vec<usize>) {
        if self.is_atomic {
            out.push(10);
        }
        match &self.shape {
            Shape::Void => out.push(0),
            Shape::Bool { size } => {
                out.push(1);
                encode_number(out, Some(*size));
            }
            Shape::Char { size } => {
                out.push(2);
                encode_number(out, Some(*size));
            }
            Shape::Int { size, signed, .. } => {
                out.extend([3, u8::from(*signed)]);
                encode_number(out, Some(*size));
            }
            Shape::Float { size, name } => {
                out.push(4);
                encode_number(out, Some(*size));
                encode_text(out, name.as_deref());
            }
            Shape::Complex { size } => {
                out.push(11);
                encode_number(out, Some(*size));
            }
            Shape::Pointer { to, is_const } => {
                out.extend([5, u8::from(*is_const)]);
                to.encode(out, refs);
            }
            Shape::Array {
                count,
                of,
                is_vector,
            } => {
                out.extend([6, u8::from(*is_vector)]);
                encode_number(out, *count);
                of.encode(out, refs);
            }
            Shape::Node(index) => {
                out.push(7);
                refs.push(*index);
            }
            Shape::Function(signature) => {
                out.push(8);
                signature.encode(out, refs);
            }
            Shape::Opaque { name, size } => {
                out.push(9);
                encode_text(out, Some(name));
                encode_number(out, *size);
            }
        }
    }
}

impl Signature<'_> {
    /// Names of parameters are left out: a caller does not see them.
    pub fn encode(&self, out: &mut Vec<u8>, refs: &mut Vec<usize>) {
        self.returns.encode(out, refs);
        out.push(u8::from(self.variadic));
        out.push(u8::from(self.prototyped));
        encode_text(out, self.convention.as_deref());
        encode_number(out, Some(self.params.len() as u64));
        for (_, typed) in &self.params {
            typed.encode(out, refs);
        }
    }
}
