//! The control register of the floating-point unit: rounding, flush-to-zero and traps of the
//! calling thread.

use crate::error::{Error, Result};

#[cfg(target_arch = "x86_64")]
mod register {
    use std::arch::asm;

    /// Loading MXCSR with any other bit set faults.
    pub const ALLOWED: u64 = 0xffff;

    pub fn read() -> u64 {
        let mut value = 0u32;
        // SAFETY: stmxcsr stores four bytes to the address it is given, which is `value`.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut value, options(nostack, preserves_flags)) };
        value.into()
    }

    pub fn write(value: u32) {
        // SAFETY: ldmxcsr reads four bytes from the address of `value` and does not fault, since
        // the caller has checked the reserved bits. Nothing in this extension computes with
        // floats, so no Rust code depends on the mode that is left behind.
        unsafe {
            asm!("ldmxcsr [{}]", in(reg) &raw const value, options(nostack, readonly, preserves_flags))
        };
    }
}

#[cfg(target_arch = "aarch64")]
mod register {
    use std::arch::asm;

    /// The upper half of FPCR is reserved.
    pub const ALLOWED: u64 = 0xffff_ffff;

    pub fn read() -> u64 {
        let value: u64;
        // SAFETY: reading FPCR has no effect and is allowed at every privilege level.
        unsafe { asm!("mrs {}, fpcr", out(reg) value, options(nomem, nostack, preserves_flags)) };
        value
    }

    pub fn write(value: u32) {
        // SAFETY: FPCR is writable at every privilege level. Nothing in this extension computes
        // with floats, so no Rust code depends on the mode that is left behind.
        unsafe {
            asm!("msr fpcr, {}", in(reg) u64::from(value), options(nomem, nostack, preserves_flags))
        };
    }
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub fn float_control() -> Result<u64> {
    Ok(register::read())
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub fn set_float_control(value: u64) -> Result<()> {
    let refused = Error::FloatControlBits {
        value,
        allowed: register::ALLOWED,
    };
    if value & !register::ALLOWED != 0 {
        return Err(refused);
    }
    register::write(u32::try_from(value).map_err(|_| refused)?);
    Ok(())
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub fn float_control() -> Result<u64> {
    Err(unsupported())
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub fn set_float_control(_value: u64) -> Result<()> {
    Err(unsupported())
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn unsupported() -> Error {
    Error::Unsupported {
        what: "the float control register",
        on: std::env::consts::ARCH,
    }
}
