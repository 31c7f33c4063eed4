//! The correctly rounded result of a function: the C library's result in f64 where that decides, and a
//! computation in 384 bits where it does not.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use astra_core::contract::Dtype;

use crate::wide::{Functions, Wide, power};

/// A format of floats: bits of precision, the exponents of its smallest number and of the first beyond it.
#[derive(Clone, Copy)]
pub struct Format {
    pub name: &'static str,
    pub dtype: Dtype,
    pub precision: i64,
    pub lowest: i64,
    pub top: i64,
    /// The bits of the quiet NaN.
    pub nan: u32,
}

pub const F32: Format =
    Format { name: "f32", dtype: Dtype::F32, precision: 24, lowest: -149, top: 128, nan: 0x7FC0_0000 };
pub const F16: Format =
    Format { name: "f16", dtype: Dtype::F16, precision: 11, lowest: -24, top: 16, nan: 0x7E00 };
pub const BF16: Format =
    Format { name: "bf16", dtype: Dtype::Bf16, precision: 8, lowest: -133, top: 128, nan: 0x7FC0 };

impl Format {
    /// What bits stand for, by the definition of the format.
    pub fn value(&self, bits: u32) -> f64 {
        match self.dtype {
            Dtype::F16 => {
                let (exponent, fraction) = (i64::from(bits >> 10 & 31), f64::from(bits & 1023));
                let magnitude = match exponent {
                    0 => fraction * power(-24),
                    31 if fraction == 0.0 => f64::INFINITY,
                    31 => f64::NAN,
                    _ => (1024.0 + fraction) * power(exponent - 25),
                };
                if bits >> 15 == 1 { -magnitude } else { magnitude }
            }
            Dtype::Bf16 => f64::from(f32::from_bits(bits << 16)),
            _ => f64::from(f32::from_bits(bits)),
        }
    }
}

pub struct Function {
    pub name: &'static str,
    /// The C library's functions; the error is smaller than 2^-margin of the result by far.
    quick: fn(f64) -> f64,
    margin: i64,
    /// Finite arguments where the result is finite and not zero. The second is the quick result.
    exact: fn(&Functions, Wide, f64) -> Wide,
    /// x / 2 for tiny x, and by less than the next number above it.
    is_half: bool,
}

unsafe extern "C" {
    safe fn erf(x: f64) -> f64;
    safe fn erfc(x: f64) -> f64;
}

const fn function(
    name: &'static str,
    quick: fn(f64) -> f64,
    exact: fn(&Functions, Wide, f64) -> Wide,
) -> Function {
    Function { name, quick, margin: 46, exact, is_half: false }
}

/// Their arguments are rounded before the C library's functions see them, so their errors are larger.
const fn half(
    name: &'static str,
    margin: i64,
    quick: fn(f64) -> f64,
    exact: fn(&Functions, Wide, f64) -> Wide,
) -> Function {
    Function { name, quick, margin, exact, is_half: true }
}

pub const FUNCTIONS: [Function; 15] = [
    function("exp", f64::exp, |f, x, _| f.exp(x)),
    function("log", f64::ln, |f, x, guess| f.log(x, guess)),
    function("tanh", f64::tanh, |f, x, _| f.tanh(x)),
    function("sigmoid", |x| 1.0 / (1.0 + (-x).exp()), |f, x, _| f.sigmoid(x)),
    function("erf", |x| erf(x), |f, x, _| f.erf(x)),
    function("sin", f64::sin, |f, x, _| f.sine(x, 0)),
    function("cos", f64::cos, |f, x, _| f.sine(x, 1)),
    function("exp2", f64::exp2, |f, x, _| f.exp2(x)),
    function("log2", f64::log2, |f, x, guess| f.log2(x, guess)),
    function("expm1", f64::exp_m1, |f, x, _| f.expm1(x)),
    function("log1p", f64::ln_1p, |f, x, guess| f.log(x.add(Wide::of(1.0)), guess)),
    half("gelu", 38, |x| 0.5 * x * erfc(-x * FRAC_1_SQRT_2), |f, x, _| x.mul(f.normal(x))),
    half(
        "gelu_tanh",
        42,
        |x| x / (1.0 + (-(FRAC_2_SQRT_PI * std::f64::consts::SQRT_2) * (x + 0.044715 * x * x * x)).exp()),
        |f, x, _| x.mul(f.sigmoid(f.cubic(x))),
    ),
    half("silu", 46, |x| x / (1.0 + (-x).exp()), |f, x, _| x.mul(f.sigmoid(x))),
    function("rsqrt", |x| 1.0 / x.sqrt(), |f, x, guess| f.root_inverse(x, guess)),
];

/// How a result was found.
#[derive(Clone, Copy, PartialEq)]
pub enum Found {
    Quickly,
    Widely,
    /// 200 bits do not decide: it was not found.
    Undecided,
}

pub struct Truth {
    pub function: &'static Function,
    functions: Functions,
}

impl Truth {
    pub fn new(function: &'static Function) -> Self {
        Self { function, functions: Functions::new() }
    }

    /// The result for x rounded to a format, exact in f64.
    pub fn of(&self, x: f64, format: Format) -> (f64, Found) {
        let function = self.function;
        if function.is_half && x.is_infinite() {
            return (if x > 0.0 { x } else { -0.0 }, Found::Quickly);
        }
        if function.is_half && x.abs() < power(-40) {
            return (half_of(x, format), Found::Quickly);
        }
        let quick = (function.quick)(x);
        if quick.is_nan() || quick.is_infinite() || quick == 0.0 || x == 0.0 {
            return (quick, Found::Quickly);
        }
        let width = power(-function.margin);
        let (low, high) = (round(quick * (1.0 - width), format), round(quick * (1.0 + width), format));
        if low.to_bits() == high.to_bits() {
            return (low, Found::Quickly);
        }
        let exact = (function.exact)(&self.functions, Wide::of(x), quick);
        let rounded = |outward| exact.moved(200, outward).rounded_to(format);
        let (low, high) = (rounded(false), rounded(true));
        if low == high {
            return (low, Found::Widely);
        }
        // An exact result in the middle of two numbers, which no margin decides.
        match self.middle(x) {
            Some(exact) => (round(exact, format), Found::Widely),
            None => (low, Found::Undecided),
        }
    }

    /// Results that f64 holds exactly although no series says so.
    fn middle(&self, x: f64) -> Option<f64> {
        (self.function.name == "exp2" && x.fract() == 0.0).then(|| power(x as i64))
    }

    /// The error of the quick result, as a part of the margin.
    pub fn error(&self, x: f64) -> f64 {
        let quick = (self.function.quick)(x);
        // Where the result is near zero or one for good, the series would take for ever.
        let is_flat =
            x.abs() > 128.0 && !["sin", "cos", "log", "log2", "log1p", "rsqrt"].contains(&self.function.name);
        // Far below every format it is a zero, however wrong its digits are.
        let is_nothing = quick.abs() < power(-200);
        if !quick.is_finite() || is_flat || is_nothing || x == 0.0 {
            return 0.0;
        }
        let exact = (self.function.exact)(&self.functions, Wide::of(x), quick);
        let error = exact.sub(Wide::of(quick));
        if error.is_zero() {
            return 0.0;
        }
        error.div(exact).near().abs() / power(-self.function.margin)
    }
}

/// Once, to nearest, ties to even; a zero keeps its sign.
pub fn round(x: f64, format: Format) -> f64 {
    if format.precision == 24 {
        f64::from(x as f32)
    } else if !x.is_finite() || x == 0.0 {
        x
    } else {
        let rounded = Wide::of(x).rounded_to(format);
        rounded.abs().copysign(x)
    }
}

/// What is a little larger than x / 2, as a real number, rounded: a multiple of 2^lowest, of which a half is rounded up.
fn half_of(x: f64, format: Format) -> f64 {
    if x.abs() >= power(format.lowest + format.precision) {
        return x / 2.0;
    }
    let count = (x.abs() / power(format.lowest)) as i64;
    let half = if x > 0.0 { (count + 1) / 2 } else { count / 2 };
    (half as f64 * power(format.lowest)).copysign(x)
}
