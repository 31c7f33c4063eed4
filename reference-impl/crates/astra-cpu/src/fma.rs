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

/// a * b + c, rounded once.
#[inline(always)]
pub fn fma64(a: f64, b: f64, c: f64) -> f64 {
    #[cfg(any(target_feature = "fma", target_arch = "aarch64"))]
    return a.mul_add(b, c);
    #[cfg(not(any(target_feature = "fma", target_arch = "aarch64")))]
    return exact64(a, b, c);
}

/// a * b + c in f32, rounded to odd: for a second rounding to a narrower format.
#[inline(always)]
pub fn fma_odd(a: f32, b: f32, c: f32) -> f32 {
    to_odd(odd(a, b, c))
}

/// The number in f32, rounded to odd.
#[inline(always)]
pub fn to_odd(exact: f64) -> f32 {
    let near = exact as f32;
    let lost = exact - f64::from(near);
    let bits = near.to_bits();
    let outward = (lost < 0.0) == near.is_sign_negative();
    let next = if outward { bits.wrapping_add(1) } else { bits.wrapping_sub(1) };
    let moved = lost != 0.0 && near.is_finite() && bits & 1 == 0;
    f32::from_bits(if moved { next } else { bits })
}

#[inline(always)]
#[cfg_attr(any(target_feature = "fma", target_arch = "aarch64"), allow(dead_code))]
fn exact(a: f32, b: f32, c: f32) -> f32 {
    odd(a, b, c) as f32
}

/// In f64 the product is exact. The sum is rounded to odd: where it is not exact, its last bit is made
/// 1. With at least two bits more than f32, a second rounding then sees what the first one lost.
#[inline(always)]
fn odd(a: f32, b: f32, c: f32) -> f64 {
    let product = f64::from(a) * f64::from(b);
    let addend = f64::from(c);
    let sum = product + addend;
    // What the sum lost (Knuth's two-sum). NaN where the sum is infinite or NaN: then it stays.
    let part = sum - product;
    let lost = (product - (sum - part)) + (addend - part);
    nudged(sum, lost)
}

/// A number that something was lost from lies between two neighbours of which one is odd: that one. If
/// `near` is the even one, the odd one lies where the sign of what was lost points.
#[inline(always)]
pub fn nudged(near: f64, lost: f64) -> f64 {
    let bits = near.to_bits();
    let outward = (lost < 0.0) == near.is_sign_negative();
    let odd = if outward { bits.wrapping_add(1) } else { bits.wrapping_sub(1) };
    let moved = lost != 0.0 && near.is_finite() && bits & 1 == 0;
    f64::from_bits(if moved { odd } else { bits })
}

/// The same of f64 by integers: product and addend with their highest bits at one place, the smaller one
/// shifted down to the other, and what is lost there kept as a last bit of 1.
#[cfg_attr(any(target_feature = "fma", target_arch = "aarch64"), allow(dead_code))]
fn exact64(a: f64, b: f64, c: f64) -> f64 {
    /// Where highest bits are put: above 53 bits and whatever a subtraction takes away, below a carry.
    const HIGH: u32 = 124;
    let product = a * b;
    if !(product.is_finite() || a.is_finite() && b.is_finite()) || !c.is_finite() || a == 0.0 || b == 0.0 {
        // Nothing is rounded but an infinity, or only the addend counts.
        return if a.is_finite() && b.is_finite() && !c.is_finite() { c } else { product + c };
    }
    if c == 0.0 {
        return product;
    }
    let ((ma, ea), (mb, eb), (mc, ec)) = (parts(a), parts(b), parts(c));
    let raised = |value: u128, exponent: i32| {
        let by = HIGH - value.ilog2();
        (value << by, exponent - by as i32)
    };
    let (p, ep) = raised(u128::from(ma) * u128::from(mb), ea + eb);
    let (q, eq) = raised(u128::from(mc), ec);
    let (negative, other) = (a.is_sign_negative() != b.is_sign_negative(), c.is_sign_negative());
    let is_first = (ep, p) >= (eq, q);
    let ((large, exponent, sign), (small, below)) =
        if is_first { ((p, ep, negative), (q, eq)) } else { ((q, eq, other), (p, ep)) };
    let shift = (exponent - below) as u32;
    let shifted = small.checked_shr(shift).unwrap_or(0);
    let lost = shift > 0 && small != shifted.checked_shl(shift).unwrap_or(0);
    let small = shifted | u128::from(lost);
    let sum = if negative == other { large + small } else { large - small };
    if sum == 0 {
        return 0.0;
    }
    let value = rounded(sum, exponent);
    if sign { -value } else { value }
}

/// Significand and exponent of its last bit, of a finite number.
fn parts(x: f64) -> (u64, i32) {
    let (fraction, field) = (x.to_bits() & ((1 << 52) - 1), (x.to_bits() >> 52 & 0x7FF) as i32);
    if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) }
}

/// value * 2^exponent to nearest, of two the even one.
fn rounded(value: u128, exponent: i32) -> f64 {
    let last = (value.ilog2() as i32 + exponent - 52).max(-1074);
    let drop = last - exponent;
    if drop <= 0 {
        return encoded((value << -drop) as u64, last);
    }
    let kept = value.checked_shr(drop as u32).unwrap_or(0);
    let rest = value - kept.checked_shl(drop as u32).unwrap_or(0);
    let half = 1_u128.checked_shl(drop as u32 - 1).unwrap_or(u128::MAX);
    let up = rest > half || rest == half && kept & 1 == 1;
    encoded(kept as u64 + u64::from(up), last)
}

/// The number of so many steps of 2^last: the highest bit of a significand is one of the exponent field.
fn encoded(steps: u64, last: i32) -> f64 {
    let bits = ((last + 1074) as u64) << 52;
    f64::from_bits((bits + steps).min(f64::INFINITY.to_bits()))
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
