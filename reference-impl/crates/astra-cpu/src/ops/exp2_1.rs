//! spec/ops/exp2@1.toml

use crate::exponential::{power_of_two, within};
use crate::function::{Function, Steps, function};

function!(Exp2);

/// 2^x; beyond 151 it is infinite, and zero below -151.
pub struct Exp2;

impl Function for Exp2 {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        power_of_two::<S>(within(x, 151.0)).value()
    }
}
