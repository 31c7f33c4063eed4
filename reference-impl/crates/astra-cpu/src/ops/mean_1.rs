//! spec/ops/mean@1.toml

use crate::fma::{fma64, nudged, to_odd};
use crate::number::{Bf16, F16, quiet};
use crate::reduce::{Add, reductions};

reductions! {
    F32: f32, Add<f32>, f32, same, |x, _at| x, |total, count| quiet(quotient(total, count) as f32);
    F64: f64, Add<f64>, f64, same, |x, _at| x, |total, count| quiet(total / count as f64);
    F16: F16, Add<f32>, F16, other, |x, _at| x.to_f32(),
        |total, count| F16::from_f32(to_odd(quotient(total, count)));
    Bf16: Bf16, Add<f32>, Bf16, other, |x, _at| x.to_f32(),
        |total, count| Bf16::from_f32(to_odd(quotient(total, count)));
}

/// total / count, rounded to odd: for a second rounding to a narrower format. No memory holds 2^53 elements.
fn quotient(total: f32, count: u64) -> f64 {
    let (total, count) = (f64::from(total), count as f64);
    let near = total / count;
    // What is left of an exact quotient is zero, and of any other it has the sign of what was lost.
    nudged(near, fma64(-near, count, total))
}
