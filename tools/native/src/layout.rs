//! Alignments, which debug information states only where the source does: computed from what a
//! type holds, as the platform's compilers lay it out.

use std::collections::HashMap;

use object::elf;

use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::image::Image;
use crate::model::{Field, Kind, Node, Shape, Typed};

/// Structs inside of structs; real code stays below twenty.
const MAX_DEPTH: usize = 256;

/// What a platform does with its scalars.
pub struct Platform {
    pub pointer: u64,
    /// No scalar in a struct is aligned more.
    most: u64,
    /// And no vector.
    most_of_vectors: u64,
}

impl Platform {
    pub fn new(image: &Image) -> Platform {
        Platform {
            pointer: image.word_size(),
            most: match image.machine {
                elf::EM_386 => 4,
                elf::EM_68K => 2,
                elf::EM_ARM | elf::EM_S390 | elf::EM_MIPS if !image.is_64 => 8,
                elf::EM_S390 => 8,
                _ => 16,
            },
            most_of_vectors: match image.machine {
                elf::EM_ARM | elf::EM_S390 => 8,
                // No processor has registers of more bytes.
                _ => 64,
            },
        }
    }
}

pub struct Layout<'c, 'd> {
    catalog: &'c Catalog<'d>,
    platform: &'c Platform,
    known: HashMap<u32, Option<u64>>,
}

impl<'c, 'd> Layout<'c, 'd> {
    /// The alignments of all types of the catalog.
    pub fn new(catalog: &'c Catalog<'d>, platform: &'c Platform) -> Result<Self> {
        let mut layout = Layout {
            catalog,
            platform,
            known: HashMap::new(),
        };
        for (class, node) in catalog.classes() {
            layout.align_of_class(class, node, 0)?;
        }
        Ok(layout)
    }

    pub fn align(&self, class: u32) -> Option<u64> {
        self.known.get(&class).copied().flatten()
    }

    fn align_of_class(&mut self, class: u32, node: &Node<'d>, depth: usize) -> Result<Option<u64>> {
        if let Some(known) = self.known.get(&class) {
            return Ok(*known);
        }
        if depth > MAX_DEPTH {
            return Err(Error::Malformed(format!(
                "the struct {} is inside of itself, or more than {MAX_DEPTH} others",
                node.label
            )));
        }
        let align = match (node.declaration, node.kind) {
            (true, _) => None,
            (false, Kind::Enum) => node.size.map(|size| self.scalar(size)),
            (false, _) => Some(self.align_of_fields(node, depth)?),
        };
        let align = align.map(|align| node.align.unwrap_or(align));
        self.known.insert(class, align);
        Ok(align)
    }

    /// The largest alignment that the fields have, unless the struct is packed: then the largest
    /// that all of them and the size can have. What the source asks for is granted in any case.
    fn align_of_fields(&mut self, node: &Node<'d>, depth: usize) -> Result<u64> {
        let mut aligned = Vec::with_capacity(node.fields.len());
        for field in &node.fields {
            aligned.push((field, self.align_of_field(field, depth)?));
        }
        let mut most = aligned.iter().map(|(_, align)| *align).max().unwrap_or(1);
        let fits = |most: u64| {
            let size = node.size.unwrap_or(0);
            size.is_multiple_of(most)
                && aligned.iter().all(|(field, align)| {
                    field.first_bit.is_some() || field.offset.is_multiple_of(most.min(*align))
                })
        };
        while most > 1 && !fits(most) {
            most /= 2;
        }
        let asked = node.fields.iter().filter_map(|field| field.align);
        let asked = asked.map(power).max();
        Ok(most.max(asked.unwrap_or(1)))
    }

    fn align_of_field(&mut self, field: &Field<'d>, depth: usize) -> Result<u64> {
        let align = self.align_of(&field.typed, depth)?;
        Ok(power(field.align.unwrap_or(0).max(align)))
    }

    fn align_of(&mut self, typed: &Typed<'d>, depth: usize) -> Result<u64> {
        if let Some(align) = typed.align {
            return Ok(power(align));
        }
        Ok(match &typed.shape {
            Shape::Void | Shape::Function(_) => 1,
            // An atomic is aligned to its size even where the plain type is not.
            Shape::Int { size, .. } if typed.is_atomic && size.is_power_of_two() => *size,
            Shape::Bool { size }
            | Shape::Char { size }
            | Shape::Int { size, .. }
            | Shape::Float { size, .. } => self.scalar(*size),
            Shape::Complex { size } => self.scalar(size / 2),
            Shape::Pointer { .. } => self.platform.pointer,
            Shape::Array {
                of,
                is_vector: true,
                count,
            } => {
                let element = self.align_of(of, depth)?;
                let size = element.saturating_mul(count.unwrap_or(1));
                let most = self.platform.most_of_vectors;
                size.checked_next_power_of_two().unwrap_or(most).min(most)
            }
            Shape::Array { of, .. } => self.align_of(of, depth)?,
            Shape::Opaque { size, .. } => self.scalar(size.unwrap_or(1)).min(self.platform.pointer),
            Shape::Node(index) => {
                let class = self.catalog.class_of(*index);
                let (_, node) = self.catalog.shown(*index);
                self.align_of_class(class, node, depth + 1)?
                    .map_or(1, power)
            }
        })
    }

    fn scalar(&self, size: u64) -> u64 {
        power(size).min(self.platform.most)
    }
}

/// The largest power of two that divides a size; 1 of nothing.
fn power(size: u64) -> u64 {
    match size {
        0 => 1,
        size => 1 << size.trailing_zeros(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_is_no_power_of_two_is_aligned_like_its_parts() {
        assert_eq!([0, 1, 12, 10, 16].map(power), [1, 1, 4, 2, 16]);
    }
}
