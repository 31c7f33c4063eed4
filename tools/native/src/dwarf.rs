//! Exported functions -> their signatures, and through them every type a caller can reach.
//!
//! Reads the top of each unit to find the functions and then only the types they lead to, so
//! the standard library of Rust or C++ costs a walk and no more.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::catalog::Catalog;
use crate::elf::{addresses, has_debug_info, to_json};
use crate::error::{Error, Result};
use crate::image::Image;
use crate::model::Signature;
use crate::scope::Scope;
use crate::search::{Search, What};
use crate::types::Types;
use crate::units::{Entry, Sections, Units, load_supplementary};
use crate::views::{SignatureView, TypesView};

pub fn read_dwarf(path: &Path, functions: &[String]) -> Result<String> {
    let image = Image::open(path)?;
    if image.kind == object::elf::ET_REL {
        return Err(Error::Relocatable);
    }
    if !has_debug_info(&image) {
        return Err(Error::NoDebugInfo);
    }
    let supplement = load_supplementary(&image, path)?;
    let sections = Sections::load(&image)?;
    let units = Units::new(&sections, supplement.as_ref())?;

    let names: BTreeSet<&str> = functions.iter().map(String::as_str).collect();
    let wanted = names.into_iter().map(|name| (What::Function, name));
    let mut search = Search::new(&units, wanted.collect(), false);
    search.by_name()?;
    if search.has_gaps() {
        search.by_address(&addresses(&image)?)?;
    }
    let found_none = search.candidates.iter().all(Vec::is_empty);
    if found_none && search.skeletons > 0 && !search.wanted.is_empty() {
        return Err(Error::SplitDwarf {
            units: search.skeletons,
        });
    }
    report(&search)
}

fn report(search: &Search<'_, '_>) -> Result<String> {
    let mut types = Types::new(search.units, Scope::everything());
    let mut producers = BTreeSet::new();
    let mut languages = BTreeSet::new();
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for ((_, name), candidates) in search.wanted.iter().zip(&search.candidates) {
        // A declaration describes what its writer believed; a definition describes the code.
        let is_definition = candidates.iter().any(|c| c.is_definition);
        let mut signatures = Vec::new();
        for candidate in candidates
            .iter()
            .filter(|c| c.is_definition == is_definition)
        {
            let unit = search.units.get(candidate.place.unit)?;
            producers.extend(unit.producer.clone());
            languages.extend(unit.language.map(language_name));
            signatures.push(types.signature_of(candidate.place, (*name).to_owned().into())?);
        }
        if signatures.is_empty() {
            missing.push(*name);
        } else {
            found.push((*name, is_definition, signatures));
        }
    }
    types.read_queue()?;
    let catalog = Catalog::new(types.nodes, &[])?;

    let mut functions = BTreeMap::new();
    let mut conflicts = BTreeMap::new();
    for (name, is_definition, signatures) in &found {
        let variants = distinct(&catalog, signatures.iter());
        let view = FunctionView {
            signature: SignatureView::new(&catalog, variants[0]),
            declaration: !is_definition,
        };
        functions.insert(*name, view);
        if variants.len() > 1 {
            let view = |s| SignatureView::new(&catalog, s);
            let variants: Vec<_> = variants.into_iter().map(view).collect();
            conflicts.insert(*name, variants);
        }
    }
    to_json(&Report {
        producers,
        languages,
        functions,
        conflicts,
        missing,
        types: TypesView { catalog: &catalog },
    })
}

fn distinct<'s, 'd: 's>(
    catalog: &Catalog<'d>,
    signatures: impl Iterator<Item = &'s Signature<'d>>,
) -> Vec<&'s Signature<'d>> {
    let mut seen = HashSet::new();
    signatures
        .filter(|s| seen.insert(catalog.fingerprint(s)))
        .collect()
}

pub fn has_flag(entry: &Entry<'_>, name: gimli::DwAt) -> bool {
    matches!(
        entry.attr_value(name),
        Some(gimli::AttributeValue::Flag(true))
    )
}

fn language_name(language: gimli::DwLang) -> String {
    match language.static_string() {
        Some(name) => name.trim_start_matches("DW_LANG_").to_owned(),
        None => format!("{:#x}", language.0),
    }
}

#[derive(Serialize)]
struct Report<'r, P: Serialize> {
    producers: P,
    languages: BTreeSet<String>,
    functions: BTreeMap<&'r str, FunctionView<'r>>,
    conflicts: BTreeMap<&'r str, Vec<SignatureView<'r>>>,
    missing: Vec<&'r str>,
    types: TypesView<'r>,
}

struct FunctionView<'r> {
    signature: SignatureView<'r>,
    declaration: bool,
}

impl Serialize for FunctionView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.signature.entries(&mut map, true)?;
        if self.declaration {
            map.serialize_entry("declaration", &true)?;
        }
        map.end()
    }
}
