//! The surface of one target as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use super::declarations::{Declarations, Function, Linkage, Typedef, Variable};
use super::macros::{Macro, Value};
use super::model::{Field, Kind, Node, Param, Shape, Signature, Typed};
use super::places::{Files, Place, Places};

type Written<S> = std::result::Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

/// All that the headers say on one target.
pub struct Surface<'r> {
    pub pointer_size: u64,
    pub big_endian: bool,
    pub char_signed: bool,
    pub places: &'r Places<'r>,
    pub nodes: &'r [Node],
    pub declarations: &'r Declarations,
    pub macros: &'r BTreeMap<String, Macro>,
}

/// The types, with one key for each.
struct Graph<'r> {
    nodes: &'r [Node],
    keys: Vec<String>,
    files: Files<'r>,
}

impl<'r> Graph<'r> {
    /// Of types with one label, the one that has it as a tag keeps it whatever else is added.
    fn new(nodes: &'r [Node], places: &'r Places<'_>) -> Self {
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|&index| (&nodes[index].label, !nodes[index].tagged, index));
        let mut keys = vec![String::new(); nodes.len()];
        let mut count = 0;
        for (position, &index) in order.iter().enumerate() {
            let label = &nodes[index].label;
            let again = position > 0 && nodes[order[position - 1]].label == *label;
            count = if again { count + 1 } else { 1 };
            keys[index] = match count {
                1 => label.to_string(),
                n => format!("{label}#{n}"),
            };
        }
        let files = places.files();
        Graph { nodes, keys, files }
    }
}

/// A value with the graph that its types refer to.
struct In<'r, T>(&'r Graph<'r>, &'r T);

/// A map of such values.
struct Each<'r, T>(&'r Graph<'r>, &'r BTreeMap<String, T>);

impl<'r, T> Serialize for Each<'r, T>
where
    In<'r, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let items = self.1.iter();
        serializer.collect_map(items.map(|(name, item)| (name, In(self.0, item))))
    }
}

/// A list of such values.
struct List<'r, T>(&'r Graph<'r>, &'r [T]);

impl<'r, T> Serialize for List<'r, T>
where
    In<'r, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        serializer.collect_seq(self.1.iter().map(|item| In(self.0, item)))
    }
}

impl Serialize for Surface<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let graph = &Graph::new(self.nodes, self.places);
        let types: BTreeMap<&str, In<'_, Node>> = graph
            .keys
            .iter()
            .map(String::as_str)
            .zip(self.nodes.iter().map(|node| In(graph, node)))
            .collect();
        let order = if self.big_endian { "big" } else { "little" };
        let nothing: BTreeMap<(), ()> = BTreeMap::new();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("pointer_size", &self.pointer_size)?;
        map.serialize_entry("byte_order", order)?;
        map.serialize_entry("char_signed", &self.char_signed)?;
        map.serialize_entry("files", &graph.files.sorted)?;
        map.serialize_entry("types", &types)?;
        map.serialize_entry("functions", &Each(graph, &self.declarations.functions))?;
        // A compiler refuses headers that declare one function in two ways.
        map.serialize_entry("conflicts", &nothing)?;
        map.serialize_entry("variables", &Each(graph, &self.declarations.variables))?;
        map.serialize_entry("typedefs", &Each(graph, &self.declarations.typedefs))?;
        map.serialize_entry("macros", &Each(graph, self.macros))?;
        map.end()
    }
}

impl Graph<'_> {
    fn place<M: SerializeMap>(
        &self,
        map: &mut M,
        place: Option<Place>,
    ) -> std::result::Result<(), M::Error> {
        let file = place.and_then(|place| self.files.number.get(place.file));
        map.serialize_entry("file", &file)?;
        map.serialize_entry("line", &place.map(|place| place.line))
    }
}

/// Writes a flag only where it is set.
fn flag<M: SerializeMap>(
    map: &mut M,
    name: &str,
    is_set: bool,
) -> std::result::Result<(), M::Error> {
    if is_set {
        map.serialize_entry(name, &true)?;
    }
    Ok(())
}

impl Serialize for In<'_, Typed> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let In(graph, typed) = *self;
        let mut map = serializer.serialize_map(None)?;
        match &typed.shape {
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
                if name.is_some() {
                    map.serialize_entry("name", name)?;
                }
            }
            Shape::Complex { size } => {
                map.serialize_entry("kind", "complex")?;
                map.serialize_entry("size", size)?;
            }
            Shape::Pointer { to, is_const, size } => {
                map.serialize_entry("kind", "pointer")?;
                map.serialize_entry("to", &In(graph, &**to))?;
                map.serialize_entry("const", is_const)?;
                if size.is_some() {
                    map.serialize_entry("size", size)?;
                }
            }
            Shape::Array {
                count,
                of,
                is_vector,
            } => {
                map.serialize_entry("kind", "array")?;
                map.serialize_entry("count", count)?;
                map.serialize_entry("of", &In(graph, &**of))?;
                flag(&mut map, "vector", *is_vector)?;
            }
            Shape::Node(index) => {
                let node = &graph.nodes[*index];
                map.serialize_entry("kind", node.kind.name())?;
                map.serialize_entry("ref", &graph.keys[*index])?;
                map.serialize_entry("name", &node.name)?;
                map.serialize_entry("size", &node.size)?;
            }
            Shape::Function(signature) => {
                map.serialize_entry("kind", "function")?;
                map.serialize_entry("returns", &In(graph, &*signature.returns))?;
                map.serialize_entry("params", &Unnamed(graph, &signature.params))?;
                map.serialize_entry("variadic", &signature.variadic)?;
                // Only where something is said, so that a pointer to it stays short.
                if !signature.prototyped {
                    map.serialize_entry("prototyped", &false)?;
                }
                if signature.convention.is_some() {
                    map.serialize_entry("convention", &signature.convention)?;
                }
            }
            Shape::Opaque { name, size } => {
                map.serialize_entry("kind", "opaque")?;
                map.serialize_entry("name", &**name)?;
                map.serialize_entry("size", size)?;
            }
        }
        if let Some(typedef) = &typed.typedef {
            map.serialize_entry("typedef", &**typedef)?;
        }
        flag(&mut map, "atomic", typed.atomic)?;
        map.end()
    }
}

/// The parameters of a function type, which have no names.
struct Unnamed<'r>(&'r Graph<'r>, &'r [Param]);

impl Serialize for Unnamed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let mut list = serializer.serialize_seq(Some(self.1.len()))?;
        for param in self.1 {
            list.serialize_element(&In(self.0, &*param.typed))?;
        }
        list.end()
    }
}

impl Serialize for In<'_, Param> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("name", &self.1.name)?;
        map.serialize_entry("type", &In(self.0, &*self.1.typed))?;
        map.end()
    }
}

impl Serialize for In<'_, Node> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let In(graph, node) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", node.kind.name())?;
        map.serialize_entry("name", &node.name)?;
        map.serialize_entry("size", &node.size)?;
        map.serialize_entry("align", &node.align)?;
        map.serialize_entry("declaration", &node.declaration)?;
        flag(&mut map, "system", node.system)?;
        graph.place(&mut map, node.place)?;
        if node.kind == Kind::Enum {
            map.serialize_entry("signed", &node.signed)?;
            map.serialize_entry("constants", &node.constants)?;
        } else {
            map.serialize_entry("fields", &List(graph, &node.fields))?;
        }
        map.end()
    }
}

impl Serialize for In<'_, Field> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let In(graph, field) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &field.name)?;
        map.serialize_entry("offset", &field.offset)?;
        map.serialize_entry("bit_size", &field.bit_size)?;
        map.serialize_entry("bit_offset", &field.bit_offset)?;
        flag(&mut map, "const", field.is_const)?;
        map.serialize_entry("type", &In(graph, &*field.typed))?;
        map.end()
    }
}

impl Linkage {
    fn entries<M: SerializeMap>(&self, map: &mut M) -> std::result::Result<(), M::Error> {
        flag(map, "deprecated", self.deprecated)?;
        flag(map, "hidden", self.hidden)?;
        flag(map, "weak", self.weak)?;
        if self.symbol.is_some() {
            map.serialize_entry("symbol", &self.symbol)?;
        }
        Ok(())
    }
}

impl Serialize for In<'_, Function> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let In(graph, function) = *self;
        let signature: &Signature = &function.signature;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("returns", &In(graph, &*signature.returns))?;
        map.serialize_entry("params", &List(graph, &signature.params))?;
        map.serialize_entry("variadic", &signature.variadic)?;
        map.serialize_entry("prototyped", &signature.prototyped)?;
        map.serialize_entry("noreturn", &function.linkage.noreturn)?;
        map.serialize_entry("convention", &signature.convention)?;
        map.serialize_entry("inline", &function.is_inline)?;
        flag(&mut map, "static", function.is_static)?;
        function.linkage.entries(&mut map)?;
        graph.place(&mut map, function.place)?;
        map.end()
    }
}

impl Serialize for In<'_, Variable> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let In(graph, variable) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &In(graph, &*variable.typed))?;
        map.serialize_entry("const", &variable.is_const)?;
        map.serialize_entry("tls", &variable.is_thread_local)?;
        variable.linkage.entries(&mut map)?;
        graph.place(&mut map, variable.place)?;
        map.end()
    }
}

impl Serialize for In<'_, Typedef> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &In(self.0, &*self.1.typed))?;
        self.0.place(&mut map, self.1.place)?;
        map.end()
    }
}

impl Serialize for In<'_, Macro> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let In(graph, defined) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("text", &defined.text)?;
        map.serialize_entry("params", &defined.params)?;
        map.serialize_entry("value", &defined.value)?;
        graph.place(&mut map, defined.place)?;
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        match self {
            Value::Int(value) => serializer.serialize_i128(*value),
            Value::Float(value) => serializer.serialize_f64(*value),
            Value::Text(value) => serializer.serialize_str(value),
        }
    }
}
