//! spec/ops/expm1@1.toml

use crate::exponential::{power, within};
use crate::function::{Function, Steps, function};

function!(Expm1);

/// e^x - 1, which has the sign of x.
pub struct Expm1;

impl Function for Expm1 {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        power::<S>(within(x, 104.0)).minus_one::<S>().copysign(x)
    }
}
