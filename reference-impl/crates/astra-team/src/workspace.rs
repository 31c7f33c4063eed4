//! Working memory of kernels, made with the runtime, so that a kernel never asks for any. A task takes a place for
//! as long as it lasts.

use core::sync::atomic::{AtomicBool, Ordering};

use astra_memory::Block;

/// Bytes of working memory for each thread of a runtime: what a second-level cache holds.
pub const WORKSPACE: usize = 1 << 20;

pub struct Place {
    block: Block,
    taken: AtomicBool,
}

impl Place {
    pub fn new(block: Block) -> Place {
        Place { block, taken: AtomicBool::new(false) }
    }

    pub fn take(&self) -> Option<Workspace<'_>> {
        let free = self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok();
        free.then(|| Workspace { place: self })
    }
}

/// Working memory, aligned to 64 bytes, that one task has. What is in it is what the last one left.
pub struct Workspace<'a> {
    place: &'a Place,
}

impl Workspace<'_> {
    pub fn bytes(&mut self) -> &mut [u8] {
        let block = &self.place.block;
        // SAFETY: the block's bytes, which are initialized, and nobody else reads or writes them while this one has
        // the place.
        unsafe { core::slice::from_raw_parts_mut(block.address().cast_mut(), block.length()) }
    }
}

impl Drop for Workspace<'_> {
    fn drop(&mut self) {
        self.place.taken.store(false, Ordering::Release);
    }
}
