//! Logarithms in f64, of numbers that have the 24 bits of an f32.

use crate::exponential::{LN2_HIGH, LN2_LOW};
use crate::function::{Steps, polynomial};

/// (ln((1 + s) / (1 - s)) / s - 2) / s^2 in s^2, for m from the root of 1/2 to that of 2, with an error of 2^-57.
const LOG: [f64; 7] = [
    0.666666666666667,
    0.39999999999899444,
    0.2857142862600327,
    0.22222211130259878,
    0.18182889455674947,
    0.15331710618210773,
    0.14616585424888623,
];

/// x = 2^k * m with m from the root of 1/2 to that of 2.
struct Split {
    k: f64,
    /// m - 1, which is exact.
    f: f64,
    /// ln m = f - s * q.
    s: f64,
    q: f64,
}

/// For positive finite x. With s = f / (2 + f), ln(1 + f) is 2s + s^3 P(s^2), and 2s is f - s f: the exact f
/// is most of the result.
#[inline(always)]
fn split<S: Steps>(x: f64) -> Split {
    const ROOT: u64 = 0x3FE6_A09E_667F_3BCD;
    const ONE: u64 = 0x3FF0_0000_0000_0000;
    /// As the upper bits of a float it makes an integer of the lower ones.
    const INTEGER: f64 = 4_503_599_627_370_496.0; // 2^52
    let raised = x.to_bits().wrapping_sub(ROOT).wrapping_add(ONE);
    let k = f64::from_bits(raised >> 52 | INTEGER.to_bits()) - (INTEGER + 1023.0);
    let exponent = (raised & 0xFFF0_0000_0000_0000).wrapping_sub(ONE);
    let f = f64::from_bits(x.to_bits().wrapping_sub(exponent)) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    Split { k, f, s, q: S::step(-z, polynomial::<S, 7>(z, &LOG), f) }
}

/// The logarithm of a positive finite x was found; those of the others are known.
#[inline(always)]
fn with_borders(x: f64, found: f64) -> f64 {
    let found = if x == f64::INFINITY { f64::INFINITY } else { found };
    let other = if x == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
    if x > 0.0 { found } else { other }
}

/// k ln 2 + lead - s q
#[inline(always)]
fn natural<S: Steps>(parts: &Split, lead: f64) -> f64 {
    let rest = S::step(parts.s, parts.q, -(parts.k * LN2_LOW));
    S::step(parts.k, LN2_HIGH, lead - rest)
}

#[inline(always)]
pub fn log<S: Steps>(x: f64) -> f64 {
    let parts = split::<S>(x);
    with_borders(x, natural::<S>(&parts, parts.f))
}

#[inline(always)]
pub fn log2<S: Steps>(x: f64) -> f64 {
    /// 1 / ln 2 in two parts; the first has 28 bits, so that its product with f is exact.
    const HIGH: f64 = f64::from_bits(0x3FF7_1547_6400_0000);
    const LOW: f64 = f64::from_bits(0x3E32_B82F_E177_7D10);
    let parts = split::<S>(x);
    let rest = S::step(parts.f, LOW, -(parts.s * parts.q) * core::f64::consts::LOG2_E);
    with_borders(x, parts.k + S::step(parts.f, HIGH, rest))
}

/// ln(1 + x). Where the sum is not exact, x itself is most of the result.
#[inline(always)]
pub fn log1p<S: Steps>(x: f64) -> f64 {
    let sum = 1.0 + x;
    let parts = split::<S>(sum);
    let lead = if x.abs() < 0.25 { x } else { parts.f };
    with_borders(sum, natural::<S>(&parts, lead)).copysign(x)
}
