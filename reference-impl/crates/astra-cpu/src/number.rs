//! Elements as numbers: the arithmetic that every type of them has, each result rounded once.

use astra_memory::Element;

use crate::nan::canonical;

/// A type of elements. Floats give the quiet NaN, integers wrap.
pub trait Number: Element {
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
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

impl Number for f32 {
    #[inline(always)]
    fn add(self, other: f32) -> f32 {
        canonical(self + other)
    }

    #[inline(always)]
    fn mul(self, other: f32) -> f32 {
        canonical(self * other)
    }
}

impl Number for f64 {
    #[inline(always)]
    fn add(self, other: f64) -> f64 {
        quiet(self + other)
    }

    #[inline(always)]
    fn mul(self, other: f64) -> f64 {
        quiet(self * other)
    }
}

/// The value, or the quiet NaN for any NaN.
#[inline(always)]
fn quiet(value: f64) -> f64 {
    const QUIET: f64 = f64::from_bits(0x7FF8_0000_0000_0000);
    if value.is_nan() { QUIET } else { value }
}

/// By way of f32, which has more than twice the bits and two: rounding twice is then rounding once
/// (Figueroa). Products of bf16 that are subnormal in f32 are exact there.
macro_rules! halves {
    ($($type:ident)*) => {$(
        impl Number for $type {
            #[inline(always)]
            fn add(self, other: $type) -> $type {
                $type::from_f32(self.to_f32() + other.to_f32())
            }

            #[inline(always)]
            fn mul(self, other: $type) -> $type {
                $type::from_f32(self.to_f32() * other.to_f32())
            }
        }
    )*};
}
halves!(F16 Bf16);

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl Number for $type {
            #[inline(always)]
            fn add(self, other: $type) -> $type {
                self.wrapping_add(other)
            }

            #[inline(always)]
            fn mul(self, other: $type) -> $type {
                self.wrapping_mul(other)
            }
        }
    )*};
}
integers!(i8 i16 i32 i64 u8 u16 u32 u64);

/// Runs an expression with a name for the type of elements that a dtype stands for.
macro_rules! with_number {
    ($dtype:expr, $name:ident => $body:expr) => {{
        use astra_core::contract::Dtype;
        macro_rules! arm {
            ($type:ty) => {{
                type $name = $type;
                $body
            }};
        }
        match $dtype {
            Dtype::F32 => arm!(f32),
            Dtype::F64 => arm!(f64),
            Dtype::F16 => arm!($crate::number::F16),
            Dtype::Bf16 => arm!($crate::number::Bf16),
            Dtype::I8 => arm!(i8),
            Dtype::I16 => arm!(i16),
            Dtype::I32 => arm!(i32),
            Dtype::I64 => arm!(i64),
            Dtype::U8 => arm!(u8),
            Dtype::U16 => arm!(u16),
            Dtype::U32 => arm!(u32),
            Dtype::U64 => arm!(u64),
            Dtype::Bool => unreachable!("the operator is not declared for truth values"),
        }
    }};
}
pub(crate) use with_number;

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a format by its definition, in f64.
    fn value(bits: u16, fraction: i32, bias: i32) -> f64 {
        let (negative, rest) = (bits >> 15 == 1, i32::from(bits & 0x7FFF));
        let (field, part) = (rest >> fraction, f64::from(rest & ((1 << fraction) - 1)));
        let magnitude = match field {
            _ if field == 2 * bias + 1 => if part == 0.0 { f64::INFINITY } else { f64::NAN },
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
            assert_eq!([below, middle, above].map(|x| F16::from_f32(x).0), [bits, even, bits + 1], "{bits:04x}");
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
