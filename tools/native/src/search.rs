//! Names -> the entries that describe them: functions and variables as the linker knows them, and
//! the definitions of types that are elsewhere only declared.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use crate::dwarf::has_flag;
use crate::error::{Error, Result};
use crate::units::{Entry, LoadedUnit, Place, Units};

/// An inline function may be described once in every unit.
const MAX_CANDIDATES: usize = 1 << 20;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    Function,
    Variable,
}

/// A description of something that is wanted.
pub struct Candidate {
    /// The entry with the parameters: the abstract instance if there is one.
    pub place: Place,
    pub is_definition: bool,
}

pub struct Search<'u, 'd> {
    pub units: &'u Units<'d>,
    pub wanted: Vec<(What, &'u str)>,
    /// Of each that is wanted.
    pub candidates: Vec<Vec<Candidate>>,
    pub skeletons: usize,
    /// Those of which the candidates are what chooses them.
    pub chosen: HashSet<usize>,
    /// Variables of which a place in each thread's own storage is told. Link-time optimisation
    /// tells it apart from the type, in an entry that continues the one with the type.
    pub thread_local: HashSet<usize>,
    seen: HashSet<(usize, Place)>,
    /// Where types of a name are defined, if that is wanted too: by a hash of the name.
    pub definitions: Option<Vec<(u32, Place)>>,
}

impl<'u, 'd> Search<'u, 'd> {
    /// `wanted` names each function and each variable once.
    pub fn new(units: &'u Units<'d>, wanted: Vec<(What, &'u str)>, definitions: bool) -> Self {
        Search {
            units,
            candidates: wanted.iter().map(|_| Vec::new()).collect(),
            wanted,
            chosen: HashSet::new(),
            thread_local: HashSet::new(),
            seen: HashSet::new(),
            skeletons: 0,
            definitions: definitions.then(Vec::new),
        }
    }

    pub fn by_name(&mut self) -> Result<()> {
        let of = |what| -> HashMap<&[u8], usize> {
            self.wanted
                .iter()
                .enumerate()
                .filter(|(_, (kind, _))| *kind == what)
                .map(|(index, (_, name))| (name.as_bytes(), index))
                .collect()
        };
        let (functions, variables) = (of(What::Function), of(What::Variable));
        let with_types = self.definitions.is_some();
        let is_wanted = |tag| match tag {
            gimli::DW_TAG_subprogram => !functions.is_empty(),
            gimli::DW_TAG_variable => !variables.is_empty(),
            gimli::DW_TAG_structure_type
            | gimli::DW_TAG_class_type
            | gimli::DW_TAG_union_type
            | gimli::DW_TAG_enumeration_type => with_types,
            _ => false,
        };
        for index in 0..self.units.len() {
            let unit = self.units.load(index)?;
            if unit.is_assembly() {
                continue;
            }
            self.skeletons += usize::from(unit.is_skeleton);
            let units = self.units;
            units.for_each_global(&unit, is_wanted, |entry| {
                let wanted = match entry.tag {
                    gimli::DW_TAG_subprogram => &functions,
                    gimli::DW_TAG_variable => &variables,
                    _ => {
                        self.add_definition(index, &unit, entry)?;
                        return Ok(ControlFlow::Continue(()));
                    }
                };
                // Most functions are nobody else's.
                if (has_flag(entry, gimli::DW_AT_external) || continues(entry))
                    && let Some(name) = self.linkage_name(index, &unit, entry)?
                    && let Some(&which) = wanted.get(name)
                {
                    self.add(which, index, &unit, entry, true)?;
                }
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    }

    fn add_definition(
        &mut self,
        index: usize,
        unit: &LoadedUnit<'d>,
        entry: &Entry<'d>,
    ) -> Result<()> {
        // In a namespace the name alone says too little.
        if entry.depth == 1
            && !has_flag(entry, gimli::DW_AT_declaration)
            && let Some(name) = self.units.bytes(index, unit, entry, gimli::DW_AT_name)?
            && let Some(definitions) = &mut self.definitions
        {
            let place = Place {
                unit: index,
                offset: entry.offset,
            };
            definitions.push((crc32fast::hash(name), place));
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
        let is_function = self.wanted[which].0 == What::Function;
        let is_thread_local = !is_function && self.units.variable_address(index, unit, entry)?.1;
        let mut is_external = false;
        let mut has_line = false;
        let mut has_type = false;
        // Parameters are complete only in the abstract instance: a clone made by the optimiser
        // lacks those it does not need.
        let mut place = None;
        let mut follows_origin = true;
        self.units
            .for_each_origin(index, unit, entry, |unit, _, entry| {
                is_external |= has_flag(entry, gimli::DW_AT_external);
                has_line |= entry.attr(gimli::DW_AT_decl_line).is_some();
                has_type |= entry.attr(gimli::DW_AT_type).is_some();
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
            && match is_function {
                true => (has_line && has_types(unit)) || self.has_signature(place)?,
                false => has_type,
            }
        {
            if is_thread_local {
                self.thread_local.insert(which);
            }
            if !self.seen.insert((which, place)) {
                return Ok(());
            }
            if self.seen.len() > MAX_CANDIDATES {
                return Err(Error::Limit {
                    what: "descriptions of the wanted names",
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

    fn lacks_definition(&self, which: usize) -> bool {
        !self.candidates[which].iter().any(|c| c.is_definition)
    }

    /// Aliases and versioned symbols have another name in the source; only their address leads
    /// to what is behind them. `addresses` are those of all symbols.
    pub fn by_address(&mut self, addresses: &HashMap<String, u64>) -> Result<()> {
        let mut wanted: HashMap<u64, Vec<usize>> = HashMap::new();
        for (which, (_, name)) in self.wanted.iter().enumerate() {
            if self.lacks_definition(which)
                && let Some(&address) = addresses.get(*name)
            {
                wanted.entry(address).or_default().push(which);
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let is_wanted = |tag| matches!(tag, gimli::DW_TAG_subprogram | gimli::DW_TAG_variable);
        for index in 0..self.units.len() {
            let unit = self.units.load(index)?;
            if unit.is_assembly() {
                continue;
            }
            let units = self.units;
            units.for_each_global(&unit, is_wanted, |entry| {
                let (what, places) = match entry.tag {
                    gimli::DW_TAG_subprogram => {
                        (What::Function, units.starts(index, &unit, entry)?)
                    }
                    _ => {
                        let (address, _) = units.variable_address(index, &unit, entry)?;
                        (What::Variable, address.into_iter().collect())
                    }
                };
                for place in places {
                    for &which in wanted.get(&place).into_iter().flatten() {
                        if self.wanted[which].0 == what {
                            self.add(which, index, &unit, entry, false)?;
                        }
                    }
                }
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    }

    /// Debug information does not know indirect functions, only what chooses one when a program
    /// starts: it returns a pointer to the function. `addresses` are those of what chooses.
    pub fn by_chooser(&mut self, addresses: &HashMap<String, u64>) -> Result<()> {
        if addresses.is_empty() {
            return Ok(());
        }
        let gaps: Vec<usize> = (0..self.wanted.len())
            .filter(|&which| self.lacks_definition(which))
            .collect();
        self.by_address(addresses)?;
        let filled = gaps
            .into_iter()
            .filter(|&which| !self.lacks_definition(which));
        self.chosen = filled.collect();
        Ok(())
    }

    /// What chooses a function need not say what it chooses; then only declarations of it tell.
    pub fn fall_back(&mut self, which: usize) {
        self.chosen.remove(&which);
        self.candidates[which].retain(|candidate| !candidate.is_definition);
    }

    pub fn has_gaps(&self) -> bool {
        (0..self.wanted.len()).any(|which| self.lacks_definition(which))
    }
}

/// Whether another entry says what this one is.
fn continues(entry: &Entry<'_>) -> bool {
    [gimli::DW_AT_abstract_origin, gimli::DW_AT_specification]
        .iter()
        .any(|name| entry.attr(*name).is_some())
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
