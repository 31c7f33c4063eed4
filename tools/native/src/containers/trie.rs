//! The export trie of a Mach-O library. Linkers write a tree; a node that two edges lead to is
//! refused, since a few hundred such nodes can stand for more names than there are atoms.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::image::MAX_NAME;

const REEXPORT: u64 = 0x08;
const STUB_AND_RESOLVER: u64 = 0x10;

#[derive(Debug, PartialEq)]
pub struct Export {
    pub name: Vec<u8>,
    pub flags: u64,
    pub target: Target,
}

#[derive(Debug, PartialEq)]
pub enum Target {
    /// Relative to the image's first byte, or a value if the flags say absolute.
    Address(u64),
    /// The number of the library, from 1, and the name there if it is another one.
    Reexport {
        library: u64,
        name: Vec<u8>,
    },
    Resolver(u64),
}

pub fn exports(trie: &[u8]) -> Result<Vec<Export>> {
    let mut found = Vec::new();
    if trie.is_empty() {
        return Ok(found);
    }
    let mut seen = HashSet::from([0]);
    let mut waiting = vec![(0usize, Vec::new())];
    let mut spent = 0usize;
    while let Some((at, name)) = waiting.pop() {
        let mut node = Bytes { all: trie, at };
        let size = node.size("a node")?;
        let children_at = node.at.saturating_add(size);
        if size > 0 {
            let Some(terminal) = trie.get(..children_at) else {
                return Err(malformed("an export ends outside"));
            };
            let mut terminal = Bytes {
                all: terminal,
                at: node.at,
            };
            spent += name.len();
            found.push(terminal.export(name.clone())?);
        }
        node.at = children_at;
        let children = node.byte("the number of children")?;
        for _ in 0..children {
            let edge = node.string("an edge")?;
            let child = node.size("an edge's target")?;
            if child >= trie.len() {
                return Err(malformed("an edge leads outside"));
            }
            if !seen.insert(child) {
                return Err(malformed("two edges lead to one node, or in a circle"));
            }
            let mut longer = name.clone();
            longer.extend_from_slice(edge);
            spent += longer.len();
            if longer.len() > MAX_NAME || spent > 64 * trie.len() + (1 << 20) {
                return Err(malformed("its names are too long to be true"));
            }
            waiting.push((child, longer));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn malformed(why: &str) -> Error {
    Error::Malformed(format!("the export trie: {why}"))
}

struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn byte(&mut self, what: &str) -> Result<u8> {
        let byte = self.all.get(self.at).copied();
        self.at = self.at.saturating_add(1);
        byte.ok_or_else(|| malformed(&format!("{what} lies outside")))
    }

    fn uleb(&mut self, what: &str) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(what)?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(malformed(&format!("{what} is a number above 64 bits")))
    }

    fn size(&mut self, what: &str) -> Result<usize> {
        Ok(usize::try_from(self.uleb(what)?).unwrap_or(usize::MAX))
    }

    fn string(&mut self, what: &str) -> Result<&'a [u8]> {
        let rest = self.all.get(self.at..).unwrap_or(&[]);
        let end = rest.iter().position(|&byte| byte == 0);
        let end = end.ok_or_else(|| malformed(&format!("{what} has no end")))?;
        self.at += end + 1;
        Ok(&rest[..end])
    }

    fn export(&mut self, name: Vec<u8>) -> Result<Export> {
        let flags = self.uleb("the flags of an export")?;
        let target = if flags & REEXPORT != 0 {
            Target::Reexport {
                library: self.uleb("a library's number")?,
                name: self.string("the name of a re-export")?.to_vec(),
            }
        } else if flags & STUB_AND_RESOLVER != 0 {
            let stub = self.uleb("a stub's address")?;
            self.uleb("a resolver's address")?;
            Target::Resolver(stub)
        } else {
            Target::Address(self.uleb("an address")?)
        };
        Ok(Export {
            name,
            flags,
            target,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_edges_that_lead_to_them() {
        // The root, "_a" -> 13 with an export, "b" below it with a re-export under another name.
        let trie = [
            0, 1, b'_', b'a', 0, 6, // root
            2, 0, 0x10, 1, b'b', 0, 13, // _a at 0x10
            4, 8, 1, b'z', 0, 0, // _ab is z of library 1
        ];
        let found = exports(&trie).unwrap();
        assert_eq!(found[0].name, b"_a");
        assert_eq!(found[0].target, Target::Address(16));
        assert_eq!(
            found[1].target,
            Target::Reexport {
                library: 1,
                name: b"z".to_vec()
            }
        );
        for end in 1..trie.len() {
            assert!(exports(&trie[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn circles_and_shared_nodes_are_refused() {
        assert!(exports(&[0, 1, b'a', 0, 0]).is_err());
        let shared = [0, 2, b'a', 0, 8, b'b', 0, 8, 2, 0, 1, 0];
        assert!(exports(&shared).is_err());
        assert!(exports(&[0, 1, b'a', 0, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).is_err());
    }
}
