//! e^x and 2^x in f64, as a power of two and what it is multiplied by.

use crate::function::{ROUND, Steps, polynomial};

/// ln 2 in two parts; the first has 32 bits, so that its product with an exponent is exact.
pub const LN2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
pub const LN2_LOW: f64 = f64::from_bits(0x3DEA_39EF_3579_3C76);

/// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2 with an error of 2^-61, and of 2^-60 where e^r - 1 is made of it.
/// This and the other polynomials interpolate at Chebyshev's points, found in 300 bits.
const EXP: [f64; 11] = [
    0.5,
    0.1666666666666667,
    0.04166666666666667,
    0.008333333333326136,
    0.0013888888888883748,
    0.00019841269874820627,
    2.4801587325547743e-05,
    2.7557255400206422e-06,
    2.75572736431103e-07,
    2.5105217004720745e-08,
    2.0914686968086876e-09,
];

/// (2^r - 1) / r for |r| <= 1/2 with an error of 2^-55.
const EXP2: [f64; 12] = [
    core::f64::consts::LN_2,
    0.24022650695910072,
    0.055504108664821625,
    0.00961812910762848,
    0.001333355814640647,
    0.00015403530393370734,
    1.5252733841556773e-05,
    1.3215486808705563e-06,
    1.0178057087733941e-07,
    7.0548973041554995e-09,
    4.4558179083360645e-10,
    2.5729324177362305e-11,
];

/// p and 2^k; what was asked for is (1 + p) * 2^k, and p lies between -0.3 and 0.42.
pub struct Power {
    pub p: f64,
    pub scale: f64,
}

/// Between -limit and limit; the comparisons let a NaN through.
#[inline(always)]
pub fn within(x: f64, limit: f64) -> f64 {
    let x = if x > limit { limit } else { x };
    if x < -limit { -limit } else { x }
}

/// 2^k of what ROUND was added to. k lies far from the end of f64's exponents.
#[inline(always)]
fn scale(shifted: f64) -> f64 {
    f64::from_bits(shifted.to_bits().wrapping_shl(52).wrapping_add(1.0_f64.to_bits()))
}

/// e^x for |x| < 700.
#[inline(always)]
pub fn power<S: Steps>(x: f64) -> Power {
    let shifted = S::step(x, core::f64::consts::LOG2_E, ROUND);
    let k = shifted - ROUND;
    let r = S::step(-k, LN2_LOW, S::step(-k, LN2_HIGH, x));
    Power { p: S::step(r * r, polynomial::<S, 11>(r, &EXP), r), scale: scale(shifted) }
}

/// 2^x for |x| < 1000.
#[inline(always)]
pub fn power_of_two<S: Steps>(x: f64) -> Power {
    let shifted = x + ROUND;
    let r = x - (shifted - ROUND);
    Power { p: r * polynomial::<S, 12>(r, &EXP2), scale: scale(shifted) }
}

impl Power {
    #[inline(always)]
    pub fn value(self) -> f64 {
        (1.0 + self.p) * self.scale
    }

    /// Without cancellation: scale - 1 is exact where it matters.
    #[inline(always)]
    pub fn minus_one<S: Steps>(self) -> f64 {
        S::step(self.p, self.scale, self.scale - 1.0)
    }

    #[inline(always)]
    pub fn plus_one<S: Steps>(self) -> f64 {
        S::step(self.p, self.scale, self.scale + 1.0)
    }
}
