//! Combinations of element types: how elements become the words that tiles are made from, and totals elements.

use astra_memory::Element;

use crate::number::{Bf16, F16};

/// One combination.
pub trait Types {
    type A: Element;
    type B: Element;
    type Y: Element;
    type Word: Element;
    type Total: Element;
    /// Elements along k in one word.
    const GROUP: usize = 1;
    /// y's elements are the totals themselves.
    const IN_PLACE: bool = false;
    /// Words are elements of B themselves.
    const AS_IS: bool = false;
    /// What a column's sum starts with is so many times the sum of B's elements.
    const START: i32 = 0;
    /// A word of A from GROUP elements, or fewer where k ends.
    fn a_word(from: &[Self::A]) -> Self::Word;
    /// The same of B, from elements of GROUP rows.
    fn b_word(from: &[Self::B]) -> Self::Word;
    fn element(total: Self::Total) -> Self::Y;
}

pub struct Floats<F, Y>(F, Y);

macro_rules! floats {
    ($($from:ident, $word:ident, $to:ident, $in_place:literal, $as_is:literal, |$x:ident| $widen:expr, |$total:ident| $element:expr;)*) => {$(
        impl Types for Floats<$from, $to> {
            type A = $from;
            type B = $from;
            type Y = $to;
            type Word = $word;
            type Total = $word;
            const IN_PLACE: bool = $in_place;
            const AS_IS: bool = $as_is;

            #[inline(always)]
            fn a_word(from: &[$from]) -> $word {
                let $x = from[0];
                $widen
            }

            #[inline(always)]
            fn b_word(from: &[$from]) -> $word {
                let $x = from[0];
                $widen
            }

            #[inline(always)]
            fn element($total: $word) -> $to {
                $element
            }
        }
    )*};
}
floats! {
    f32, f32, f32, true, true, |x| x, |total| total;
    f64, f64, f64, true, true, |x| x, |total| total;
    F16, f32, f32, true, false, |x| x.to_f32(), |total| total;
    F16, f32, F16, false, false, |x| x.to_f32(), |total| F16::from_f32(total);
    Bf16, f32, f32, true, false, |x| x.to_f32(), |total| total;
    Bf16, f32, Bf16, false, false, |x| x.to_f32(), |total| Bf16::from_f32(total);
}

/// Two small integers that follow each other along k, with 16 bits each.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Pair(pub u32);

// SAFETY: every pattern of 32 bits is one.
unsafe impl Element for Pair {}

impl Pair {
    fn of(low: i16, high: i16) -> Pair {
        Pair(u32::from(low as u16) | u32::from(high as u16) << 16)
    }

    /// Both products added to a sum, all of it modulo 2^32.
    #[inline(always)]
    pub fn products(self, other: Pair, sum: i32) -> i32 {
        let half = |word: u32| i32::from(word as i16);
        let low = half(self.0) * half(other.0);
        let high = half(self.0 >> 16) * half(other.0 >> 16);
        sum.wrapping_add(low).wrapping_add(high)
    }
}

/// Integers as pairs.
pub struct Pairs<A, B>(A, B);

impl<A: Element + Into<i16>, B: Element + Into<i16>> Types for Pairs<A, B> {
    type A = A;
    type B = B;
    type Y = i32;
    type Word = Pair;
    type Total = i32;
    const GROUP: usize = 2;
    const IN_PLACE: bool = true;

    #[inline(always)]
    fn a_word(from: &[A]) -> Pair {
        Pair::of(from[0].into(), from.get(1).map_or(0, |&x| x.into()))
    }

    #[inline(always)]
    fn b_word(from: &[B]) -> Pair {
        Pair::of(from[0].into(), from.get(1).map_or(0, |&x| x.into()))
    }

    #[inline(always)]
    fn element(total: i32) -> i32 {
        total
    }
}
