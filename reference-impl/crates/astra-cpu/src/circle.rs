//! Sine and cosine in f64, of numbers that have the 24 bits of an f32.

use crate::function::{ROUND, Steps, polynomial};

/// Below it the multiple of pi that is taken away has at most 20 bits.
pub const NEAR: f64 = 1_048_576.0;

/// (sin(r) / r - 1) / r^2 in r^2, for |r| <= pi / 2, with an error of 2^-54.
const SIN: [f64; 8] = [
    -0.16666666666666666,
    0.008333333333333316,
    -0.00019841269841254966,
    2.7557319219160833e-06,
    -2.505210761669045e-08,
    1.6058977292642743e-10,
    -7.643969663988074e-13,
    2.7314368769379893e-15,
];

/// r and n: the argument is n pi + r for the sine, (n + 1/2) pi + r for the cosine; n is odd or even.
pub struct Turned {
    r: f64,
    /// The lowest bit of what holds n.
    odd: u64,
}

/// For |x| < NEAR. pi / 2 in three parts, of which the product with 2n + 1 is exact for the first two.
#[inline(always)]
pub fn near<S: Steps, const COSINE: bool>(x: f64) -> Turned {
    const PARTS: [f64; 3] = [
        f64::from_bits(0x3FF9_21FB_5440_0000),
        f64::from_bits(0x3DD0_B461_1A60_0000),
        f64::from_bits(0x3BA3_198A_2E03_7073),
    ];
    let half = if COSINE { 0.5 } else { 0.0 };
    let shifted = S::step(x, core::f64::consts::FRAC_1_PI, -half) + ROUND;
    let n = shifted - ROUND;
    let twice = n + n + 2.0 * half;
    let r = S::step(-twice, PARTS[1], S::step(-twice, PARTS[0], x));
    Turned { r: S::step(-twice, PARTS[2], r), odd: shifted.to_bits() }
}

/// For |x| >= NEAR: x is an integer of 24 bits times 2^e, and what e adds to the multiple of pi is in a table.
#[inline(always)]
pub fn far<S: Steps, const COSINE: bool>(x: f64) -> Turned {
    const LOW: u64 = NEAR.to_bits() >> 52;
    let magnitude = x.abs();
    let exponent = (magnitude.to_bits() >> 52).clamp(LOW, LOW + TURNS.len() as u64 - 1);
    let turns = &TURNS[(exponent - LOW) as usize];
    // The 24 bits as an integer with the sign of x.
    let digits =
        f64::from_bits(magnitude.to_bits() & 0x000F_FFFF_FFFF_FFFF | 0x4160_0000_0000_0000).copysign(x);
    let half = if COSINE { 0.5 } else { 0.0 };
    let (high, middle) = (digits * turns[0], digits * turns[1]);
    let shifted = (high + middle - half) + ROUND;
    let rest = high - (shifted - ROUND) - half;
    let turn = S::step(digits, turns[2], rest + middle);
    const PI_LOW: f64 = f64::from_bits(0x3CA1_A626_3314_5C07);
    Turned { r: S::step(turn, core::f64::consts::PI, turn * PI_LOW), odd: shifted.to_bits() }
}

/// The way of small arguments or of large ones, whichever it is.
#[inline(always)]
pub fn any<S: Steps, const COSINE: bool>(x: f64) -> Turned {
    let (near, far) = (near::<S, COSINE>(x), far::<S, COSINE>(x));
    let is_near = x.abs() < NEAR;
    let odd = if is_near { near.odd } else { far.odd };
    let r = if x.is_finite() { far.r } else { f64::NAN };
    Turned { r: if is_near { near.r } else { r }, odd }
}

impl Turned {
    /// The sine of r, with the other sign if n is odd.
    #[inline(always)]
    pub fn sine<S: Steps>(&self) -> f64 {
        let z = self.r * self.r;
        let sine = S::step(self.r, z * polynomial::<S, 8>(z, &SIN), self.r);
        f64::from_bits(sine.to_bits() ^ self.odd << 63)
    }
}

/// For each exponent from that of NEAR on, 2^(e - 23) / pi less a multiple of two, in parts of 28, 28 and 53
/// bits: an integer of 24 bits times the first two is exact.
static TURNS: [[f64; 3]; 108] = turns();

const fn turns() -> [[f64; 3]; 108] {
    /// The first 256 bits of 1 / pi.
    const DIGITS: [u64; 4] =
        [0x517C_C1B7_2722_0A94, 0xFE13_ABE8_FA9A_6EE0, 0x6DB1_4ACC_9E21_C820, 0xFF28_B1D5_EF5D_E2B0];
    /// `count` bits from `place` on; place 1 is worth one half, and before it all are zero.
    const fn bits(place: i32, count: i32) -> u64 {
        let mut value = 0;
        let mut at = place;
        while at < place + count {
            let digit = if at < 1 { 0 } else { DIGITS[(at - 1) as usize / 64] >> (63 - (at - 1) % 64) & 1 };
            value = value << 1 | digit;
            at += 1;
        }
        value
    }
    const fn power(exponent: i32) -> f64 {
        f64::from_bits(((1023 + exponent) as u64) << 52)
    }
    let mut table = [[0.0; 3]; 108];
    let mut index = 0;
    while index < 108 {
        // The bit that is worth one after multiplication by 2^(e - 23).
        let one = index + 20 - 23;
        table[index as usize] = [
            bits(one, 28) as f64 * power(-27),
            bits(one + 28, 28) as f64 * power(-55),
            bits(one + 56, 53) as f64 * power(-108),
        ];
        index += 1;
    }
    table
}
