//! Elements as numbers: the arithmetic that every type of them has, each result rounded once.

use astra_memory::Element;

/// Numbers. Floats give the quiet NaN, integers wrap.
pub trait Number: Element {
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// The smaller one: of zeros the negative one, and NaN if either is.
    fn min(self, other: Self) -> Self;
    /// The larger one: of zeros the positive one, and NaN if either is.
    fn max(self, other: Self) -> Self;
    /// Of floats the other sign bit, and every other bit kept.
    fn neg(self) -> Self;
    /// Of floats without the sign bit, and every other bit kept.
    fn abs(self) -> Self;
    /// One, minus one, or the zero itself.
    fn sign(self) -> Self;
}

/// Floats as they approximate real numbers; each result is rounded once.
pub trait Real: Element {
    fn div(self, other: Self) -> Self;
    fn sqrt(self) -> Self;
    /// self * factor + addend.
    fn fma(self, factor: Self, addend: Self) -> Self;
}

/// Numbers that have a remainder.
pub trait Modulus: Element {
    /// self - other * floor(self / other): it has the sign of the divisor.
    fn modulo(self, other: Self) -> Self;
}

/// Numbers and truth values, which can be compared. NaN differs from everything.
pub trait Ordered: Element {
    fn eq(self, other: Self) -> Truth;
    fn ne(self, other: Self) -> Truth;
    fn lt(self, other: Self) -> Truth;
    fn le(self, other: Self) -> Truth;
    fn gt(self, other: Self) -> Truth;
    fn ge(self, other: Self) -> Truth;
}

/// Floats, which can be rounded to integers; a zero has the sign of what was rounded.
pub trait Rounding: Element {
    fn floor(self) -> Self;
    fn ceil(self) -> Self;
    fn trunc(self) -> Self;
    /// To the nearest integer, of two the even one.
    fn round(self) -> Self;
}

/// Integers bit by bit, and truth values.
pub trait Bits: Element {
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    fn not(self) -> Self;
}

/// Integers. The number of bits is read without a sign, and may be any.
pub trait Integer: Element {
    fn shl(self, bits: Self) -> Self;
    /// The sign fills.
    fn shr(self, bits: Self) -> Self;
}

/// A truth value: zero is false and every other byte is true.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Truth(pub u8);

// SAFETY: every byte is one.
unsafe impl Element for Truth {}

impl Truth {
    #[inline(always)]
    pub fn of(is_true: bool) -> Truth {
        Truth(u8::from(is_true))
    }

    #[inline(always)]
    pub fn is_true(self) -> bool {
        self.0 != 0
    }
}

/// IEEE 754 binary16, as its bits.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct F16(pub u16);

/// The upper half of a binary32, as its bits.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Bf16(pub u16);

// SAFETY: every pattern of 16 bits is one.
unsafe impl Element for F16 {}
// SAFETY: as above.
unsafe impl Element for Bf16 {}

impl F16 {
    /// Exact.
    #[inline(always)]
    pub fn to_f32(self) -> f32 {
        /// 2^112: what the exponents' biases differ by. It also makes subnormals of f16 normal.
        const SCALE: f32 = f32::from_bits(0x7780_0000);
        let magnitude = u32::from(self.0 & 0x7FFF) << 13;
        let finite = (f32::from_bits(magnitude) * SCALE).to_bits();
        let bits = if magnitude >= 0x0F80_0000 { magnitude | 0x7F80_0000 } else { finite };
        f32::from_bits(bits | u32::from(self.0 & 0x8000) << 16)
    }

    /// Rounded once to nearest, ties to even.
    #[inline(always)]
    pub fn from_f32(value: f32) -> F16 {
        /// One half has the steps of f16's subnormals: adding it rounds to them.
        const STEPS: u32 = 0x3F00_0000;
        let sign = value.to_bits() & 0x8000_0000;
        let magnitude = value.to_bits() ^ sign;
        let tiny = (f32::from_bits(magnitude) + f32::from_bits(STEPS)).to_bits().wrapping_sub(STEPS);
        let normal = magnitude.wrapping_sub(112 << 23).wrapping_add(0xFFF + (magnitude >> 13 & 1)) >> 13;
        let large = if magnitude > 0x7F80_0000 { 0x7E00 } else { 0x7C00 };
        let bits = match magnitude {
            0..0x3880_0000 => tiny,
            0x3880_0000..0x4780_0000 => normal,
            _ => large,
        };
        let sign = if magnitude > 0x7F80_0000 { 0 } else { sign >> 16 };
        F16((bits | sign) as u16)
    }
}

impl Bf16 {
    /// Exact.
    #[inline(always)]
    pub fn to_f32(self) -> f32 {
        f32::from_bits(u32::from(self.0) << 16)
    }

    /// Rounded once to nearest, ties to even.
    #[inline(always)]
    pub fn from_f32(value: f32) -> Bf16 {
        let bits = value.to_bits();
        let rounded = bits.wrapping_add(0x7FFF + (bits >> 16 & 1)) >> 16;
        Bf16(if value.is_nan() { 0x7FC0 } else { rounded as u16 })
    }
}

macro_rules! floats {
    ($($type:ident $sign:literal $quiet:literal $fma:ident)*) => {$(
        impl Number for $type {
            #[inline(always)]
            fn add(self, other: $type) -> $type {
                Self::quiet(self + other)
            }

            #[inline(always)]
            fn sub(self, other: $type) -> $type {
                Self::quiet(self - other)
            }

            #[inline(always)]
            fn mul(self, other: $type) -> $type {
                Self::quiet(self * other)
            }

            #[inline(always)]
            fn min(self, other: $type) -> $type {
                let zero = $type::from_bits(self.to_bits() | other.to_bits());
                let less = if self < other { self } else { other };
                let found = if self == other { zero } else { less };
                if self.is_nan() | other.is_nan() { $type::from_bits($quiet) } else { found }
            }

            #[inline(always)]
            fn max(self, other: $type) -> $type {
                let zero = $type::from_bits(self.to_bits() & other.to_bits());
                let more = if self > other { self } else { other };
                let found = if self == other { zero } else { more };
                if self.is_nan() | other.is_nan() { $type::from_bits($quiet) } else { found }
            }

            #[inline(always)]
            fn neg(self) -> $type {
                $type::from_bits(self.to_bits() ^ $sign)
            }

            #[inline(always)]
            fn abs(self) -> $type {
                $type::from_bits(self.to_bits() & !$sign)
            }

            #[inline(always)]
            fn sign(self) -> $type {
                let one = $type::from_bits((1.0 as $type).to_bits() | self.to_bits() & $sign);
                Self::quiet(if self == 0.0 || self.is_nan() { self } else { one })
            }
        }

        impl Quiet for $type {
            #[inline(always)]
            fn quiet(value: $type) -> $type {
                let bits = value.to_bits();
                let is_nan = bits & !$sign > $type::INFINITY.to_bits();
                $type::from_bits(if is_nan { $quiet } else { bits })
            }
        }

        impl Real for $type {
            #[inline(always)]
            fn div(self, other: $type) -> $type {
                Self::quiet(self / other)
            }

            #[inline(always)]
            fn sqrt(self) -> $type {
                Self::quiet($type::sqrt(self))
            }

            #[inline(always)]
            fn fma(self, factor: $type, addend: $type) -> $type {
                Self::quiet(crate::fma::$fma(self, factor, addend))
            }
        }

        impl Modulus for $type {
            #[inline(always)]
            fn modulo(self, other: $type) -> $type {
                // What is left of f32 is one of f32's numbers.
                let left = crate::remainder::remainder(self.into(), other.into()) as $type;
                let is_other = left.is_sign_negative() != other.is_sign_negative();
                let zero = $type::from_bits(other.to_bits() & $sign);
                Self::quiet(if left == 0.0 { zero } else if is_other { left + other } else { left })
            }
        }

        impl Rounding for $type {
            #[inline(always)]
            fn floor(self) -> $type {
                Self::quiet($type::floor(self))
            }

            #[inline(always)]
            fn ceil(self) -> $type {
                Self::quiet($type::ceil(self))
            }

            #[inline(always)]
            fn trunc(self) -> $type {
                Self::quiet($type::trunc(self))
            }

            #[inline(always)]
            fn round(self) -> $type {
                Self::quiet(self.round_ties_even())
            }
        }
    )*};
}
floats!(f32 0x8000_0000 0x7FC0_0000 fma f64 0x8000_0000_0000_0000 0x7FF8_0000_0000_0000 fma64);

/// The value, or the quiet NaN for any NaN. The bits are asked: to the compiler one NaN is as good as another,
/// and a test of floats that only tells them apart may go (it does behind a square root).
pub trait Quiet {
    fn quiet(value: Self) -> Self;
}

/// The value, or the quiet NaN for any NaN.
#[inline(always)]
pub fn quiet<T: Quiet>(value: T) -> T {
    T::quiet(value)
}

/// By way of f32, which has more than twice the bits and two: rounding twice is then rounding once
/// (Figueroa). Products of bf16 that are subnormal in f32 are exact there.
macro_rules! halves {
    ($($type:ident)*) => {$(
        impl $type {
            #[inline(always)]
            fn through(self, other: $type, run: impl Fn(f32, f32) -> f32) -> $type {
                $type::from_f32(run(self.to_f32(), other.to_f32()))
            }
        }

        impl Number for $type {
            #[inline(always)]
            fn add(self, other: $type) -> $type {
                self.through(other, |a, b| a + b)
            }

            #[inline(always)]
            fn sub(self, other: $type) -> $type {
                self.through(other, |a, b| a - b)
            }

            #[inline(always)]
            fn mul(self, other: $type) -> $type {
                self.through(other, |a, b| a * b)
            }

            #[inline(always)]
            fn min(self, other: $type) -> $type {
                self.through(other, Number::min)
            }

            #[inline(always)]
            fn max(self, other: $type) -> $type {
                self.through(other, Number::max)
            }

            #[inline(always)]
            fn neg(self) -> $type {
                $type(self.0 ^ 0x8000)
            }

            #[inline(always)]
            fn abs(self) -> $type {
                $type(self.0 & 0x7FFF)
            }

            #[inline(always)]
            fn sign(self) -> $type {
                $type::from_f32(self.to_f32().sign())
            }
        }

        impl Real for $type {
            #[inline(always)]
            fn div(self, other: $type) -> $type {
                self.through(other, |a, b| a / b)
            }

            #[inline(always)]
            fn sqrt(self) -> $type {
                $type::from_f32(self.to_f32().sqrt())
            }

            #[inline(always)]
            fn fma(self, factor: $type, addend: $type) -> $type {
                $type::from_f32(crate::fma::fma_odd(self.to_f32(), factor.to_f32(), addend.to_f32()))
            }
        }

        impl Modulus for $type {
            #[inline(always)]
            fn modulo(self, other: $type) -> $type {
                self.through(other, Modulus::modulo)
            }
        }

        impl Rounding for $type {
            #[inline(always)]
            fn floor(self) -> $type {
                $type::from_f32(self.to_f32().floor())
            }

            #[inline(always)]
            fn ceil(self) -> $type {
                $type::from_f32(self.to_f32().ceil())
            }

            #[inline(always)]
            fn trunc(self) -> $type {
                $type::from_f32(self.to_f32().trunc())
            }

            #[inline(always)]
            fn round(self) -> $type {
                $type::from_f32(self.to_f32().round_ties_even())
            }
        }
    )*};
}
halves!(F16 Bf16);

macro_rules! integers {
    ($($type:ident $unsigned:ident)*) => {$(
        impl Number for $type {
            #[inline(always)]
            fn add(self, other: $type) -> $type {
                self.wrapping_add(other)
            }

            #[inline(always)]
            fn sub(self, other: $type) -> $type {
                self.wrapping_sub(other)
            }

            #[inline(always)]
            fn mul(self, other: $type) -> $type {
                self.wrapping_mul(other)
            }

            #[inline(always)]
            fn min(self, other: $type) -> $type {
                Ord::min(self, other)
            }

            #[inline(always)]
            fn max(self, other: $type) -> $type {
                Ord::max(self, other)
            }

            #[inline(always)]
            fn neg(self) -> $type {
                self.wrapping_neg()
            }

            #[inline(always)]
            #[allow(unused_comparisons)]
            fn abs(self) -> $type {
                if self < 0 { self.wrapping_neg() } else { self }
            }

            #[inline(always)]
            #[allow(unused_comparisons)]
            fn sign(self) -> $type {
                if self < 0 { (0 as $type).wrapping_sub(1) } else { $type::from(self > 0) }
            }
        }

        impl Modulus for $type {
            #[inline(always)]
            #[allow(unused_comparisons)]
            fn modulo(self, other: $type) -> $type {
                let left = if other == 0 { self } else { self.wrapping_rem(other) };
                if other != 0 && left != 0 && (left < 0) != (other < 0) { left.wrapping_add(other) } else { left }
            }
        }

        impl Bits for $type {
            #[inline(always)]
            fn and(self, other: $type) -> $type {
                self & other
            }

            #[inline(always)]
            fn or(self, other: $type) -> $type {
                self | other
            }

            #[inline(always)]
            fn xor(self, other: $type) -> $type {
                self ^ other
            }

            #[inline(always)]
            fn not(self) -> $type {
                !self
            }
        }

        impl Integer for $type {
            #[inline(always)]
            fn shl(self, bits: $type) -> $type {
                let bits = bits as $unsigned;
                let shifted = self.wrapping_shl(bits as u32);
                if bits < $type::BITS as $unsigned { shifted } else { 0 }
            }

            #[inline(always)]
            fn shr(self, bits: $type) -> $type {
                let bits = bits as $unsigned;
                let (shifted, last) = (self.wrapping_shr(bits as u32), self >> ($type::BITS - 1));
                let is_signed = $type::MIN != 0;
                if bits < $type::BITS as $unsigned { shifted } else if is_signed { last } else { 0 }
            }
        }
    )*};
}
integers!(i8 u8 i16 u16 i32 u32 i64 u64 u8 u8 u16 u16 u32 u32 u64 u64);

impl Bits for Truth {
    #[inline(always)]
    fn and(self, other: Truth) -> Truth {
        Truth::of(self.is_true() & other.is_true())
    }

    #[inline(always)]
    fn or(self, other: Truth) -> Truth {
        Truth::of(self.is_true() | other.is_true())
    }

    #[inline(always)]
    fn xor(self, other: Truth) -> Truth {
        Truth::of(self.is_true() ^ other.is_true())
    }

    #[inline(always)]
    fn not(self) -> Truth {
        Truth::of(!self.is_true())
    }
}

macro_rules! ordered {
    ($($type:ident: |$x:ident| $key:expr;)*) => {$(
        impl Ordered for $type {
            #[inline(always)]
            fn eq(self, other: $type) -> Truth {
                let key = |$x: $type| $key;
                Truth::of(key(self) == key(other))
            }

            #[inline(always)]
            fn ne(self, other: $type) -> Truth {
                let key = |$x: $type| $key;
                Truth::of(key(self) != key(other))
            }

            #[inline(always)]
            fn lt(self, other: $type) -> Truth {
                let key = |$x: $type| $key;
                Truth::of(key(self) < key(other))
            }

            #[inline(always)]
            fn le(self, other: $type) -> Truth {
                let key = |$x: $type| $key;
                Truth::of(key(self) <= key(other))
            }

            #[inline(always)]
            fn gt(self, other: $type) -> Truth {
                let key = |$x: $type| $key;
                Truth::of(key(self) > key(other))
            }

            #[inline(always)]
            fn ge(self, other: $type) -> Truth {
                let key = |$x: $type| $key;
                Truth::of(key(self) >= key(other))
            }
        }
    )*};
}
ordered! {
    f32: |x| x; f64: |x| x; F16: |x| x.to_f32(); Bf16: |x| x.to_f32(); Truth: |x| x.is_true();
    i8: |x| x; i16: |x| x; i32: |x| x; i64: |x| x; u8: |x| x; u16: |x| x; u32: |x| x; u64: |x| x;
}

/// Runs an expression with a name for the type of elements that a dtype stands for: one macro for
/// each family of types that an operator may be declared for.
macro_rules! families {
    ($dollar:tt $($family:ident: $($dtype:ident $type:ty),*;)*) => {$(
        macro_rules! $family {
            ($dollar dtype:expr, $dollar name:ident => $dollar body:expr) => {
                match $dollar dtype {
                    $(astra_core::contract::Dtype::$dtype => {
                        type $dollar name = $type;
                        $dollar body
                    })*
                    #[allow(unreachable_patterns)]
                    _ => unreachable!("the operator is not declared for this type"),
                }
            };
        }
        pub(crate) use $family;
    )*};
}
families! { $
    with_number: F32 f32, F64 f64, F16 crate::number::F16, Bf16 crate::number::Bf16,
        I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64;
    with_float: F32 f32, F64 f64, F16 crate::number::F16, Bf16 crate::number::Bf16;
    with_integer: I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64;
    with_bits: Bool crate::number::Truth,
        I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64;
    with_any: F32 f32, F64 f64, F16 crate::number::F16, Bf16 crate::number::Bf16, Bool crate::number::Truth,
        I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a format by its definition, in f64.
    fn value(bits: u16, fraction: i32, bias: i32) -> f64 {
        let (negative, rest) = (bits >> 15 == 1, i32::from(bits & 0x7FFF));
        let (field, part) = (rest >> fraction, f64::from(rest & ((1 << fraction) - 1)));
        let magnitude = match field {
            _ if field == 2 * bias + 1 => {
                if part == 0.0 {
                    f64::INFINITY
                } else {
                    f64::NAN
                }
            }
            0 => part * 2_f64.powi(1 - bias - fraction),
            _ => (part + 2_f64.powi(fraction)) * 2_f64.powi(field - bias - fraction),
        };
        if negative { -magnitude } else { magnitude }
    }

    #[test]
    fn every_half_is_read_as_what_it_is_and_written_back() {
        for bits in 0..=u16::MAX {
            for (want, have, back) in [
                (value(bits, 10, 15), F16(bits).to_f32(), F16::from_f32(F16(bits).to_f32()).0),
                (value(bits, 7, 127), Bf16(bits).to_f32(), Bf16::from_f32(Bf16(bits).to_f32()).0),
            ] {
                assert!(want.is_nan() && have.is_nan() || want == f64::from(have), "{bits:04x}");
                assert!(want.is_nan() || back == bits, "{bits:04x} came back as {back:04x}");
            }
        }
        assert_eq!((F16::from_f32(f32::NAN).0, Bf16::from_f32(-f32::NAN).0), (0x7E00, 0x7FC0));
    }

    #[test]
    fn every_f32_between_two_halves_goes_to_the_nearer_one_and_ties_to_the_even_one() {
        for bits in 0..0x7C00_u16 {
            let (low, high) = (F16(bits).to_f32(), F16(bits + 1).to_f32());
            let high = if high.is_finite() { high } else { 65536.0 };
            let middle = (low + high) / 2.0;
            let (below, above) = (f32::from_bits(middle.to_bits() - 1), f32::from_bits(middle.to_bits() + 1));
            let even = bits + (bits & 1);
            assert_eq!(
                [below, middle, above].map(|x| F16::from_f32(x).0),
                [bits, even, bits + 1],
                "{bits:04x}"
            );
            assert_eq!([below, middle, above].map(|x| F16::from_f32(-x).0 ^ 0x8000), [bits, even, bits + 1]);
        }
        for bits in 0..0x7F80_u16 {
            let (low, tie) = (u32::from(bits) << 16, u32::from(bits) << 16 | 0x8000);
            let even = bits + (bits & 1);
            let have = [low, tie - 1, tie, tie + 1].map(|x| Bf16::from_f32(f32::from_bits(x)).0);
            assert_eq!(have, [bits, bits, even, bits + 1], "{bits:04x}");
        }
    }
}
