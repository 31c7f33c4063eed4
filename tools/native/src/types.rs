//! Type entries -> structural types. Structs, unions and enums are nodes of a graph, so that
//! types may refer to themselves; everything else is spelled out where it is used.
//!
//! Every C unit describes the headers it includes anew. Nodes that cannot be told apart by
//! looking at them, however deep, are one type in the answer.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::rc::Rc;

use gimli::AttributeValue;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::dwarf::has_flag;
use crate::error::{Error, Result};
use crate::units::{Entry, Place, Units};

/// Pointers to functions that take pointers to functions … real code stays below ten.
const MAX_DEPTH: usize = 128;
/// A type is a tree in the answer even where the file shares its parts.
const MAX_PARTS_OF_ONE: u64 = 10_000;
const MAX_PARTS: u64 = 1 << 26;
const MAX_NODES: usize = 1 << 22;
/// Each round tells apart types that differ one reference further away.
const MAX_ROUNDS: usize = 1000;

type Text<'d> = Cow<'d, str>;

pub struct Typed<'d> {
    shape: Shape<'d>,
    /// The outermost name it was given.
    typedef: Option<Text<'d>>,
    /// How many types the answer spells out for it.
    parts: u64,
}

#[derive(Clone)]
enum Shape<'d> {
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
    returns: Rc<Typed<'d>>,
    params: Vec<(Option<Text<'d>>, Rc<Typed<'d>>)>,
    variadic: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Struct,
    Union,
    Enum,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Struct => "struct",
            Kind::Union => "union",
            Kind::Enum => "enum",
        }
    }
}

struct Node<'d> {
    place: Place,
    kind: Kind,
    name: Option<Text<'d>>,
    /// What the answer calls it, before types of one name are told apart.
    label: String,
    size: Option<u64>,
    align: Option<u64>,
    declaration: bool,
    fields: Vec<Field<'d>>,
    signed: bool,
    constants: Vec<(Text<'d>, i128)>,
}

struct Field<'d> {
    name: Option<Text<'d>>,
    offset: u64,
    bit_size: Option<u64>,
    bit_offset: Option<u64>,
    typed: Rc<Typed<'d>>,
}

/// Where a type without a tag gets its name from.
#[derive(Clone)]
enum Origin<'d> {
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
    units: &'u Units<'d>,
    nodes: Vec<Node<'d>>,
    node_at: HashMap<Place, usize>,
    known: HashMap<Place, Qualified<'d>>,
    /// Nodes below this index have their fields.
    complete: usize,
    parts: u64,
}

impl<'u, 'd> Types<'u, 'd> {
    pub fn new(units: &'u Units<'d>) -> Self {
        Types {
            units,
            nodes: Vec::new(),
            node_at: HashMap::new(),
            known: HashMap::new(),
            complete: 0,
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
                self.type_of(declared.unit, &entry, &Origin::Nowhere, depth)?.0
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

    #[expect(clippy::type_complexity, reason = "parameters as a signature holds them")]
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
            None => Ok((self.typed(Shape::Void, 0)?, false)),
        }
    }

    fn typed(&mut self, shape: Shape<'d>, parts_inside: u64) -> Result<Rc<Typed<'d>>> {
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
            parts,
        }))
    }

    fn resolve(
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
                let typed = self.typed(Shape::Pointer { to, is_const }, parts)?;
                return Ok((typed, false));
            }
            gimli::DW_TAG_subroutine_type => {
                let signature = self.signature(place, depth)?;
                let params = signature.params.iter().map(|(_, typed)| typed.parts);
                let parts = signature.returns.parts + params.sum::<u64>();
                let typed = self.typed(Shape::Function(Rc::new(signature)), parts)?;
                return Ok((typed, false));
            }
            _ => Shape::Opaque {
                name: self.name(unit, entry)?.unwrap_or_default(),
                size: byte_size(entry),
            },
        };
        Ok((self.typed(shape, 0)?, false))
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
            of = self.typed(shape, parts)?;
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
            return Ok((self.typed(shape, 0)?, false));
        }
        self.node(place, entry, Kind::Struct, origin, depth)
    }

    fn variant_part(&self, place: Place) -> Result<Option<Place>> {
        let mut found = None;
        self.units.for_each_child(place, |child| {
            if child.tag != gimli::DW_TAG_variant_part {
                return Ok(ControlFlow::Continue(()));
            }
            found = Some(Place {
                unit: place.unit,
                offset: child.offset,
            });
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// `Option` of a reference, a function or a `NonNull` is a nullable pointer: Rust guarantees
    /// it, and C declares it so.
    fn niche_pointer(
        &mut self,
        place: Place,
        entry: &Entry<'d>,
        variants: Place,
        depth: usize,
    ) -> Result<Option<Rc<Typed<'d>>>> {
        let units = self.units;
        let size = units.get(place.unit)?.address_size();
        let is_option = self
            .name(place.unit, entry)?
            .is_some_and(|name| name.starts_with("Option<"));
        if !is_option || byte_size(entry) != Some(size) {
            return Ok(None);
        }
        let mut payloads = Vec::new();
        for variant in self.children(variants, gimli::DW_TAG_variant)? {
            for member in self.children(variant, gimli::DW_TAG_member)? {
                let member = units.entry(member)?;
                if let Some(body) = units.reference(variants.unit, &member, gimli::DW_AT_type)?
                    && let Some(only) = self.only_member(body)?
                {
                    payloads.push(only);
                }
            }
        }
        let &[mut payload] = payloads.as_slice() else {
            return Ok(None);
        };
        let mut is_non_null = false;
        for _ in 0..MAX_DEPTH {
            let entry = units.entry(payload)?;
            if byte_size(&entry).is_some_and(|s| s != size) {
                return Ok(None);
            }
            match entry.tag {
                gimli::DW_TAG_pointer_type => {
                    let (pointer, _) = self.resolve(payload, &Origin::Nowhere, depth + 1)?;
                    return match (&pointer.shape, is_non_null) {
                        // NonNull holds a `*const T` for variance and grants what `*mut T` does.
                        (Shape::Pointer { to, .. }, true) => {
                            let (to, parts) = (Rc::clone(to), to.parts);
                            let is_const = false;
                            self.typed(Shape::Pointer { to, is_const }, parts).map(Some)
                        }
                        _ => Ok(Some(pointer)),
                    };
                }
                gimli::DW_TAG_structure_type => {
                    is_non_null |= self
                        .name(payload.unit, &entry)?
                        .is_some_and(|name| name.starts_with("NonNull<"));
                    match self.only_member(payload)? {
                        Some(inner) => payload = inner,
                        None => return Ok(None),
                    }
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    fn children(&self, place: Place, tag: gimli::DwTag) -> Result<Vec<Place>> {
        let mut found = Vec::new();
        self.units.for_each_child(place, |child| {
            if child.tag == tag {
                found.push(Place {
                    unit: place.unit,
                    offset: child.offset,
                });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// The type of the only member of a struct that takes up space.
    fn only_member(&self, place: Place) -> Result<Option<Place>> {
        let mut found = Vec::new();
        for member in self.children(place, gimli::DW_TAG_member)? {
            let member = self.units.entry(member)?;
            let Some(typed) = self
                .units
                .reference(place.unit, &member, gimli::DW_AT_type)?
            else {
                continue;
            };
            if byte_size(&self.units.entry(typed)?) != Some(0) {
                found.push(typed);
            }
        }
        Ok(match found.as_slice() {
            &[only] => Some(only),
            _ => None,
        })
    }

    /// The name without namespaces, where the language writes them into it.
    fn name(&self, unit: usize, entry: &Entry<'d>) -> Result<Option<Text<'d>>> {
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
            && let Some(declared) =
                self.units
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
        Ok((self.typed(Shape::Node(index), 0)?, false))
    }

    /// Reads what the nodes hold, and with it finds further nodes, until there are no more.
    pub fn read_bodies(&mut self) -> Result<()> {
        while self.complete < self.nodes.len() {
            let index = self.complete;
            self.complete += 1;
            match self.nodes[index].kind {
                Kind::Enum => self.read_constants(index)?,
                Kind::Struct | Kind::Union => self.read_fields(index)?,
            }
        }
        Ok(())
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

    fn read_field(&mut self, unit: usize, child: &Entry<'d>, parent: &Rc<str>) -> Result<Field<'d>> {
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

    /// Merges the nodes that are the same type and gives each remaining one its key.
    pub fn catalog(self) -> Result<Catalog<'d>> {
        let stand_in = self.stand_ins();
        let mut encoded: HashMap<Vec<u8>, u32> = HashMap::new();
        let mut class = Vec::with_capacity(self.nodes.len());
        let mut refs: Vec<Vec<usize>> = Vec::with_capacity(self.nodes.len());
        let mut bytes = Vec::new();
        for node in &self.nodes {
            bytes.clear();
            let mut to = Vec::new();
            node.encode(&mut bytes, &mut to);
            for target in &mut to {
                *target = stand_in[*target];
            }
            refs.push(to);
            let next = encoded.len() as u32;
            class.push(match encoded.get(&bytes) {
                Some(known) => *known,
                None => *encoded.entry(bytes.clone()).or_insert(next),
            });
        }
        let class = refine(class, &refs)?;
        let keys = self.keys(&class, &stand_in);
        Ok(Catalog {
            nodes: self.nodes,
            stand_in,
            class,
            keys,
        })
    }

    /// A declaration stands for the type that is defined elsewhere under its name.
    fn stand_ins(&self) -> Vec<usize> {
        let mut defined: HashMap<(Kind, &str), usize> = HashMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if !node.declaration {
                defined.entry((node.kind, &node.label)).or_insert(index);
            }
        }
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| {
                let definition = defined.get(&(node.kind, node.label.as_str()));
                match definition {
                    Some(definition) if node.declaration => *definition,
                    _ => index,
                }
            })
            .collect()
    }

    fn keys(&self, class: &[u32], stand_in: &[usize]) -> BTreeMap<u32, (String, usize)> {
        let mut keys = BTreeMap::new();
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if stand_in[index] != index || keys.contains_key(&class[index]) {
                continue;
            }
            let count = uses.entry(&node.label).or_default();
            *count += 1;
            let key = match *count {
                1 => node.label.clone(),
                n => format!("{}#{n}", node.label),
            };
            keys.insert(class[index], (key, index));
        }
        keys
    }
}

/// Splits classes until two nodes of one class refer to the same classes, one by one. Starting
/// from "looks the same" and only ever splitting keeps circular types together.
fn refine(mut class: Vec<u32>, refs: &[Vec<usize>]) -> Result<Vec<u32>> {
    let mut count = class.iter().max().map_or(0, |max| *max as usize + 1);
    let mut key = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut next = Vec::with_capacity(class.len());
        for (own, to) in class.iter().zip(refs) {
            key.clear();
            key.push(*own);
            key.extend(to.iter().map(|target| class[*target]));
            let fresh = known.len() as u32;
            next.push(match known.get(&key) {
                Some(known) => *known,
                None => *known.entry(key.clone()).or_insert(fresh),
            });
        }
        class = next;
        if known.len() == count {
            return Ok(class);
        }
        count = known.len();
    }
    Err(Error::Limit {
        what: "references between two types and what tells them apart",
        limit: MAX_ROUNDS as u64,
    })
}

fn points_to_const(rust_name: &str) -> bool {
    rust_name.starts_with("*const ")
        || (rust_name.starts_with('&') && !rust_name.starts_with("&mut "))
}

/// `core::option::Option<core::ptr::NonNull<u8>>` -> `Option<NonNull<u8>>`.
fn without_paths(name: Cow<'_, str>) -> Cow<'_, str> {
    if !name.contains("::") {
        return name;
    }
    let mut short = String::with_capacity(name.len());
    let mut rest = &*name;
    // The start, in `short`, of the path segment that is being copied.
    let mut segment = 0;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("::") {
            short.truncate(segment);
            rest = after;
            continue;
        }
        short.push(c);
        rest = &rest[c.len_utf8()..];
        // Braces belong to the segments `{impl#0}` and `{closure_env#0}`.
        if !(c.is_alphanumeric() || matches!(c, '_' | '{' | '}' | '#')) {
            segment = short.len();
        }
    }
    Cow::Owned(short)
}

fn byte_size(entry: &Entry<'_>) -> Option<u64> {
    unsigned(entry, gimli::DW_AT_byte_size)
}

fn unsigned(entry: &Entry<'_>, name: gimli::DwAt) -> Option<u64> {
    entry.attr(name)?.udata_value()
}

/// Fixed-size forms do not say whether they are signed: they are if the enum is and they fill
/// it, for a compiler that wants a negative number in fewer bytes says so with another form.
fn constant(value: crate::units::Value<'_>, signed: bool, size: Option<u64>) -> Option<i128> {
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
    /// All that tells this node from another, except what the nodes it refers to hold.
    fn encode(&self, out: &mut Vec<u8>, refs: &mut Vec<usize>) {
        out.extend([
            self.kind as u8,
            u8::from(self.declaration),
            u8::from(self.signed),
        ]);
        encode_text(out, Some(&self.label));
        encode_number(out, self.size);
        encode_number(out, self.align);
        encode_number(out, Some(self.fields.len() as u64));
        for field in &self.fields {
            encode_text(out, field.name.as_deref());
            encode_number(out, Some(field.offset));
            encode_number(out, field.bit_size);
            encode_number(out, field.bit_offset);
            field.typed.encode(out, refs);
        }
        for (name, value) in &self.constants {
            encode_text(out, Some(name));
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

impl Typed<'_> {
    /// Names of integers and typedefs are left out: `long` and `long int` are one type.
    fn encode(&self, out: &mut Vec<u8>, refs: &mut Vec<usize>) {
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
            Shape::Float { size } => {
                out.push(4);
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
    fn encode(&self, out: &mut Vec<u8>, refs: &mut Vec<usize>) {
        self.returns.encode(out, refs);
        out.push(u8::from(self.variadic));
        encode_number(out, Some(self.params.len() as u64));
        for (_, typed) in &self.params {
            typed.encode(out, refs);
        }
    }
}

/// The finished types, ready to be written.
pub struct Catalog<'d> {
    nodes: Vec<Node<'d>>,
    stand_in: Vec<usize>,
    class: Vec<u32>,
    /// Of each class: its key and the node that shows it.
    keys: BTreeMap<u32, (String, usize)>,
}

impl<'d> Catalog<'d> {
    fn class_of(&self, node: usize) -> u32 {
        self.class[self.stand_in[node]]
    }

    /// The key of a node, and the node that shows what it is.
    fn shown(&self, node: usize) -> (&str, &Node<'d>) {
        let (key, shown) = &self.keys[&self.class_of(node)];
        (key, &self.nodes[*shown])
    }

    /// Equal for signatures that a caller cannot tell apart.
    pub fn fingerprint(&self, signature: &Signature<'d>) -> (Vec<u8>, Vec<u32>) {
        let (mut bytes, mut refs) = (Vec::new(), Vec::new());
        signature.encode(&mut bytes, &mut refs);
        (bytes, refs.into_iter().map(|n| self.class_of(n)).collect())
    }

    pub fn view<'r>(&'r self, signature: &'r Signature<'r>) -> SignatureView<'r> {
        SignatureView {
            catalog: self,
            signature,
        }
    }

    pub fn types(&self) -> TypesView<'_> {
        TypesView { catalog: self }
    }
}

type Written<S> = std::result::Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

#[derive(Clone, Copy)]
struct TypeView<'r> {
    catalog: &'r Catalog<'r>,
    typed: &'r Typed<'r>,
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
            Shape::Float { size } => {
                map.serialize_entry("kind", "float")?;
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
                map.serialize_entry("size", &node.size)?;
            }
            Shape::Function(signature) => {
                map.serialize_entry("kind", "function")?;
                catalog.view(signature).entries(&mut map, false)?;
            }
            Shape::Opaque { name, size } => {
                map.serialize_entry("kind", "opaque")?;
                map.serialize_entry("name", name)?;
                map.serialize_entry("size", size)?;
            }
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

impl SignatureView<'_> {
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
        map.serialize_entry("variadic", &self.signature.variadic)
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
    catalog: &'r Catalog<'r>,
}

impl Serialize for TypesView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let catalog = self.catalog;
        let by_key: BTreeMap<&str, NodeView<'_>> = catalog
            .keys
            .values()
            .map(|(key, index)| {
                let node = &catalog.nodes[*index];
                (key.as_str(), NodeView { catalog, node })
            })
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
        map.serialize_entry("size", &node.size)?;
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
                    bit_offset: field.bit_offset,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_dropped_inside_of_generics_too() {
        let short = |name: &'static str| without_paths(Cow::Borrowed(name)).into_owned();
        assert_eq!(short("Plain"), "Plain");
        assert_eq!(
            short("core::option::Option<core::ptr::non_null::NonNull<u8>>"),
            "Option<NonNull<u8>>"
        );
        assert_eq!(short("(a::B, &c::D)"), "(B, &D)");
        assert_eq!(short("x::{impl#0}::y::{closure_env#0}<z::W>"), "{closure_env#0}<W>");
    }

    #[test]
    fn constness_of_a_rust_pointer_is_in_its_name() {
        for (name, expected) in [
            ("*const u8", true),
            ("&u8", true),
            ("*mut u8", false),
            ("&mut u8", false),
            ("extern \"C\" fn(*const u8)", false),
        ] {
            assert_eq!(points_to_const(name), expected, "{name}");
        }
    }

    #[test]
    fn refining_keeps_equal_circles_together_and_splits_different_ones() {
        // Two circles of two nodes that look alike, then one whose second node looks different.
        let refs = [vec![1], vec![0], vec![3], vec![2], vec![5], vec![4]];
        let class = refine(vec![0, 1, 0, 1, 0, 2], &refs).unwrap();
        assert_eq!(class[0], class[2]);
        assert_eq!(class[1], class[3]);
        assert_ne!(class[0], class[4]);
    }

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
