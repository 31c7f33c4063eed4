//! spec/ops/exp@1.toml
//!
//! e^x is computed in f64 with an error of about 2^-52 and rounded once. That this is correct for every
//! input is not argued but was tried: `examples/exp_exhaustive.rs` compares all of them with a
//! computation in 106 bits.

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::isa::for_each_isa;
use crate::nan::canonical;

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

pub fn shapes(inputs: &[Shape], _: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    outputs[0] = inputs[0];
    Ok(())
}

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    exp_all(isa, arguments.inputs[0].block.elements(), arguments.outputs[0].block.elements_mut());
}

for_each_isa! {
    /// y = e^x, element by element.
    fn exp_all(isa, x: &[f32], y: &mut [f32]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = exp(x);
        }
    }
}

/// e^x, correctly rounded. Plain multiplications and additions: an instruction set that fuses them
/// gives the same bits because the language does not allow it to.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    /// From here on the result is infinite, and zero below its negative.
    const END: f64 = 104.0;
    const LOG2_E: f64 = core::f64::consts::LOG2_E;
    /// ln 2 in two parts; the first has 32 bits, so that its product with k is exact.
    const LN2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
    const LN2_LOW: f64 = f64::from_bits(0x3DEA_39EF_3579_3C76);
    /// Adding and subtracting it rounds to an integer, which its low bits hold in between.
    const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
    /// 1 / n! for n = 2 to 13.
    const TERMS: [f64; 12] = [
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    // The comparisons let a NaN through.
    let wide = f64::from(x);
    let wide = if wide > END { END } else { wide };
    let wide = if wide < -END { -END } else { wide };
    let shifted = wide * LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (wide - k * LN2_HIGH) - k * LN2_LOW;
    let mut sum = TERMS[11];
    for &term in TERMS[..11].iter().rev() {
        sum = sum * r + term;
    }
    let power = 1.0 + (r + r * r * sum);
    // 2^k: k lies between -151 and 151, far from the end of f64's exponents.
    let scale = f64::from_bits(shifted.to_bits().wrapping_shl(52).wrapping_add(1.0_f64.to_bits()));
    canonical((power * scale) as f32)
}
