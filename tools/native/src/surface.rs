//! A library -> what its users can touch: exported functions and variables, and every type that
//! can be reached from them. Refuses to leave out anything in silence.
//!
//! The answer lists what it could not find beside what it found: `unseen` (functions that no unit
//! describes), `assembly` (those that are written in it) and `unseen_variables`. `conflicts` and
//! `variable_conflicts` hold all descriptions of a name that has several; of types and typedefs
//! the second gets the key `name#2`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;

use crate::catalog::Catalog;
use crate::dwarf::has_flag;
use crate::elf::{Exported, addresses, choosers, exports, has_debug_info};
use crate::error::{Error, Result};
use crate::files::{FileId, Kind as FileKind};
use crate::image::Image;
use crate::layout::{Layout, Platform};
use crate::model::{Home, Kind, Signature, Text, Typed};
use crate::objects::{Objects, images};
use crate::scope::Scope;
use crate::search::{Search, What};
use crate::types::{Origin, Typedef, Types};
use crate::units::{Place, Sections, Units, load_supplementary};

/// What is asked for.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Names; all that are exported if there are none.
    functions: Option<Vec<String>>,
    variables: Option<Vec<String>>,
    /// Which of the named variables each thread has its own of, as the symbol table says. It
    /// decides; without it, debug information does.
    thread_local: Option<Vec<String>>,
    /// Patterns of the files whose types are public.
    public: Option<Vec<String>>,
    max_types: Option<usize>,
}

/// A function as described at one place.
pub struct Function<'d> {
    pub signature: Signature<'d>,
    pub prototyped: bool,
    pub noreturn: bool,
    pub inline: bool,
    pub is_definition: bool,
    pub file: Option<FileId>,
    pub line: Option<u64>,
}

pub struct Variable<'d> {
    pub typed: std::rc::Rc<Typed<'d>>,
    pub is_const: bool,
    pub tls: bool,
    pub is_definition: bool,
    pub file: Option<FileId>,
    pub line: Option<u64>,
}

/// All that was read; the document is written from it.
pub struct Surface<'d> {
    pub platform: Platform,
    pub is_big_endian: bool,
    pub char_signed: Option<bool>,
    pub scope: Scope,
    pub catalog: Catalog<'d>,
    /// Every description that differs from those before it.
    pub functions: BTreeMap<String, Vec<Function<'d>>>,
    pub variables: BTreeMap<String, Vec<Variable<'d>>>,
    pub typedefs: BTreeMap<String, Typedef<'d>>,
    pub unseen: Vec<String>,
    pub unseen_variables: Vec<String>,
    pub assembly: Vec<String>,
}

pub fn read_surface(path: &Path, options: &str) -> Result<String> {
    let options: Options =
        serde_json::from_str(options).map_err(|why| Error::Options(why.to_string()))?;
    let scope = Scope::surface(options.public.as_deref())?;
    let input = Input::open(path)?;
    let image = input.image();
    let wanted = Wanted::new(&input, &options)?;
    let (sections, supplement) = input.sections(path)?;
    let units = Units::new(&sections, supplement.as_ref())?;
    let mut search = Search::new(&units, wanted.list(), true);
    search.by_name()?;
    let mut addressed = HashMap::new();
    if search.has_gaps() {
        addressed = input.addresses()?;
        search.by_address(&addressed)?;
    }
    if search.has_gaps() {
        search.by_chooser(&input.choosers()?)?;
    }
    let surface = Reader {
        types: Types::new(&units, scope),
        search,
        wanted: &wanted,
    }
    .read(Platform::new(image), &addressed)?;
    if let Some(limit) = options.max_types
        && surface.catalog.len() > limit
    {
        return Err(Error::Limit {
            what: "types that can be reached",
            limit: limit as u64,
        });
    }
    let layout = Layout::new(&surface.catalog, &surface.platform)?;
    crate::document::write(&surface, &layout)
}

/// A linked file, or what is still to be linked.
enum Input {
    Linked(Image),
    Objects(Objects),
}

impl Input {
    fn open(path: &Path) -> Result<Input> {
        let mut images = images(path)?;
        if !images.iter().any(has_debug_info) {
            return Err(Error::NoDebugInfo);
        }
        Ok(match images[0].kind {
            object::elf::ET_REL => Input::Objects(Objects::new(images)?),
            _ => Input::Linked(images.swap_remove(0)),
        })
    }

    fn image(&self) -> &Image {
        match self {
            Input::Linked(image) => image,
            Input::Objects(objects) => objects.image(),
        }
    }

    fn exports(&self) -> Result<Vec<Exported>> {
        match self {
            Input::Linked(image) => exports(image),
            Input::Objects(objects) => objects.exports(),
        }
    }

    fn addresses(&self) -> Result<HashMap<String, u64>> {
        match self {
            Input::Linked(image) => addresses(image),
            Input::Objects(objects) => objects.addresses(),
        }
    }

    fn choosers(&self) -> Result<HashMap<String, u64>> {
        match self {
            Input::Linked(image) => choosers(image),
            Input::Objects(_) => Ok(HashMap::new()),
        }
    }

    fn sections(&self, path: &Path) -> Result<(Sections, Option<Sections>)> {
        Ok(match self {
            Input::Linked(image) => (Sections::load(image)?, load_supplementary(image, path)?),
            Input::Objects(objects) => (objects.sections()?, None),
        })
    }
}

struct Wanted {
    functions: BTreeSet<String>,
    variables: BTreeSet<String>,
    /// None where nobody but debug information tells.
    thread_local: Option<HashSet<String>>,
}

impl Wanted {
    fn new(input: &Input, options: &Options) -> Result<Wanted> {
        let mut wanted = Wanted {
            functions: BTreeSet::new(),
            variables: BTreeSet::new(),
            thread_local: None,
        };
        if options.functions.is_none() || options.variables.is_none() {
            let thread_local = wanted.thread_local.insert(HashSet::new());
            for symbol in input.exports()? {
                if symbol.tls {
                    thread_local.insert(symbol.name.clone());
                }
                match symbol.what {
                    What::Function => wanted.functions.insert(symbol.name),
                    What::Variable => wanted.variables.insert(symbol.name),
                };
            }
        }
        if let Some(names) = &options.functions {
            wanted.functions = names.iter().cloned().collect();
        }
        if let Some(names) = &options.variables {
            wanted.variables = names.iter().cloned().collect();
            wanted.thread_local = options
                .thread_local
                .as_ref()
                .map(|names| names.iter().cloned().collect());
        }
        Ok(wanted)
    }

    fn list(&self) -> Vec<(What, &str)> {
        let functions = self.functions.iter();
        functions
            .map(|name| (What::Function, name.as_str()))
            .chain(self.variables.iter().map(|n| (What::Variable, n.as_str())))
            .collect()
    }
}

struct Reader<'u, 'd> {
    types: Types<'u, 'd>,
    search: Search<'u, 'd>,
    wanted: &'u Wanted,
}

impl<'u, 'd> Reader<'u, 'd> {
    fn read(mut self, platform: Platform, addressed: &HashMap<String, u64>) -> Result<Surface<'d>> {
        let mut functions: BTreeMap<String, Vec<Function<'d>>> = BTreeMap::new();
        let mut variables: BTreeMap<String, Vec<Variable<'d>>> = BTreeMap::new();
        for which in self.untold()? {
            self.search.fall_back(which);
        }
        for (which, place, is_definition) in self.chosen() {
            self.types.enter(place.unit)?;
            let (what, name) = self.search.wanted[which];
            match what {
                What::Function => {
                    let Some(function) = self.function(which, place, is_definition)? else {
                        continue;
                    };
                    let known = functions.entry(name.to_owned());
                    // Nearly all are described once.
                    let known = known.or_insert_with(|| Vec::with_capacity(1));
                    known.push(function);
                }
                What::Variable => {
                    if let Some(variable) = self.variable(which, place, is_definition)? {
                        variables.entry(name.to_owned()).or_default().push(variable);
                    }
                }
            }
        }
        self.types.read_queue()?;
        self.find_definitions()?;

        let (unseen, assembly) = self.unseen(addressed, |name| !functions.contains_key(name))?;
        let unseen_variables: Vec<String> = self
            .wanted
            .variables
            .iter()
            .filter(|name| !variables.contains_key(*name))
            .cloned()
            .collect();
        if self.search.skeletons > 0 && unseen.len() + unseen_variables.len() > 0 {
            return Err(Error::SplitDwarf {
                units: self.search.skeletons,
            });
        }

        // Nothing more is read: what comes next takes memory of its own.
        for unit in 0..self.types.units.len() {
            self.types.units.forget(unit);
        }
        let types = self.types;
        let ranks = types.scope.files().map(|f| f.ranks()).unwrap_or_default();
        let catalog = Catalog::new(types.nodes, &ranks)?;
        for descriptions in functions.values_mut() {
            keep_distinct(descriptions, |f| catalog.fingerprint(&f.signature));
        }
        for descriptions in variables.values_mut() {
            keep_distinct(descriptions, |v| {
                (catalog.fingerprint_of(&v.typed), v.is_const)
            });
        }
        let typedefs = merge_typedefs(types.typedefs, &catalog, &ranks);
        Ok(Surface {
            platform,
            is_big_endian: types.units.is_big_endian(),
            char_signed: match types.chars {
                [true, false] => Some(false),
                [false, true] => Some(true),
                // Never met, or not the same in all units.
                _ => None,
            },
            scope: types.scope,
            catalog,
            functions,
            variables,
            typedefs,
            unseen,
            unseen_variables,
            assembly,
        })
    }

    /// Indirect functions of which what chooses them does not say what they are.
    fn untold(&mut self) -> Result<Vec<usize>> {
        let mut found = Vec::new();
        for &which in &self.search.chosen {
            let name = self.search.wanted[which].1;
            for candidate in &self.search.candidates[which] {
                self.types.enter(candidate.place.unit)?;
                let says = || name.to_owned().into();
                if candidate.is_definition
                    && self
                        .types
                        .signature_chosen(candidate.place, says())?
                        .is_none()
                {
                    found.push(which);
                    break;
                }
            }
        }
        Ok(found)
    }

    /// The descriptions to read, unit by unit. A declaration describes what its writer believed;
    /// a definition describes the code.
    fn chosen(&self) -> Vec<(usize, Place, bool)> {
        let mut chosen = Vec::new();
        for (which, candidates) in self.search.candidates.iter().enumerate() {
            let is_definition = candidates.iter().any(|c| c.is_definition);
            chosen.extend(
                candidates
                    .iter()
                    .filter(|c| c.is_definition == is_definition)
                    .map(|c| (which, c.place, is_definition)),
            );
        }
        chosen.sort_by_key(|(which, place, _)| (place.unit, *which, place.offset.0));
        chosen
    }

    fn function(
        &mut self,
        which: usize,
        place: Place,
        is_definition: bool,
    ) -> Result<Option<Function<'d>>> {
        let name: Text<'d> = self.search.wanted[which].1.to_owned().into();
        let is_chosen = self.search.chosen.contains(&which);
        let signature = match is_chosen {
            true => match self.types.signature_chosen(place, name)? {
                Some(signature) => signature,
                None => return Ok(None),
            },
            false => self.types.signature_of(place, name)?,
        };
        let units = self.types.units;
        let unit = units.get(place.unit)?;
        let mut prototyped = unit.always_has_prototypes();
        let (mut noreturn, mut inline) = (false, false);
        // What chooses a function returns, and is declared, as it likes.
        if is_chosen {
            prototyped = true;
        }
        let entry = units.entry(place)?;
        units.for_each_origin(place.unit, &unit, &entry, |_, _, entry| {
            if is_chosen {
                return Ok(std::ops::ControlFlow::Break(()));
            }
            prototyped |= has_flag(entry, gimli::DW_AT_prototyped);
            noreturn |= has_flag(entry, gimli::DW_AT_noreturn);
            inline |= matches!(
                entry.attr_value(gimli::DW_AT_inline),
                Some(gimli::AttributeValue::Inline(
                    gimli::DW_INL_declared_inlined | gimli::DW_INL_declared_not_inlined
                ))
            );
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        let (file, line) = self.position(which, place)?;
        Ok(Some(Function {
            signature,
            prototyped,
            noreturn,
            inline,
            is_definition,
            file,
            line,
        }))
    }

    fn variable(
        &mut self,
        which: usize,
        place: Place,
        is_definition: bool,
    ) -> Result<Option<Variable<'d>>> {
        let name = self.search.wanted[which].1;
        let Some((typed, is_const)) = self.types.variable(place, name.to_owned().into())? else {
            return Ok(None);
        };
        let tls = match &self.wanted.thread_local {
            Some(known) => known.contains(name),
            None => self.search.thread_local.contains(&which),
        };
        let (file, line) = self.position(which, place)?;
        Ok(Some(Variable {
            typed,
            is_const,
            tls,
            is_definition,
            file,
            line,
        }))
    }

    /// Where something is declared: in a header if any unit tells so, for that is what users
    /// read; otherwise where it is defined.
    fn position(&mut self, which: usize, place: Place) -> Result<(Option<FileId>, Option<u64>)> {
        let own = self.stands_in(place)?;
        let is_source = |types: &Types<'_, '_>, file: Option<FileId>| {
            file.zip(types.scope.files())
                .is_some_and(|(file, files)| files.get(file).kind == FileKind::Source)
        };
        if !is_source(&self.types, own.0) {
            return Ok(own);
        }
        let declared: Vec<Place> = self.search.candidates[which]
            .iter()
            .filter(|c| !c.is_definition)
            .map(|c| c.place)
            .collect();
        for place in declared {
            let other = self.stands_in(place)?;
            if other.0.is_some() && !is_source(&self.types, other.0) {
                return Ok(other);
            }
        }
        Ok(own)
    }

    /// File and line of an entry: those of its first declaration.
    fn stands_in(&mut self, place: Place) -> Result<(Option<FileId>, Option<u64>)> {
        let units = self.types.units;
        let scope = &mut self.types.scope;
        let entry = units.entry(place)?;
        let mut found = (None, None);
        units.for_each_origin(
            place.unit,
            &*units.get(place.unit)?,
            &entry,
            |unit, _, entry| {
                let here = scope.stands_in(units, unit, entry)?;
                if here.1.is_some() {
                    found = here;
                }
                Ok(std::ops::ControlFlow::Continue(()))
            },
        )?;
        Ok(found)
    }

    /// Types of which the units that were read know the name only, and another unit all: whether
    /// users see them depends on where they are defined.
    fn find_definitions(&mut self) -> Result<()> {
        let definitions = self.search.definitions.take().unwrap_or_default();
        let mut tried: HashSet<(Kind, String)> = HashSet::new();
        loop {
            let known: HashSet<(Kind, &str)> = self
                .types
                .nodes
                .iter()
                .filter(|node| !node.is_forward)
                .map(|node| (node.kind, node.label.as_str()))
                .collect();
            let wanted: HashSet<(Kind, String)> = self
                .types
                .nodes
                .iter()
                .filter(|node| node.is_forward && node.name.is_some())
                .map(|node| (node.kind, node.label.as_str()))
                .filter(|name| !known.contains(name))
                .map(|(kind, label)| (kind, label.to_owned()))
                .filter(|name| !tried.contains(name))
                .collect();
            if wanted.is_empty() {
                return Ok(());
            }
            for place in self.definitions_of(&wanted, &definitions)? {
                self.types.resolve(place, &Origin::Nowhere, 0)?;
            }
            self.types.read_queue()?;
            tried.extend(wanted);
        }
    }

    /// For each name the definition that shows most.
    fn definitions_of(
        &mut self,
        wanted: &HashSet<(Kind, String)>,
        definitions: &[(u32, Place)],
    ) -> Result<Vec<Place>> {
        let hashes: HashSet<u32> = wanted
            .iter()
            .map(|(_, label)| crc32fast::hash(label.as_bytes()))
            .collect();
        let mut best: BTreeMap<(Kind, String), (u8, Place)> = BTreeMap::new();
        for (hash, place) in definitions {
            if !hashes.contains(hash) {
                continue;
            }
            let units = self.types.units;
            let entry = units.entry(*place)?;
            let Some(label) = self.types.name(place.unit, &entry)? else {
                continue;
            };
            let key = (kind_of(entry.tag), label.into_owned());
            if !wanted.contains(&key) {
                continue;
            }
            let scope = &mut self.types.scope;
            let (file, _) = scope.stands_in(units, place.unit, &entry)?;
            let rank = match scope.home(units, place.unit, file)? {
                Home::Public => 0,
                Home::Private => 1,
                Home::System => 2,
            };
            let known = best.entry(key).or_insert((rank, *place));
            if rank < known.0 {
                *known = (rank, *place);
            }
        }
        Ok(best.into_values().map(|(_, place)| place).collect())
    }

    /// Functions that no unit describes, apart from those that are written in assembly.
    fn unseen(
        &self,
        addressed: &HashMap<String, u64>,
        is_unseen: impl Fn(&str) -> bool,
    ) -> Result<(Vec<String>, Vec<String>)> {
        let names = self.wanted.functions.iter().filter(|name| is_unseen(name));
        let names: Vec<&String> = names.collect();
        if names.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let ranges = self.types.units.assembly_ranges()?;
        let (assembly, unseen) = names.into_iter().cloned().partition(|name| {
            addressed.get(name).is_some_and(|address| {
                let after = ranges.partition_point(|range| range.start <= *address);
                after > 0 && *address < ranges[after - 1].end
            })
        });
        Ok((unseen, assembly))
    }
}

fn kind_of(tag: gimli::DwTag) -> Kind {
    match tag {
        gimli::DW_TAG_union_type => Kind::Union,
        gimli::DW_TAG_enumeration_type => Kind::Enum,
        _ => Kind::Struct,
    }
}

fn keep_distinct<T, K: Eq + std::hash::Hash>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut seen = HashSet::new();
    if list.len() > 1 {
        list.retain(|item| seen.insert(key(item)));
    }
}

/// Every unit repeats the typedefs it includes. Those of one name that name different types are
/// told apart like types are.
fn merge_typedefs<'d>(
    mut all: Vec<Typedef<'d>>,
    catalog: &Catalog<'d>,
    ranks: &[u32],
) -> BTreeMap<String, Typedef<'d>> {
    all.sort_by(|a, b| {
        let key = |t: &Typedef<'_>| (t.file.map(|file| ranks[file as usize]), t.line);
        a.name.cmp(&b.name).then_with(|| key(a).cmp(&key(b)))
    });
    let mut found: BTreeMap<String, Typedef<'d>> = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut last: Option<Text<'d>> = None;
    let mut count = 0;
    for typedef in all {
        if last.as_ref() != Some(&typedef.name) {
            last = Some(typedef.name.clone());
            seen.clear();
            count = 0;
        }
        if !seen.insert(catalog.fingerprint_of(&typedef.typed)) {
            continue;
        }
        count += 1;
        let key = match count {
            1 => typedef.name.to_string(),
            n => format!("{}#{n}", typedef.name),
        };
        found.insert(key, typedef);
    }
    found
}
