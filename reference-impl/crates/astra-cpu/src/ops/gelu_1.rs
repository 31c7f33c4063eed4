//! spec/ops/gelu@1.toml

use crate::error_function::normal;
use crate::function::{Function, Steps, function};

function!(Gelu);

/// x times the part of the normal distribution below x.
pub struct Gelu;

impl Function for Gelu {
    const PATCHES: &[(u32, u32)] = &[(0x37B0_A46F, 0x3730_A531), (0xB7B0_A46F, 0xB730_A3AD)];

    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        normal::<S>(x)
    }
}
