//! a^b in 256 bits of fixed point, for the few that fewer bits leave open.

const LIMBS: usize = 4;

/// An integer of 256 bits, the highest first. What it counts is said where it is used.
type Digits = [u64; LIMBS];

/// The upper half of the product.
fn product(a: &Digits, b: &Digits) -> Digits {
    let mut all = [0_u64; 2 * LIMBS];
    for i in (0..LIMBS).rev() {
        let mut carry = 0_u128;
        for j in (0..LIMBS).rev() {
            let sum = u128::from(a[i]) * u128::from(b[j]) + u128::from(all[i + j + 1]) + carry;
            all[i + j + 1] = sum as u64;
            carry = sum >> 64;
        }
        all[i] = carry as u64;
    }
    [all[0], all[1], all[2], all[3]]
}

/// Times two; what does not fit is lost.
fn doubled(a: &Digits) -> Digits {
    core::array::from_fn(|index| a[index] << 1 | a.get(index + 1).map_or(0, |below| below >> 63))
}

/// An odd significand and the exponent of two that it is multiplied by; of a positive number of 24 bits.
fn parts(x: f64) -> (u64, i64) {
    let significand = x.to_bits() & 0x000F_FFFF_FFFF_FFFF | 1 << 52;
    let zeros = significand.trailing_zeros();
    (significand >> zeros, (x.to_bits() >> 52) as i64 - 1075 + i64::from(zeros))
}

/// Times a power of two, which is one of f64.
fn times_power(x: u64, exponent: i64) -> f64 {
    x as f64 * f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// a^b for positive numbers of 24 bits with 2^-161 < a^b < 2^161: exact, or cut off to 53 bits of which the last is 1.
/// Rounding that to 51 bits or fewer is rounding a^b.
pub fn odd(a: f64, b: f64) -> f64 {
    exact(a, b).unwrap_or_else(|| inexact(a, b))
}

/// The power where it has at most 53 bits: only then can it lie in the middle of two numbers.
fn exact(a: f64, b: f64) -> Option<f64> {
    let ((mut base, mut exponent), (count, mut twos)) = (parts(a), parts(b.abs()));
    // Roots, of which a number of 24 bits has few.
    while twos < 0 {
        let root = (base as f64).sqrt() as u64;
        if root * root != base || exponent % 2 != 0 {
            return None;
        }
        (base, exponent, twos) = (root, exponent / 2, twos + 1);
    }
    if base == 1 {
        let count = i64::try_from(count).ok()?.checked_shl(twos.try_into().ok()?)?;
        let exponent = exponent.checked_mul(if b < 0.0 { -count } else { count })?;
        return (exponent.abs() < 1000).then(|| times_power(1, exponent));
    }
    // Three to the power of 34 has 54 bits.
    if b < 0.0 || twos > 5 || count << twos > 33 {
        return None;
    }
    let count = count << twos;
    let mut value = 1_u64;
    for _ in 0..count {
        value = value.checked_mul(base).filter(|value| value >> 53 == 0)?;
    }
    let exponent = exponent * count as i64;
    (exponent.abs() < 1000).then(|| times_power(value, exponent))
}

fn inexact(a: f64, b: f64) -> f64 {
    let (whole, fraction) = exponent_of(a, b);
    let power = power_of_two(&fraction);
    // 53 bits, the last of them 1: no power that is not exact ends in more than a hundred equal bits.
    times_power(power[0] >> 11 | 1, whole - 52)
}

/// The number b log2(a), as what it is rounded down to and the rest in steps of 2^-256.
fn exponent_of(a: f64, b: f64) -> (i64, Digits) {
    let exponent = (a.to_bits() >> 52) as i64 - 1023;
    let logarithm = logarithm(a.to_bits() << 11 | 1 << 63);
    // The logarithm of a in steps of 2^-256, as an integer of 384 bits with a sign; times that of b.
    let (significand, shift) = parts(b.abs());
    let sign = if exponent < 0 { u64::MAX } else { 0 };
    let mut all = [sign, exponent as u64, logarithm[0], logarithm[1], logarithm[2], logarithm[3]];
    let mut carry = 0_u128;
    for digit in all.iter_mut().rev() {
        let sum = u128::from(*digit) * u128::from(significand) + carry;
        (*digit, carry) = (sum as u64, sum >> 64);
    }
    if b < 0.0 {
        let mut carry = true;
        for digit in all.iter_mut().rev() {
            (*digit, carry) = (!*digit).overflowing_add(u64::from(carry));
        }
    }
    let all = shifted(all, shift);
    (all[1] as i64, [all[2], all[3], all[4], all[5]])
}

/// Times 2^shift, rounded down. The sign fills.
fn shifted(all: [u64; 6], shift: i64) -> [u64; 6] {
    let sign = if all[0] >> 63 == 1 { u64::MAX } else { 0 };
    let digit = |at: i64| match at {
        ..0 => sign,
        0..6 => all[at as usize],
        _ => 0,
    };
    let (limbs, bits) = (shift.div_euclid(64), shift.rem_euclid(64) as u32);
    core::array::from_fn(|index| {
        let at = index as i64 + limbs;
        let below = if bits == 0 { 0 } else { digit(at + 1) >> (64 - bits) };
        digit(at) << bits | below
    })
}

/// log2 of a number from one to two, given in steps of 2^-63, in steps of 2^-256: its square is from one to four,
/// and whether that is from two on is the next bit.
fn logarithm(mantissa: u64) -> Digits {
    let mut number = [mantissa, 0, 0, 0];
    let mut bits = [0_u64; LIMBS];
    for bit in 0..256 {
        // In steps of 2^-254 now.
        number = product(&number, &number);
        let is_two = number[0] >> 63;
        if is_two == 0 {
            number = doubled(&number);
        }
        bits[bit / 64] |= is_two << (63 - bit % 64);
    }
    bits
}

/// 2^x for x < 1 in steps of 2^-256, in steps of 2^-255.
fn power_of_two(x: &Digits) -> Digits {
    /// ln 2, in steps of 2^-256.
    const LN2: Digits =
        [0xB172_17F7_D1CF_79AB, 0xC9E3_B398_03F2_F6AF, 0x40F3_4326_7298_B62D, 0x8A0D_175B_8BAA_FA2B];
    /// The argument is halved so often, and what the series gives is squared so often.
    const HALVINGS: u32 = 8;
    let mut r = product(x, &LN2);
    for _ in 0..HALVINGS {
        r = core::array::from_fn(|index| {
            r[index] >> 1 | index.checked_sub(1).map_or(0, |above| r[above] << 63)
        });
    }
    // e^r - 1 = r + r^2 / 2 + ...: terms in steps of 2^-256.
    let (mut sum, mut term) = (r, r);
    for divisor in 2_u64.. {
        term = product(&term, &r);
        let mut rest = 0_u128;
        for digit in &mut term {
            let value = rest << 64 | u128::from(*digit);
            (*digit, rest) = ((value / u128::from(divisor)) as u64, value % u128::from(divisor));
        }
        if term == [0; LIMBS] {
            break;
        }
        sum = plus(&sum, &term);
    }
    // One and that, in steps of 2^-255.
    let mut power: Digits = core::array::from_fn(|index| {
        sum[index] >> 1 | index.checked_sub(1).map_or(1, |above| sum[above]) << 63
    });
    for _ in 0..HALVINGS {
        power = doubled(&product(&power, &power));
    }
    power
}

fn plus(a: &Digits, b: &Digits) -> Digits {
    let mut sum = [0; LIMBS];
    let mut carry = false;
    for index in (0..LIMBS).rev() {
        let (value, first) = a[index].overflowing_add(b[index]);
        let (value, second) = value.overflowing_add(u64::from(carry));
        (sum[index], carry) = (value, first | second);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Numbers;

    /// The highest 53 bits of an integer, the last of them 1 if any below is.
    fn highest(integer: u128, exponent: i64) -> f64 {
        let drop = 75_u32.saturating_sub(integer.leading_zeros());
        let kept = (integer >> drop) as u64;
        let lost = u64::from(u128::from(kept) << drop != integer);
        times_power(kept | lost, exponent + i64::from(drop))
    }

    #[test]
    fn whole_powers_are_those_of_integers() {
        let mut numbers = Numbers::new();
        for _ in 0..3_000 {
            let bits = numbers.bits();
            let (base, count) = (bits >> 40 | 1, 2 + bits % 4);
            let shift = (bits >> 10 & 15) as i64 - 8;
            let want = highest(u128::from(base).pow(count as u32), shift * count as i64);
            assert_eq!(odd(times_power(base, shift), count as f64), want, "{base}^{count}");
        }
    }

    #[test]
    fn roots_lie_between_the_numbers_beside_them() {
        let mut numbers = Numbers::new();
        for _ in 0..3_000 {
            let base = numbers.bits() >> 40 | 1 << 23;
            let root = odd(base as f64, 0.5);
            // Of 53 bits: 12 before the point.
            let whole = (root * (1_u64 << 41) as f64) as u128;
            let square = u128::from(base) << 82;
            let is_exact = whole * whole == square;
            assert!(is_exact || whole & 1 == 1, "{base}");
            assert!(is_exact || (whole - 1).pow(2) < square && square < (whole + 1).pow(2), "{base}");
        }
    }

    #[test]
    fn exact_powers_are_found_and_no_others() {
        for (a, b, want) in [
            (4.0, 1.5, Some(8.0)),
            (16.0, -0.75, Some(0.125)),
            (5_041.0, 1.5, Some(357_911.0)),
            (0.25, 75.0, Some(2_f64.powi(-150))),
            (4_097.0, 2.0, Some(16_785_409.0)),
            (1.5, 8.0, Some(25.628_906_25)),
            (3.0, -1.0, None),
            (2.0, 0.5, None),
            (3.0, 0.5, None),
            (16_777_215.0, 3.0, None),
            (3.0, 34.0, None),
        ] {
            assert_eq!(exact(a, b), want, "{a}^{b}");
        }
    }

    #[test]
    fn the_reciprocal_of_a_power_is_the_power_of_the_other_sign() {
        let mut numbers = Numbers::new();
        for _ in 0..3_000 {
            let (x, y) = (numbers.list(1, 0)[0], numbers.list(1, 0)[0]);
            let (a, b) = (f64::from(x.abs() * 1000.0 + 0.001), f64::from(y * 15.0));
            if b != 0.0 && exact(a, b).is_none() {
                let one = odd(a, b) * odd(a, -b);
                assert!((one - 1.0).abs() < 4.0 * f64::EPSILON, "{a}^{b}: {one}");
            }
        }
    }
}
