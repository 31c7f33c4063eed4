//! The C boundary: the only crate that sees C types.

/// The library's version, `major << 16 | minor << 8 | patch`.
#[unsafe(no_mangle)]
pub extern "C" fn astra_version() -> u32 {
    std::panic::catch_unwind(|| 0x0001_00).unwrap_or(0)
}
