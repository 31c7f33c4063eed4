//! What structs, unions and enums hold: read for those nodes whose inside is wanted.

use std::ops::ControlFlow;
use std::rc::Rc;

use gimli::AttributeValue;

use crate::dwarf::has_flag;
use crate::error::{Error, Result};
use crate::model::{Field, Kind, Node, Shape, Typed};
use crate::types::{Origin, Types, byte_size, unsigned};
use crate::units::{Entry, Value};

/// A bound that only a hostile file meets.
const MAX_PARTS: u64 = 1 << 26;
/// Of one struct or enum: the largest that machines write have some tens of thousands.
const MAX_MEMBERS: usize = 1 << 17;

impl<'d> Types<'_, 'd> {
    /// Reads what the wanted nodes hold, which may lead to further ones, until there are none.
    pub fn read_queue(&mut self) -> Result<()> {
        while let Some(index) = self.queue.pop() {
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
        let mut nameless = 0;
        let mut is_destroyed = false;
        units.for_each_child(place, |child| {
            // A destructor that somebody wrote; gcc says nowhere else how a class is passed.
            is_destroyed |= child.tag == gimli::DW_TAG_subprogram
                && !has_flag(child, gimli::DW_AT_artificial)
                && child.attr(gimli::DW_AT_defaulted).is_none()
                && units
                    .text(place.unit, child, gimli::DW_AT_name)?
                    .is_some_and(|name| name.starts_with('~'));
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
                let field = self.read_field(place.unit, child, &parent, nameless)?;
                nameless += usize::from(field.name.is_none());
                fields.push(field);
                check_count(fields.len())?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        // Rust lists fields as written, and places them as it likes.
        fields.sort_by_key(|f| (f.offset, f.first_bit));
        for field in &fields {
            self.mark(&field.typed, true);
        }
        self.nodes[index].fields = fields;
        self.nodes[index].is_passed_by_reference |= is_destroyed;
        Ok(())
    }

    fn read_field(
        &mut self,
        unit: usize,
        child: &Entry<'d>,
        parent: &Rc<str>,
        nameless: usize,
    ) -> Result<Field<'d>> {
        let name = self.units.text(unit, child, gimli::DW_AT_name)?;
        let start = self.member_offset(unit, child)?;
        let origin = Origin::Field {
            parent: Rc::clone(parent),
            name: name.clone().ok_or(nameless),
        };
        let (typed, is_const) = self.type_of(unit, child, &origin, 0)?;
        self.parts += typed.parts;
        if self.parts > MAX_PARTS {
            return Err(Error::Limit {
                what: "types spelled out",
                limit: MAX_PARTS,
            });
        }
        let bit_size = unsigned(child, gimli::DW_AT_bit_size);
        let first_bit = bit_size.map(|bits| self.first_bit(unit, child, start, bits, &typed));
        let first_bit = first_bit.transpose()?;
        Ok(Field {
            name,
            offset: first_bit.map_or(start, |bit| bit / 8),
            bit_size,
            first_bit,
            align: unsigned(child, gimli::DW_AT_alignment),
            is_const,
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
    fn first_bit(
        &self,
        unit: usize,
        child: &Entry<'d>,
        start: u64,
        bits: u64,
        typed: &Typed<'d>,
    ) -> Result<u64> {
        if let Some(first) = unsigned(child, gimli::DW_AT_data_bit_offset) {
            return Ok(start.saturating_mul(8).saturating_add(first));
        }
        // DWARF 3 counts from the most significant bit of a storage unit.
        let start = start.saturating_mul(8);
        let Some(from_top) = child
            .attr(gimli::DW_AT_bit_offset)
            .and_then(gimli::Attribute::sdata_value)
        else {
            return Ok(start);
        };
        if self.units.is_big_endian() {
            return Ok(start.saturating_add_signed(from_top));
        }
        let pointer = self.units.get(unit)?.address_size();
        let storage = byte_size(child).or_else(|| size_of(typed, &self.nodes, pointer));
        Ok(start
            .saturating_add(storage.unwrap_or(0).saturating_mul(8))
            .saturating_sub(bits)
            .saturating_add_signed(from_top.saturating_neg()))
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
                check_count(constants.len())?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let node = &mut self.nodes[index];
        node.signed = stated.unwrap_or_else(|| constants.iter().any(|(_, value)| *value < 0));
        node.constants = constants;
        Ok(())
    }
}

/// The size of what a bit-field is a part of.
fn size_of(typed: &Typed<'_>, nodes: &[Node<'_>], pointer: u64) -> Option<u64> {
    match &typed.shape {
        Shape::Bool { size }
        | Shape::Char { size }
        | Shape::Int { size, .. }
        | Shape::Float { size, .. } => Some(*size),
        Shape::Pointer { .. } => Some(pointer),
        Shape::Node(index) => nodes[*index].size,
        Shape::Opaque { size, .. } => *size,
        _ => None,
    }
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

fn check_count(count: usize) -> Result<()> {
    if count > MAX_MEMBERS {
        return Err(Error::Limit {
            what: "members of one type",
            limit: MAX_MEMBERS as u64,
        });
    }
    Ok(())
}
