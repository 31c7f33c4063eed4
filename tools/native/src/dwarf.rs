//! Exported functions -> their signatures, and through them every type a caller can reach.
//!
//! Reads the top of each unit to find the functions and then only the types they lead to, so
//! the standard library of Rust or C++ costs a walk and no more.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::catalog::Catalog;
use crate::elf::{function_addresses, has_debug_info, to_json};
use crate::error::{Error, Result};
use crate::image::Image;
use crate::model::Signature;
use crate::types::Types;
use crate::units::{Entry, LoadedUnit, Place, Sections, Units, load_supplementary};
use crate::views::{SignatureView, TypesView};

/// An inline function may be described once in every unit.
const MAX_CANDIDATES: usize = 1 << 20;

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

    let wanted: BTreeSet<&str> = functions.iter().map(String::as_str).collect();
    let mut search = Search::new(&units, wanted.into_iter().collect());
    search.by_name()?;
    if search.lacks_definitions() {
        search.by_address(&function_addresses(&image)?)?;
    }
    search.check_split()?;
    search.report()
}

/// A description of a wanted function.
struct Candidate {
    /// The entry with the parameters: the abstract instance if there is one.
    place: Place,
    is_definition: bool,
}

struct Search<'u, 'd> {
    units: &'u Units<'d>,
    names: Vec<&'u str>,
    /// Of each name.
    candidates: Vec<Vec<Candidate>>,
    seen: HashSet<(usize, Place)>,
    skeletons: usize,
}

impl<'u, 'd> Search<'u, 'd> {
    fn new(units: &'u Units<'d>, names: Vec<&'u str>) -> Self {
        Search {
            units,
            candidates: names.iter().map(|_| Vec::new()).collect(),
            names,
            seen: HashSet::new(),
            skeletons: 0,
        }
    }

    fn by_name(&mut self) -> Result<()> {
        let wanted: HashMap<&[u8], usize> = self
            .names
            .iter()
            .enumerate()
            .map(|(index, name)| (name.as_bytes(), index))
            .collect();
        for index in 0..self.units.len() {
            let unit = self.units.load(index)?;
            if unit.is_assembly() {
                continue;
            }
            self.skeletons += usize::from(unit.is_skeleton);
            let units = self.units;
            units.for_each_global(&unit, |entry| {
                let Some(name) = self.linkage_name(index, &unit, entry)? else {
                    return Ok(());
                };
                match wanted.get(name) {
                    Some(&which) => self.add(which, index, &unit, entry, true),
                    None => Ok(()),
                }
            })?;
        }
        Ok(())
    }

    /// The name the linker knows. The plain name counts only where no linkage name says
    /// otherwise: `ns::f` in C++ and a private `f` in Rust are not the exported `f`.
    fn linkage_name(
        &self,
        index: usize,
        unit: &LoadedUnit<'d>,
        entry: &Entry<'d>,
    ) -> Result<Option<&'d [u8]>> {
        let mut plain = None;
        let mut linkage = None;
        let units = self.units;
        units.for_each_origin(index, unit, entry, |index, unit, entry| {
            for name in [gimli::DW_AT_linkage_name, gimli::DW_AT_MIPS_linkage_name] {
                if linkage.is_none() {
                    linkage = units.bytes(index, unit, entry, name)?;
                }
            }
            if plain.is_none() {
                plain = units.bytes(index, unit, entry, gimli::DW_AT_name)?;
            }
            Ok(match linkage {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            })
        })?;
        Ok(linkage.or(plain))
    }

    fn add(
        &mut self,
        which: usize,
        index: usize,
        unit: &LoadedUnit<'d>,
        entry: &Entry<'d>,
        must_be_external: bool,
    ) -> Result<()> {
        let mut is_external = false;
        let mut has_line = false;
        // Parameters are complete only in the abstract instance: a clone made by the optimiser
        // lacks those it does not need.
        let mut place = None;
        let mut follows_origin = true;
        self.units
            .for_each_origin(index, unit, entry, |unit, _, entry| {
                is_external |= has_flag(entry, gimli::DW_AT_external);
                has_line |= entry.attr(gimli::DW_AT_decl_line).is_some();
                if follows_origin {
                    place = Some(Place {
                        unit,
                        offset: entry.offset,
                    });
                    follows_origin = entry.attr(gimli::DW_AT_abstract_origin).is_some();
                }
                Ok(ControlFlow::Continue(()))
            })?;
        let is_exported = is_external || !must_be_external;
        if let Some(place) = place
            && is_exported
            && ((has_line && has_types(unit)) || self.has_signature(place)?)
            && self.seen.insert((which, place))
        {
            if self.seen.len() > MAX_CANDIDATES {
                return Err(Error::Limit {
                    what: "descriptions of the wanted functions",
                    limit: MAX_CANDIDATES as u64,
                });
            }
            self.candidates[which].push(Candidate {
                place,
                is_definition: !has_flag(entry, gimli::DW_AT_declaration),
            });
        }
        Ok(())
    }

    fn has_signature(&self, place: Place) -> Result<bool> {
        let entry = self.units.entry(place)?;
        let mut found = entry.attr(gimli::DW_AT_type).is_some();
        self.units.for_each_child(place, |child| {
            found |= child.tag == gimli::DW_TAG_formal_parameter;
            Ok(if found {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        })?;
        Ok(found)
    }

    fn lacks_definitions(&self) -> bool {
        self.candidates
            .iter()
            .any(|found| !found.iter().any(|c| c.is_definition))
    }

    /// Aliases and versioned symbols have another name in the source; only their address leads
    /// to the function behind them.
    fn by_address(&mut self, addresses: &HashMap<String, u64>) -> Result<()> {
        let mut wanted: HashMap<u64, Vec<usize>> = HashMap::new();
        for (which, name) in self.names.iter().enumerate() {
            let is_defined = self.candidates[which].iter().any(|c| c.is_definition);
            if let (false, Some(&address)) = (is_defined, addresses.get(*name)) {
                wanted.entry(address).or_default().push(which);
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        for index in 0..self.units.len() {
            let unit = self.units.load(index)?;
            if unit.is_assembly() {
                continue;
            }
            let units = self.units;
            units.for_each_global(&unit, |entry| {
                for start in units.starts(index, &unit, entry)? {
                    for &which in wanted.get(&start).into_iter().flatten() {
                        self.add(which, index, &unit, entry, false)?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn check_split(&self) -> Result<()> {
        let found_none = self.candidates.iter().all(Vec::is_empty);
        if found_none && self.skeletons > 0 && !self.names.is_empty() {
            return Err(Error::SplitDwarf {
                units: self.skeletons,
            });
        }
        Ok(())
    }

    fn report(&self) -> Result<String> {
        let mut types = Types::new(self.units);
        let mut producers = BTreeSet::new();
        let mut languages = BTreeSet::new();
        let mut found = Vec::new();
        let mut missing = Vec::new();
        for (name, candidates) in self.names.iter().zip(&self.candidates) {
            // A declaration describes what its writer believed; a definition describes the code.
            let is_definition = candidates.iter().any(|c| c.is_definition);
            let mut signatures = Vec::new();
            for candidate in candidates
                .iter()
                .filter(|c| c.is_definition == is_definition)
            {
                let unit = self.units.get(candidate.place.unit)?;
                producers.extend(unit.producer.clone());
                languages.extend(unit.language.map(language_name));
                signatures.push(types.signature_of(candidate.place)?);
            }
            if signatures.is_empty() {
                missing.push(*name);
            } else {
                found.push((*name, is_definition, signatures));
            }
        }
        let catalog = Catalog::new(types.into_nodes()?)?;

        let mut functions = BTreeMap::new();
        let mut conflicts = BTreeMap::new();
        for (name, is_definition, signatures) in &found {
            let variants = distinct(&catalog, signatures);
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
}

fn distinct<'s, 'd>(
    catalog: &Catalog<'d>,
    signatures: &'s [Signature<'d>],
) -> Vec<&'s Signature<'d>> {
    let mut seen = HashSet::new();
    signatures
        .iter()
        .filter(|s| seen.insert(catalog.fingerprint(s)))
        .collect()
}

pub fn has_flag(entry: &Entry<'_>, name: gimli::DwAt) -> bool {
    matches!(
        entry.attr_value(name),
        Some(gimli::AttributeValue::Flag(true))
    )
}

/// Whether a function of this unit without parameters and result has none. Debug information for
/// backtraces only (`-g1`, `debuginfo=1`) leaves them out and would read as `void f(void)`. gcc
/// notes the option, and rustc leaves no type in the whole unit; clang leaves out the line as
/// well, which the caller looks for.
fn has_types(unit: &LoadedUnit<'_>) -> bool {
    if unit.is_rust() {
        return unit.mentions_types();
    }
    let producer = unit.producer.as_deref().unwrap_or_default();
    !producer.split_whitespace().any(|option| option == "-g1")
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
