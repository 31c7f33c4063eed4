//! The floating-point environment of a caller: set aside while the library runs, then put back whole,
//! status bits included.

/// The caller's control and status registers.
pub struct Environment(Registers);

#[cfg(target_arch = "x86_64")]
type Registers = u32;
#[cfg(target_arch = "aarch64")]
type Registers = (u64, u64);
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Registers = ();

#[cfg(target_arch = "x86_64")]
impl Environment {
    /// Sets the default: nearest even, subnormals kept, nothing trapped.
    #[inline]
    pub fn enter() -> Self {
        static DEFAULT: u32 = 0x1F80;
        let mut saved = 0_u32;
        // SAFETY: both instructions touch MXCSR and 4 bytes of this frame.
        unsafe {
            core::arch::asm!(
                "stmxcsr [{saved}]",
                "ldmxcsr [{default}]",
                saved = in(reg) &raw mut saved,
                default = in(reg) &raw const DEFAULT,
                options(nostack, preserves_flags)
            );
        }
        Self(saved)
    }

    #[inline]
    pub fn leave(self) {
        // SAFETY: the value was read from MXCSR by `enter`.
        unsafe {
            core::arch::asm!(
                "ldmxcsr [{saved}]",
                saved = in(reg) &raw const self.0,
                options(nostack, preserves_flags)
            );
        }
    }
}

#[cfg(target_arch = "aarch64")]
impl Environment {
    /// Sets the default: nearest even, subnormals kept, nothing trapped.
    #[inline]
    pub fn enter() -> Self {
        let (control, status): (u64, u64);
        // SAFETY: the instructions touch FPCR and FPSR only.
        unsafe {
            core::arch::asm!(
                "mrs {control}, fpcr",
                "mrs {status}, fpsr",
                "msr fpcr, xzr",
                control = out(reg) control,
                status = out(reg) status,
                options(nostack, preserves_flags)
            );
        }
        Self((control, status))
    }

    #[inline]
    pub fn leave(self) {
        let (control, status) = self.0;
        // SAFETY: the values were read from these registers by `enter`.
        unsafe {
            core::arch::asm!(
                "msr fpcr, {control}",
                "msr fpsr, {status}",
                control = in(reg) control,
                status = in(reg) status,
                options(nostack, preserves_flags)
            );
        }
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
impl Environment {
    pub fn enter() -> Self {
        Self(())
    }

    pub fn leave(self) {}
}
