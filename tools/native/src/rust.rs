//! What Rust writes differently: paths in names, constness in names, pointers inside of `Option`.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::rc::Rc;

use crate::error::Result;
use crate::model::{Shape, Typed, typed};
use crate::types::{MAX_DEPTH, Origin, Types, byte_size};
use crate::units::{Entry, Place};

impl<'d> Types<'_, 'd> {
    pub fn variant_part(&self, place: Place) -> Result<Option<Place>> {
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
    pub fn niche_pointer(
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
                            typed(Shape::Pointer { to, is_const }, parts).map(Some)
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
}

pub fn points_to_const(rust_name: &str) -> bool {
    rust_name.starts_with("*const ")
        || (rust_name.starts_with('&') && !rust_name.starts_with("&mut "))
}

/// `core::option::Option<core::ptr::NonNull<u8>>` -> `Option<NonNull<u8>>`.
pub fn without_paths(name: Cow<'_, str>) -> Cow<'_, str> {
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
        assert_eq!(
            short("x::{impl#0}::y::{closure_env#0}<z::W>"),
            "{closure_env#0}<W>"
        );
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
}
