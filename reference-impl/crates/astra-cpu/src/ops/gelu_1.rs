//! spec/ops/gelu@1.toml

use crate::error_function::normal;
use crate::function::{Function, Steps, function};

function!(Gelu);

/// x times the part of the normal distribution below x.
pub struct Gelu;

impl Function for Gelu {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        normal::<S>(x)
    }
}
