//! What a division leaves, exactly. C libraries have it as fmod; here nothing depends on theirs.

/// x - y * trunc(x / y), which is always a number of the format; NaN for an infinite x or a zero y.
#[inline]
pub fn remainder(x: f64, y: f64) -> f64 {
    /// Bits that an integer of 64 bits has above a significand.
    const ROOM: u32 = 11;
    if !x.is_finite() || y.is_nan() || y == 0.0 {
        return f64::NAN;
    }
    if x.abs() < y.abs() {
        return x;
    }
    let ((mut left, above), (divisor, step)) = (parts(x), parts(y));
    left %= divisor;
    let mut shift = above - step;
    while shift > 0 {
        let now = shift.min(ROOM);
        left = (left << now) % divisor;
        shift -= now;
    }
    (times_power(left, step)).copysign(x)
}

/// Significand and how many doublings above the smallest step of f64 it counts; of a finite number.
fn parts(x: f64) -> (u64, u32) {
    let (fraction, field) = (x.to_bits() & ((1 << 52) - 1), (x.to_bits() >> 52 & 0x7FF) as u32);
    if field == 0 { (fraction, 0) } else { (fraction | 1 << 52, field - 1) }
}

/// The number of so many steps, each `doublings` above f64's smallest; exact.
fn times_power(steps: u64, doublings: u32) -> f64 {
    if steps == 0 {
        return 0.0;
    }
    let spare = (steps.leading_zeros() - 11).min(doublings);
    let (steps, doublings) = (steps << spare, doublings - spare);
    // A significand's highest bit is one of the exponent field.
    f64::from_bits((u64::from(doublings) << 52) + steps)
}

#[cfg(test)]
mod tests {
    use super::remainder;

    #[test]
    fn is_what_rust_says() {
        let mut seed = 7_u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for round in 0..200_000 {
            let x = f64::from_bits(next());
            let y = match round % 3 {
                0 => f64::from_bits(next()),
                1 => f64::from_bits(next() >> 12),
                _ => f64::from_bits(x.to_bits().wrapping_sub(next() >> 6)),
            };
            let (want, have) = (x % y, remainder(x, y));
            assert!(
                want.to_bits() == have.to_bits() || want.is_nan() && have.is_nan(),
                "{x:e} {y:e}: {want:e} {have:e}"
            );
        }
    }
}
