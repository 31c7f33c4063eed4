//! C headers -> the surface they declare, on each of many targets, through libclang.
//!
//! A surface is only made where the compiler had no error: its sizes are wrong otherwise.

mod declarations;
mod defaults;
mod document;
mod ffi;
mod lexer;
mod macros;
mod model;
mod places;
mod types;
mod unit;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use self::defaults::Known;
use self::document::{Parts, Surface};
use self::ffi::{Cursor, cursor, kind};
use self::macros::{Definitions, Questions};
use self::places::{Places, Table};
use self::types::Types;
use self::unit::{Index, Problem, Unit};
use crate::error::{Error, Result};

/// The text that includes the headers. No file has this name.
const MAIN: &str = "astra-abi-headers.c";
/// Errors of one target that are told; one is enough to refuse it.
const MAX_PROBLEMS: usize = 50;
const UNFINISHED: &str = "the headers end inside of a declaration";
const CHAR: &str = "__astra_char";
const ORDER: &str = "__astra_order";
const END: &str = "__astra_end";
const LAST: &str = "__astra_last";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// Included in this order.
    files: Vec<String>,
    #[serde(default)]
    arguments: Vec<String>,
    targets: Vec<Target>,
    /// Files and folders whose declarations count.
    public: Vec<PathBuf>,
    /// Texts that stand for files and are included before the headers.
    #[serde(default)]
    prefix_include: BTreeMap<String, String>,
    /// Texts that stand for files.
    #[serde(default)]
    unsaved: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    name: String,
    triple: String,
    #[serde(default)]
    arguments: Vec<String>,
    /// Folders of another machine's headers, which must not be read for this target.
    #[serde(default)]
    closed: Vec<PathBuf>,
    /// Files and folders below them that may be read all the same, as all that is public may.
    #[serde(default)]
    open: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Diagnostic {
    severity: &'static str,
    file: String,
    line: u32,
    column: u32,
    text: String,
}

/// The answer for one target: a surface, or why there is none.
type Answer = std::result::Result<Parts, Vec<Diagnostic>>;

/// What one target teaches about the next.
#[derive(Default)]
struct Learned {
    questions: Questions,
    known: Known,
    files: Table,
}

pub fn load_libclang(libclang: &Path) -> Result<()> {
    ffi::load(libclang).map(drop)
}

pub fn read_headers(libclang: &Path, options: &str) -> Result<String> {
    let options: Options = serde_json::from_str(options)
        .map_err(|error| Error::Clang(format!("the options cannot be used: {error}")))?;
    let clang = ffi::load(libclang)?;
    let index = Index::new(&clang);
    let mut learned = Learned::default();
    let mut first: Option<(&str, Parts)> = None;
    let mut surfaces = Vec::new();
    let mut diagnostics = BTreeMap::new();
    for target in &options.targets {
        match read_target(&index, &options, target, &mut learned)? {
            Ok(parts) => {
                let like = first.as_ref().map(|(name, parts)| (*name, parts));
                let text = parts.text(like).map_err(unwritten)?;
                surfaces.push((&target.name, text));
                first.get_or_insert((&target.name, parts));
            }
            Err(problems) => drop(diagnostics.insert(&target.name, problems)),
        }
    }
    // Each surface is text already, and one is told by what it has not in common with the first:
    // with those of many targets alive, memory would be the limit.
    let mut out = String::from("{\"targets\":{");
    for (number, (name, surface)) in surfaces.into_iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        out.push_str(&json(name)?);
        out.push(':');
        out.push_str(&surface);
    }
    out.push_str("},\"diagnostics\":");
    out.push_str(&json(&diagnostics)?);
    out.push('}');
    Ok(out)
}

fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(unwritten)
}

fn unwritten(error: serde_json::Error) -> Error {
    Error::Clang(format!("the answer cannot be written: {error}"))
}

/// The text before the questions, and how many lines it has.
fn includes(options: &Options) -> Result<(String, u32)> {
    let mut text =
        format!("extern char {CHAR}, {ORDER}[__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 2 : 1];\n");
    for file in options.prefix_include.keys().chain(&options.files) {
        if file.contains(['"', '\n', '\r']) {
            return Err(Error::Clang(format!("{file:?} cannot be included")));
        }
        text.push_str(&format!("#include \"{file}\"\n"));
    }
    // Headers that end inside of a declaration run into this one.
    text.push_str(&format!("extern char {END};\n"));
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    Ok((text, u32::try_from(lines).unwrap_or(u32::MAX)))
}

fn read_target(
    index: &Index<'_>,
    options: &Options,
    target: &Target,
    learned: &mut Learned,
) -> Result<Answer> {
    let mut arguments = vec!["-target".to_owned(), target.triple.clone()];
    arguments
        .extend(["-x", "c", "-w", "-ferror-limit=0", "-fno-spell-checking"].map(str::to_owned));
    arguments.extend(options.arguments.iter().chain(&target.arguments).cloned());
    let (head, lines) = includes(options)?;
    let mut barred = HashSet::new();
    loop {
        let main = format!(
            "{head}{}extern char {LAST};\n",
            learned.questions.text(&barred)
        );
        let mut texts = vec![(MAIN, main.as_str())];
        let unsaved = options.prefix_include.iter().chain(&options.unsaved);
        texts.extend(unsaved.map(|(name, text)| (name.as_str(), text.as_str())));
        let unit = index.parse(MAIN, &arguments, &texts)?;
        let mut types = Types::new(&unit, Places::new(&options.public));
        let mut seen = Seen::new(&mut types, &mut learned.known);
        // First of all: another machine's headers explain the errors that they have here.
        let mut problems = intrusions(&unit, options, target);
        if problems.is_empty() {
            problems = self::problems(&unit, &seen, lines);
        }
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        if learned.questions.update(&mut seen.definitions, &mut barred) {
            continue;
        }
        if let Some(problem) = spoiled(&unit, &seen) {
            return Ok(Err(vec![problem]));
        }
        let surface = surface(&mut types, seen, learned)?;
        let unknown: Vec<_> = types.unknown().iter().map(|p| told(&unit, p)).collect();
        return Ok(if unknown.is_empty() {
            Ok(surface)
        } else {
            Err(unknown)
        });
    }
}

/// The top-level cursors that matter.
struct Seen<'u> {
    public: Vec<Cursor>,
    /// What the text itself declares.
    own: Vec<(String, Cursor)>,
    definitions: Definitions<'u>,
}

impl<'u> Seen<'u> {
    fn new(types: &mut Types<'u, '_>, known: &mut Known) -> Self {
        let unit = types.unit;
        let mut seen = Seen {
            public: Vec::new(),
            own: Vec::new(),
            definitions: Definitions::new(),
        };
        let mut main = None;
        for child in unit.children(unit.root()) {
            if child.kind == cursor::MACRO {
                seen.definitions.add(types, child, known);
                continue;
            }
            // Expansions and inclusions, of which there are many.
            if child.kind > cursor::MACRO {
                continue;
            }
            let file = unit.spot_of(child).file;
            // The first declaration in a file is the text's own.
            if main.is_none() && !file.is_null() {
                main = Some(file);
            }
            if main == Some(file) {
                if child.kind == cursor::VARIABLE {
                    seen.own.push((unit.spelling(child), child));
                }
            } else if types.places.is_public(unit, file) {
                seen.public.push(child);
            }
        }
        seen
    }

    fn own(&self, name: &str) -> Option<Cursor> {
        let found = self.own.iter().find(|(known, _)| known == name);
        found.map(|(_, cursor)| *cursor)
    }
}

fn told(unit: &Unit<'_>, problem: &Problem) -> Diagnostic {
    let file = match problem.spot.file {
        file if file.is_null() => String::new(),
        file => unit.file_name(file),
    };
    Diagnostic {
        severity: if problem.fatal { "fatal" } else { "error" },
        file,
        line: problem.spot.line,
        column: problem.spot.column,
        text: problem.text.clone(),
    }
}

/// Headers of another machine that were read for this target. What a header names in quotation
/// marks belongs to its own library, and may be read as it may.
fn intrusions(unit: &Unit<'_>, options: &Options, target: &Target) -> Vec<Diagnostic> {
    if target.closed.is_empty() {
        return Vec::new();
    }
    let below =
        |path: &Path, places: &[PathBuf]| places.iter().any(|place| path.starts_with(place));
    let mut intruders = HashSet::new();
    let mut found = Vec::new();
    // An including file comes before those that it includes.
    for (file, includer) in unit.inclusions() {
        let name = PathBuf::from(unit.file_name(file));
        let real = name.canonicalize().unwrap_or_else(|_| name.clone());
        let quoted = unit.contents(includer.file).get(includer.offset) == Some(&b'"');
        if !below(&real, &target.closed)
            || below(&real, &options.public)
            || below(&real, &target.open)
            || (quoted && !intruders.contains(&includer.file))
        {
            continue;
        }
        if !intruders.contains(&includer.file) {
            let text = format!(
                "includes {}, which is this machine's and not {}'s",
                name.display(),
                target.name
            );
            let problem = Problem {
                fatal: false,
                text,
                spot: includer,
            };
            found.push(told(unit, &problem));
        }
        intruders.insert(file);
    }
    found.truncate(MAX_PROBLEMS);
    found
}

/// Errors in the headers. Those in the questions are answers: such a macro has no value.
fn problems(unit: &Unit<'_>, seen: &Seen<'_>, lines: u32) -> Vec<Diagnostic> {
    let problems = unit.problems().into_iter();
    let mut found: Vec<_> = problems
        .map(|problem| told(unit, &problem))
        .filter(|found| found.file != MAIN || found.line <= lines)
        .collect();
    for problem in &mut found {
        if problem.file == MAIN && problem.line == lines {
            problem.text = format!("{UNFINISHED}: {}", problem.text);
        }
    }
    found.truncate(MAX_PROBLEMS);
    let whole = [CHAR, ORDER, END]
        .iter()
        .all(|name| seen.own(name).is_some());
    if found.is_empty() && !whole {
        found.push(own_problem(UNFINISHED));
    }
    found
}

/// Why the answers cannot be used, though the headers can.
fn spoiled(unit: &Unit<'_>, seen: &Seen<'_>) -> Option<Diagnostic> {
    if unit.problems().iter().any(|problem| problem.fatal) || seen.own(LAST).is_none() {
        return Some(own_problem("a macro keeps the others from being evaluated"));
    }
    None
}

fn own_problem(text: &str) -> Diagnostic {
    Diagnostic {
        severity: "error",
        file: MAIN.to_owned(),
        line: 1,
        column: 1,
        text: text.to_owned(),
    }
}

fn surface(types: &mut Types<'_, '_>, seen: Seen<'_>, learned: &mut Learned) -> Result<Parts> {
    let unit = types.unit;
    let mut declarations = declarations::declarations(types, &seen.public)?;
    let answers = learned.questions.answers(unit, &seen.own);
    let order = seen
        .own(ORDER)
        .map(|cursor| unit.size_of(unit.type_of(cursor)));
    let sign = seen.own(CHAR).map(|cursor| unit.type_of(cursor).kind);
    let mut macros = seen.definitions.finish(types, answers);
    for (name, constant) in std::mem::take(&mut declarations.constants) {
        macros.entry(name).or_insert(constant);
    }
    let files = types.places.files(&mut learned.files);
    let surface = Surface {
        pointer_size: types.pointer_size(),
        big_endian: order == Some(Some(2)),
        char_signed: sign == Some(kind::CHAR_S),
        files: &files,
        nodes: types.nodes(),
        declarations: &declarations,
        macros: &macros,
    };
    surface.parts().map_err(unwritten)
}
