//! The one NaN that arithmetic gives.

/// The value, or the quiet NaN 7FC00000 for any NaN.
#[inline(always)]
pub fn canonical(value: f32) -> f32 {
    const QUIET: f32 = f32::from_bits(0x7FC0_0000);
    if value.is_nan() { QUIET } else { value }
}
