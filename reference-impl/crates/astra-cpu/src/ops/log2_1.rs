//! spec/ops/log2@1.toml

use crate::function::{Function, Steps, function};
use crate::logarithm::log2;

function!(Log2);

/// The logarithm of x to the base 2.
pub struct Log2;

impl Function for Log2 {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        log2::<S>(x)
    }
}
