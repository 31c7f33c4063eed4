//! Type entries -> structural types. Structs, unions and enums are nodes of a graph, so that
//! types may refer to themselves; everything else is spelled out where it is used.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map;
use std::ops::ControlFlow;
use std::rc::Rc;

use gimli::AttributeValue;

use crate::dwarf::has_flag;
use crate::error::{Error, Result};
use crate::files::FileId;
use crate::model::{Home, Kind, Node, Shape, Signature, Text, Typed, typed};
use crate::rust::{points_to_const, without_paths};
use crate::scope::Scope;
use crate::units::{Entry, Place, Units};

/// Pointers to functions that take pointers to functions … real code stays below ten.
pub const MAX_DEPTH: usize = 128;
/// A bound that only a hostile file meets.
const MAX_NODES: usize = 1 << 22;
/// What has no name is called by all that it lies in, so labels need a bound for their sum.
const MAX_LABEL_BYTES: usize = 64 << 20;

/// The compilers' own names for what `va_start` fills.
const VA_LIST: &str = "va_list";
const VA_LIST_TAGS: [&str; 2] = ["__va_list_tag", "__va_list"];

/// Where a type without a tag gets its name from.
#[derive(Clone)]
pub enum Origin<'d> {
    Nowhere,
    Typedef {
        name: Text<'d>,
        /// The unit of the typedef, if it does not name the type itself but a pointer to it.
        behind: Option<usize>,
    },
    Field {
        parent: Rc<str>,
        /// Or how many members without a name come before it.
        name: std::result::Result<Text<'d>, usize>,
    },
    Function(Text<'d>),
    Variable(Text<'d>),
    Param {
        of: Rc<Origin<'d>>,
        name: std::result::Result<Text<'d>, usize>,
    },
    Returns(Rc<Origin<'d>>),
}

impl<'d> Origin<'d> {
    fn label(&self) -> String {
        match self {
            Origin::Nowhere => "(anonymous)".to_owned(),
            Origin::Typedef { name, .. } | Origin::Function(name) | Origin::Variable(name) => {
                name.to_string()
            }
            Origin::Field { parent, name } => match name {
                Ok(name) => format!("{parent}.{name}"),
                Err(index) => format!("{parent}.{{{index}}}"),
            },
            Origin::Param { of, name } => match name {
                Ok(name) => format!("{}({name})", of.label()),
                Err(index) => format!("{}({index})", of.label()),
            },
            Origin::Returns(of) => format!("{}()", of.label()),
        }
    }

    /// The same for what a pointer or an array, which is an entry of `unit`, holds.
    fn inside(&self, unit: usize) -> Cow<'_, Origin<'d>> {
        match self {
            Origin::Typedef { name, behind: None } => Cow::Owned(Origin::Typedef {
                name: name.clone(),
                behind: Some(unit),
            }),
            other => Cow::Borrowed(other),
        }
    }
}

/// A type, and whether it is `const` where it is used.
type Qualified<'d> = (Rc<Typed<'d>>, bool);

/// A name that a type was given.
pub struct Typedef<'d> {
    pub name: Text<'d>,
    pub typed: Rc<Typed<'d>>,
    pub file: Option<FileId>,
    pub line: Option<u64>,
}

pub struct Types<'u, 'd> {
    pub units: &'u Units<'d>,
    pub scope: Scope,
    pub(crate) nodes: Vec<Node<'d>>,
    /// Nodes to read, each once.
    pub(crate) queue: Vec<usize>,
    node_at: HashMap<Place, usize>,
    known: HashMap<Place, Qualified<'d>>,
    /// The same for the unit that is being read, forgotten with it: units repeat each other, and
    /// what all of them spell out would be most of the memory.
    current: (Option<usize>, HashMap<Place, Qualified<'d>>),
    pub(crate) parts: u64,
    label_bytes: usize,
    pub(crate) typedefs: Vec<Typedef<'d>>,
    /// Typedefs of types without a tag, by unit.
    direct: HashMap<usize, HashMap<Place, Text<'d>>>,
    /// Whether a `char` without and with a sign was met.
    pub(crate) chars: [bool; 2],
}

impl<'u, 'd> Types<'u, 'd> {
    pub fn new(units: &'u Units<'d>, scope: Scope) -> Self {
        Types {
            units,
            scope,
            nodes: Vec::new(),
            queue: Vec::new(),
            node_at: HashMap::new(),
            known: HashMap::new(),
            current: (None, HashMap::new()),
            parts: 0,
            label_bytes: 0,
            typedefs: Vec::new(),
            direct: HashMap::new(),
            chars: [false; 2],
        }
    }

    /// Reads what is left of the last unit before going on to another.
    pub fn enter(&mut self, unit: usize) -> Result<()> {
        if self.current.0 != Some(unit) {
            self.read_queue()?;
            if let Some(last) = self.current.0 {
                self.units.forget(last);
            }
            self.current = (Some(unit), HashMap::new());
        }
        Ok(())
    }

    /// The signature of a function, whose nameless types are named after it.
    pub fn signature_of(&mut self, place: Place, name: Text<'d>) -> Result<Signature<'d>> {
        let signature = self.signature(place, &Origin::Function(name), 0)?;
        self.mark_signature(&signature);
        Ok(signature)
    }

    /// The signature of the function that another returns a pointer to; None if it returns
    /// something else.
    pub fn signature_chosen(
        &mut self,
        place: Place,
        name: Text<'d>,
    ) -> Result<Option<Signature<'d>>> {
        let chooser = self.signature(place, &Origin::Function(name), 0)?;
        let Shape::Pointer { to, .. } = &chooser.returns.shape else {
            return Ok(None);
        };
        let Shape::Function(chosen) = &to.shape else {
            return Ok(None);
        };
        let signature = Signature {
            returns: Rc::clone(&chosen.returns),
            params: chosen.params.clone(),
            variadic: chosen.variadic,
            prototyped: chosen.prototyped,
            convention: chosen.convention.clone(),
        };
        self.mark_signature(&signature);
        Ok(Some(signature))
    }

    /// The type of a variable, and whether the variable is constant.
    pub fn variable(&mut self, place: Place, name: Text<'d>) -> Result<Option<Qualified<'d>>> {
        let units = self.units;
        let entry = units.entry(place)?;
        let mut typed = None;
        units.for_each_origin(
            place.unit,
            &*units.get(place.unit)?,
            &entry,
            |unit, _, entry| {
                typed = units.reference(unit, entry, gimli::DW_AT_type)?;
                Ok(match typed {
                    Some(_) => ControlFlow::Break(()),
                    None => ControlFlow::Continue(()),
                })
            },
        )?;
        let Some(typed) = typed else {
            return Ok(None);
        };
        let found = self.resolve(typed, &Origin::Variable(name), 0)?;
        self.mark(&found.0, true);
        Ok(Some(found))
    }

    /// A definition outside of its class leaves to the declaration what that already says.
    fn signature(
        &mut self,
        place: Place,
        origin: &Origin<'d>,
        depth: usize,
    ) -> Result<Signature<'d>> {
        let entry = self.units.entry(place)?;
        let declared = self
            .units
            .reference(place.unit, &entry, gimli::DW_AT_specification)?;
        let origin = Rc::new(origin.clone());
        let result = Origin::Returns(Rc::clone(&origin));
        let returns = match (entry.attr(gimli::DW_AT_type), declared) {
            (None, Some(declared)) => {
                let entry = self.units.entry(declared)?;
                self.type_of(declared.unit, &entry, &result, depth)?.0
            }
            _ => self.type_of(place.unit, &entry, &result, depth)?.0,
        };
        let (mut params, mut variadic) = self.params(place, &origin, depth)?;
        if let (true, false, Some(declared)) = (params.is_empty(), variadic, declared) {
            (params, variadic) = self.params(declared, &origin, depth)?;
        }
        let prototyped = has_flag(&entry, gimli::DW_AT_prototyped)
            || self.units.get(place.unit)?.always_has_prototypes();
        Ok(Signature {
            returns,
            params,
            variadic,
            prototyped,
            convention: convention(&entry),
        })
    }

    #[expect(
        clippy::type_complexity,
        reason = "parameters as a signature holds them"
    )]
    fn params(
        &mut self,
        place: Place,
        origin: &Rc<Origin<'d>>,
        depth: usize,
    ) -> Result<(Vec<(Option<Text<'d>>, Rc<Typed<'d>>)>, bool)> {
        let mut params = Vec::new();
        let mut variadic = false;
        let units = self.units;
        units.for_each_child(place, |child| {
            match child.tag {
                gimli::DW_TAG_formal_parameter => {
                    let name = units.text(place.unit, child, gimli::DW_AT_name)?;
                    let origin = Origin::Param {
                        of: Rc::clone(origin),
                        name: name.clone().ok_or(params.len()),
                    };
                    let (typed, _) = self.type_of(place.unit, child, &origin, depth)?;
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
    pub(crate) fn type_of(
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
        let is_current = self.current.0 == Some(place.unit);
        let known = match is_current {
            true => self.current.1.get(&place),
            false => self.known.get(&place),
        };
        if let Some((typed, is_const)) = known {
            return Ok((Rc::clone(typed), *is_const));
        }
        if depth > MAX_DEPTH {
            return Err(Error::Malformed(format!(
                "a type is nested more than {MAX_DEPTH} levels deep"
            )));
        }
        let entry = self.units.entry(place)?;
        let found = self.read_type(place, &entry, origin, depth)?;
        let known = match is_current {
            true => &mut self.current.1,
            false => &mut self.known,
        };
        known.insert(place, (Rc::clone(&found.0), found.1));
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
            gimli::DW_TAG_atomic_type => {
                let (typed, is_const) = self.type_of(unit, entry, origin, depth)?;
                let atomic = Typed {
                    shape: typed.shape.clone(),
                    typedef: typed.typedef.clone(),
                    is_atomic: true,
                    align: unsigned(entry, gimli::DW_AT_alignment).or(typed.align),
                    parts: typed.parts,
                };
                return Ok((Rc::new(atomic), is_const));
            }
            gimli::DW_TAG_volatile_type
            | gimli::DW_TAG_restrict_type
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
                let (to, mut is_const) = self.type_of(unit, entry, &origin.inside(unit), depth)?;
                if to.is_va_list() && self.points_to_tag(unit, entry)? {
                    // An array of one, as a parameter.
                    return Ok((to, false));
                }
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
                let signature = self.signature(place, origin, depth)?;
                let params = signature.params.iter().map(|(_, typed)| typed.parts);
                let parts = signature.returns.parts + params.sum::<u64>();
                let typed = typed(Shape::Function(Rc::new(signature)), parts)?;
                return Ok((typed, false));
            }
            other => Shape::Opaque {
                name: self.name(unit, entry)?.unwrap_or_else(|| tag_name(other)),
                size: byte_size(entry),
            },
        };
        Ok((typed(shape, 0)?, false))
    }

    fn points_to_tag(&self, unit: usize, entry: &Entry<'d>) -> Result<bool> {
        let to = self.units.reference(unit, entry, gimli::DW_AT_type)?;
        Ok(match to {
            Some(place) => self.units.entry(place)?.tag == gimli::DW_TAG_structure_type,
            None => false,
        })
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
        let origin = Origin::Typedef {
            name: name.clone(),
            behind: None,
        };
        let (typed, is_const) = self.type_of(unit, entry, &origin, depth)?;
        let shape = match &typed.shape {
            // Where it is a plain pointer, only this name tells.
            Shape::Pointer { .. } if name == "__builtin_va_list" => Shape::Opaque {
                name: Cow::Borrowed(VA_LIST),
                size: Some(self.units.get(unit)?.address_size()),
            },
            shape => shape.clone(),
        };
        let (file, line) = self.scope.stands_in(self.units, unit, entry)?;
        if self.scope.is_surface() {
            self.typedefs.push(Typedef {
                name: name.clone(),
                typed: Rc::clone(&typed),
                file,
                line,
            });
        }
        let renamed = Typed {
            shape,
            typedef: Some(name),
            is_atomic: typed.is_atomic,
            align: unsigned(entry, gimli::DW_AT_alignment).or(typed.align),
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
            gimli::DW_ATE_float => Shape::Float {
                size,
                name: Some(name).filter(|name| is_extended(name)),
            },
            gimli::DW_ATE_UTF => Shape::Char { size },
            // `char` is a type of its own in C, whichever sign it has.
            gimli::DW_ATE_signed_char | gimli::DW_ATE_unsigned_char if name == "char" => {
                self.chars[usize::from(encoding == gimli::DW_ATE_signed_char)] = true;
                Shape::Char { size }
            }
            gimli::DW_ATE_signed | gimli::DW_ATE_signed_char => Shape::Int {
                size,
                signed: true,
                name: self.scope.integer_name(name),
            },
            gimli::DW_ATE_unsigned | gimli::DW_ATE_unsigned_char => Shape::Int {
                size,
                signed: false,
                name: self.scope.integer_name(name),
            },
            gimli::DW_ATE_complex_float => Shape::Complex { size },
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
        let (mut of, is_const) =
            self.type_of(place.unit, entry, &origin.inside(place.unit), depth)?;
        let mut counts = Vec::new();
        self.units.for_each_child(place, |child| {
            if child.tag == gimli::DW_TAG_subrange_type {
                // An upper bound of -1 is how some compilers write length 0.
                let count = unsigned(child, gimli::DW_AT_count).or_else(|| {
                    let bound = child.attr(gimli::DW_AT_upper_bound)?;
                    match bound.value() {
                        // In one or two bytes all ones are 255 or 65535: those lengths are real.
                        gimli::AttributeValue::Sdata(-1)
                        | gimli::AttributeValue::Data4(u32::MAX)
                        | gimli::AttributeValue::Data8(u64::MAX) => Some(0),
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
        if of.is_va_list() && of.typedef.is_none() && counts == [Some(1)] {
            return Ok((of, is_const));
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
            let origin = name.map_or_else(
                || origin.clone(),
                |name| Origin::Typedef { name, behind: None },
            );
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
        if kind == Kind::Struct
            && let Some(tag) = &name
            && VA_LIST_TAGS.contains(&tag.as_ref())
        {
            let shape = Shape::Opaque {
                name: Cow::Borrowed(VA_LIST),
                size: byte_size(entry),
            };
            return Ok((typed(shape, 0)?, false));
        }
        let index = match self.node_at.get(&place) {
            Some(index) => *index,
            None => self.add_node(place, entry, kind, name, origin)?,
        };
        Ok((typed(Shape::Node(index), 0)?, false))
    }

    fn add_node(
        &mut self,
        place: Place,
        entry: &Entry<'d>,
        kind: Kind,
        mut name: Option<Text<'d>>,
        origin: &Origin<'d>,
    ) -> Result<usize> {
        let label = match (&name, origin) {
            (Some(name), _) => name.to_string(),
            (None, Origin::Typedef { name: by, behind }) => {
                let direct = match behind {
                    Some(unit) => self.direct_typedef(place, *unit)?,
                    None => None,
                };
                let by = direct.unwrap_or_else(|| by.clone());
                name = Some(by.clone());
                by.into_owned()
            }
            (None, Origin::Variable(_)) if kind == Kind::Enum => self.enum_label(place)?,
            (None, origin) => origin.label(),
        };
        self.label_bytes += label.len();
        if self.label_bytes > MAX_LABEL_BYTES {
            return Err(Error::Limit {
                what: "bytes in the labels of types",
                limit: MAX_LABEL_BYTES as u64,
            });
        }
        let is_forward = has_flag(entry, gimli::DW_AT_declaration);
        let (file, line) = self.scope.stands_in(self.units, place.unit, entry)?;
        let home = match is_forward {
            // What it is shows in its definition.
            true => Home::Public,
            false => self.scope.home(self.units, place.unit, file)?,
        };
        let index = self.nodes.len();
        if index == MAX_NODES {
            return Err(Error::Limit {
                what: "structs, unions and enums",
                limit: MAX_NODES as u64,
            });
        }
        let is_read = home == Home::Public;
        self.nodes.push(Node {
            place,
            kind,
            name,
            label,
            size: byte_size(entry),
            align: unsigned(entry, gimli::DW_AT_alignment),
            declaration: !is_read || is_forward,
            is_forward,
            is_passed_by_reference: matches!(
                entry.attr_value(gimli::DW_AT_calling_convention),
                Some(gimli::AttributeValue::CallingConvention(gimli::DwCc(4)))
            ),
            home,
            file,
            line,
            fields: Vec::new(),
            signed: false,
            constants: Vec::new(),
        });
        self.node_at.insert(place, index);
        if is_read {
            self.queue.push(index);
        }
        Ok(index)
    }

    /// The name that a typedef in the type's own unit, or in another, gives to a type without a
    /// tag. `typedef struct {…} *P, T;` says T where one meets the type as P.
    fn direct_typedef(&mut self, place: Place, other: usize) -> Result<Option<Text<'d>>> {
        let units = self.units;
        for unit in [place.unit, other] {
            let known = match self.direct.entry(unit) {
                hash_map::Entry::Occupied(known) => known.into_mut(),
                hash_map::Entry::Vacant(space) => space.insert(direct_typedefs(units, unit)?),
            };
            if let Some(name) = known.get(&place) {
                return Ok(Some(name.clone()));
            }
        }
        Ok(None)
    }

    /// Nothing names it but what it holds.
    fn enum_label(&self, place: Place) -> Result<String> {
        let mut first = None;
        self.units.for_each_child(place, |child| {
            if child.tag == gimli::DW_TAG_enumerator {
                first = self.units.text(place.unit, child, gimli::DW_AT_name)?;
            }
            Ok(match first {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            })
        })?;
        Ok(format!("enum {{{}}}", first.unwrap_or_default()))
    }

    /// Makes what is used by value known by its inside, whoever it belongs to: the caller lays it
    /// out. What a caller passes to or takes from a function is used by value, and so is what a
    /// function that is pointed to takes.
    fn mark_signature(&mut self, signature: &Signature<'d>) {
        if self.scope.is_surface() {
            self.mark(&signature.returns, true);
            for (_, typed) in &signature.params {
                self.mark(typed, true);
            }
        }
    }

    pub(crate) fn mark(&mut self, typed: &Typed<'d>, by_value: bool) {
        match &typed.shape {
            Shape::Node(index) => {
                let node = &mut self.nodes[*index];
                if by_value && node.declaration && !node.is_forward {
                    node.declaration = false;
                    self.queue.push(*index);
                }
            }
            Shape::Pointer { to, .. } => self.mark(to, false),
            Shape::Array { of, .. } => self.mark(of, by_value),
            Shape::Function(signature) => {
                let signature = Rc::clone(signature);
                self.mark_signature(&signature);
            }
            _ => {}
        }
    }
}

/// The first typedef of each type that a unit names.
fn direct_typedefs<'d>(units: &Units<'d>, unit: usize) -> Result<HashMap<Place, Text<'d>>> {
    let mut found = HashMap::new();
    let is_typedef = |tag| tag == gimli::DW_TAG_typedef;
    units.for_each_global(&*units.get(unit)?, is_typedef, |entry| {
        if let Some(to) = units.reference(unit, entry, gimli::DW_AT_type)?
            && let Some(name) = units.text(unit, entry, gimli::DW_AT_name)?
        {
            found.entry(units.whole(to)?).or_insert(name);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

pub fn byte_size(entry: &Entry<'_>) -> Option<u64> {
    unsigned(entry, gimli::DW_AT_byte_size)
}

pub(crate) fn unsigned(entry: &Entry<'_>, name: gimli::DwAt) -> Option<u64> {
    entry.attr(name)?.udata_value()
}

/// What an entry is, for those that have no name.
fn tag_name(tag: gimli::DwTag) -> Text<'static> {
    match tag.static_string() {
        Some(name) => Cow::Borrowed(name.trim_start_matches("DW_TAG_")),
        None => Cow::Owned(format!("tag {:#x}", tag.0)),
    }
}

/// Formats that share their size with another one.
fn is_extended(name: &str) -> bool {
    name.contains("128") || name.contains("bf16") || name.contains("ibm")
}

/// `normal`, and the program's own entry point, are what every caller uses.
fn convention(entry: &Entry<'_>) -> Option<String> {
    let convention = match entry.attr_value(gimli::DW_AT_calling_convention)? {
        AttributeValue::CallingConvention(convention) => convention,
        _ => return None,
    };
    if [gimli::DW_CC_normal, gimli::DW_CC_program].contains(&convention) {
        return None;
    }
    // As C spells the attribute, where it has a word.
    Some(match convention.0 {
        0xb1 => "stdcall".to_owned(),
        0xb2 => "pascal".to_owned(),
        0xb3 => "fastcall".to_owned(),
        0xb5 => "thiscall".to_owned(),
        0xc0 => "vectorcall".to_owned(),
        0xc1 => "ms_abi".to_owned(),
        0xc2 => "sysv_abi".to_owned(),
        0xc3 => "pcs(aapcs)".to_owned(),
        0xc4 => "pcs(aapcs-vfp)".to_owned(),
        0xc8 => "swiftcall".to_owned(),
        0xc9 => "preserve_most".to_owned(),
        0xca => "preserve_all".to_owned(),
        0xcb => "regcall".to_owned(),
        other => match convention.static_string() {
            Some(name) => name.trim_start_matches("DW_CC_").to_owned(),
            None => format!("convention {other:#x}"),
        },
    })
}
