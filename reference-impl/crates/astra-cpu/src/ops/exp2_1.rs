//! spec/ops/exp2@1.toml

use crate::exponential::{power_of_two, within};
use crate::function::{Function, Steps, function};

function!(Exp2);

/// 2^x; beyond 151 it is infinite, and zero below -151.
pub struct Exp2;

impl Function for Exp2 {
    const PATCHES: &[(u32, u32)] = &[(0x3B42_9D37, 0x3F80_4385), (0xBCF3_A937, 0x3F7A_C6B1)];

    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        power_of_two::<S>(within(x, 151.0)).value()
    }
}
