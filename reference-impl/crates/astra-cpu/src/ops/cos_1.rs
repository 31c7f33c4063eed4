//! spec/ops/cos@1.toml

use crate::circle;
use crate::function::{Function, Steps, function};

function!(Cos);

/// cos x: the sine of a quarter turn less, with the other sign.
pub struct Cos;

impl Function for Cos {
    const PATCHES: &[(u32, u32)] = &[
        (0x5922_AA80, 0x3F08_AEBF),
        (0x5F18_B878, 0x3F7F_14BB),
        (0x6115_CB11, 0x3F78_142F),
        (0x7908_CD73, 0x3F79_8BB5),
        (0x7A4B_1A27, 0x3F7C_54DA),
        (0xD922_AA80, 0x3F08_AEBF),
        (0xDF18_B878, 0x3F7F_14BB),
        (0xE115_CB11, 0x3F78_142F),
        (0xF908_CD73, 0x3F79_8BB5),
        (0xFA4B_1A27, 0x3F7C_54DA),
    ];

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
