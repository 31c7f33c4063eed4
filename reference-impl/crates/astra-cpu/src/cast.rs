//! Elements as elements of another type, rounded at most once.

use astra_memory::Element;

use crate::number::{Bf16, F16, Truth, quiet};

/// Floats to integers drop the fraction and stop at the type's ends, and NaN becomes 0; integers wrap.
pub trait CastTo<T>: Element {
    fn cast(self) -> T;
}

/// Numbers that a narrower float is made from.
trait Narrow: Element {
    /// In f32, rounded to odd: a second rounding to a format of 11 bits or fewer is then the only one.
    fn to_odd(self) -> f32;
}

impl Narrow for f32 {
    #[inline(always)]
    fn to_odd(self) -> f32 {
        self
    }
}

impl Narrow for f64 {
    #[inline(always)]
    fn to_odd(self) -> f32 {
        crate::fma::to_odd(self)
    }
}

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl Narrow for $type {
            #[inline(always)]
            #[allow(unused_comparisons)]
            fn to_odd(self) -> f32 {
                let magnitude = if self < 0 { (self as u64).wrapping_neg() } else { self as u64 };
                let rounded = magnitude_to_odd(magnitude);
                if self < 0 { -rounded } else { rounded }
            }
        }
    )*};
}
integers!(i8 i16 i32 i64 u8 u16 u32 u64);

/// The 24 highest bits, of which the last is 1 if anything was lost.
#[inline(always)]
fn magnitude_to_odd(magnitude: u64) -> f32 {
    let drop = 40_u32.saturating_sub(magnitude.leading_zeros());
    let kept = magnitude >> drop;
    let lost = kept << drop != magnitude;
    // Exact: 24 bits, and a power of two.
    (kept | u64::from(lost)) as f32 * (1_u64 << drop) as f32
}

macro_rules! to_primitives {
    ($to:ty: $canonical:expr; $($from:ident)*) => {
        $(impl CastTo<$to> for $from {
            #[inline(always)]
            fn cast(self) -> $to {
                $canonical(self as $to)
            }
        })*
    };
}
macro_rules! every_primitive {
    ($($to:ty: $canonical:expr;)*) => {$(
        to_primitives! { $to: $canonical; f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 }
        impl CastTo<$to> for F16 {
            #[inline(always)]
            fn cast(self) -> $to {
                $canonical(self.to_f32() as $to)
            }
        }
        impl CastTo<$to> for Bf16 {
            #[inline(always)]
            fn cast(self) -> $to {
                $canonical(self.to_f32() as $to)
            }
        }
        impl CastTo<$to> for Truth {
            #[inline(always)]
            fn cast(self) -> $to {
                u8::from(self.is_true()) as $to
            }
        }
    )*};
}
every_primitive! {
    f32: quiet; f64: quiet;
    i8: core::convert::identity; i16: core::convert::identity; i32: core::convert::identity; i64: core::convert::identity;
    u8: core::convert::identity; u16: core::convert::identity; u32: core::convert::identity; u64: core::convert::identity;
}

macro_rules! every_half {
    ($($to:ident)*) => {$(
        impl<T: Narrow> CastTo<$to> for T {
            #[inline(always)]
            fn cast(self) -> $to {
                $to::from_f32(self.to_odd())
            }
        }
    )*};
}
every_half!(F16 Bf16);

macro_rules! exact_in_f32 {
    ($($from:ident: |$x:ident| $value:expr;)*) => {$(
        impl Narrow for $from {
            #[inline(always)]
            fn to_odd(self) -> f32 {
                let $x = self;
                $value
            }
        }
    )*};
}
exact_in_f32! {
    F16: |x| x.to_f32();
    Bf16: |x| x.to_f32();
    Truth: |x| f32::from(u8::from(x.is_true()));
}

macro_rules! truths {
    ($($from:ident: |$x:ident| $holds:expr;)*) => {$(
        impl CastTo<Truth> for $from {
            #[inline(always)]
            fn cast(self) -> Truth {
                let $x = self;
                Truth::of($holds)
            }
        }
    )*};
}
truths! {
    f32: |x| x != 0.0; f64: |x| x != 0.0; F16: |x| x.to_f32() != 0.0; Bf16: |x| x.to_f32() != 0.0; Truth: |x| x.is_true();
    i8: |x| x != 0; i16: |x| x != 0; i32: |x| x != 0; i64: |x| x != 0;
    u8: |x| x != 0; u16: |x| x != 0; u32: |x| x != 0; u64: |x| x != 0;
}
