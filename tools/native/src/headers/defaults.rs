//! Which macros a header only defines where the program has not: `#ifndef NAME … #define NAME 8`.
//!
//! Found in the text, since a compiler keeps nothing of the conditions. Refuses nothing: text that
//! is no C has no such macros.

use std::collections::HashMap;
use std::rc::Rc;

use super::lexer::{end_of_quoted, splice, tokens};

/// The parts of one text where a name is known to be undefined when they begin.
#[derive(Default)]
pub struct Defaults {
    parts: HashMap<String, Vec<(usize, usize)>>,
}

/// Those of each file that was read, by name: the same for every target.
pub type Known = HashMap<String, Rc<Defaults>>;

/// One open condition: where its current part begins, and what is undefined there.
struct Open {
    start: usize,
    undefined: Vec<String>,
    /// What is undefined in the part behind `#else`.
    otherwise: Vec<String>,
}

impl Defaults {
    pub fn new(text: &[u8]) -> Self {
        let mut found = Defaults::default();
        let mut open: Vec<Open> = Vec::new();
        for (start, end) in directives(text) {
            let line = &text[start..end];
            let mut all = tokens(line).skip(1).map(|token| token.text(line));
            match all.next().as_deref() {
                Some("ifndef") => open.push(Open {
                    start: end,
                    undefined: all.next().into_iter().map(String::from).collect(),
                    otherwise: Vec::new(),
                }),
                Some("ifdef") => open.push(Open {
                    start: end,
                    undefined: Vec::new(),
                    otherwise: all.next().into_iter().map(String::from).collect(),
                }),
                Some("if") => {
                    let words: Vec<_> = all.map(String::from).collect();
                    open.push(Open {
                        start: end,
                        undefined: undefined(&words),
                        otherwise: only_defined(&words).into_iter().collect(),
                    });
                }
                Some("elif") => {
                    let words: Vec<_> = all.map(String::from).collect();
                    if let Some(last) = open.last_mut() {
                        let mut names = undefined(&words);
                        names.append(&mut last.otherwise.clone());
                        found.close(last, start);
                        last.undefined = names;
                        last.start = end;
                    }
                }
                Some("else") => {
                    if let Some(last) = open.last_mut() {
                        found.close(last, start);
                        last.undefined = std::mem::take(&mut last.otherwise);
                        last.start = end;
                    }
                }
                Some("endif") => {
                    if let Some(mut last) = open.pop() {
                        found.close(&mut last, start);
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn close(&mut self, part: &mut Open, end: usize) {
        for name in part.undefined.drain(..) {
            self.parts.entry(name).or_default().push((part.start, end));
        }
    }

    /// Whether what is defined here is only a default.
    pub fn holds(&self, name: &str, offset: usize) -> bool {
        let mut parts = self.parts.get(name).into_iter().flatten();
        parts.any(|(start, end)| (*start..*end).contains(&offset))
    }
}

/// Names that a condition asks to be undefined, whatever else it asks.
fn undefined(words: &[String]) -> Vec<String> {
    if words.iter().any(|word| word == "||" || word == "?") {
        return Vec::new();
    }
    let mut names = Vec::new();
    for (number, word) in words.iter().enumerate() {
        if word == "!" && words.get(number + 1).is_some_and(|next| next == "defined") {
            let rest = &words[number + 2..];
            names.extend(rest.iter().find(|word| *word != "(").cloned());
        }
    }
    names
}

/// The name that a condition asks to be defined, if it asks nothing else.
fn only_defined(words: &[String]) -> Option<String> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["defined", name] | ["defined", "(", name, ")"] => Some(name.to_owned()),
        _ => None,
    }
}

/// Where each line that begins with `#` begins and ends.
fn directives(text: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = first_of_line(text, at);
            at = end_of_line(text, start).max(at + 1);
            if text.get(start) == Some(&b'#') {
                return Some((start, at.min(text.len())));
            }
        }
        None
    })
}

/// Skips what is space in a line, and lines that are nothing else.
fn first_of_line(text: &[u8], mut at: usize) -> usize {
    while at < text.len() {
        let rest = &text[at..];
        if rest[0].is_ascii_whitespace() {
            at += 1;
        } else if let Some(length) = splice(rest) {
            at += length;
        } else if rest.starts_with(b"/*") {
            at = end_of_comment(text, at);
        } else {
            break;
        }
    }
    at
}

fn end_of_line(text: &[u8], mut at: usize) -> usize {
    while at < text.len() {
        match text[at] {
            b'\n' => return at,
            b'\\' => at += splice(&text[at..]).unwrap_or(1),
            b'/' if text[at..].starts_with(b"/*") => at = end_of_comment(text, at),
            b'/' if text[at..].starts_with(b"//") => {
                while at < text.len() && text[at] != b'\n' {
                    at += splice(&text[at..]).unwrap_or(1);
                }
            }
            quote @ (b'"' | b'\'') => at = end_of_quoted(text, at, quote),
            _ => at += 1,
        }
    }
    text.len()
}

fn end_of_comment(text: &[u8], start: usize) -> usize {
    let rest = &text[start + 2..];
    let end = rest.windows(2).position(|pair| pair == b"*/");
    end.map_or(text.len(), |end| start + end + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the first `#define X` of a text is a default of X.
    fn is_default(text: &str) -> bool {
        let at = text.find("define X").unwrap();
        Defaults::new(text.as_bytes()).holds("X", at)
    }

    #[test]
    fn a_default_stands_where_its_name_is_asked_to_be_undefined() {
        for text in [
            "#ifndef X\n#define X 1\n#endif\n",
            "  # /* a */ ifndef X // b\n#  define X 1\n#endif",
            "#if !defined(X) && defined Y\n#define X 1\n#endif",
            "#if ! defined X\n# if A\n#  define X 1\n# else\n# endif\n#endif",
            "#ifdef X\n#else\n#define X 1\n#endif",
            "#if defined(X)\n#elif defined(A)\n#define X 1\n#endif",
            "#if A\n#elif !defined(X)\n#define X 1\n#endif",
            "/* #endif\n */ #ifndef \\\n X\nchar *s = \"/*\";\n#define X 1\n#endif",
        ] {
            assert!(is_default(text), "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_none() {
        for text in [
            "#ifndef Y\n#define X 1\n#endif\n",
            "#ifndef X\n#endif\n#define X 1\n",
            "#ifndef X\n#else\n#define X 1\n#endif",
            "#if !defined(X) || A\n#define X 1\n#endif",
            "#ifdef X\n#define X 1\n#endif",
            "/*\n#ifndef X\n*/\n#define X 1\n#endif",
            "// \\\n#ifndef X\n#define X 1\n",
            "#if defined(X) && A\n#else\n#define X 1\n#endif",
        ] {
            assert!(!is_default(text), "{text:?}");
        }
    }

    #[test]
    fn broken_texts_end() {
        for text in [
            "#",
            "#if",
            "#ifndef",
            "#endif\n#else\n#elif",
            "/*",
            "#\\",
            "\\\n",
            "#if \"\n",
            "'",
        ] {
            assert!(
                Defaults::new(text.as_bytes())
                    .parts
                    .values()
                    .all(|parts| !parts.is_empty())
            );
        }
    }
}
