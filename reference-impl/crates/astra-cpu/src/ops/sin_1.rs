//! spec/ops/sin@1.toml

use crate::circle;
use crate::function::{Function, Steps, function};

function!(Sin);

/// sin x; of a zero it is that zero.
pub struct Sin;

impl Function for Sin {
    const PATCHES: &[(u32, u32)] = &[(0x4619_9998, 0xBEB1_FA5D), (0xC619_9998, 0x3EB1_FA5D)];

    const NEAR: f64 = circle::NEAR;

    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        let sine = circle::near::<S, false>(x).sine::<S>();
        if x == 0.0 { x } else { sine }
    }

    #[inline(always)]
    fn far<S: Steps>(x: f64) -> f64 {
        let sine = circle::any::<S, false>(x).sine::<S>();
        if x == 0.0 { x } else { sine }
    }
}
