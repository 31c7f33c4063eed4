//! The one NaN that arithmetic gives.

/// The value, or the quiet NaN 7FC00000 for any NaN.
#[inline(always)]
pub fn canonical(value: f32) -> f32 {
    const QUIET: u32 = 0x7FC0_0000;
    let bits = value.to_bits();
    // As bits: to the compiler one NaN is as good as another, and a test of floats may go.
    f32::from_bits(if bits & 0x7FFF_FFFF > 0x7F80_0000 { QUIET } else { bits })
}
