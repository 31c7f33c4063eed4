//! 1 / sqrt(x) of f64, rounded once: found by two operations that round, and set right by integers.

/// x = mantissa / 2^52 * 4^k with a mantissa from 2^52 to 2^54; of positive finite numbers.
#[inline(always)]
fn parts(x: f64) -> (u64, i64) {
    const TWO_54: f64 = 18_014_398_509_481_984.0;
    let is_small = x < f64::MIN_POSITIVE;
    let bits = if is_small { x * TWO_54 } else { x }.to_bits();
    let exponent = (bits >> 52) as i64 - 1023 - if is_small { 54 } else { 0 };
    let fraction = bits & 0x000F_FFFF_FFFF_FFFF | 1 << 52;
    (fraction << (exponent & 1), exponent >> 1)
}

/// The sign of (half / 2^54)^2 * mantissa / 2^52 - 1, for halves near where that is zero: it is no more than
/// a part of 2^40 of one then, so the lowest 128 bits of the integers tell it.
#[inline(always)]
fn excess(half: u64, mantissa: u64) -> i128 {
    (u128::from(half) * u128::from(half)).wrapping_mul(u128::from(mantissa)) as i128
}

#[inline(always)]
pub fn inverse(x: f64) -> f64 {
    if !(x > 0.0 && x < f64::INFINITY) {
        // 1 / sqrt(-0) is -infinity.
        return crate::number::quiet(1.0 / x.sqrt());
    }
    let (mantissa, k) = parts(x);
    // Exact: where the mantissa has 54 bits, the lowest is zero.
    let near = 1.0 / (mantissa as f64 / (1_u64 << 52) as f64).sqrt();
    // From 2^52 to 2^53, and at most two from the right one. No result lies in the middle of two numbers: there
    // an odd number's square times the mantissa would be a power of two.
    let mut steps = (near * (1_u64 << 53) as f64) as u64;
    while excess(2 * steps + 1, mantissa) < 0 {
        steps += 1;
    }
    while excess(2 * steps - 1, mantissa) > 0 {
        steps -= 1;
    }
    steps as f64 * f64::from_bits(((1023 - 53 - k) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::inverse;
    use crate::testing::Numbers;

    /// Whether the exact result lies within half a step of y, by products that nothing is lost of: of the
    /// integers of (2n - 1)^2 m and (2n + 1)^2 m, and where 2^160 lies between them.
    fn is_nearest(x: f64, y: f64) -> bool {
        let value = |x: f64| {
            let (fraction, field) = (x.to_bits() & ((1 << 52) - 1), (x.to_bits() >> 52) as i64);
            if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) }
        };
        let ((m, e), (n, f)) = (value(x), value(y));
        // (n 2^f)^2 m 2^e against one: n^2 m against 2^-(2f + e); four times that for the halves.
        let one = 2 - 2 * f - e;
        let bits_above = |half: u64| {
            let square = u128::from(half) * u128::from(half);
            let (high, low) =
                ((square >> 64) * u128::from(m), (square & u128::from(u64::MAX)) * u128::from(m));
            let (high, low) = (high + (low >> 64), low as u64);
            // high 2^64 + low >= 2^one
            if one >= 64 { high >> (one - 64) != 0 } else { high != 0 || low >> one != 0 }
        };
        // Below a power of two the steps are half as large: what lies there is another test's.
        (n == 1 << 52 || !bits_above(2 * n - 1)) && bits_above(2 * n + 1)
    }

    #[test]
    fn is_rounded_once() {
        let mut numbers = Numbers::new();
        for index in 0..200_000 {
            let x = match index % 4 {
                0 => f64::from_bits(numbers.bits() >> 1),
                1 => f64::from_bits(numbers.bits() >> 14),
                2 => f64::from_bits(1.0_f64.to_bits() + (numbers.bits() >> 56)),
                _ => f64::from_bits(4.0_f64.to_bits() - (numbers.bits() >> 56)),
            };
            if x.is_finite() && x != 0.0 {
                assert!(is_nearest(x, inverse(x)), "{x:e}: {:e}", inverse(x));
            }
        }
        for exponent in -537_i64..512 {
            let power = match 2 * exponent {
                power @ -1022.. => f64::from_bits(((power + 1023) as u64) << 52),
                power => f64::from_bits(1 << (power + 1074)),
            };
            assert_eq!(inverse(power), 2_f64.powi(-exponent as i32));
        }
    }

    #[test]
    fn special_values_are_those_of_the_definition() {
        for (x, want) in [(0.0, f64::INFINITY), (-0.0, f64::NEG_INFINITY), (f64::INFINITY, 0.0)] {
            assert_eq!(inverse(x).to_bits(), want.to_bits());
        }
        for x in [-1.0, f64::NEG_INFINITY, f64::NAN, -f64::from_bits(1)] {
            assert_eq!(inverse(x).to_bits(), 0x7FF8_0000_0000_0000);
        }
    }
}
