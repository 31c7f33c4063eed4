//! A run of bytes aligned to 64, as tensors need it.

use core::ptr::NonNull;
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};

/// Alignment of every block's first byte.
pub const ALIGNMENT: usize = 64;

/// What a block's bytes may be read as: any bit pattern is a value.
///
/// # Safety
/// The type has no padding, no invalid bit pattern, and an alignment of at most 64.
pub unsafe trait Element: Copy + Send + Sync {}
macro_rules! elements {
    ($($type:ident)*) => {$(
        // SAFETY: every pattern of its bits is a value.
        unsafe impl Element for $type {}
    )*};
}
elements!(u8 u16 u32 u64 i8 i16 i32 i64 f32 f64);

/// Bytes that live until the block is dropped. Without bytes it has an address all the same.
pub struct Block {
    start: NonNull<u8>,
    length: usize,
    /// What the allocator gave; `start` is the first multiple of 64 in it.
    allocation: Option<(NonNull<u8>, Layout)>,
}

// SAFETY: a block owns its bytes as a Vec<u8> does.
unsafe impl Send for Block {}
// SAFETY: a shared block can only be read.
unsafe impl Sync for Block {}

impl Block {
    /// A block of zero bytes; the operating system's fresh pages are not touched.
    pub fn zeroed(length: usize) -> Option<Block> {
        // SAFETY: `allocate` passes a layout that has bytes.
        Self::allocate(length, |layout| unsafe { alloc_zeroed(layout) })
    }

    /// A copy of the caller's bytes.
    pub fn copy_of(bytes: &[u8]) -> Option<Block> {
        // SAFETY: `allocate` passes a layout that has bytes.
        let block = Self::allocate(bytes.len(), |layout| unsafe { alloc(layout) })?;
        // SAFETY: the new block has room for `bytes.len()` bytes and overlaps nothing.
        unsafe { block.start.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        Some(block)
    }

    /// The allocator is asked for a low alignment and 63 bytes more, because only then does it
    /// take zeroed pages from the operating system without writing to them.
    fn allocate(length: usize, ask: impl FnOnce(Layout) -> *mut u8) -> Option<Block> {
        const DANGLING: NonNull<u8> = NonNull::<Aligned>::dangling().cast();
        if length == 0 {
            return Some(Block { start: DANGLING, length, allocation: None });
        }
        let layout = Layout::from_size_align(length.checked_add(ALIGNMENT - 1)?, 1).ok()?;
        let given = NonNull::new(ask(layout))?;
        ask_for_huge_pages(given, layout.size());
        let skip = given.as_ptr().addr().wrapping_neg() % ALIGNMENT;
        // SAFETY: `skip` is at most 63, and the allocation has 63 bytes more than `length`.
        let start = unsafe { given.add(skip) };
        Some(Block { start, length, allocation: Some((given, layout)) })
    }

    /// Bytes in the block.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Where the first byte is: a multiple of 64 and never NULL.
    pub fn address(&self) -> *const u8 {
        self.start.as_ptr()
    }

    /// The block as elements; bytes that make no whole element are left out.
    pub fn elements<T: Element>(&self) -> &[T] {
        // SAFETY: the block's bytes are initialized, aligned to 64, and borrowed with `self`.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr().cast(), self.length / size_of::<T>()) }
    }

    /// The same for writing.
    pub fn elements_mut<T: Element>(&mut self) -> &mut [T] {
        // SAFETY: as above, and `self` is borrowed for nobody else.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr().cast(), self.length / size_of::<T>()) }
    }
}

/// From here on memory is asked for in large pages: touching 64 MiB for the first time then takes a
/// quarter of the time.
#[cfg(target_os = "linux")]
const HUGE: usize = 4 << 20;

#[cfg(target_os = "linux")]
fn ask_for_huge_pages(start: NonNull<u8>, length: usize) {
    use core::ffi::{c_int, c_void};
    unsafe extern "C" {
        fn madvise(at: *mut c_void, length: usize, advice: c_int) -> c_int;
    }
    const HUGE_PAGES: c_int = 14;
    /// A multiple of every page size that Linux has.
    const PAGE: usize = 1 << 16;
    if length >= HUGE {
        let skip = start.as_ptr().addr().wrapping_neg() % PAGE;
        // SAFETY: the advice changes no byte, and the range lies inside the allocation. A refusal
        // changes nothing, so it is not looked at.
        unsafe { madvise(start.as_ptr().add(skip).cast(), (length - skip) & !(PAGE - 1), HUGE_PAGES) };
    }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_huge_pages(_: NonNull<u8>, _: usize) {}

#[repr(align(64))]
struct Aligned;

impl Drop for Block {
    fn drop(&mut self) {
        if let Some((given, layout)) = self.allocation {
            // SAFETY: the allocator gave `given` for `layout`, and it is returned once.
            unsafe { dealloc(given.as_ptr(), layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_aligned_and_has_an_address() {
        for length in [0, 1, 63, 64, 65, 4096, 1 << 20] {
            let block = Block::zeroed(length).unwrap();
            assert_eq!(block.address().addr() % ALIGNMENT, 0);
            assert!(!block.address().is_null());
            assert!(block.elements::<u8>().iter().all(|&byte| byte == 0));
            assert_eq!(block.elements::<u8>().len(), length);
        }
    }

    #[test]
    fn a_copy_has_the_bytes() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(Block::copy_of(&bytes[1..]).unwrap().elements::<u8>(), &bytes[1..]);
    }

    #[test]
    fn more_than_there_is_gives_none() {
        assert!(Block::zeroed(usize::MAX).is_none());
        assert!(Block::zeroed(isize::MAX as usize - 64).is_none());
    }
}
