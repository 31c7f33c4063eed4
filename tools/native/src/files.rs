//! Source files as debug information names them: full paths, each once, and what each is to the
//! library: a source, a header of its own, or a part of the platform.

use std::collections::HashMap;

use crate::error::{Error, Result};

/// Files of all units together; a build of a browser has some 200,000.
const MAX_FILES: usize = 1 << 22;
const MAX_PATTERN: usize = 4096;
/// Twice what Linux can open.
const MAX_PATH: usize = 8192;

pub type FileId = u32;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `<built-in>` and the like: the compiler itself.
    Compiler,
    /// A source file: nothing in it can be seen from outside.
    Source,
    /// Anything else of the library's own.
    Header,
    /// A header of the C library, the kernel or the compiler.
    System,
}

pub struct File {
    pub path: String,
    pub kind: Kind,
    /// Whether a pattern of public files fits; without patterns nothing is known.
    pub public: Option<bool>,
}

#[derive(Default)]
pub struct Files {
    patterns: Option<Vec<Pattern>>,
    list: Vec<File>,
    by_path: HashMap<String, FileId>,
}

impl Files {
    pub fn new(public: Option<&[String]>) -> Result<Files> {
        let patterns = match public {
            Some(texts) => Some(
                texts
                    .iter()
                    .map(|text| Pattern::new(text))
                    .collect::<Result<_>>()?,
            ),
            None => None,
        };
        Ok(Files {
            patterns,
            ..Files::default()
        })
    }

    pub fn get(&self, id: FileId) -> &File {
        &self.list[id as usize]
    }

    /// The number of a file that a unit compiled in `home` calls `folder`/`name`.
    pub fn add(&mut self, home: &str, folder: &str, name: &str) -> Result<FileId> {
        if home.len() + folder.len() + name.len() > MAX_PATH {
            return Err(Error::Limit {
                what: "bytes in the path of a source file",
                limit: MAX_PATH as u64,
            });
        }
        let path = resolve(home, folder, name);
        if let Some(known) = self.by_path.get(&path) {
            return Ok(*known);
        }
        if self.list.len() == MAX_FILES {
            return Err(Error::Limit {
                what: "source files",
                limit: MAX_FILES as u64,
            });
        }
        let id = self.list.len() as FileId;
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let kind = kind_of(&path, &parts);
        let public = self.patterns.as_ref().map(|patterns| {
            let absolute = path.starts_with('/');
            let is_system = kind == Kind::System;
            patterns.iter().any(|p| p.fits(&parts, absolute, is_system))
        });
        self.by_path.insert(path.clone(), id);
        self.list.push(File { path, kind, public });
        Ok(id)
    }

    /// Of each file its place in the order of paths, so that an order does not depend on the
    /// order of units.
    pub fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<usize> = (0..self.list.len()).collect();
        order.sort_by(|a, b| self.list[*a].path.cmp(&self.list[*b].path));
        let mut ranks = vec![0; order.len()];
        for (rank, index) in order.into_iter().enumerate() {
            ranks[index] = rank as u32;
        }
        ranks
    }
}

/// A full path without `.` and `..`. Symbolic links are not looked at: the paths are those of
/// another machine.
fn resolve(home: &str, folder: &str, name: &str) -> String {
    if name.starts_with('<') {
        return name.to_owned();
    }
    let mut path = String::new();
    for part in [home, folder, name] {
        if is_absolute(part) {
            path.clear();
        } else if !path.is_empty() && !path.ends_with('/') {
            path.push('/');
        }
        path.push_str(part);
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                None if !root.is_empty() => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

fn is_absolute(path: &str) -> bool {
    let bytes = path.as_bytes();
    path.starts_with('/') || (bytes.len() > 2 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic())
}

fn kind_of(path: &str, parts: &[&str]) -> Kind {
    if path.starts_with('<') {
        Kind::Compiler
    } else if is_system(path, parts) {
        Kind::System
    } else if is_source(parts.last().unwrap_or(&"")) {
        Kind::Source
    } else {
        Kind::Header
    }
}

fn is_source(name: &str) -> bool {
    const ENDINGS: [&str; 32] = [
        "c", "cc", "cp", "cpp", "cxx", "c++", "C", "CPP", "m", "mm", "M", "rs", "s", "S", "sx",
        "asm", "i", "ii", "cu", "hip", "f", "F", "f90", "F90", "go", "d", "swift", "zig", "adb",
        "pas", "l", "y",
    ];
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// The places where C libraries, kernels and compilers keep their headers.
fn is_system(path: &str, parts: &[&str]) -> bool {
    // What a file lies in; its own name says nothing.
    let Some((_, folders)) = parts.split_last() else {
        return false;
    };
    let starts = |names: &[&str]| path.starts_with('/') && folders.starts_with(names);
    if starts(&["usr", "include"]) || starts(&["usr", "local", "cuda", "include"]) {
        return true;
    }
    // Cross compilers of distributions: /usr/aarch64-linux-gnu/include.
    if let ["usr", triple, "include", ..] = folders
        && path.starts_with('/')
        && triple.contains('-')
    {
        return true;
    }
    for (index, folder) in folders.iter().enumerate() {
        let after = &folders[index + 1..];
        let holds_headers = || after.iter().any(|part| part.starts_with("include"));
        let is_platform = match *folder {
            // Any prefix: /usr/lib/gcc/x86_64-linux-gnu/12/include, /opt/llvm/lib/clang/19/include.
            "gcc" | "gcc-cross" | "clang" => {
                index > 0 && folders[index - 1].starts_with("lib") && holds_headers()
            }
            "usr" => {
                index == 0 && path.starts_with('/') && after.len() > 1 && {
                    after[0].starts_with("lib") && after[1].starts_with("llvm")
                }
            }
            // The C libraries that zig brings along.
            "libc" | "ziglang" | "zig" => {
                after.first() == Some(&"include")
                    || (*folder != "libc" && after.starts_with(&["lib", "include"]))
            }
            name => {
                let in_store = || index == 2 && folders[..2] == ["nix", "store"];
                let is_toolchain = |name: &str| {
                    ["-glibc-", "-musl-", "-gcc-", "-clang-", "-linux-headers-"]
                        .iter()
                        .any(|word| name.contains(word))
                };
                let is_root = name.contains("sysroot") || name.ends_with(".sdk");
                (is_root && holds_headers()) || (in_store() && is_toolchain(name))
            }
        };
        if is_platform {
            return true;
        }
    }
    false
}

/// A glob that whole components of a path must fit, from its end.
struct Pattern {
    from_root: bool,
    /// It names something that not every tree of headers has.
    is_specific: bool,
    parts: Vec<Part>,
}

enum Part {
    /// Any number of folders.
    Any,
    One(Vec<Token>),
}

enum Token {
    Any,
    One,
    Char(char),
    /// Ranges of characters, or all others.
    Set {
        of: Vec<(char, char)>,
        not: bool,
    },
}

impl Pattern {
    fn new(text: &str) -> Result<Pattern> {
        let refuse = |why| Err(Error::Options(format!("the public pattern {text:?} {why}")));
        if text.len() > MAX_PATTERN {
            return refuse("is too long");
        }
        let names = text.split('/');
        let names: Vec<&str> = names
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        if names.is_empty() || names.contains(&"..") {
            return refuse("names no file");
        }
        let from_root = text.starts_with('/');
        let mut parts = Vec::new();
        if !from_root {
            parts.push(Part::Any);
        }
        for name in &names {
            parts.push(match tokens(name) {
                _ if *name == "**" => Part::Any,
                Some(tokens) => Part::One(tokens),
                None => return refuse("has a bracket without an end"),
            });
        }
        if text.ends_with('/') {
            parts.push(Part::Any);
        }
        let says =
            |name: &&str| !name.contains(['*', '?', '[']) && !["usr", "include"].contains(name);
        Ok(Pattern {
            from_root,
            is_specific: from_root || names.iter().any(says),
            parts,
        })
    }

    /// The platform's headers are public only by a pattern that must mean them: `include/*.h` is
    /// the library's own folder.
    fn fits(&self, path: &[&str], absolute: bool, is_system: bool) -> bool {
        let is_any = |part: &Part| matches!(part, Part::Any);
        let one = |part: &Part, name: &&str| match part {
            Part::Any => true,
            Part::One(tokens) => glob(tokens, name),
        };
        (absolute || !self.from_root)
            && (self.is_specific || !is_system)
            && fits(&self.parts, path, is_any, one)
    }
}

fn tokens(name: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = name.chars();
    while let Some(char) = rest.next() {
        tokens.push(match char {
            '*' => Token::Any,
            '?' => Token::One,
            '[' => {
                // The first character is one of the set even if it is a bracket.
                let text = rest.as_str();
                let first = text.chars().next()?.len_utf8();
                let end = text[first..].find(']')? + first;
                let inside = &text[..end];
                rest = text[end + 1..].chars();
                let not = inside.starts_with(['!', '^']);
                let mut set: Vec<char> = inside.chars().skip(usize::from(not)).collect();
                let mut of = Vec::new();
                while let Some(last) = set.pop() {
                    match set.as_slice() {
                        [.., first, '-'] => {
                            of.push((*first, last));
                            set.truncate(set.len() - 2);
                        }
                        _ => of.push((last, last)),
                    }
                }
                Token::Set { of, not }
            }
            char => Token::Char(char),
        });
    }
    Some(tokens)
}

fn glob(pattern: &[Token], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let is_any = |token: &Token| matches!(token, Token::Any);
    fits(pattern, &name, is_any, |token, char| match token {
        Token::Any | Token::One => true,
        Token::Char(own) => own == char,
        Token::Set { of, not } => {
            let is_in = of
                .iter()
                .any(|(first, last)| (first..=last).contains(&char));
            is_in != *not
        }
    })
}

/// Matches with one step back: after the last "any number" taken, never to those before it, so
/// that it takes at most one times the other.
fn fits<P, T>(
    pattern: &[P],
    text: &[T],
    is_any: impl Fn(&P) -> bool,
    one: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back = None;
    while t < text.len() {
        if p < pattern.len() && is_any(&pattern[p]) {
            back = Some((p + 1, t));
            p += 1;
        } else if p < pattern.len() && one(&pattern[p], &text[t]) {
            p += 1;
            t += 1;
        } else if let Some((after, from)) = back {
            back = Some((after, from + 1));
            p = after;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(is_any)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str) -> Kind {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        kind_of(path, &parts)
    }

    fn public(pattern: &str, path: &str) -> bool {
        let mut files = Files::new(Some(&[pattern.to_owned()])).unwrap();
        let id = files.add("/build", "", path).unwrap();
        files.get(id).public == Some(true)
    }

    #[test]
    fn paths_are_joined_and_made_short() {
        assert_eq!(resolve("/b", "../inc/./x", "a.h"), "/inc/x/a.h");
        assert_eq!(resolve("/b", "/usr/include", "a.h"), "/usr/include/a.h");
        assert_eq!(resolve("/b", "x", "/a.h"), "/a.h");
        assert_eq!(resolve(".", "..", "../a.h"), "../../a.h");
        assert_eq!(resolve("/b", "", "<built-in>"), "<built-in>");
    }

    #[test]
    fn the_platform_is_known_by_its_places() {
        for path in [
            "/usr/include/stdio.h",
            "/usr/lib/gcc/x86_64-linux-gnu/12/include/stddef.h",
            "/usr/lib/llvm-14/lib/clang/14.0.6/include/stddef.h",
            "/usr/aarch64-linux-gnu/include/stdio.h",
            "/opt/x/sysroot/usr/include/stdio.h",
            "/venv/ziglang/lib/libc/include/generic-glibc/stdio.h",
            "/nix/store/abc-glibc-2.39-dev/include/stdio.h",
        ] {
            assert_eq!(kind(path), Kind::System, "{path}");
        }
        for path in [
            "/build/include/gcc/x.h",
            "/home/me/lib/clang.h",
            "/build/lib/clang/tool.h",
            "/src/usr/include/own.h",
            "usr/include/own.h",
        ] {
            assert_eq!(kind(path), Kind::Header, "{path}");
        }
        assert_eq!(kind("/src/a.cc"), Kind::Source);
        assert_eq!(kind("<built-in>"), Kind::Compiler);
    }

    #[test]
    fn patterns_fit_whole_components_from_the_end() {
        assert!(public("zlib.h", "src/zlib.h"));
        assert!(!public("zlib.h", "src/myzlib.h"));
        assert!(public("include/openssl/*.h", "x/include/openssl/evp.h"));
        assert!(!public("include/openssl/*.h", "include/openssl/sub/evp.h"));
        assert!(public("include/**/*.h", "include/a/b/evp.h"));
        assert!(public("include/**/*.h", "include/evp.h"));
        assert!(public("include/", "x/include/a/b.h"));
        assert!(public("/build/x/*.h", "x/a.h"));
        assert!(!public("/x/*.h", "x/a.h"));
        assert!(public("a*b?c.h", "aXXbYc.h"));
        assert!(public("[a-c]x[!0-9].h", "bxy.h"));
        assert!(!public("[a-c]x[!0-9].h", "bx1.h"));
        assert!(!public("[a-c]x.h", "dx.h"));
    }

    #[test]
    fn the_platform_is_public_only_by_name() {
        assert!(!public("include/*.h", "/usr/include/stdio.h"));
        assert!(!public("*.h", "/usr/include/stdio.h"));
        assert!(public("stdio.h", "/usr/include/stdio.h"));
        assert!(public("include/openssl/*.h", "/usr/include/openssl/evp.h"));
        assert!(public("/usr/include/*.h", "/usr/include/stdio.h"));
    }

    #[test]
    fn brackets_must_end() {
        for text in ["[a", "[", "[]", "x[!"] {
            assert!(Pattern::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_does_not_explode() {
        let pattern = tokens(&"*a".repeat(2000)).unwrap();
        let name = "a".repeat(4000) + "b";
        assert!(!glob(&pattern, &name));
    }
}
