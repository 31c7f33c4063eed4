//! C headers -> the surface they declare, on each of many targets, through libclang.
//!
//! A surface is only made where the compiler had no error: its sizes are wrong otherwise.

mod declarations;
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

use self::document::Surface;
use self::ffi::{Cursor, cursor, kind};
use self::macros::{Definitions, Questions};
use self::places::Places;
use self::types::Types;
use self::unit::{Index, Problem, Unit};
use crate::error::{Error, Result};

/// The text that includes the headers. No file has this name.
const MAIN: &str = "astra-abi-headers.c";
/// Errors of one target that are told; one is enough to refuse it.
const MAX_PROBLEMS: usize = 50;
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
type Answer = std::result::Result<String, Vec<Diagnostic>>;

pub fn read_headers(libclang: &Path, options: &str) -> Result<String> {
    let options: Options = serde_json::from_str(options)
        .map_err(|error| Error::Clang(format!("the options cannot be used: {error}")))?;
    let clang = ffi::load(libclang)?;
    let index = Index::new(&clang);
    let mut questions = Questions::default();
    let mut surfaces = Vec::new();
    let mut diagnostics = BTreeMap::new();
    for target in &options.targets {
        match read_target(&index, &options, target, &mut questions)? {
            Ok(surface) => surfaces.push((&target.name, surface)),
            Err(problems) => drop(diagnostics.insert(&target.name, problems)),
        }
    }
    // Each surface is text already: with those of many targets alive, memory would be the limit.
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
    serde_json::to_string(value)
        .map_err(|error| Error::Clang(format!("the answer cannot be written: {error}")))
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
    questions: &mut Questions,
) -> Result<Answer> {
    let mut arguments = vec!["-target".to_owned(), target.triple.clone()];
    arguments
        .extend(["-x", "c", "-w", "-ferror-limit=0", "-fno-spell-checking"].map(str::to_owned));
    arguments.extend(options.arguments.iter().chain(&target.arguments).cloned());
    let (head, lines) = includes(options)?;
    let mut barred = HashSet::new();
    loop {
        let main = format!("{head}{}extern char {LAST};\n", questions.text(&barred));
        let mut texts = vec![(MAIN, main.as_str())];
        let unsaved = options.prefix_include.iter().chain(&options.unsaved);
        texts.extend(unsaved.map(|(name, text)| (name.as_str(), text.as_str())));
        let unit = index.parse(MAIN, &arguments, &texts)?;
        let mut types = Types::new(&unit, Places::new(&options.public));
        let mut seen = Seen::new(&mut types);
        let problems = problems(&unit, &seen, lines);
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        if questions.update(&mut seen.definitions, &mut barred) {
            continue;
        }
        return surface(&mut types, seen, questions).map(Ok);
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
    fn new(types: &mut Types<'u, '_>) -> Self {
        let unit = types.unit;
        let mut seen = Seen {
            public: Vec::new(),
            own: Vec::new(),
            definitions: Definitions::new(),
        };
        let mut main = None;
        for child in unit.children(unit.root()) {
            if child.kind == cursor::MACRO {
                seen.definitions.add(types, child);
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

/// Errors in the headers. Those in the questions are answers: such a macro has no value.
fn problems(unit: &Unit<'_>, seen: &Seen<'_>, lines: u32) -> Vec<Diagnostic> {
    let told = |problem: Problem| {
        let file = match problem.spot.file {
            file if file.is_null() => String::new(),
            file => unit.file_name(file),
        };
        let counts = problem.fatal || file != MAIN || problem.spot.line <= lines;
        counts.then_some(Diagnostic {
            severity: if problem.fatal { "fatal" } else { "error" },
            file,
            line: problem.spot.line,
            column: problem.spot.column,
            text: problem.text,
        })
    };
    let mut found: Vec<_> = unit.problems().into_iter().filter_map(told).collect();
    found.truncate(MAX_PROBLEMS);
    let whole = [CHAR, ORDER, END, LAST]
        .iter()
        .all(|name| seen.own(name).is_some());
    if found.is_empty() && !whole {
        found.push(Diagnostic {
            severity: "error",
            file: MAIN.to_owned(),
            line: lines,
            column: 1,
            text: "the headers end inside of a declaration".to_owned(),
        });
    }
    found
}

fn surface(types: &mut Types<'_, '_>, seen: Seen<'_>, questions: &Questions) -> Result<String> {
    let unit = types.unit;
    let declarations = declarations::declarations(types, &seen.public)?;
    let answers = questions.answers(unit, &seen.own);
    let order = seen
        .own(ORDER)
        .map(|cursor| unit.size_of(unit.type_of(cursor)));
    let sign = seen.own(CHAR).map(|cursor| unit.type_of(cursor).kind);
    let macros = seen.definitions.finish(types, answers);
    json(&Surface {
        pointer_size: types.pointer_size(),
        big_endian: order == Some(Some(2)),
        char_signed: sign == Some(kind::CHAR_S),
        files: types.places.listed(),
        nodes: types.nodes(),
        declarations: &declarations,
        macros: &macros,
    })
}
