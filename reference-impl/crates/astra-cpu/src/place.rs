//! Elements with their places, for what asks where something is.

/// An element and its index in a sequence, or none.
#[derive(Clone, Copy)]
pub struct Place<T> {
    value: T,
    /// -1 where there is none.
    pub at: i64,
}

impl<T> Place<T> {
    /// No place; the value is any.
    pub const fn none(value: T) -> Self {
        Self { value, at: -1 }
    }

    #[inline(always)]
    pub fn of(value: T, at: u64) -> Self {
        Self { value, at: at as i64 }
    }
}

/// The one whose element comes before the other's; of equal ones the one with the lower index.
#[inline(always)]
pub fn better<T: Copy>(a: Place<T>, b: Place<T>, precedes: impl Fn(T, T) -> bool) -> Place<T> {
    let is_first = if precedes(a.value, b.value) {
        true
    } else if precedes(b.value, a.value) {
        false
    } else {
        a.at < b.at
    };
    if b.at < 0 || a.at >= 0 && is_first { a } else { b }
}
