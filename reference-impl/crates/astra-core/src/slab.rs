//! Objects at stable numbers. Grows by chunks, so that growing never moves or doubles anything.

use astra_memory::try_push;

const CHUNK: usize = 256;
const NONE: u32 = u32::MAX;

enum Entry<T> {
    Free(u32),
    Used(T),
}

/// A growing list of places, reused last-in first-out. Numbers are never checked for staleness:
/// callers keep a count of who uses an object.
pub struct Slab<T> {
    chunks: Vec<Vec<Entry<T>>>,
    free: u32,
    length: u32,
}

impl<T> Slab<T> {
    pub const fn new() -> Self {
        Self { chunks: Vec::new(), free: NONE, length: 0 }
    }

    /// Makes sure that the next `insert` succeeds.
    pub fn reserve(&mut self) -> Option<()> {
        if self.free != NONE || self.chunks.last().is_some_and(|chunk| chunk.len() < CHUNK) {
            return Some(());
        }
        if self.length > NONE - CHUNK as u32 {
            return None;
        }
        let mut chunk = Vec::new();
        chunk.try_reserve_exact(CHUNK).ok()?;
        try_push(&mut self.chunks, chunk)
    }

    /// Puts an object somewhere, or gives `None` when memory has ended.
    pub fn insert(&mut self, value: T) -> Option<u32> {
        self.reserve()?;
        let index = self.free;
        if index != NONE {
            let entry = self.entry_mut(index);
            let Entry::Free(next) = *entry else { unreachable!("a free place is in use") };
            *entry = Entry::Used(value);
            self.free = next;
            return Some(index);
        }
        let index = self.length;
        try_push(self.chunks.last_mut()?, Entry::Used(value))?;
        self.length += 1;
        Some(index)
    }

    pub fn remove(&mut self, index: u32) -> T {
        let free = self.free;
        let entry = core::mem::replace(self.entry_mut(index), Entry::Free(free));
        self.free = index;
        match entry {
            Entry::Used(value) => value,
            Entry::Free(_) => unreachable!("removed twice"),
        }
    }

    fn entry_mut(&mut self, index: u32) -> &mut Entry<T> {
        &mut self.chunks[index as usize / CHUNK][index as usize % CHUNK]
    }
}

impl<T> core::ops::Index<u32> for Slab<T> {
    type Output = T;

    fn index(&self, index: u32) -> &T {
        match &self.chunks[index as usize / CHUNK][index as usize % CHUNK] {
            Entry::Used(value) => value,
            Entry::Free(_) => unreachable!("a free place is read"),
        }
    }
}

impl<T> core::ops::IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, index: u32) -> &mut T {
        match self.entry_mut(index) {
            Entry::Used(value) => value,
            Entry::Free(_) => unreachable!("a free place is written"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_reused() {
        let mut slab = Slab::new();
        let all: Vec<u32> = (0..1000).map(|value| slab.insert(value).unwrap()).collect();
        assert_eq!(slab.remove(all[500]), 500);
        assert_eq!(slab.insert(7).unwrap(), all[500]);
        assert_eq!((slab[all[500]], slab[all[999]]), (7, 999));
    }
}
