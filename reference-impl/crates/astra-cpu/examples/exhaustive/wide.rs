//! Binary floating point with 384 bits, and functions of it. Nothing here is rounded better than it comes:
//! a result of a few hundred operations is right to more than 300 bits, and 200 are relied on.

use crate::truth::{F32, Format};

/// digits[0] is the highest; the value is 0.digits * 2^exponent. The highest bit is set, or all are zero.
#[derive(Clone, Copy)]
pub struct Wide {
    negative: bool,
    exponent: i64,
    digits: [u64; LIMBS],
}

const LIMBS: usize = 6;
const BITS: i64 = 64 * LIMBS as i64;

impl Wide {
    pub const ZERO: Wide = Wide { negative: false, exponent: 0, digits: [0; LIMBS] };

    /// Exact.
    pub fn of(x: f64) -> Wide {
        if x == 0.0 {
            return Wide::ZERO;
        }
        let (bits, field) = (x.to_bits(), (x.to_bits() >> 52 & 0x7FF) as i64);
        let fraction = bits & ((1 << 52) - 1);
        let (digits, exponent) =
            if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
        let mut wide = Wide { negative: bits >> 63 == 1, exponent: exponent + 64, digits: [0; LIMBS] };
        wide.digits[0] = digits;
        wide.normal()
    }

    /// Within 2^-62, where f64 reaches.
    pub fn near(&self) -> f64 {
        let value = self.digits[0] as f64 * power(self.exponent - 64);
        if self.negative { -value } else { value }
    }

    pub fn is_zero(&self) -> bool {
        self.digits[0] == 0
    }

    fn normal(mut self) -> Wide {
        let Some(first) = self.digits.iter().position(|&digit| digit != 0) else { return Wide::ZERO };
        self.digits.rotate_left(first);
        let up = self.digits[0].leading_zeros();
        if up > 0 {
            for index in 0..LIMBS {
                let below = if index + 1 < LIMBS { self.digits[index + 1] >> (64 - up) } else { 0 };
                self.digits[index] = self.digits[index] << up | below;
            }
        }
        self.exponent -= 64 * first as i64 + i64::from(up);
        self
    }

    pub fn neg(mut self) -> Wide {
        self.negative = !self.negative;
        self
    }

    /// Times 2^power.
    pub fn scaled(mut self, power: i64) -> Wide {
        self.exponent += power;
        self
    }

    /// The digits moved down; what falls off is lost.
    fn down(mut self, count: i64) -> [u64; LIMBS] {
        if count >= BITS {
            return [0; LIMBS];
        }
        let (limbs, bits) = ((count / 64) as usize, (count % 64) as u32);
        for index in (0..LIMBS).rev() {
            let digit = |at: usize| if at < LIMBS { self.digits[at] } else { 0 };
            let here = if index >= limbs { digit(index - limbs) } else { 0 };
            let above = if index > limbs { digit(index - limbs - 1) } else { 0 };
            self.digits[index] = if bits == 0 { here } else { here >> bits | above << (64 - bits) };
        }
        self.digits
    }

    pub fn add(self, other: Wide) -> Wide {
        if self.is_zero() || other.is_zero() {
            return if self.is_zero() { other } else { self };
        }
        let order = |a: &Wide, b: &Wide| (a.exponent, a.digits) < (b.exponent, b.digits);
        let (mut large, small) = if order(&self, &other) { (other, self) } else { (self, other) };
        let digits = small.down(large.exponent - small.exponent);
        if large.negative == small.negative {
            let mut carry = false;
            for index in (0..LIMBS).rev() {
                let (sum, first) = large.digits[index].overflowing_add(digits[index]);
                let (sum, second) = sum.overflowing_add(u64::from(carry));
                (large.digits[index], carry) = (sum, first | second);
            }
            if carry {
                large.digits = large.down(1);
                large.digits[0] |= 1 << 63;
                large.exponent += 1;
            }
            return large;
        }
        let mut borrow = false;
        for index in (0..LIMBS).rev() {
            let (rest, first) = large.digits[index].overflowing_sub(digits[index]);
            let (rest, second) = rest.overflowing_sub(u64::from(borrow));
            (large.digits[index], borrow) = (rest, first | second);
        }
        large.normal()
    }

    pub fn sub(self, other: Wide) -> Wide {
        self.add(other.neg())
    }

    pub fn mul(self, other: Wide) -> Wide {
        if self.is_zero() || other.is_zero() {
            return Wide::ZERO;
        }
        let mut product = [0_u64; 2 * LIMBS];
        for i in (0..LIMBS).rev() {
            let mut carry = 0_u128;
            for j in (0..LIMBS).rev() {
                let at = i + j + 1;
                let sum = u128::from(self.digits[i]) * u128::from(other.digits[j])
                    + u128::from(product[at])
                    + carry;
                product[at] = sum as u64;
                carry = sum >> 64;
            }
            product[i] = carry as u64;
        }
        let mut digits: [u64; LIMBS] = product[..LIMBS].try_into().expect("six of twelve");
        let mut exponent = self.exponent + other.exponent;
        if digits[0] >> 63 == 0 {
            for index in 0..LIMBS {
                digits[index] = digits[index] << 1 | product[index + 1] >> 63;
            }
            exponent -= 1;
        }
        Wide { negative: self.negative != other.negative, exponent, digits }
    }

    pub fn over_small(mut self, divisor: u64) -> Wide {
        let mut rest = 0_u128;
        for digit in &mut self.digits {
            let value = rest << 64 | u128::from(*digit);
            *digit = (value / u128::from(divisor)) as u64;
            rest = value % u128::from(divisor);
        }
        self.normal()
    }

    /// 1 / self, by Newton's iteration.
    pub fn inverse(self) -> Wide {
        let unit = Wide { exponent: 1, ..self };
        let mut inverse = Wide::of(1.0 / unit.near());
        for _ in 0..4 {
            inverse = inverse.add(inverse.mul(Wide::of(1.0).sub(unit.mul(inverse))));
        }
        inverse.scaled(1 - self.exponent)
    }

    pub fn div(self, other: Wide) -> Wide {
        self.mul(other.inverse())
    }

    /// The nearest integer.
    fn integer(self) -> Wide {
        let mut half = Wide::of(0.5);
        half.negative = self.negative;
        let mut moved = self.add(half);
        for (index, digit) in moved.digits.iter_mut().enumerate() {
            let whole = (moved.exponent - 64 * index as i64).clamp(0, 64);
            *digit &= if whole == 0 { 0 } else { u64::MAX << (64 - whole) };
        }
        moved.normal()
    }

    fn is_below(&self, exponent: i64) -> bool {
        self.is_zero() || self.exponent < exponent
    }

    /// The nearest number of 53 bits.
    pub fn nearest(self) -> f64 {
        self.rounded_to(Format { precision: 53, lowest: -1074, top: 1024, ..F32 })
    }

    /// By 2^-bits of itself away from zero, or towards it.
    pub fn moved(self, bits: i64, outward: bool) -> Wide {
        let by = self.scaled(-bits);
        if outward { self.add(by) } else { self.sub(by) }
    }

    /// Rounded to nearest, ties to even.
    pub fn rounded_to(self, format: Format) -> f64 {
        let Format { precision, lowest, top, .. } = format;
        if self.is_zero() {
            return 0.0;
        }
        let last = (self.exponent - precision).max(lowest);
        let keep = self.exponent - last;
        let digits = u128::from(self.digits[0]) << 64 | u128::from(self.digits[1]);
        let lost = self.digits[2..].iter().any(|&digit| digit != 0);
        let (mut whole, half, rest) = match keep {
            ..0 => (0, false, true),
            0 => (0, digits >> 127 == 1, digits << 1 != 0 || lost),
            _ => {
                let below = digits << keep;
                ((digits >> (128 - keep)) as u64, below >> 127 == 1, below << 1 != 0 || lost)
            }
        };
        if half && (rest || whole & 1 == 1) {
            whole += 1;
        }
        let value = whole as f64 * power(last);
        let value = if value >= power(top) { f64::INFINITY } else { value };
        if self.negative { -value } else { value }
    }
}

/// 2^exponent; zero or infinity beyond f64's numbers.
pub fn power(exponent: i64) -> f64 {
    f64::from_bits(match exponent {
        1024.. => f64::INFINITY.to_bits(),
        -1022..1024 => ((exponent + 1023) as u64) << 52,
        -1074..-1022 => 1 << (exponent + 1074),
        _ => 0,
    })
}

/// Functions, with the constants that they need.
pub struct Functions {
    ln2: Wide,
    pi: Wide,
}

/// The sum of 1 / ((2k + 1) n^(2k + 1)) for k from 0, each second one with the other sign if so.
fn inverse_tangent(n: u64, alternating: bool) -> Wide {
    let mut term = Wide::of(1.0).over_small(n);
    let mut sum = Wide::ZERO;
    let mut k = 0;
    while !term.is_below(-BITS) {
        let part = term.over_small(2 * k + 1);
        sum = sum.add(if alternating && k % 2 == 1 { part.neg() } else { part });
        term = term.over_small(n * n);
        k += 1;
    }
    sum
}

impl Functions {
    pub fn new() -> Self {
        let fifth = inverse_tangent(5, true).scaled(4);
        Self { ln2: inverse_tangent(3, false).scaled(1), pi: fifth.sub(inverse_tangent(239, true).scaled(2)) }
    }

    /// e^x = (1 + p) 2^k; p and k, with |p| < 0.42.
    fn parts(&self, x: Wide) -> (Wide, i64) {
        const HALVINGS: i64 = 12;
        let k = (x.near() / std::f64::consts::LN_2).round();
        let r = x.sub(self.ln2.mul(Wide::of(k))).scaled(-HALVINGS);
        let (mut sum, mut term, mut n) = (r, r, 1);
        while !term.is_below(sum.exponent - BITS) {
            n += 1;
            term = term.mul(r).over_small(n);
            sum = sum.add(term);
        }
        for _ in 0..HALVINGS {
            sum = sum.scaled(1).add(sum.mul(sum));
        }
        (sum, k as i64)
    }

    pub fn exp(&self, x: Wide) -> Wide {
        let (p, k) = self.parts(x);
        p.add(Wide::of(1.0)).scaled(k)
    }

    pub fn expm1(&self, x: Wide) -> Wide {
        let (p, k) = self.parts(x);
        if k == 0 { p } else { p.add(Wide::of(1.0)).scaled(k).sub(Wide::of(1.0)) }
    }

    pub fn exp2(&self, x: Wide) -> Wide {
        // A whole x stays exact.
        let whole = x.integer();
        self.exp(x.sub(whole).mul(self.ln2)).scaled(whole.near() as i64)
    }

    /// ln x, which is near `guess`: each round triples the number of right digits.
    pub fn log(&self, x: Wide, guess: f64) -> Wide {
        let mut y = Wide::of(guess);
        for _ in 0..2 {
            let power = self.exp(y);
            y = y.add(x.sub(power).div(x.add(power)).scaled(1));
        }
        y
    }

    pub fn log2(&self, x: Wide, guess: f64) -> Wide {
        self.log(x, guess * std::f64::consts::LN_2).div(self.ln2)
    }

    pub fn tanh(&self, x: Wide) -> Wide {
        let e = self.expm1(x.scaled(1));
        e.div(e.add(Wide::of(2.0)))
    }

    pub fn sigmoid(&self, x: Wide) -> Wide {
        self.exp(x.neg()).add(Wide::of(1.0)).inverse()
    }

    /// The sine of x and a quarter turn as often as said.
    pub fn sine(&self, x: Wide, quarters: i64) -> Wide {
        let quarter = self.pi.scaled(-1);
        let count = x.div(quarter).integer();
        let r = x.sub(count.mul(quarter));
        // What is left of the count when multiples of four are taken away.
        let fours = count.scaled(-2).integer().scaled(2);
        let turns = (count.sub(fours).near() as i64 + quarters).rem_euclid(4);
        let square = r.mul(r).neg();
        let (mut sum, mut n) = if turns % 2 == 1 { (Wide::of(1.0), 0) } else { (r, 1) };
        let mut term = sum;
        while !term.is_below(sum.exponent - BITS) {
            term = term.mul(square).over_small((n + 1) * (n + 2));
            sum = sum.add(term);
            n += 2;
        }
        if turns >= 2 { sum.neg() } else { sum }
    }

    /// By the series of e^(x^2) erf(x), which has positive terms only.
    pub fn erf(&self, x: Wide) -> Wide {
        let twice = x.mul(x).scaled(1);
        let (mut sum, mut term, mut n) = (x, x, 1);
        while !term.is_below(sum.exponent - BITS) {
            n += 2;
            term = term.mul(twice).over_small(n);
            sum = sum.add(term);
        }
        let root = self.root_inverse(self.pi, 1.0 / std::f64::consts::PI.sqrt());
        sum.mul(self.exp(x.mul(x).neg())).mul(root).scaled(1)
    }

    /// The part of the normal distribution below x.
    pub fn normal(&self, x: Wide) -> Wide {
        let root = self.root_inverse(Wide::of(2.0), std::f64::consts::FRAC_1_SQRT_2);
        self.erf(x.mul(root)).add(Wide::of(1.0)).scaled(-1)
    }

    /// 2 sqrt(2 / pi) (x + 0.044715 x^3)
    pub fn cubic(&self, x: Wide) -> Wide {
        let factor = Wide::of(44_715.0).over_small(1_000_000);
        let inner = x.add(x.mul(x).mul(x).mul(factor));
        let half = self.pi.scaled(-1);
        inner.mul(self.root_inverse(half, 1.0 / half.near().sqrt())).scaled(1)
    }

    /// 1 / sqrt(x), which is near `guess`.
    pub fn root_inverse(&self, x: Wide, guess: f64) -> Wide {
        let mut y = Wide::of(guess);
        for _ in 0..4 {
            let rest = Wide::of(1.0).sub(x.mul(y).mul(y));
            y = y.add(y.mul(rest).scaled(-1));
        }
        y
    }
}
