//! spec/ops/sigmoid@1.toml

use crate::exponential::{power, within};
use crate::function::{Function, Steps, function};

function!(Sigmoid);

/// 1 / (1 + e^-x); below -104 it is zero.
pub struct Sigmoid;

impl Function for Sigmoid {
    const PATCHES: &[(u32, u32)] = &[(0xBA92_8601, 0x3EFF_DB5F)];

    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        /// Results of smaller x are 1/2 + x / 4 - x^3 / 48, of which the first two terms may lie in the middle of two
        /// numbers and the third is too small to show: any step towards 1/2 stands for it.
        const START: f64 = 1.0 / 16_384.0; // 2^-14
        const STEP: f64 = 4.0 * f64::EPSILON;
        let small = 0.5 + (0.25 * x - STEP.copysign(x));
        let large = 1.0 / power::<S>(-within(x, 104.0)).plus_one::<S>();
        if x.abs() < START { small } else { large }
    }
}
