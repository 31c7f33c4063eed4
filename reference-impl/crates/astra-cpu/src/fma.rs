//! The fused multiply-add, exact on every processor. C libraries of 2012 had wrong ones, and std's
//! `mul_add` calls them where the processor has no such instruction.

/// a * b + c, rounded once.
#[inline(always)]
pub fn fma(a: f32, b: f32, c: f32) -> f32 {
    #[cfg(any(target_feature = "fma", target_arch = "aarch64"))]
    return a.mul_add(b, c);
    #[cfg(not(any(target_feature = "fma", target_arch = "aarch64")))]
    return exact(a, b, c);
}

/// In f64 the product is exact. The sum is rounded to odd: where it is not exact, its last bit is made
/// 1. With at least two bits more than f32, the second rounding then sees what the first one lost.
#[inline(always)]
#[cfg_attr(any(target_feature = "fma", target_arch = "aarch64"), allow(dead_code))]
fn exact(a: f32, b: f32, c: f32) -> f32 {
    let product = f64::from(a) * f64::from(b);
    let addend = f64::from(c);
    let sum = product + addend;
    // What the sum lost (Knuth's two-sum). NaN where the sum is infinite or NaN: then it stays.
    let part = sum - product;
    let lost = (product - (sum - part)) + (addend - part);
    let bits = sum.to_bits();
    // An inexact sum lies between two neighbours of which one is odd. If `sum` is the even one, the odd
    // one lies where the lost part points.
    let outward = (lost > 0.0) == (sum > 0.0);
    let odd = if outward { bits.wrapping_add(1) } else { bits.wrapping_sub(1) };
    let is_even = bits & 1 == 0;
    let inexact = lost != 0.0 && !lost.is_nan();
    f64::from_bits(if inexact && is_even { odd } else { bits }) as f32
}

#[cfg(test)]
mod tests {
    use super::exact;

    /// The same by integers of any width: the product and the addend as multiples of 2^-298.
    fn by_integers(a: f32, b: f32, c: f32) -> f32 {
        if !(a.is_finite() && b.is_finite() && c.is_finite()) {
            return (f64::from(a) * f64::from(b) + f64::from(c)) as f32;
        }
        // Big integers as 10 words of 64 bits, sign apart: 2^-298 to 2^256 and some more.
        let split = |x: f32| {
            let (bits, sign) = (x.to_bits(), x.is_sign_negative());
            let exponent = (bits >> 23 & 255) as i32;
            let mantissa = u64::from(bits & 0x7F_FFFF) | if exponent > 0 { 1 << 23 } else { 0 };
            (sign, mantissa, exponent.max(1) - 150)
        };
        let ((sa, ma, ea), (sb, mb, eb), (sc, mc, ec)) = (split(a), split(b), split(c));
        let wide = |mantissa: u64, shift: i32| {
            let mut words = [0_u64; 10];
            let value = u128::from(mantissa) << (shift % 64);
            words[shift as usize / 64] = value as u64;
            words[shift as usize / 64 + 1] = (value >> 64) as u64;
            words
        };
        let (p, q) = (wide(ma * mb, ea + eb + 298), wide(mc, ec + 298));
        let (sp, sq) = (sa != sb, sc);
        let mut sum = [0_u64; 10];
        let bigger = p.iter().rev().cmp(q.iter().rev());
        let sign;
        if sp == sq {
            sign = sp;
            let mut carry = 0;
            for i in 0..10 {
                let value = u128::from(p[i]) + u128::from(q[i]) + carry;
                (sum[i], carry) = (value as u64, value >> 64);
            }
        } else {
            let (x, y) = if bigger.is_ge() { (p, q) } else { (q, p) };
            sign = if bigger.is_ge() { sp } else { sq };
            let mut borrow = false;
            for i in 0..10 {
                let (value, b1) = x[i].overflowing_sub(y[i]);
                let (value, b2) = value.overflowing_sub(u64::from(borrow));
                (sum[i], borrow) = (value, b1 || b2);
            }
        }
        let top = (0..640).rev().find(|&bit| sum[bit / 64] >> (bit % 64) & 1 == 1);
        let Some(top) = top else {
            return if sp == sq && sp { -0.0 } else { 0.0 };
        };
        let bit = |index: i32| index >= 0 && sum[index as usize / 64] >> (index % 64) & 1 == 1;
        let lowest = (top as i32 - 23).max(298 - 149);
        let mut mantissa = 0_u64;
        for index in (lowest..=top as i32).rev() {
            mantissa = mantissa << 1 | u64::from(bit(index));
        }
        let half = bit(lowest - 1);
        let rest = (0..lowest - 1).any(bit);
        if half && (rest || mantissa & 1 == 1) {
            mantissa += 1;
        }
        let value = mantissa as f64 * 2_f64.powi(lowest - 298);
        if sign { -(value as f32) } else { value as f32 }
    }

    #[test]
    fn software_is_exact() {
        let special = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            f32::MIN_POSITIVE,
            f32::from_bits(1),
            -f32::from_bits(1),
            f32::MAX,
            f32::MIN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NAN,
            1e-30,
            -1e-30,
            1.000_000_1,
            16_777_217.0,
        ];
        let same = |a: f32, b: f32, c: f32| {
            let (want, have) = (by_integers(a, b, c), exact(a, b, c));
            assert!(
                want.to_bits() == have.to_bits() || want.is_nan() && have.is_nan(),
                "{a:e} {b:e} {c:e}: {want:e} {have:e}"
            );
        };
        for a in special {
            for b in special {
                special.iter().for_each(|&c| same(a, b, c));
            }
        }
        let mut seed = 1_u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for _ in 0..300_000 {
            let a = f32::from_bits(next() as u32);
            // Near cancellation and near halfway: c close to -a*b, or far below it.
            let b = f32::from_bits(next() as u32);
            let c = match next() % 4 {
                0 => f32::from_bits(next() as u32),
                1 => f32::from_bits((-(a * b)).to_bits() ^ (next() as u32 & 3)),
                2 => f32::from_bits(((a * b).to_bits()).wrapping_sub((24 << 23) + (next() as u32 & 3))),
                _ => f32::from_bits(((a * b).to_bits()).wrapping_add((24 << 23) + (next() as u32 & 3))),
            };
            same(a, b, c);
        }
    }
}
