//! spec/ops/erf@1.toml

use crate::error_function::erf;
use crate::function::{Function, Steps, function};

function!(Erf);

/// erf x.
pub struct Erf;

impl Function for Erf {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        erf::<S>(x)
    }
}
