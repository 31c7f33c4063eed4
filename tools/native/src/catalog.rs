//! Type nodes -> one key for each type.
//!
//! Every C unit describes the headers it includes anew. Nodes that cannot be told apart by
//! looking at them, however deep, are one type in the answer.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::model::{Home, Kind, Node, Signature, Typed};

/// Steps of telling types apart, per reference from one to another: several times the logarithm
/// of the most types there may be.
const MAX_STEPS: usize = 256;

/// The finished types, ready to be written.
pub struct Catalog<'d> {
    nodes: Vec<Node<'d>>,
    stand_in: Vec<usize>,
    class: Vec<u32>,
    /// Of each class: its key and the node that shows it.
    keys: BTreeMap<u32, (String, usize)>,
}

impl<'d> Catalog<'d> {
    /// Merges the nodes that are the same type and gives each remaining one its key. `ranks`
    /// order files, so that which of two types of one name comes first depends on neither the
    /// order of units nor on what else there is.
    pub fn new(nodes: Vec<Node<'d>>, ranks: &[u32]) -> Result<Self> {
        let stand_in = stand_ins(&nodes);
        let (class, refs) = look(&nodes, &stand_in);
        let class = refine(class, &refs)?;
        let keys = keys(&nodes, &class, &stand_in, ranks);
        Ok(Catalog {
            nodes,
            stand_in,
            class,
            keys,
        })
    }

    pub fn class_of(&self, node: usize) -> u32 {
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

    /// Equal for types that are the same.
    pub fn fingerprint_of(&self, typed: &Typed<'d>) -> (Vec<u8>, Vec<u32>) {
        let (mut bytes, mut refs) = (Vec::new(), Vec::new());
        typed.encode(&mut bytes, &mut refs);
        (bytes, refs.into_iter().map(|n| self.class_of(n)).collect())
    }

    /// Every type once, with its key.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Node<'d>)> {
        self.keys
            .values()
            .map(|(key, shown)| (key.as_str(), &self.nodes[*shown]))
    }

    /// The same, with the numbers that `class_of` gives.
    pub fn classes(&self) -> impl Iterator<Item = (u32, &Node<'d>)> {
        self.keys
            .iter()
            .map(|(class, (_, shown))| (*class, &self.nodes[*shown]))
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }
}

/// A declaration stands for the type that is defined elsewhere under its name. A definition that
/// was not read, for it was met only behind pointers, stands for itself where it was read.
fn stand_ins(nodes: &[Node<'_>]) -> Vec<usize> {
    let mut by_name: HashMap<(Kind, &str), usize> = HashMap::new();
    let mut by_place = HashMap::new();
    for (index, node) in nodes.iter().enumerate().filter(|(_, n)| !n.is_forward) {
        let name = (node.kind, node.label.as_str());
        // One that was read says more.
        let best = by_name.entry(name).or_insert(index);
        if nodes[*best].declaration && !node.declaration {
            *best = index;
        }
        if !node.declaration {
            by_place
                .entry((name, node.file, node.line))
                .or_insert(index);
        }
    }
    let of = |(index, node): (usize, &Node<'_>)| {
        let name = (node.kind, node.label.as_str());
        let other = match (node.declaration, node.is_forward) {
            (false, _) => None,
            (true, true) => by_name.get(&name),
            (true, false) => by_place.get(&(name, node.file, node.line)),
        };
        other.copied().unwrap_or(index)
    };
    nodes.iter().enumerate().map(of).collect()
}

/// Nodes that look the same, if one does not look at what they refer to; and what that is.
fn look(nodes: &[Node<'_>], stand_in: &[usize]) -> (Vec<u32>, Refs) {
    let mut seen: HashMap<Vec<u8>, u32> = HashMap::new();
    let mut class = Vec::with_capacity(nodes.len());
    let mut refs = Refs::default();
    let mut bytes = Vec::new();
    let mut to = Vec::new();
    for node in nodes {
        to.clear();
        bytes.clear();
        node.encode(&mut bytes, &mut to);
        // There are at most MAX_NODES of them.
        refs.push(to.iter().map(|target| stand_in[*target] as u32));
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

/// Whom each node refers to.
#[derive(Default)]
struct Refs {
    all: Vec<u32>,
    ends: Vec<usize>,
}

impl Refs {
    fn push(&mut self, to: impl Iterator<Item = u32>) {
        self.all.extend(to);
        self.ends.push(self.all.len());
    }

    fn of(&self, node: usize) -> &[u32] {
        let start = match node {
            0 => 0,
            _ => self.ends[node - 1],
        };
        &self.all[start..self.ends[node]]
    }

    /// Who refers to each node.
    fn reversed(&self) -> Refs {
        let mut ends = vec![0; self.ends.len()];
        for to in &self.all {
            ends[*to as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let mut next: Vec<usize> = [0].into_iter().chain(ends.iter().copied()).collect();
        let mut all = vec![0; self.all.len()];
        for from in 0..self.ends.len() {
            for to in self.of(from) {
                let at = &mut next[*to as usize];
                all[*at] = from as u32;
                *at += 1;
            }
        }
        Refs { all, ends }
    }
}

fn keys(
    nodes: &[Node<'_>],
    class: &[u32],
    stand_in: &[usize],
    ranks: &[u32],
) -> BTreeMap<u32, (String, usize)> {
    let rank = |index: usize| {
        let node = &nodes[index];
        (
            node.declaration,
            // Of several bare declarations, the one that says why there is no more.
            node.home == Home::Public && node.is_forward,
            node.kind,
            node.file.map(|file| ranks[file as usize]),
            node.line,
            index,
        )
    };
    let mut shown: HashMap<u32, usize> = HashMap::new();
    for index in (0..nodes.len()).filter(|index| stand_in[*index] == *index) {
        let best = shown.entry(class[index]).or_insert(index);
        if rank(index) < rank(*best) {
            *best = index;
        }
    }
    let mut order: Vec<(u32, usize)> = shown.into_iter().collect();
    order.sort_unstable_by_key(|(_, index)| rank(*index));
    let mut keys = BTreeMap::new();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for (class, index) in order {
        let label = nodes[index].label.as_str();
        let count = uses.entry(label).or_default();
        *count += 1;
        let key = match *count {
            1 => label.to_owned(),
            n => format!("{label}#{n}"),
        };
        keys.insert(class, (key, index));
    }
    keys
}

/// Splits classes until two nodes of one class refer to the same classes, one by one. Starting
/// from "looks the same" and only ever splitting keeps circular types together.
///
/// Of a class that is split, the largest part keeps the number, so that only those who refer to
/// one of the smaller parts must be looked at again: a node is at most as often in a smaller
/// part as the number of nodes can be halved.
fn refine(class: Vec<u32>, refs: &Refs) -> Result<Vec<u32>> {
    let referrers = refs.reversed();
    let mut budget = (refs.all.len() + class.len() + 1).saturating_mul(MAX_STEPS);
    let mut suspects: Vec<u32> = (0..class.len() as u32).collect();
    let mut partition = Partition::new(class);
    while !suspects.is_empty() {
        let mut groups: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut parts: Vec<Vec<u32>> = Vec::new();
        let mut key = Vec::new();
        for &node in &suspects {
            let to = refs.of(node as usize);
            budget = budget
                .checked_sub(to.len() + 1)
                .ok_or_else(too_many_steps)?;
            key.clear();
            key.push(partition.class[node as usize]);
            key.extend(to.iter().map(|target| partition.class[*target as usize]));
            let group = number(&mut groups, &key) as usize;
            if group == parts.len() {
                parts.push(Vec::new());
            }
            parts[group].push(node);
        }
        // Suspects of one class, in parts that differ from each other and from its other nodes.
        let mut of_class: BTreeMap<u32, Vec<Vec<u32>>> = BTreeMap::new();
        for part in parts {
            let class = partition.class[part[0] as usize];
            of_class.entry(class).or_default().push(part);
        }
        suspects.clear();
        for (class, parts) in of_class {
            for node in partition.split(class, &parts) {
                suspects.extend(referrers.of(node as usize));
            }
        }
        suspects.sort_unstable();
        suspects.dedup();
    }
    Ok(partition.class)
}

/// Nodes in classes, each class a range of `order`.
struct Partition {
    class: Vec<u32>,
    order: Vec<u32>,
    position: Vec<usize>,
    ranges: Vec<Range<usize>>,
}

impl Partition {
    fn new(class: Vec<u32>) -> Self {
        let mut order: Vec<u32> = (0..class.len() as u32).collect();
        order.sort_by_key(|node| class[*node as usize]);
        let mut position = vec![0; order.len()];
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (at, node) in order.iter().enumerate() {
            position[*node as usize] = at;
            let class = class[*node as usize] as usize;
            if ranges.len() <= class {
                ranges.resize(class + 1, at..at);
            }
            ranges[class].end = at + 1;
        }
        Partition {
            class,
            order,
            position,
            ranges,
        }
    }

    /// Makes each part of a class, and what is in none of them, a class of its own. Returns the
    /// nodes that are now in another class than before.
    fn split(&mut self, class: u32, parts: &[Vec<u32>]) -> Vec<u32> {
        let Range { start, mut end } = self.ranges[class as usize].clone();
        let mut segments = Vec::new();
        for part in parts {
            let last = end;
            for node in part {
                end -= 1;
                let (from, other) = (self.position[*node as usize], self.order[end]);
                self.order.swap(from, end);
                self.position[other as usize] = from;
                self.position[*node as usize] = end;
            }
            segments.push(end..last);
        }
        if start < end {
            segments.push(start..end);
        }
        let largest = (0..segments.len()).max_by_key(|at| segments[*at].len());
        let mut moved = Vec::new();
        for (at, segment) in segments.into_iter().enumerate() {
            if Some(at) == largest {
                self.ranges[class as usize] = segment;
                continue;
            }
            let fresh = self.ranges.len() as u32;
            for node in &self.order[segment.clone()] {
                self.class[*node as usize] = fresh;
                moved.push(*node);
            }
            self.ranges.push(segment);
        }
        moved
    }
}

fn too_many_steps() -> Error {
    Error::Limit {
        what: "steps per reference to tell types apart",
        limit: MAX_STEPS as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs(of: &[&[u32]]) -> Refs {
        let mut refs = Refs::default();
        for to in of {
            refs.push(to.iter().copied());
        }
        refs
    }

    #[test]
    fn refining_keeps_equal_circles_together_and_splits_different_ones() {
        // Two circles of two nodes that look alike, then one whose second node looks different.
        let refs = refs(&[&[1], &[0], &[3], &[2], &[5], &[4]]);
        let class = refine(vec![0, 1, 0, 1, 0, 2], &refs).unwrap();
        assert_eq!(class[0], class[2]);
        assert_eq!(class[1], class[3]);
        assert_ne!(class[0], class[4]);
    }

    #[test]
    fn refining_tells_apart_what_differs_far_away_in_bounded_steps() {
        // Two chains of nodes that look alike; the last nodes do not.
        const LENGTH: u32 = 10_000;
        let next = |node: u32| match node % LENGTH {
            last if last == LENGTH - 1 => vec![],
            _ => vec![node + 1],
        };
        let to: Vec<Vec<u32>> = (0..2 * LENGTH).map(next).collect();
        let refs = refs(&to.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let mut class = vec![0; 2 * LENGTH as usize];
        class[LENGTH as usize - 1] = 1;
        class[2 * LENGTH as usize - 1] = 2;
        let class = refine(class, &refs).unwrap();
        let distinct: std::collections::HashSet<&u32> = class.iter().collect();
        assert_eq!(distinct.len(), class.len());
    }
}
