//! Types of headers: trees that end in the nodes of a graph.

use std::rc::Rc;

use super::places::Place;
use crate::error::{Error, Result};

/// A type is a tree in the answer even where the headers share its parts.
const MAX_PARTS_OF_ONE: u64 = 10_000;

pub struct Typed {
    pub shape: Shape,
    /// The outermost name it was given.
    pub typedef: Option<Rc<str>>,
    pub atomic: bool,
    /// How many types the answer spells out for it.
    pub parts: u64,
}

#[derive(Clone)]
pub enum Shape {
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
        name: &'static str,
    },
    Float {
        size: u64,
        /// Only of a format that shares its size with another one.
        name: Option<&'static str>,
    },
    Complex {
        size: u64,
    },
    Pointer {
        to: Rc<Typed>,
        is_const: bool,
        /// Only of one that is not as wide as others on its target.
        size: Option<u64>,
    },
    Array {
        count: Option<u64>,
        of: Rc<Typed>,
        is_vector: bool,
    },
    Node(usize),
    Function(Rc<Signature>),
    Opaque {
        name: Rc<str>,
        size: Option<u64>,
    },
}

pub struct Signature {
    pub returns: Rc<Typed>,
    pub params: Vec<Param>,
    pub variadic: bool,
    pub prototyped: bool,
    /// None: the one that the target uses where nothing is said.
    pub convention: Option<&'static str>,
}

pub struct Param {
    pub name: Option<String>,
    pub typed: Rc<Typed>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
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

pub struct Node {
    pub kind: Kind,
    pub name: Option<String>,
    /// What the answer calls it, before types of one name are told apart.
    pub label: Rc<str>,
    /// Named by a tag, which has the first right to the name.
    pub tagged: bool,
    pub size: Option<u64>,
    pub align: Option<u64>,
    pub declaration: bool,
    pub system: bool,
    pub place: Option<Place>,
    pub fields: Vec<Field>,
    pub signed: bool,
    pub constants: Vec<(String, i128)>,
}

pub struct Field {
    pub name: Option<String>,
    pub offset: u64,
    pub bit_size: Option<u64>,
    pub bit_offset: Option<u64>,
    pub is_const: bool,
    pub typed: Rc<Typed>,
}

pub fn typed(shape: Shape, parts_inside: u64) -> Result<Rc<Typed>> {
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
        atomic: false,
        parts,
    }))
}
