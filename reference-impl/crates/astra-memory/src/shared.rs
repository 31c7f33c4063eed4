//! Shared ownership that is counted: std's Arc aborts when memory ends, this one says so.

use core::ops::Deref;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering, fence};

struct Counted<T> {
    owners: AtomicUsize,
    value: T,
}

/// One of several owners of a value.
pub struct Shared<T>(NonNull<Counted<T>>);

// SAFETY: as for Arc: the value is reached from every thread that has an owner, and dropped by one.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// The first owner, or `None` when memory has ended.
    pub fn try_new(value: T) -> Option<Self> {
        super::try_place(Counted { owners: AtomicUsize::new(1), value }).map(Self)
    }

    /// The value for writing, if there is no other owner.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        // SAFETY: `self` is an owner, so the place is alive.
        if unsafe { self.0.as_ref() }.owners.load(Ordering::Acquire) != 1 {
            return None;
        }
        // SAFETY: the only owner is borrowed for writing.
        Some(unsafe { &mut self.0.as_mut().value })
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        // SAFETY: `self` is an owner, so the place is alive.
        let before = unsafe { self.0.as_ref() }.owners.fetch_add(1, Ordering::Relaxed);
        assert!(before <= isize::MAX as usize, "more owners than memory could hold");
        Self(self.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: `self` is an owner, so the value is alive; writing needs the only owner.
        unsafe { &self.0.as_ref().value }
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        // SAFETY: `self` is an owner, so the place is alive.
        if unsafe { self.0.as_ref() }.owners.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY: the last owner is gone; the place came from `try_place`, as a Box's would.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_owner_may_write() {
        let mut one = Shared::try_new(5).unwrap();
        *one.get_mut().unwrap() = 6;
        let two = one.clone();
        assert!(one.get_mut().is_none());
        assert_eq!(*two, 6);
        drop(two);
        assert!(one.get_mut().is_some());
    }
}
