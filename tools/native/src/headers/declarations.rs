//! The public functions, variables and typedefs of a translation unit, and the types they reach.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::ffi::{self, Cursor, cursor};
use super::lexer::tokens;
use super::macros::{Macro, number};
use super::model::{Signature, Typed};
use super::places::Place;
use super::types::{Origin, Types, is_tag};
use super::unit::Unit;
use crate::error::Result;

#[derive(Default)]
pub struct Declarations {
    pub functions: BTreeMap<String, Function>,
    pub variables: BTreeMap<String, Variable>,
    pub typedefs: BTreeMap<String, Typedef>,
    /// Numbers that every includer gets as an object of its own: to programs what a macro is.
    pub constants: BTreeMap<String, Macro>,
}

pub struct Function {
    pub signature: Signature,
    pub is_inline: bool,
    pub is_static: bool,
    pub linkage: Linkage,
    pub place: Option<Place>,
}

pub struct Variable {
    pub typed: Rc<Typed>,
    pub is_const: bool,
    pub is_thread_local: bool,
    pub linkage: Linkage,
    pub place: Option<Place>,
}

pub struct Typedef {
    pub typed: Rc<Typed>,
    pub place: Option<Place>,
}

/// What attributes say of a symbol.
#[derive(Default)]
pub struct Linkage {
    pub noreturn: bool,
    pub deprecated: bool,
    pub hidden: bool,
    pub weak: bool,
    /// The linker's name, where it is not the one that C uses.
    pub symbol: Option<String>,
}

/// Reads the top-level cursors that stand in public files.
pub fn declarations(types: &mut Types<'_, '_>, public: &[Cursor]) -> Result<Declarations> {
    let mut found = Declarations::default();
    let mut tags = Vec::new();
    for &cursor in public {
        types.reading = Some(types.unit.spot_of(cursor));
        match cursor.kind {
            cursor::FUNCTION => found.function(types, cursor)?,
            cursor::VARIABLE => found.variable(types, cursor)?,
            cursor::TYPEDEF => found.typedef(types, cursor)?,
            kind if is_tag(kind) => {
                tags.push(cursor);
                // SAFETY: the cursor comes from a unit that is alive.
                if unsafe { types.unit.clang.clang_Cursor_isAnonymous(cursor) } == 0 {
                    types.node(cursor, &Origin::Nowhere);
                }
            }
            _ => {}
        }
    }
    types.finish()?;
    // Only now, so that whatever a field or a typedef names has its name from there.
    for cursor in tags {
        if cursor.kind == cursor::ENUM {
            types.node(cursor, &Origin::Nowhere);
        } else {
            types.nested(cursor);
        }
    }
    types.finish()?;
    Ok(found)
}

impl Declarations {
    fn function(&mut self, types: &mut Types<'_, '_>, declared: Cursor) -> Result<()> {
        let (unit, clang) = (types.unit, types.unit.clang);
        let name = unit.spelling(declared);
        // SAFETY of all calls below: the cursors come from a unit that is alive.
        let count = unsafe { clang.clang_Cursor_getNumArguments(declared) };
        let written: Vec<_> = (0..u32::try_from(count).unwrap_or(0))
            .map(|number| unsafe { clang.clang_Cursor_getArgument(declared, number) })
            .map(|param| (unit.spelling(param), unit.type_of(param)))
            .collect();
        let mut linkage = Linkage::of(unit, declared);
        let canonical = unit.canonical(unit.type_of(declared));
        let spelled = unit.text(unsafe { clang.clang_getTypeSpelling(canonical) });
        linkage.noreturn |= type_says_noreturn(&spelled);
        let mut function = Function {
            signature: types.declared(unit.type_of(declared), &written, &name)?,
            is_inline: unsafe { clang.clang_Cursor_isFunctionInlined(declared) } != 0,
            is_static: is_static(unit, declared),
            linkage,
            place: None,
        };
        // A later declaration knows all that earlier ones said, except for names of parameters.
        if let Some(earlier) = self.functions.get(&name) {
            function.is_inline |= earlier.is_inline;
            function.is_static |= earlier.is_static;
            function.place = earlier.place;
            let before = &earlier.signature.params;
            for (param, before) in function.signature.params.iter_mut().zip(before) {
                if param.name.is_none() {
                    param.name.clone_from(&before.name);
                }
            }
        } else {
            function.place = types.place(unit.spot_of(declared));
        }
        self.functions.insert(name, function);
        Ok(())
    }

    /// A static variable in a header is no symbol: every includer has its own.
    fn variable(&mut self, types: &mut Types<'_, '_>, declared: Cursor) -> Result<()> {
        let unit = types.unit;
        let name = unit.spelling(declared);
        if is_static(unit, declared) {
            let of = unit.type_of(declared);
            if let Some(value) = number(unit, declared).filter(|_| types.is_const(of)) {
                // SAFETY: the type comes from a unit that is alive.
                let spelled = unit.text(unsafe { unit.clang.clang_getTypeSpelling(of) });
                let constant = Macro {
                    text: format!("static {spelled}"),
                    params: None,
                    value: Some(value),
                    default: false,
                    place: types.place(unit.spot_of(declared)),
                };
                self.constants.insert(name, constant);
            }
            return Ok(());
        }
        let of = unit.type_of(declared);
        let earlier = self.variables.get(&name).and_then(|known| known.place);
        let typed = types.spelled(of, &Origin::Variable(&name))?;
        types.refuse_unknown(&typed);
        let variable = Variable {
            typed,
            is_const: types.is_const(of),
            // SAFETY: the cursor comes from a unit that is alive.
            is_thread_local: unsafe { unit.clang.clang_getCursorTLSKind(declared) } != 0,
            linkage: Linkage::of(unit, declared),
            place: earlier.or_else(|| types.place(unit.spot_of(declared))),
        };
        self.variables.insert(name, variable);
        Ok(())
    }

    fn typedef(&mut self, types: &mut Types<'_, '_>, declared: Cursor) -> Result<()> {
        let unit = types.unit;
        let name = unit.spelling(declared);
        if self.typedefs.contains_key(&name) {
            return Ok(());
        }
        // SAFETY: the cursor comes from a unit that is alive.
        let of = unsafe { unit.clang.clang_getTypedefDeclUnderlyingType(declared) };
        let typed = types.spelled(of, &Origin::Typedef(&name))?;
        let place = types.place(unit.spot_of(declared));
        self.typedefs.insert(name, Typedef { typed, place });
        Ok(())
    }
}

fn is_static(unit: &Unit<'_>, declared: Cursor) -> bool {
    // SAFETY: the cursor comes from a unit that is alive.
    unsafe { unit.clang.clang_Cursor_getStorageClass(declared) == ffi::STORAGE_STATIC }
}

impl Linkage {
    fn of(unit: &Unit<'_>, declared: Cursor) -> Linkage {
        let clang = unit.clang;
        // SAFETY of all calls below: the cursor comes from a unit that is alive.
        if unsafe { clang.clang_Cursor_hasAttrs(declared) } == 0 {
            return Linkage::default();
        }
        // libclang tells of few attributes; the compiler's own spelling has them all.
        let said = attributes(&unit.pretty(declared));
        let has = |name: &str| said.iter().any(|word| word == name);
        Linkage {
            noreturn: has("noreturn") || has("_Noreturn"),
            deprecated: unsafe { clang.clang_getCursorAvailability(declared) }
                == ffi::AVAILABILITY_DEPRECATED,
            hidden: unsafe { clang.clang_getCursorVisibility(declared) } == ffi::VISIBILITY_HIDDEN,
            weak: has("weak"),
            symbol: has("asm")
                .then(|| unit.children(declared))
                .and_then(|children| children.into_iter().find(|c| c.kind == cursor::ASM_LABEL))
                .map(|label| unit.spelling(label))
                .filter(|symbol| *symbol != unit.spelling(declared)),
        }
    }
}

/// The words of the attributes that belong to the declaration itself, not to its parameters.
fn attributes(declaration: &str) -> Vec<String> {
    let mut said = Vec::new();
    let mut depth = 0usize;
    // Depth at which an attribute's own parentheses began.
    let mut inside: Option<usize> = None;
    let text = declaration.as_bytes();
    let all: Vec<_> = tokens(text).map(|token| token.text(text)).collect();
    for (number, word) in all.iter().enumerate() {
        match &**word {
            "(" | "[" => depth += 1,
            ")" | "]" => {
                depth = depth.saturating_sub(1);
                if inside == Some(depth) {
                    inside = None;
                }
            }
            "__attribute__" | "__declspec" if depth == 0 => inside = Some(depth),
            "_Noreturn" | "asm" if depth == 0 => said.push(word.to_string()),
            _ if inside.is_some() => said.push(word.trim_matches('_').to_owned()),
            // [[noreturn]]
            _ if depth == 2 && number >= 2 && all[number - 2..number] == ["[", "["] => {
                said.push(word.to_string());
            }
            _ => {}
        }
    }
    said
}

fn type_says_noreturn(spelled: &str) -> bool {
    type_attributes(spelled, "noreturn")
        .iter()
        .any(|said| said == "noreturn")
}

/// The attributes that begin with a word and that a function type has itself, not what it takes or
/// returns: behind its own parameters, which are the first parentheses that hold no declarator.
pub fn type_attributes(spelled: &str, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !spelled.contains(word) {
        return found;
    }
    let text = spelled.as_bytes();
    let all: Vec<_> = tokens(text).map(|token| token.text(text)).collect();
    let declarator = |number: usize| {
        all.get(number)
            .is_some_and(|word| word == "*" || word == "^")
    };
    let own = (0..all.len()).find(|&number| all[number] == "(" && !declarator(number + 1));
    let mut depth = 0usize;
    let mut rest = all[own.unwrap_or(all.len())..].iter();
    for word in rest.by_ref() {
        match &**word {
            "(" => depth += 1,
            ")" if depth == 1 => break,
            ")" => depth -= 1,
            _ => {}
        }
    }
    let rest: String = rest.map(|word| word.as_ref()).collect();
    let mut rest = rest.as_str();
    while let Some((said, after)) = rest.strip_prefix("__attribute__((").and_then(|attribute| {
        // Arguments of the attribute have parentheses of their own.
        let mut open = 0usize;
        let end = attribute.find(|letter| {
            open += usize::from(letter == '(');
            letter == ')'
                && (open == 0 || {
                    open -= 1;
                    false
                })
        })?;
        Some((&attribute[..end], attribute[end..].strip_prefix("))")?))
    }) {
        if said.starts_with(word) {
            found.push(said.to_owned());
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{attributes, type_attributes, type_says_noreturn};

    #[test]
    fn a_function_type_is_noreturn_only_if_it_says_so_of_itself() {
        for (spelled, says) in [
            ("void (void) __attribute__((noreturn))", true),
            ("void *(*(int) __attribute__((noreturn)))(void)", true),
            (
                "void (int) __attribute__((stdcall)) __attribute__((noreturn))",
                true,
            ),
            ("void (void (*)(void) __attribute__((noreturn)))", false),
            ("void (*(int))(void) __attribute__((noreturn))", false),
            ("void (struct noreturn)", false),
        ] {
            assert_eq!(type_says_noreturn(spelled), says, "{spelled}");
        }
        let spelled = "int (int (*)(int) __attribute__((regparm (1)))) __attribute__((regparm (2))) __attribute__((noreturn))";
        assert_eq!(type_attributes(spelled, "regparm"), ["regparm(2)"]);
        assert!(type_says_noreturn(spelled));
    }

    #[test]
    fn attributes_of_parameters_are_not_the_functions() {
        let text = "void f(void (*noreturn)(void) __attribute__((weak))) __attribute__((cold))";
        assert_eq!(attributes(text), ["cold"]);
        assert_eq!(attributes("[[noreturn]] void f(int)"), ["noreturn"]);
        assert_eq!(
            attributes("_Noreturn void f(void) asm(\"g\")"),
            ["_Noreturn", "asm"]
        );
    }
}
