//! spec/ops/gelu_tanh@1.toml

use crate::exponential::{power, within};
use crate::function::{Function, Steps, function};

function!(GeluTanh);

/// x / (1 + e^-v) with v = 2 sqrt(2 / pi) (x + 0.044715 x^3), which is x / 2 (1 + tanh(v / 2)).
pub struct GeluTanh;

impl Function for GeluTanh {
    const PATCHES: &[(u32, u32)] = &[(0x37B0_A46F, 0x3730_A531)];

    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        /// Results of smaller x are just above x / 2, which may lie in the middle of two numbers: never on it.
        const START: f64 = 1.0 / 1_099_511_627_776.0; // 2^-40
        const LINEAR: f64 = 1.595_769_121_605_730_8;
        const CUBIC: f64 = 0.071_354_816_272_600_25;
        // Below -11 it is zero.
        let x = if x < -11.0 { -11.0 } else { x };
        let moved = if x.abs() < START { START.copysign(x) } else { within(x, 11.0) };
        let v = moved * S::step(moved * moved, CUBIC, LINEAR);
        x / power::<S>(-v).plus_one::<S>()
    }
}
