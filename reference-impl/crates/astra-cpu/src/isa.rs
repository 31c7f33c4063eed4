//! Which instruction sets this processor has. std's detection keeps state of its own; this keeps none.

use astra_core::operator::Isa;

#[cfg(target_arch = "x86_64")]
pub fn best() -> Isa {
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    const FMA: u32 = 1 << 12;
    const OSXSAVE: u32 = 1 << 27;
    const AVX: u32 = 1 << 28;
    const AVX2: u32 = 1 << 5;
    const AVX512_F_DQ_BW_VL: u32 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;
    /// What the operating system keeps for each thread: the SSE and AVX registers, and AVX-512's.
    const YMM: u64 = 0b110;
    const ZMM: u64 = 0b1110_0110;
    if __cpuid(0).eax < 7 {
        return Isa::Portable;
    }
    let basic = __cpuid(1).ecx;
    if basic & (FMA | OSXSAVE | AVX) != FMA | OSXSAVE | AVX {
        return Isa::Portable;
    }
    let kept = kept_registers();
    let extended = __cpuid_count(7, 0).ebx;
    if kept & YMM != YMM || extended & AVX2 == 0 {
        Isa::Portable
    } else if kept & ZMM == ZMM && extended & AVX512_F_DQ_BW_VL == AVX512_F_DQ_BW_VL {
        Isa::Avx512
    } else {
        Isa::Avx2
    }
}

#[cfg(target_arch = "x86_64")]
fn kept_registers() -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: the caller saw OSXSAVE, so the instruction exists; it touches nothing else.
    unsafe {
        core::arch::asm!(
            "xgetbv", in("ecx") 0, out("eax") low, out("edx") high,
            options(nomem, nostack, preserves_flags)
        );
    }
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(target_arch = "aarch64")]
pub fn best() -> Isa {
    Isa::Neon
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub fn best() -> Isa {
    Isa::Portable
}

/// Whether this processor has an instruction set. Where vectors are a part of every processor of the
/// architecture, portable code is made of them as well.
pub fn has(isa: Isa) -> bool {
    match isa {
        Isa::Portable => true,
        Isa::Avx2 => matches!(best(), Isa::Avx2 | Isa::Avx512),
        Isa::Avx512 | Isa::Neon => best() == isa,
    }
}

/// Compiles one body for each instruction set and calls the right one. The body is plain Rust, which
/// never contracts or reorders arithmetic, so that the compiler's vectors give the same bits.
macro_rules! for_each_isa {
    ($(#[$doc:meta])* $visible:vis fn $name:ident $(<$($kind:ident: $bound:path),+>)? ($isa:ident $(, $arg:ident: $type:ty)* $(,)?) $body:block) => {
        $(#[$doc])*
        $visible fn $name $(<$($kind: $bound),+>)? ($isa: astra_core::operator::Isa $(, $arg: $type)*) {
            #[inline(always)]
            fn portable $(<$($kind: $bound),+>)? ($($arg: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2 $(<$($kind: $bound),+>)? ($($arg: $type),*) { portable $(::<$($kind),+>)? ($($arg),*) }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
            fn avx512 $(<$($kind: $bound),+>)? ($($arg: $type),*) { portable $(::<$($kind),+>)? ($($arg),*) }

            match $isa {
                // SAFETY: `best` found these instructions.
                #[cfg(target_arch = "x86_64")]
                astra_core::operator::Isa::Avx2 => unsafe { avx2 $(::<$($kind),+>)? ($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                astra_core::operator::Isa::Avx512 => unsafe { avx512 $(::<$($kind),+>)? ($($arg),*) },
                _ => portable $(::<$($kind),+>)? ($($arg),*),
            }
        }
    };
}
pub(crate) use for_each_isa;

/// The same for a body that takes steps: fused ones where the instruction sets have them.
macro_rules! for_each_steps {
    ($(#[$doc:meta])* fn $name:ident<$steps:ident $(, $kind:ident: $bound:path)*>($isa:ident $(, $arg:ident: $type:ty)* $(,)?) $body:block) => {
        $(#[$doc])*
        fn $name<$($kind: $bound),*>($isa: astra_core::operator::Isa $(, $arg: $type)*) {
            #[inline(always)]
            fn with<$steps: crate::function::Steps $(, $kind: $bound)*>($($arg: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2<$($kind: $bound),*>($($arg: $type),*) { with::<crate::function::Fused, $($kind),*>($($arg),*) }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
            fn avx512<$($kind: $bound),*>($($arg: $type),*) { with::<crate::function::Fused, $($kind),*>($($arg),*) }

            match $isa {
                // SAFETY: `best` found these instructions.
                #[cfg(target_arch = "x86_64")]
                astra_core::operator::Isa::Avx2 => unsafe { avx2::<$($kind),*>($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                astra_core::operator::Isa::Avx512 => unsafe { avx512::<$($kind),*>($($arg),*) },
                _ => with::<crate::function::Plain, $($kind),*>($($arg),*),
            }
        }
    };
}
pub(crate) use for_each_steps;
