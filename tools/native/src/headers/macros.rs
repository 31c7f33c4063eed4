//! Macros: what they are defined as, and their values as the compiler sees them.
//!
//! The compiler evaluates them behind the headers, in the translation unit of the headers itself.
//! What could spoil the declarations around it, or would grow beyond all measure, is not asked.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::CStr;
use std::fmt::Write;
use std::ptr;
use std::rc::Rc;

use super::defaults::{Defaults, Known};
use super::ffi::{self, Cursor, kind};
use super::lexer::{Token, tokens};
use super::places::Place;
use super::types::Types;
use super::unit::{Spot, Unit};

/// Tokens of an expansion. Macros of real headers stay below a hundred.
const MAX_WEIGHT: u64 = 10_000;
const MAX_DEPTH: usize = 200;
const DEFINED: &str = "__astra_defined_";
const VALUE: &str = "__astra_value_";
const TEXT: &str = "__astra_text_";

pub enum Value {
    Int(i128),
    Float(f64),
    Text(String),
}

pub struct Macro {
    pub text: String,
    pub params: Option<Vec<String>>,
    pub value: Option<Value>,
    pub place: Option<Place>,
    /// Only defined where the program has not defined it.
    pub default: bool,
}

/// One definition, from the macro's name to the end of its text.
struct Definition<'u> {
    text: &'u [u8],
    spot: Spot,
    public: bool,
    default: bool,
    /// The macro's own tokens, without its name and its parameters.
    body: Rc<[Token]>,
    params: Option<Vec<String>>,
}

impl<'u> Definition<'u> {
    fn new(text: &'u [u8], spot: Spot, public: bool) -> Self {
        let mut all = tokens(text).skip(1).peekable();
        // Parameters begin at once behind the name.
        let mut params = None;
        let opens = |token: &Token| !token.spaced && text[token.start] == b'(';
        if all.next_if(opens).is_some() {
            let mut names = Vec::new();
            for token in all.by_ref() {
                match &*token.text(text) {
                    ")" => break,
                    "," => {}
                    // `name...` is one parameter.
                    "..."
                        if !token.spaced && text[token.start - 1] != b',' && !names.is_empty() =>
                    {
                        if let Some(last) = names.last_mut() {
                            *last = format!("{last}...");
                        }
                    }
                    name => names.push(name.to_owned()),
                }
            }
            params = Some(names);
        }
        Definition {
            text,
            spot,
            public,
            default: false,
            body: all.collect(),
            params,
        }
    }

    /// The text with one space where there was space of any kind.
    fn spelled(&self) -> String {
        let mut out = String::new();
        for token in self.body.iter() {
            if token.spaced && !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&token.text(self.text));
        }
        out
    }
}

/// What a macro expands to, as far as that can be told without expanding it.
#[derive(Clone, Copy, Default)]
struct Weight {
    tokens: u64,
    /// How often an argument is repeated.
    factor: u64,
    has_text: bool,
}

/// All macros that files define; of each the last definition.
pub struct Definitions<'u> {
    by_name: HashMap<String, Definition<'u>>,
    weights: HashMap<String, Option<Weight>>,
    /// Asking libclang for the text of a file is slow.
    texts: HashMap<usize, (&'u [u8], Option<Rc<Defaults>>)>,
}

impl<'u> Definitions<'u> {
    pub fn new() -> Self {
        Definitions {
            by_name: HashMap::new(),
            weights: HashMap::new(),
            texts: HashMap::new(),
        }
    }

    pub fn add(&mut self, types: &mut Types<'u, '_>, cursor: Cursor, known: &mut Known) {
        let unit: &'u Unit<'_> = types.unit;
        let (start, end) = unit.extent(cursor);
        if start.file.is_null() {
            return;
        }
        let key = start.file as usize;
        let public = types.places.is_public(unit, start.file);
        let (text, defaults) = self.texts.entry(key).or_insert_with(|| {
            let text = unit.contents(start.file);
            let defaults = public.then(|| {
                let new = || Rc::new(Defaults::new(text));
                Rc::clone(known.entry(unit.file_name(start.file)).or_insert_with(new))
            });
            (text, defaults)
        });
        let text = text.get(start.offset..end.offset);
        let name = unit.spelling(cursor);
        let mut definition = Definition::new(text.unwrap_or_default(), start, public);
        let mut defaults = defaults.iter();
        definition.default = defaults.any(|found| found.holds(&name, start.offset));
        self.by_name.insert(name, definition);
    }

    /// What of the macro the compiler may be asked: its value, and its value as a text.
    fn askable(&mut self, name: &str) -> (bool, bool) {
        let definition = &self.by_name[name];
        if definition.params.is_some() || definition.body.is_empty() {
            return (false, false);
        }
        match self.weight(name, &mut Vec::new()) {
            Some(weight) if weight.tokens <= MAX_WEIGHT => (true, weight.has_text),
            _ => (false, false),
        }
    }

    /// None where the macro is no expression, however read.
    fn weight(&mut self, name: &str, inside: &mut Vec<String>) -> Option<Weight> {
        if let Some(known) = self.weights.get(name) {
            return *known;
        }
        if inside.len() > MAX_DEPTH {
            return None;
        }
        let found = self.weigh(name, inside);
        self.weights.insert(name.to_owned(), found);
        found
    }

    fn weigh(&mut self, name: &str, inside: &mut Vec<String>) -> Option<Weight> {
        let definition = &self.by_name[name];
        let (text, body) = (definition.text, Rc::clone(&definition.body));
        let params = definition.params.clone();
        let is_param = |word: &str| {
            let mut params = params.iter().flatten();
            word == "__VA_ARGS__" || params.any(|param| param.trim_end_matches("...") == word)
        };
        let mut weight = Weight::default();
        let mut repeated: HashMap<String, u64> = HashMap::new();
        // Of each open bracket, what closes it, and how often what is inside is repeated.
        let mut open: Vec<(&str, u64)> = Vec::new();
        let mut called = 1;
        inside.push(name.to_owned());
        for token in body.iter() {
            let word = &*token.text(text);
            let times = open.last().map_or(1, |(_, times)| *times);
            let call = std::mem::replace(&mut called, 1);
            let mut tokens = 1;
            match (word, open.last()) {
                ("(", _) => open.push((")", times.saturating_mul(call))),
                ("[", _) => open.push(("]", times)),
                (")" | "]", Some((closing, _))) if *closing == word => drop(open.pop()),
                (")" | "]" | "{" | "}" | ";" | "_Pragma" | "__pragma" | "asm" | "__asm__", _) => {
                    return None;
                }
                ("#", _) if params.is_none() => return None,
                ("#", _) => weight.has_text = true,
                _ if word.ends_with('"') => weight.has_text = true,
                _ if is_param(word) => {
                    let count = repeated.entry(word.to_owned()).or_default();
                    *count = count.saturating_add(times);
                }
                // What refers to itself is not expanded again.
                _ if inside.iter().any(|outer| outer == word) => {}
                _ if self.by_name.contains_key(word) => {
                    let more = self.weight(word, inside)?;
                    tokens = more.tokens;
                    called = more.factor.max(1);
                    weight.has_text |= more.has_text;
                }
                // One that the compiler itself defines, such as the format of an integer.
                _ if word.starts_with("__") => weight.has_text = true,
                _ => {}
            }
            weight.tokens = weight.tokens.saturating_add(tokens.saturating_mul(times));
        }
        inside.pop();
        weight.factor = repeated.into_values().max().unwrap_or(0);
        open.is_empty().then_some(weight)
    }

    /// Those that are public and, as the compiler says, still defined at the end.
    pub fn finish(
        self,
        types: &mut Types<'_, '_>,
        mut answers: HashMap<String, Option<Value>>,
    ) -> BTreeMap<String, Macro> {
        let mut found = BTreeMap::new();
        // In one order, so that files are numbered alike each time.
        let by_name: BTreeMap<_, _> = self.by_name.into_iter().collect();
        for (name, definition) in by_name {
            let Some(value) = answers.remove(&name).filter(|_| definition.public) else {
                continue;
            };
            let shown = Macro {
                text: definition.spelled(),
                value: value.filter(|_| definition.params.is_none()),
                params: definition.params,
                place: types.place(definition.spot),
                default: definition.default,
            };
            found.insert(name, shown);
        }
        found
    }
}

struct Question {
    name: String,
    value: bool,
    text: bool,
}

/// What to ask of macros. They hardly differ between targets, so that what was found on one is
/// asked at once on the next.
#[derive(Default)]
pub struct Questions {
    all: Vec<Question>,
    number: HashMap<String, usize>,
}

impl Questions {
    /// Adds what is not yet asked of a target's macros, and bars there what must not be asked.
    /// Whether the target has to be asked anew.
    pub fn update(
        &mut self,
        definitions: &mut Definitions<'_>,
        barred: &mut HashSet<String>,
    ) -> bool {
        let known = definitions.by_name.iter();
        let mut public: Vec<String> = known
            .filter(|(name, definition)| definition.public || self.number.contains_key(*name))
            .map(|(name, _)| name.clone())
            .collect();
        public.sort_unstable();
        let mut again = false;
        for name in public {
            let (value, text) = definitions.askable(&name);
            if let Some(&number) = self.number.get(&name) {
                let question = &mut self.all[number];
                again |= (value && !question.value) || (text && !question.text);
                if question.value && !value && barred.insert(name) {
                    again = true;
                }
                question.value |= value;
                question.text |= text;
            } else {
                again = true;
                self.number.insert(name.clone(), self.all.len());
                self.all.push(Question { name, value, text });
            }
        }
        again
    }

    /// Declarations that only exist where a macro does.
    pub fn text(&self, barred: &HashSet<String>) -> String {
        let mut out = String::new();
        for (number, question) in self.all.iter().enumerate() {
            let name = &question.name;
            let _ = writeln!(out, "#ifdef {name}\nextern char {DEFINED}{number};");
            if question.value && !barred.contains(name) {
                let _ = writeln!(out, "__auto_type {VALUE}{number} = ({name});");
                if question.text {
                    let _ = writeln!(out, "static const char {TEXT}{number}[] = ({name});");
                }
            }
            out.push_str("#endif\n");
        }
        out
    }

    /// What the compiler made of those declarations: of each macro that is defined its value.
    pub fn answers(
        &self,
        unit: &Unit<'_>,
        asked: &[(String, Cursor)],
    ) -> HashMap<String, Option<Value>> {
        let mut answers: HashMap<String, Option<Value>> = HashMap::new();
        for (variable, cursor) in asked {
            let Some((name, prefix)) = self.asked(variable) else {
                continue;
            };
            let answer = answers.entry(name.to_owned()).or_default();
            match prefix {
                VALUE => *answer = number(unit, *cursor),
                TEXT => *answer = answer.take().or_else(|| text(unit, *cursor)),
                _ => {}
            }
        }
        answers
    }

    fn asked(&self, variable: &str) -> Option<(&str, &'static str)> {
        let mut prefixes = [DEFINED, VALUE, TEXT].into_iter();
        let prefix = prefixes.find(|prefix| variable.starts_with(prefix))?;
        let number: usize = variable[prefix.len()..].parse().ok()?;
        Some((&self.all.get(number)?.name, prefix))
    }
}

/// The number that a variable begins with.
pub fn number(unit: &Unit<'_>, variable: Cursor) -> Option<Value> {
    let clang = unit.clang;
    let of = unit.canonical(unit.type_of(variable));
    if matches!(of.kind, kind::INT128 | kind::UINT128) {
        return None;
    }
    // SAFETY of all calls below: the cursor comes from this unit, which is alive; the result is
    // given back once.
    unsafe {
        let result = clang.clang_Cursor_Evaluate(variable);
        if result.is_null() {
            return None;
        }
        let value = match clang.clang_EvalResult_getKind(result) {
            ffi::EVALUATED_INT if clang.clang_EvalResult_isUnsignedInt(result) != 0 => Some(
                Value::Int(clang.clang_EvalResult_getAsUnsigned(result).into()),
            ),
            ffi::EVALUATED_INT => Some(Value::Int(
                clang.clang_EvalResult_getAsLongLong(result).into(),
            )),
            ffi::EVALUATED_FLOAT => Some(clang.clang_EvalResult_getAsDouble(result))
                .filter(|value| value.is_finite())
                .map(Value::Float),
            _ => None,
        };
        clang.clang_EvalResult_dispose(result);
        value
    }
}

/// The text that an array of characters begins with.
fn text(unit: &Unit<'_>, variable: Cursor) -> Option<Value> {
    let clang = unit.clang;
    // SAFETY: as in `number`.
    unsafe {
        let result = clang.clang_Cursor_Evaluate(variable);
        if result.is_null() {
            return None;
        }
        let bytes = if clang.clang_EvalResult_getKind(result) == ffi::EVALUATED_STRING {
            clang.clang_EvalResult_getAsStr(result)
        } else {
            ptr::null()
        };
        let text = (!bytes.is_null()).then(|| CStr::from_ptr(bytes).to_owned());
        clang.clang_EvalResult_dispose(result);
        let text = text?;
        // A text with zeros inside ends too early here.
        let whole = unit.size_of(unit.type_of(variable)) == Some(text.count_bytes() as u64 + 1);
        whole.then(|| Value::Text(text.to_string_lossy().into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definitions(texts: &[&'static str]) -> Definitions<'static> {
        let spot = Spot {
            file: ptr::null_mut(),
            line: 1,
            column: 1,
            offset: 0,
        };
        let mut all = Definitions::new();
        for text in texts {
            let name = tokens(text.as_bytes())
                .next()
                .unwrap()
                .text(text.as_bytes());
            let definition = Definition::new(text.as_bytes(), spot, true);
            all.by_name.insert(name.into_owned(), definition);
        }
        all
    }

    #[test]
    fn a_macro_is_its_parameters_and_its_text() {
        let all = definitions(&[
            "F(a, b...)  a /* x */\\\n +b",
            "G (a)",
            "H()",
            "I(...) __VA_ARGS__",
        ]);
        let shown = |name: &str| {
            (
                all.by_name[name].params.clone(),
                all.by_name[name].spelled(),
            )
        };
        let names = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
        assert_eq!(shown("F"), (names(&["a", "b..."]), "a +b".to_owned()));
        assert_eq!(shown("G"), (None, "(a)".to_owned()));
        assert_eq!(shown("H"), (names(&[]), String::new()));
        assert_eq!(shown("I"), (names(&["..."]), "__VA_ARGS__".to_owned()));
    }

    #[test]
    fn what_would_spoil_its_surroundings_is_not_asked() {
        let mut all = definitions(&[
            "OPEN (",
            "USES_OPEN OPEN 1 )",
            "BRACE {",
            "END ;",
            "SELF (SELF + 1)",
            "FINE ((1) + [2])",
            "CROSS ([)]",
            "PRAGMA _Pragma(\"once\")",
        ]);
        for name in ["OPEN", "USES_OPEN", "BRACE", "END", "CROSS", "PRAGMA"] {
            assert!(!all.askable(name).0, "{name}");
        }
        assert!(all.askable("SELF").0 && all.askable("FINE").0);
    }

    #[test]
    fn a_bomb_of_arguments_is_not_asked() {
        let calls = |count: usize| format!("B {}1{}", "TWICE(".repeat(count), ")".repeat(count));
        for (count, asked) in [(5, true), (30, false)] {
            let text: &'static str = calls(count).leak();
            let mut all = definitions(&["TWICE(x) (x) + (x)", text]);
            assert_eq!(all.askable("B").0, asked, "{count}");
        }
    }

    #[test]
    fn a_bomb_is_not_asked() {
        let mut all = definitions(&[
            "A 1",
            "B A A A A A A A A A A",
            "C B B B B B B B B B B",
            "D C C C C C C C C C C",
            "E D D D D D D D D D D D",
        ]);
        assert!(all.askable("C").0);
        assert!(!all.askable("E").0);
    }
}
