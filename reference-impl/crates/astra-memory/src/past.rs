//! Copies that leave the caches alone, and what they are made from.

use crate::Element;

/// A little memory on the stack, aligned as blocks are.
#[repr(align(64))]
pub struct Buffer([u8; Buffer::LENGTH]);

impl Buffer {
    /// Bytes in it: what stays in a first-level cache beside the inputs.
    pub const LENGTH: usize = 4096;

    #[allow(clippy::new_without_default)] // a default would say nothing of the zeros
    pub const fn new() -> Self {
        Self([0; Self::LENGTH])
    }

    pub fn elements_mut<T: Element>(&mut self) -> &mut [T] {
        // SAFETY: the bytes are initialized and aligned to 64, and any bit pattern is a value of T.
        unsafe { core::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), Self::LENGTH / size_of::<T>()) }
    }
}

/// Copies elements so that no cache has to read what is overwritten first, nor keeps what nobody reads soon.
///
/// # Panics
/// If the lengths differ.
pub fn copy_past_caches<T: Element>(to: &mut [T], from: &[T]) {
    assert!(to.len() == from.len(), "a copy has as many elements as there is room for");
    let bytes = size_of_val(from);
    // SAFETY: both ranges have so many bytes, and `to` is borrowed for nobody else.
    unsafe { way::copy(to.as_mut_ptr().cast(), from.as_ptr().cast(), bytes) };
}

#[cfg(target_arch = "x86_64")]
mod way {
    use core::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_sfence, _mm_stream_si128};

    /// Bytes of one store.
    const WIDE: usize = size_of::<__m128i>();

    /// # Safety
    /// Both ranges have `bytes` bytes, and that of `to` is nobody else's.
    pub unsafe fn copy(to: *mut u8, from: *const u8, bytes: usize) {
        let whole = if to.addr().is_multiple_of(WIDE) { bytes - bytes % WIDE } else { 0 };
        for at in (0..whole).step_by(WIDE) {
            // SAFETY: both ranges have the bytes; `to` is aligned as the store wants it.
            unsafe { _mm_stream_si128(to.add(at).cast(), _mm_loadu_si128(from.add(at).cast())) };
        }
        // SAFETY: as above; such stores are seen by others after the fence only.
        unsafe {
            core::ptr::copy_nonoverlapping(from.add(whole), to.add(whole), bytes - whole);
            _mm_sfence();
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod way {
    /// # Safety
    /// Both ranges have `bytes` bytes, and that of `to` is nobody else's.
    pub unsafe fn copy(to: *mut u8, from: *const u8, bytes: usize) {
        // SAFETY: as the caller promises.
        unsafe { core::ptr::copy_nonoverlapping(from, to, bytes) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_at_every_place_is_copied_and_nothing_else_is_touched() {
        let from: Vec<u8> = (0..=255).collect();
        for start in 0..20 {
            for length in [0, 1, 15, 16, 17, 31, 32, 64, 100] {
                let mut buffer = Buffer::new();
                let to = buffer.elements_mut::<u8>();
                copy_past_caches(&mut to[start..start + length], &from[start..start + length]);
                for (index, &byte) in to.iter().enumerate() {
                    let copied = (start..start + length).contains(&index);
                    assert_eq!(byte, if copied { index as u8 } else { 0 });
                }
            }
        }
    }
}
