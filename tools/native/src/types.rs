//! Type entries -> structural types. Structs, unions and enums are nodes of a graph, so that
//! types may refer to themselves; everything else is spelled out where it is used.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use gimli::AttributeValue;

use crate::dwarf::has_flag;
use crate::error::{Error, Result};
use crate::model::{Field, Kind, Node, Shape, Signature, Text, Typed, typed};
use crate::rust::{points_to_const, without_paths};
use crate::units::{Entry, Place, Units, Value};

/// Pointers to functions that take pointers to functions … real code stays below ten.
pub const MAX_DEPTH: usize = 128;
/// Bounds that only a hostile file meets.
const MAX_PARTS: u64 = 1 << 26;
const MAX_NODES: usize = 1 << 22;

/// Where a type without a tag gets its name from.
#[derive(Clone)]
pub enum Origin<'d> {
    Nowhere,
    Typedef(Text<'d>),
    Field {
        parent: Rc<str>,
        name: Option<Text<'d>>,
        offset: u64,
    },
}

impl Origin<'_> {
    fn label(&self) -> String {
        match self {
            Origin::Nowhere => "(anonymous)".to_owned(),
            Origin::Typedef(name) => name.to_string(),
            Origin::Field {
                parent,
                name: Some(name),
                ..
            } => format!("{parent}.{name}"),
            Origin::Field { parent, offset, .. } => format!("{parent}.@{offset}"),
        }
    }
}

/// A type, and whether it is `const` where it is used.
type Qualified<'d> = (Rc<Typed<'d>>, bool);

pub struct Types<'u, 'd> {
    pub units: &'u Units<'d>,
    nodes: Vec<Node<'d>>,
    node_at: HashMap<Place, usize>,
    known: HashMap<Place, Qualified<'d>>,
    parts: u64,
}

impl<'u, 'd> Types<'u, 'd> {
    pub fn new(units: &'u Units<'d>) -> Self {
        Types {
            units,
            nodes: Vec::new(),
            node_at: HashMap::new(),
            known: HashMap::new(),
            parts: 0,
        }
    }

    pub fn signature_of(&mut self, place: Place) -> Result<Signature<'d>> {
        self.signature(place, 0)
    }

    /// A definition outside of its class leaves to the declaration what that already says.
    fn signature(&mut self, place: Place, depth: usize) -> Result<Signature<'d>> {
        let entry = self.units.entry(place)?;
        let declared = self
            .units
            .reference(place.unit, &entry, gimli::DW_AT_specification)?;
        let returns = match (entry.attr(gimli::DW_AT_type), declared) {
            (None, Some(declared)) => {
                let entry = self.units.entry(declared)?;
                self.type_of(declared.unit, &entry, &Origin::Nowhere, depth)?
                    .0
            }
            _ => self.type_of(place.unit, &entry, &Origin::Nowhere, depth)?.0,
        };
        let (mut params, mut variadic) = self.params(place, depth)?;
        if let (true, false, Some(declared)) = (params.is_empty(), variadic, declared) {
            (params, variadic) = self.params(declared, depth)?;
        }
        Ok(Signature {
            returns,
            params,
            variadic,
        })
    }

    #[expect(
        clippy::type_complexity,
        reason = "parameters as a signature holds them"
    )]
    fn params(
        &mut self,
        place: Place,
        depth: usize,
    ) -> Result<(Vec<(Option<Text<'d>>, Rc<Typed<'d>>)>, bool)> {
        let mut params = Vec::new();
        let mut variadic = false;
        let units = self.units;
        units.for_each_child(place, |child| {
            match child.tag {
                gimli::DW_TAG_formal_parameter => {
                    let name = units.text(place.unit, child, gimli::DW_AT_name)?;
                    let (typed, _) = self.type_of(place.unit, child, &Origin::Nowhere, depth)?;
                    params.push((name, typed));
                }
                gimli::DW_TAG_unspecified_parameters => variadic = true,
                _ => {}
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok((params, variadic))
    }

    /// The type an entry names; none means void.
    fn type_of(
        &mut self,
        unit: usize,
        entry: &Entry<'d>,
        origin: &Origin<'d>,
        depth: usize,
    ) -> Result<Qualified<'d>> {
        match self.units.reference(unit, entry, gimli::DW_AT_type)? {
            Some(place) => self.resolve(place, origin, depth + 1),
            None => Ok((typed(Shape::Void, 0)?, false)),
        }
    }

    pub fn resolve(
        &mut self,
        place: Place,
        origin: &Origin<'d>,
        depth: usize,
    ) -> Result<Qualified<'d>> {
        if let Some((typed, is_const)) = self.known.get(&place) {
            return Ok((Rc::clone(typed), *is_const));
        }
        if depth > MAX_DEPTH {
            return Err(Error::Malformed(format!(
                "a type is nested more than {MAX_DEPTH} levels deep"
            )));
        }
        let entry = self.units.entry(place)?;
        let found = self.read_type(place, &entry, origin, depth)?;
        self.known.insert(place, (Rc::clone(&found.0), found.1));
        Ok(found)
    }

    fn read_type(
        &mut self,
        place: Place,
        entry: &Entry<'d>,
        origin: &Origin<'d>,
        depth: usize,
    ) -> Result<Qualified<'d>> {
        let unit = place.unit;
        let shape = match entry.tag {
            gimli::DW_TAG_typedef | gimli::DW_TAG_template_alias => {
                return self.read_typedef(unit, entry, depth);
            }
            gimli::DW_TAG_const_type => {
                let (typed, _) = self.type_of(unit, entry, origin, depth)?;
                return Ok((typed, true));
            }
            gimli::DW_TAG_volatile_type
            | gimli::DW_TAG_restrict_type
            | gimli::DW_TAG_atomic_type
            | gimli::DW_TAG_packed_type
            | gimli::DW_TAG_shared_type
            | gimli::DW_TAG_immutable_type => return self.type_of(unit, entry, origin, depth),
            gimli::DW_TAG_array_type => return self.read_array(place, entry, origin, depth),
            gimli::DW_TAG_structure_type | gimli::DW_TAG_class_type => {
                return self.read_struct(place, entry, origin, depth);
            }
            gimli::DW_TAG_union_type => return self.node(place, entry, Kind::Union, origin, depth),
            gimli::DW_TAG_enumeration_type => {
                // Rust has no void to point to; c_void is an enum that stands for it.
                let name = self.name(unit, entry)?;
                if self.units.get(unit)?.is_rust() && name.as_deref() == Some("c_void") {
                    Shape::Void
                } else {
                    return self.node(place, entry, Kind::Enum, origin, depth);
                }
            }
            gimli::DW_TAG_base_type => self.read_base(unit, entry)?,
            gimli::DW_TAG_pointer_type
            | gimli::DW_TAG_reference_type
            | gimli::DW_TAG_rvalue_reference_type => {
                let (to, mut is_const) = self.type_of(unit, entry, origin, depth)?;
                if self.units.get(unit)?.is_rust() {
                    is_const = self
                        .units
                        .text(unit, entry, gimli::DW_AT_name)?
                        .is_some_and(|name| points_to_const(&name));
                }
                let parts = to.parts;
                let typed = typed(Shape::Pointer { to, is_const }, parts)?;
                return Ok((typed, false));
            }
            gimli::DW_TAG_subroutine_type => {
                let signature = self.signature(place, depth)?;
                let params = signature.params.iter().map(|(_, typed)| typed.parts);
                let parts = signature.returns.parts + params.sum::<u64>();
                let typed = typed(Shape::Function(Rc::new(signature)), parts)?;
                return Ok((typed, false));
            }
            _ => Shape::Opaque {
                name: self.name(unit, entry)?.unwrap_or_default(),
                size: byte_size(entry),
            },
        };
        Ok((typed(shape, 0)?, false))
    }

    fn read_typedef(
        &mut self,
        unit: usize,
        entry: &Entry<'d>,
        depth: usize,
    ) -> Result<Qualified<'d>> {
        let Some(name) = self.name(unit, entry)? else {
            return self.type_of(unit, entry, &Origin::Nowhere, depth);
        };
        let origin = Origin::Typedef(name.clone());
        let (typed, is_const) = self.type_of(unit, entry, &origin, depth)?;
        let renamed = Typed {
            shape: typed.shape.clone(),
            typedef: Some(name),
            parts: typed.parts,
        };
        Ok((Rc::new(renamed), is_const))
    }

    fn read_base(&mut self, unit: usize, entry: &Entry<'d>) -> Result<Shape<'d>> {
        let name = self.name(unit, entry)?.unwrap_or_default();
        let bits = unsigned(entry, gimli::DW_AT_bit_size);
        let size = byte_size(entry).or(bits.map(|bits| bits.div_ceil(8)));
        let encoding = match entry.attr_value(gimli::DW_AT_encoding) {
            Some(AttributeValue::Encoding(encoding)) => encoding,
            _ => return Ok(Shape::Opaque { name, size }),
        };
        let Some(size) = size else {
            return Ok(Shape::Opaque { name, size });
        };
        Ok(match encoding {
            // Rust's unit type, which is what a function without a result returns.
            gimli::DW_ATE_unsigned if size == 0 => Shape::Void,
            gimli::DW_ATE_boolean => Shape::Bool { size },
            gimli::DW_ATE_float => Shape::Float { size },
            gimli::DW_ATE_UTF => Shape::Char { size },
            // `char` is a type of its own in C, whichever sign it has.
            gimli::DW_ATE_signed_char | gimli::DW_ATE_unsigned_char if name == "char" => {
                Shape::Char { size }
            }
            gimli::DW_ATE_signed | gimli::DW_ATE_signed_char => Shape::Int {
                size,
                signed: true,
                name,
            },
            gimli::DW_ATE_unsigned | gimli::DW_ATE_unsigned_char => Shape::Int {
                size,
                signed: false,
                name,
            },
            // Compilers do not agree on what to call it.
            gimli::DW_ATE_complex_float => Shape::Opaque {
                name: Cow::Borrowed("complex"),
                size: Some(size),
            },
            _ => Shape::Opaque {
                name,
                size: Some(size),
            },
        })
    }

    fn read_array(
        &mut self,
        place: Place,
        entry: &Entry<'d>,
        origin: &Origin<'d>,
        depth: usize,
    ) -> Result<Qualified<'d>> {
        let (mut of, is_const) = self.type_of(place.unit, entry, origin, depth)?;
        let mut counts = Vec::new();
        self.units.for_each_child(place, |child| {
            if child.tag == gimli::DW_TAG_subrange_type {
                // An upper bound of -1 is how some compilers write length 0.
                let count = unsigned(child, gimli::DW_AT_count).or_else(|| {
                    let bound = child.attr(gimli::DW_AT_upper_bound)?;
                    match bound.sdata_value() {
                        Some(-1) => Some(0),
                        _ => bound.udata_value()?.checked_add(1),
                    }
                });
                counts.push(count);
            }
            if counts.len() > MAX_DEPTH {
                return Err(Error::Limit {
                    what: "dimensions of an array",
                    limit: MAX_DEPTH as u64,
                });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if counts.is_empty() {
            counts.push(None);
        }
        let is_vector = has_flag(entry, gimli::DW_AT_GNU_vector);
        for count in counts.into_iter().rev() {
            let parts = of.parts;
            let shape = Shape::Array {
                count,
                of,
                is_vector,
            };
            of = typed(shape, parts)?;
        }
        Ok((of, is_const))
    }

    fn read_struct(
        &mut self,
        place: Place,
        entry: &Entry<'d>,
        origin: &Origin<'d>,
        depth: usize,
    ) -> Result<Qualified<'d>> {
        if self.units.get(place.unit)?.is_rust()
            && let Some(variants) = self.variant_part(place)?
        {
            if let Some(pointer) = self.niche_pointer(place, entry, variants, depth)? {
                return Ok((pointer, false));
            }
            // An enum with data has a layout only its own library knows.
            let shape = Shape::Opaque {
                name: self.name(place.unit, entry)?.unwrap_or_default(),
                size: byte_size(entry),
            };
            return Ok((typed(shape, 0)?, false));
        }
        self.node(place, entry, Kind::Struct, origin, depth)
    }

    /// The name without namespaces, where the language writes them into it.
    pub fn name(&self, unit: usize, entry: &Entry<'d>) -> Result<Option<Text<'d>>> {
        let name = self.units.text(unit, entry, gimli::DW_AT_name)?;
        Ok(match name {
            Some(name) if self.units.get(unit)?.is_rust() => Some(without_paths(name)),
            name => name,
        })
    }

    fn node(
        &mut self,
        place: Place,
        entry: &Entry<'d>,
        kind: Kind,
        origin: &Origin<'d>,
        depth: usize,
    ) -> Result<Qualified<'d>> {
        let unit = place.unit;
        let mut name = self.name(unit, entry)?;
        // The whole type may be in a type unit, with only its signature here.
        if let Some(value) = entry.attr_value(gimli::DW_AT_signature)
            && let Some(there) = self.units.follow(unit, value)?
            && there != place
        {
            let origin = name.map_or_else(|| origin.clone(), Origin::Typedef);
            return self.resolve(there, &origin, depth + 1);
        }
        if name.is_none()
            && let Some(declared) = self
                .units
                .reference(unit, entry, gimli::DW_AT_specification)?
        {
            let entry = self.units.entry(declared)?;
            name = self.name(declared.unit, &entry)?;
        }
        let index = match self.node_at.get(&place) {
            Some(index) => *index,
            None => {
                let label = match (&name, origin) {
                    (Some(name), _) => name.to_string(),
                    (None, origin) => origin.label(),
                };
                if let (None, Origin::Typedef(typedef)) = (&name, origin) {
                    name = Some(typedef.clone());
                }
                self.nodes.push(Node {
                    place,
                    kind,
                    name,
                    label,
                    size: byte_size(entry),
                    align: unsigned(entry, gimli::DW_AT_alignment),
                    declaration: has_flag(entry, gimli::DW_AT_declaration),
                    fields: Vec::new(),
                    signed: false,
                    constants: Vec::new(),
                });
                if self.nodes.len() > MAX_NODES {
                    return Err(Error::Limit {
                        what: "structs, unions and enums",
                        limit: MAX_NODES as u64,
                    });
                }
                self.node_at.insert(place, self.nodes.len() - 1);
                self.nodes.len() - 1
            }
        };
        Ok((typed(Shape::Node(index), 0)?, false))
    }

    /// All nodes that were met. Reading what they hold finds further ones, until there are none.
    pub fn into_nodes(mut self) -> Result<Vec<Node<'d>>> {
        let mut index = 0;
        while index < self.nodes.len() {
            match self.nodes[index].kind {
                Kind::Enum => self.read_constants(index)?,
                Kind::Struct | Kind::Union => self.read_fields(index)?,
            }
            index += 1;
        }
        Ok(self.nodes)
    }

    fn read_fields(&mut self, index: usize) -> Result<()> {
        let place = self.nodes[index].place;
        let parent: Rc<str> = self.nodes[index].label.as_str().into();
        let units = self.units;
        let mut fields = Vec::new();
        units.for_each_child(place, |child| {
            let is_member = match child.tag {
                // What DWARF 4 calls a static member is a declaration of a variable.
                gimli::DW_TAG_member => {
                    !has_flag(child, gimli::DW_AT_external)
                        && !has_flag(child, gimli::DW_AT_declaration)
                }
                gimli::DW_TAG_inheritance => true,
                _ => false,
            };
            if is_member {
                fields.push(self.read_field(place.unit, child, &parent)?);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        // Rust lists fields as written, and places them as it likes.
        fields.sort_by_key(|f| (f.offset, f.bit_offset));
        self.nodes[index].fields = fields;
        Ok(())
    }

    fn read_field(
        &mut self,
        unit: usize,
        child: &Entry<'d>,
        parent: &Rc<str>,
    ) -> Result<Field<'d>> {
        let name = self.units.text(unit, child, gimli::DW_AT_name)?;
        let start = self.member_offset(unit, child)?;
        let origin = Origin::Field {
            parent: Rc::clone(parent),
            name: name.clone(),
            offset: start,
        };
        let (typed, _) = self.type_of(unit, child, &origin, 0)?;
        self.parts += typed.parts;
        if self.parts > MAX_PARTS {
            return Err(Error::Limit {
                what: "types spelled out",
                limit: MAX_PARTS,
            });
        }
        let bit_size = unsigned(child, gimli::DW_AT_bit_size);
        let (offset, bit_offset) = match bit_size {
            None => (start, None),
            Some(bits) => {
                let total = self.first_bit(child, start, bits, &typed);
                (total / 8, Some(total % 8))
            }
        };
        Ok(Field {
            name,
            offset,
            bit_size,
            bit_offset,
            typed,
        })
    }

    fn member_offset(&self, unit: usize, child: &Entry<'d>) -> Result<u64> {
        let Some(attr) = child.attr(gimli::DW_AT_data_member_location) else {
            // A union's members have none: they start where it starts.
            return Ok(0);
        };
        if let Some(offset) = attr.udata_value() {
            return Ok(offset);
        }
        // Old compilers write the offset as an expression that adds it to the struct's address.
        let encoding = self.units.get(unit)?.unit.header.encoding();
        let first = attr
            .exprloc_value()
            .and_then(|e| e.operations(encoding).next().ok().flatten());
        match first {
            Some(gimli::Operation::PlusConstant { value }) => Ok(value),
            // A virtual base has no fixed place.
            _ if child.tag == gimli::DW_TAG_inheritance => Ok(0),
            _ => Err(Error::Malformed(
                "a field's offset is neither a number nor an addition".to_owned(),
            )),
        }
    }

    /// The first bit of a bit-field, counted from the start of its struct.
    fn first_bit(&self, child: &Entry<'d>, start: u64, bits: u64, typed: &Typed<'d>) -> u64 {
        if let Some(first) = unsigned(child, gimli::DW_AT_data_bit_offset) {
            return start.saturating_mul(8).saturating_add(first);
        }
        // DWARF 3 counts from the most significant bit of a storage unit.
        let start = start.saturating_mul(8);
        let Some(from_top) = child
            .attr(gimli::DW_AT_bit_offset)
            .and_then(gimli::Attribute::sdata_value)
        else {
            return start;
        };
        if self.units.is_big_endian() {
            return start.saturating_add_signed(from_top);
        }
        let storage = byte_size(child).or(self.size_of(typed)).unwrap_or(0);
        start
            .saturating_add(storage.saturating_mul(8))
            .saturating_sub(bits)
            .saturating_add_signed(from_top.saturating_neg())
    }

    fn size_of(&self, typed: &Typed<'d>) -> Option<u64> {
        match &typed.shape {
            Shape::Bool { size }
            | Shape::Char { size }
            | Shape::Int { size, .. }
            | Shape::Float { size } => Some(*size),
            Shape::Node(index) => self.nodes[*index].size,
            Shape::Opaque { size, .. } => *size,
            _ => None,
        }
    }

    fn read_constants(&mut self, index: usize) -> Result<()> {
        let place = self.nodes[index].place;
        let entry = self.units.entry(place)?;
        let (base, _) = self.type_of(place.unit, &entry, &Origin::Nowhere, 0)?;
        let stated = match (&base.shape, entry.attr_value(gimli::DW_AT_encoding)) {
            (Shape::Int { signed, .. }, _) => Some(*signed),
            (_, Some(AttributeValue::Encoding(encoding))) => Some(matches!(
                encoding,
                gimli::DW_ATE_signed | gimli::DW_ATE_signed_char
            )),
            _ => None,
        };
        let size = self.nodes[index].size;
        let mut constants = Vec::new();
        let units = self.units;
        units.for_each_child(place, |child| {
            if child.tag == gimli::DW_TAG_enumerator {
                let name = self.name(place.unit, child)?.unwrap_or_default();
                let value = child
                    .attr(gimli::DW_AT_const_value)
                    .and_then(|attr| constant(attr.raw_value(), stated == Some(true), size));
                let Some(value) = value else {
                    return Err(Error::Malformed(format!(
                        "the enumerator {name} has no integer value"
                    )));
                };
                constants.push((name, value));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let node = &mut self.nodes[index];
        node.signed = stated.unwrap_or_else(|| constants.iter().any(|(_, value)| *value < 0));
        node.constants = constants;
        Ok(())
    }
}

pub fn byte_size(entry: &Entry<'_>) -> Option<u64> {
    unsigned(entry, gimli::DW_AT_byte_size)
}

fn unsigned(entry: &Entry<'_>, name: gimli::DwAt) -> Option<u64> {
    entry.attr(name)?.udata_value()
}

/// Fixed-size forms do not say whether they are signed: they are if the enum is and they fill
/// it, for a compiler that wants a negative number in fewer bytes says so with another form.
fn constant(value: Value<'_>, signed: bool, size: Option<u64>) -> Option<i128> {
    let fixed = |unsigned: u64, extended: i64, bytes: u64| {
        if signed && size == Some(bytes) {
            i128::from(extended)
        } else {
            i128::from(unsigned)
        }
    };
    Some(match value {
        AttributeValue::Sdata(value) => value.into(),
        AttributeValue::Udata(value) => value.into(),
        AttributeValue::Data1(value) => fixed(value.into(), (value as i8).into(), 1),
        AttributeValue::Data2(value) => fixed(value.into(), (value as i16).into(), 2),
        AttributeValue::Data4(value) => fixed(value.into(), (value as i32).into(), 4),
        AttributeValue::Data8(value) => fixed(value, value as i64, 8),
        AttributeValue::Data16(value) => i128::try_from(value).ok()?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_takes_its_sign_from_form_or_enum() {
        let data1 = |signed, size| constant(AttributeValue::Data1(0xff), signed, size);
        assert_eq!(data1(true, Some(1)), Some(-1));
        assert_eq!(data1(true, Some(4)), Some(255));
        assert_eq!(data1(false, Some(1)), Some(255));
        let value = constant(AttributeValue::Sdata(-1), false, Some(4));
        assert_eq!(value, Some(-1));
    }
}
