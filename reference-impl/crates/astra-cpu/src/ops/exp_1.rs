//! spec/ops/exp@1.toml

use crate::exponential::{power, within};
use crate::function::{Function, Steps, function};

function!(Exp);

/// e^x; beyond 104 it is infinite, and zero below -104.
pub struct Exp;

impl Function for Exp {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        power::<S>(within(x, 104.0)).value()
    }
}
