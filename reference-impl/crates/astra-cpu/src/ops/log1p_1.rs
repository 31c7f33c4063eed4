//! spec/ops/log1p@1.toml

use crate::function::{Function, Steps, function};
use crate::logarithm::log1p;

function!(Log1p);

/// ln(1 + x), which has the sign of x.
pub struct Log1p;

impl Function for Log1p {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        log1p::<S>(x)
    }
}
