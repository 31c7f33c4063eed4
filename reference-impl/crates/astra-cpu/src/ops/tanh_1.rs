//! spec/ops/tanh@1.toml

use crate::exponential::{power, within};
use crate::function::{Function, Steps, function};

function!(Tanh);

/// (e^2x - 1) / (e^2x + 1); from 9.02 on it is 1.
pub struct Tanh;

impl Function for Tanh {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        let e = power::<S>(within(2.0 * x.abs(), 20.0)).minus_one::<S>();
        (e / (e + 2.0)).copysign(x)
    }
}
