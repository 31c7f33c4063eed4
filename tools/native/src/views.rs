//! The finished types as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::catalog::Catalog;
use crate::model::{Kind, Node, Shape, Signature, Text, Typed};

type Written<S> = std::result::Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

#[derive(Clone, Copy)]
pub struct TypeView<'r> {
    pub catalog: &'r Catalog<'r>,
    pub typed: &'r Typed<'r>,
}

impl Serialize for TypeView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let catalog = self.catalog;
        let mut map = serializer.serialize_map(None)?;
        match &self.typed.shape {
            Shape::Void => map.serialize_entry("kind", "void")?,
            Shape::Bool { size } => {
                map.serialize_entry("kind", "bool")?;
                map.serialize_entry("size", size)?;
            }
            Shape::Char { size } => {
                map.serialize_entry("kind", "char")?;
                map.serialize_entry("size", size)?;
            }
            Shape::Int { size, signed, name } => {
                map.serialize_entry("kind", "int")?;
                map.serialize_entry("size", size)?;
                map.serialize_entry("signed", signed)?;
                map.serialize_entry("name", name)?;
            }
            Shape::Float { size, name } => {
                map.serialize_entry("kind", "float")?;
                map.serialize_entry("size", size)?;
                if let Some(name) = name {
                    map.serialize_entry("name", name)?;
                }
            }
            Shape::Complex { size } => {
                map.serialize_entry("kind", "complex")?;
                map.serialize_entry("size", size)?;
            }
            Shape::Pointer { to, is_const } => {
                map.serialize_entry("kind", "pointer")?;
                map.serialize_entry("to", &TypeView { catalog, typed: to })?;
                map.serialize_entry("const", is_const)?;
            }
            Shape::Array {
                count,
                of,
                is_vector,
            } => {
                map.serialize_entry("kind", "array")?;
                map.serialize_entry("count", count)?;
                map.serialize_entry("of", &TypeView { catalog, typed: of })?;
                if *is_vector {
                    map.serialize_entry("vector", &true)?;
                }
            }
            Shape::Node(index) => {
                let (key, node) = catalog.shown(*index);
                map.serialize_entry("kind", node.kind.name())?;
                map.serialize_entry("ref", key)?;
                map.serialize_entry("name", &node.name)?;
                map.serialize_entry("size", &node.shown_size())?;
            }
            Shape::Function(signature) => {
                map.serialize_entry("kind", "function")?;
                SignatureView::new(catalog, signature).entries(&mut map, false)?;
            }
            Shape::Opaque { name, size } => {
                map.serialize_entry("kind", "opaque")?;
                map.serialize_entry("name", name)?;
                map.serialize_entry("size", size)?;
            }
        }
        if self.typed.is_atomic {
            map.serialize_entry("atomic", &true)?;
        }
        if let Some(typedef) = &self.typed.typedef {
            map.serialize_entry("typedef", typedef)?;
        }
        map.end()
    }
}

#[derive(Clone, Copy)]
pub struct SignatureView<'r> {
    catalog: &'r Catalog<'r>,
    signature: &'r Signature<'r>,
}

impl<'r> SignatureView<'r> {
    pub fn new(catalog: &'r Catalog<'r>, signature: &'r Signature<'r>) -> Self {
        SignatureView { catalog, signature }
    }

    /// A function names its parameters, a function type does not.
    pub fn entries<M: SerializeMap>(
        &self,
        map: &mut M,
        named: bool,
    ) -> std::result::Result<(), M::Error> {
        let catalog = self.catalog;
        let typed = &self.signature.returns;
        map.serialize_entry("returns", &TypeView { catalog, typed })?;
        let params = ParamsView {
            signature: *self,
            named,
        };
        map.serialize_entry("params", &params)?;
        map.serialize_entry("variadic", &self.signature.variadic)?;
        // A function says these beside its other properties, a type only where there is something to say.
        if !named && !self.signature.prototyped {
            map.serialize_entry("prototyped", &false)?;
        }
        match &self.signature.convention {
            Some(convention) if !named => map.serialize_entry("convention", convention),
            _ => Ok(()),
        }
    }
}

impl Serialize for SignatureView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let mut map = serializer.serialize_map(Some(3))?;
        self.entries(&mut map, true)?;
        map.end()
    }
}

struct ParamsView<'r> {
    signature: SignatureView<'r>,
    named: bool,
}

impl Serialize for ParamsView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        #[derive(Serialize)]
        struct Param<'r> {
            name: &'r Option<Text<'r>>,
            #[serde(rename = "type")]
            typed: TypeView<'r>,
        }
        let catalog = self.signature.catalog;
        let params = &self.signature.signature.params;
        let mut list = serializer.serialize_seq(Some(params.len()))?;
        for (name, typed) in params {
            let typed = TypeView { catalog, typed };
            if self.named {
                list.serialize_element(&Param { name, typed })?;
            } else {
                list.serialize_element(&typed)?;
            }
        }
        list.end()
    }
}

/// All types, by key.
pub struct TypesView<'r> {
    pub catalog: &'r Catalog<'r>,
}

impl Serialize for TypesView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let catalog = self.catalog;
        let by_key: BTreeMap<&str, NodeView<'_>> = catalog
            .all()
            .map(|(key, node)| (key, NodeView { catalog, node }))
            .collect();
        by_key.serialize(serializer)
    }
}

struct NodeView<'r> {
    catalog: &'r Catalog<'r>,
    node: &'r Node<'r>,
}

impl Serialize for NodeView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let node = self.node;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", node.kind.name())?;
        map.serialize_entry("name", &node.name)?;
        map.serialize_entry("size", &node.shown_size())?;
        if node.kind == Kind::Enum {
            map.serialize_entry("signed", &node.signed)?;
            map.serialize_entry("declaration", &node.declaration)?;
            map.serialize_entry("constants", &node.constants)?;
        } else {
            map.serialize_entry("align", &node.align)?;
            map.serialize_entry("declaration", &node.declaration)?;
            let fields: Vec<FieldView<'_>> = node
                .fields
                .iter()
                .map(|field| FieldView {
                    name: &field.name,
                    offset: field.offset,
                    bit_size: field.bit_size,
                    bit_offset: field.first_bit.map(|bit| bit % 8),
                    typed: TypeView {
                        catalog: self.catalog,
                        typed: &field.typed,
                    },
                })
                .collect();
            map.serialize_entry("fields", &fields)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct FieldView<'r> {
    name: &'r Option<Text<'r>>,
    offset: u64,
    bit_size: Option<u64>,
    bit_offset: Option<u64>,
    #[serde(rename = "type")]
    typed: TypeView<'r>,
}
