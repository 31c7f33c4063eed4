//! Objects at stable numbers. Grows by chunks, so that growing never moves or doubles anything.

use astra_memory::{try_array, try_push};

const CHUNK: usize = 256;
const NONE: u32 = u32::MAX;

enum Entry<T> {
    Free(u32),
    Used(T),
}

/// A growing list of places, reused last-in first-out. Numbers are never checked for staleness:
/// callers keep a count of who uses an object.
pub struct Slab<T> {
    #[allow(clippy::vec_box)] // growing must not move the objects
    chunks: Vec<Box<[Entry<T>; CHUNK]>>,
    free: u32,
}

impl<T> Slab<T> {
    pub const fn new() -> Self {
        Self { chunks: Vec::new(), free: NONE }
    }

    /// Makes sure that the next `insert` succeeds.
    #[inline]
    pub fn reserve(&mut self) -> Option<()> {
        if self.free == NONE { self.grow() } else { Some(()) }
    }

    /// One more chunk, whose places are free in their order.
    #[cold]
    fn grow(&mut self) -> Option<()> {
        let length = u32::try_from(self.chunks.len() * CHUNK).ok()?;
        length.checked_add(CHUNK as u32)?;
        let next = |index: usize| if index + 1 == CHUNK { NONE } else { length + index as u32 + 1 };
        let chunk = try_array(|index| Entry::Free(next(index)))?;
        try_push(&mut self.chunks, chunk)?;
        self.free = length;
        Some(())
    }

    /// Puts an object somewhere, or gives `None` when memory has ended.
    #[inline]
    pub fn insert(&mut self, value: T) -> Option<u32> {
        self.reserve()?;
        let index = self.free;
        let entry = self.entry_mut(index);
        let Entry::Free(next) = *entry else { unreachable!("a free place is in use") };
        *entry = Entry::Used(value);
        self.free = next;
        Some(index)
    }

    #[inline]
    pub fn remove(&mut self, index: u32) -> T {
        let free = self.free;
        let entry = core::mem::replace(self.entry_mut(index), Entry::Free(free));
        self.free = index;
        match entry {
            Entry::Used(value) => value,
            Entry::Free(_) => unreachable!("removed twice"),
        }
    }

    #[inline]
    fn entry_mut(&mut self, index: u32) -> &mut Entry<T> {
        &mut self.chunks[index as usize / CHUNK][index as usize % CHUNK]
    }
}

impl<T> core::ops::Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, index: u32) -> &T {
        match &self.chunks[index as usize / CHUNK][index as usize % CHUNK] {
            Entry::Used(value) => value,
            Entry::Free(_) => unreachable!("a free place is read"),
        }
    }
}

impl<T> core::ops::IndexMut<u32> for Slab<T> {
    #[inline]
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
