//! spec/ops/cos@1.toml

use crate::circle;
use crate::function::{Function, Steps, function};

function!(Cos);

/// cos x: the sine of a quarter turn less, with the other sign.
pub struct Cos;

impl Function for Cos {
    const NEAR: f64 = circle::NEAR;

    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        -circle::near::<S, true>(x).sine::<S>()
    }

    #[inline(always)]
    fn far<S: Steps>(x: f64) -> f64 {
        -circle::any::<S, true>(x).sine::<S>()
    }
}
