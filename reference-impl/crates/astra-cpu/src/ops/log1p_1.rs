//! spec/ops/log1p@1.toml

use crate::function::{Function, Steps, function};
use crate::logarithm::log1p;

function!(Log1p);

/// ln(1 + x), which has the sign of x.
pub struct Log1p;

impl Function for Log1p {
    const PATCHES: &[(u32, u32)] = &[
        (0x3540_0003, 0x353F_FFFF),
        (0x3710_001B, 0x370F_FFF3),
        (0x3EFD_81AD, 0x3ECD_EEE1),
        (0x4107_8FEB, 0x400F_E5E7),
        (0x65D8_90D3, 0x4254_D1F9),
        (0x6F31_A8EC, 0x4284_5A89),
        (0xB53F_FFFD, 0xB540_0001),
        (0xB70F_FFE5, 0xB710_000D),
        (0xBB0E_C8C4, 0xBB0E_F0A5),
    ];

    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        log1p::<S>(x)
    }
}
