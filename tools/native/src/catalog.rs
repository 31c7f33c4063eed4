//! Type nodes -> one key for each type.
//!
//! Every C unit describes the headers it includes anew. Nodes that cannot be told apart by
//! looking at them, however deep, are one type in the answer.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use crate::error::{Error, Result};
use crate::model::{Kind, Node, Signature};

/// Each round tells apart types that differ one reference further away.
const MAX_ROUNDS: usize = 1000;

/// The finished types, ready to be written.
pub struct Catalog<'d> {
    nodes: Vec<Node<'d>>,
    stand_in: Vec<usize>,
    class: Vec<u32>,
    /// Of each class: its key and the node that shows it.
    keys: BTreeMap<u32, (String, usize)>,
}

impl<'d> Catalog<'d> {
    /// Merges the nodes that are the same type and gives each remaining one its key.
    pub fn new(nodes: Vec<Node<'d>>) -> Result<Self> {
        let stand_in = stand_ins(&nodes);
        let (class, refs) = look(&nodes, &stand_in);
        let class = refine(class, &refs)?;
        let keys = keys(&nodes, &class, &stand_in);
        Ok(Catalog {
            nodes,
            stand_in,
            class,
            keys,
        })
    }

    fn class_of(&self, node: usize) -> u32 {
        self.class[self.stand_in[node]]
    }

    /// The key of a node, and the node that shows what it is.
    pub fn shown(&self, node: usize) -> (&str, &Node<'d>) {
        let (key, shown) = &self.keys[&self.class_of(node)];
        (key, &self.nodes[*shown])
    }

    /// Equal for signatures that a caller cannot tell apart.
    pub fn fingerprint(&self, signature: &Signature<'d>) -> (Vec<u8>, Vec<u32>) {
        let (mut bytes, mut refs) = (Vec::new(), Vec::new());
        signature.encode(&mut bytes, &mut refs);
        (bytes, refs.into_iter().map(|n| self.class_of(n)).collect())
    }

    /// Every type once, with its key.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Node<'d>)> {
        self.keys
            .values()
            .map(|(key, shown)| (key.as_str(), &self.nodes[*shown]))
    }
}

/// A declaration stands for the type that is defined elsewhere under its name.
fn stand_ins(nodes: &[Node<'_>]) -> Vec<usize> {
    let mut defined: HashMap<(Kind, &str), usize> = HashMap::new();
    for (index, node) in nodes.iter().enumerate().filter(|(_, n)| !n.declaration) {
        defined.entry((node.kind, &node.label)).or_insert(index);
    }
    let of = |(index, node): (usize, &Node<'_>)| {
        let definition = defined.get(&(node.kind, node.label.as_str()));
        definition
            .copied()
            .filter(|_| node.declaration)
            .unwrap_or(index)
    };
    nodes.iter().enumerate().map(of).collect()
}

/// Nodes that look the same, if one does not look at what they refer to; and what that is.
fn look(nodes: &[Node<'_>], stand_in: &[usize]) -> (Vec<u32>, Vec<Vec<usize>>) {
    let mut seen: HashMap<Vec<u8>, u32> = HashMap::new();
    let mut class = Vec::with_capacity(nodes.len());
    let mut refs = Vec::with_capacity(nodes.len());
    let mut bytes = Vec::new();
    for node in nodes {
        let mut to = Vec::new();
        bytes.clear();
        node.encode(&mut bytes, &mut to);
        refs.push(to.into_iter().map(|target| stand_in[target]).collect());
        class.push(number(&mut seen, &bytes));
    }
    (class, refs)
}

/// The number of a key: as many as there are keys before it. Copies only keys that are new.
fn number<T: Eq + Hash + Clone>(seen: &mut HashMap<Vec<T>, u32>, key: &[T]) -> u32 {
    if let Some(known) = seen.get(key) {
        return *known;
    }
    // There are at most MAX_NODES of them.
    let fresh = seen.len() as u32;
    seen.insert(key.to_vec(), fresh);
    fresh
}

fn keys(nodes: &[Node<'_>], class: &[u32], stand_in: &[usize]) -> BTreeMap<u32, (String, usize)> {
    let mut keys = BTreeMap::new();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        if stand_in[index] != index || keys.contains_key(&class[index]) {
            continue;
        }
        let count = uses.entry(&node.label).or_default();
        *count += 1;
        let key = match *count {
            1 => node.label.clone(),
            n => format!("{}#{n}", node.label),
        };
        keys.insert(class[index], (key, index));
    }
    keys
}

/// Splits classes until two nodes of one class refer to the same classes, one by one. Starting
/// from "looks the same" and only ever splitting keeps circular types together.
fn refine(mut class: Vec<u32>, refs: &[Vec<usize>]) -> Result<Vec<u32>> {
    let mut count = class.iter().max().map_or(0, |max| *max as usize + 1);
    let mut key = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let mut known = HashMap::new();
        let mut next = Vec::with_capacity(class.len());
        for (own, to) in class.iter().zip(refs) {
            key.clear();
            key.push(*own);
            key.extend(to.iter().map(|target| class[*target]));
            next.push(number(&mut known, &key));
        }
        class = next;
        if known.len() == count {
            return Ok(class);
        }
        count = known.len();
    }
    Err(Error::Limit {
        what: "references between two types and what tells them apart",
        limit: MAX_ROUNDS as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refining_keeps_equal_circles_together_and_splits_different_ones() {
        // Two circles of two nodes that look alike, then one whose second node looks different.
        let refs = [vec![1], vec![0], vec![3], vec![2], vec![5], vec![4]];
        let class = refine(vec![0, 1, 0, 1, 0, 2], &refs).unwrap();
        assert_eq!(class[0], class[2]);
        assert_eq!(class[1], class[3]);
        assert_ne!(class[0], class[4]);
    }
}
