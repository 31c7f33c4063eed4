//! spec/ops/silu@1.toml

use crate::exponential::{power, within};
use crate::function::{Function, Steps, function};

function!(Silu);

/// x / (1 + e^-x); below -120 it is zero.
pub struct Silu;

impl Function for Silu {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        /// Results of smaller x are just above x / 2, which may lie in the middle of two numbers: never on it.
        const START: f64 = 1.0 / 1_099_511_627_776.0; // 2^-40
        let x = if x < -120.0 { -120.0 } else { x };
        let moved = if x.abs() < START { START.copysign(x) } else { x };
        x / power::<S>(-within(moved, 120.0)).plus_one::<S>()
    }
}
