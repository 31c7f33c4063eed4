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
    /// Nearest even, subnormals kept, nothing trapped; and no status bit.
    const DEFAULT: u32 = 0x1F80;
    const STATUS_BITS: u32 = 0x3F;

    /// Sets the default. What is set already is not set again, which would take as long as reading it twice.
    #[inline]
    pub fn enter() -> Self {
        let saved = Self::read();
        if saved & !Self::STATUS_BITS != Self::DEFAULT {
            Self::write(Self::DEFAULT);
        }
        Self(saved)
    }

    #[inline]
    pub fn leave(self) {
        if Self::read() != self.0 {
            Self::write(self.0);
        }
    }

    #[inline]
    fn read() -> Registers {
        let mut value = 0_u32;
        // SAFETY: the instruction writes 4 bytes of this frame.
        unsafe {
            core::arch::asm!("stmxcsr [{0}]", in(reg) &raw mut value, options(nostack, preserves_flags));
        }
        value
    }

    #[inline]
    fn write(value: Registers) {
        // SAFETY: the instruction touches MXCSR only, and the value has no reserved bit: it is the default, or
        // was read.
        unsafe {
            core::arch::asm!("ldmxcsr [{0}]", in(reg) &raw const value, options(nostack, preserves_flags));
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
