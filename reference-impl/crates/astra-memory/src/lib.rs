#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_macros))]

//! Memory that can run out: blocks for tensors, shared ownership, boxes. Every request may be
//! refused and none aborts. This is the unsafe code under the safe core, and nothing else is in it.

mod block;
mod past;
mod shared;

pub use block::{ALIGNMENT, Block, Element};
pub use past::{Buffer, copy_past_caches};
pub use shared::Shared;

use core::ptr::NonNull;
use std::alloc::{Layout, alloc};

/// Moves a value to the heap, or gives `None` when memory has ended.
pub fn try_box<T>(value: T) -> Option<Box<T>> {
    let place = try_place(value)?;
    // SAFETY: `place` was allocated by the global allocator with T's layout (or dangles for a
    // T without bytes, as Box wants), holds a T, and is owned by nobody else.
    Some(unsafe { Box::from_raw(place.as_ptr()) })
}

/// As `try_box`, but hands out the bare place.
fn try_place<T>(value: T) -> Option<NonNull<T>> {
    let layout = Layout::new::<T>();
    let place = if layout.size() == 0 {
        NonNull::dangling()
    } else {
        // SAFETY: the layout has bytes.
        NonNull::new(unsafe { alloc(layout) })?.cast::<T>()
    };
    // SAFETY: `place` is valid for writing a T.
    unsafe { place.write(value) };
    Some(place)
}

/// An array on the heap that is made in its place, or `None` when memory has ended.
pub fn try_array<T, const N: usize>(value: impl Fn(usize) -> T) -> Option<Box<[T; N]>> {
    const { assert!(size_of::<T>() > 0 && N > 0) };
    let layout = Layout::new::<[T; N]>();
    // SAFETY: the layout has bytes.
    let place = NonNull::new(unsafe { alloc(layout) })?.cast::<T>();
    for index in 0..N {
        // SAFETY: the place has room for N values.
        unsafe { place.add(index).write(value(index)) };
    }
    // SAFETY: all N values were written; the place is owned by nobody else and has the array's layout.
    Some(unsafe { Box::from_raw(place.as_ptr().cast()) })
}

/// A vector with room for at least one more element, or `None` when memory has ended.
pub fn try_push<T>(vector: &mut Vec<T>, value: T) -> Option<()> {
    vector.try_reserve(1).ok()?;
    #[allow(clippy::disallowed_methods)] // room was reserved by the line above
    vector.push(value);
    Some(())
}
