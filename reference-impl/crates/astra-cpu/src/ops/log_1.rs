//! spec/ops/log@1.toml

use crate::function::{Function, Steps, function};
use crate::logarithm::log;

function!(Log);

/// ln x.
pub struct Log;

impl Function for Log {
    const PATCHES: &[(u32, u32)] = &[
        (0x3C41_3D3A, 0xC08E_158F),
        (0x4117_8FEB, 0x400F_E5E7),
        (0x4C5D_65A5, 0x418F_034B),
        (0x65D8_90D3, 0x4254_D1F9),
        (0x6F31_A8EC, 0x4284_5A89),
    ];

    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        log::<S>(x)
    }
}
