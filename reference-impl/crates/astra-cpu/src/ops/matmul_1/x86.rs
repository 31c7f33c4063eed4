//! x86-64 with fused multiply-add: tiles of two vectors of AVX2 or AVX-512 beside each other. A tile has as many rows as
//! leave registers for a row of B and an element of A.

use core::arch::x86_64::*;

use super::kernel::{Vector, tile_of};
use super::types::Pair;

/// What a vector is made of: the instructions that differ from type to type.
macro_rules! vectors {
    (
        $name:ident: $vector:ty, $word:ty, $total:ty, $lanes:literal, $rows:literal,
        |$from:ident| $words:expr, |$word_of:ident| $spread:expr, || $zero:expr,
        |$a:ident, $b:ident, $sum:ident| $step:expr, |$x:ident, $y:ident| $add:expr, |$z:ident| $quiet:expr,
        |$load_from:ident| $load:expr, |$store_to:ident, $stored:ident| $store:expr,
        |$part_from:ident, $part_count:ident| $load_part:expr, |$part_to:ident, $part:ident, $part_of:ident| $store_part:expr
    ) => {
        #[derive(Clone, Copy)]
        pub struct $name($vector);

        // The functions are inlined into one that has the instructions.
        #[allow(unused_unsafe)] // some types have nothing to do
        impl Vector for $name {
            type Word = $word;
            type Total = $total;
            type Words = $vector;
            const LANES: usize = $lanes;
            const ROWS: usize = $rows;

            #[inline(always)]
            unsafe fn words($from: *const $word) -> $vector {
                // SAFETY: as the caller's.
                unsafe { $words }
            }

            #[inline(always)]
            unsafe fn spread($word_of: $word) -> $vector {
                // SAFETY: as the caller's.
                unsafe { $spread }
            }

            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: as the caller's.
                Self(unsafe { $zero })
            }

            #[inline(always)]
            unsafe fn step($a: $vector, $b: $vector, Self($sum): Self) -> Self {
                // SAFETY: as the caller's.
                Self(unsafe { $step })
            }

            #[inline(always)]
            unsafe fn add(self, Self($y): Self) -> Self {
                let $x = self.0;
                // SAFETY: as the caller's.
                Self(unsafe { $add })
            }

            #[inline(always)]
            unsafe fn quiet(self) -> Self {
                let $z = self.0;
                // SAFETY: as the caller's.
                Self(unsafe { $quiet })
            }

            #[inline(always)]
            unsafe fn load($load_from: *const $total) -> Self {
                // SAFETY: as the caller's.
                Self(unsafe { $load })
            }

            #[inline(always)]
            unsafe fn store(self, $store_to: *mut $total) {
                let $stored = self.0;
                // SAFETY: as the caller's.
                unsafe { $store }
            }

            #[inline(always)]
            unsafe fn load_part($part_from: *const $total, $part_count: usize) -> Self {
                // SAFETY: as the caller's; lanes beyond are not read.
                Self(unsafe { $load_part })
            }

            #[inline(always)]
            unsafe fn store_part(self, $part_to: *mut $total, $part_of: usize) {
                let $part = self.0;
                // SAFETY: as the caller's; lanes beyond are not written.
                unsafe { $store_part }
            }

            #[inline(always)]
            unsafe fn prefetch(at: *const u8) {
                // SAFETY: any address may be given.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) };
            }
        }
    };
}

pub mod avx2 {
    use super::*;

    /// From 8 - count on: lanes below `count` have their highest bit.
    static BELOW: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

    /// # Safety
    /// The processor has AVX2; `count` is at most 8.
    #[inline(always)]
    unsafe fn below(count: usize) -> __m256i {
        // SAFETY: eight of the sixteen, from 0 to 8 on.
        unsafe { _mm256_loadu_si256(BELOW.as_ptr().wrapping_add(8 - count).cast()) }
    }

    /// The same for lanes of 64 bits, of which there are 4.
    ///
    /// # Safety
    /// As above.
    #[inline(always)]
    unsafe fn below64(count: usize) -> __m256i {
        // SAFETY: as above.
        unsafe { below(2 * count) }
    }

    vectors!(
        Singles: __m256, f32, f32, 8, 6,
        |from| _mm256_loadu_ps(from), |word| _mm256_set1_ps(word), || _mm256_setzero_ps(),
        |a, b, sum| _mm256_fmadd_ps(a, b, sum), |x, y| _mm256_add_ps(x, y),
        |z| _mm256_blendv_ps(z, _mm256_set1_ps(f32::from_bits(0x7FC0_0000)), _mm256_cmp_ps::<_CMP_UNORD_Q>(z, z)),
        |from| _mm256_loadu_ps(from), |to, x| _mm256_storeu_ps(to, x),
        |from, count| _mm256_maskload_ps(from, below(count)), |to, x, count| _mm256_maskstore_ps(to, below(count), x)
    );
    vectors!(
        Doubles: __m256d, f64, f64, 4, 6,
        |from| _mm256_loadu_pd(from), |word| _mm256_set1_pd(word), || _mm256_setzero_pd(),
        |a, b, sum| _mm256_fmadd_pd(a, b, sum), |x, y| _mm256_add_pd(x, y),
        |z| _mm256_blendv_pd(z, _mm256_set1_pd(f64::from_bits(0x7FF8_0000_0000_0000)), _mm256_cmp_pd::<_CMP_UNORD_Q>(z, z)),
        |from| _mm256_loadu_pd(from), |to, x| _mm256_storeu_pd(to, x),
        |from, count| _mm256_maskload_pd(from, below64(count)), |to, x, count| _mm256_maskstore_pd(to, below64(count), x)
    );
    vectors!(
        Pairs: __m256i, Pair, i32, 8, 6,
        |from| _mm256_loadu_si256(from.cast()), |word| _mm256_set1_epi32(word.0 as i32), || _mm256_setzero_si256(),
        |a, b, sum| _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)), |x, y| _mm256_add_epi32(x, y), |z| z,
        |from| _mm256_loadu_si256(from.cast()), |to, x| _mm256_storeu_si256(to.cast(), x),
        |from, count| _mm256_maskload_epi32(from, below(count)), |to, x, count| _mm256_maskstore_epi32(to, below(count), x)
    );
    tile_of!(#[target_feature(enable = "avx2,fma")] singles: Singles, 1 2 3 4 5 6);
    tile_of!(#[target_feature(enable = "avx2,fma")] doubles: Doubles, 1 2 3 4 5 6);
    tile_of!(#[target_feature(enable = "avx2,fma")] pairs: Pairs, 1 2 3 4 5 6);
}

pub mod avx512 {
    use super::*;

    /// Lanes below `count`, of at most 16.
    #[inline(always)]
    fn below(count: usize) -> u16 {
        ((1_u32 << count) - 1) as u16
    }

    vectors!(
        Singles: __m512, f32, f32, 16, 14,
        |from| _mm512_loadu_ps(from), |word| _mm512_set1_ps(word), || _mm512_setzero_ps(),
        |a, b, sum| _mm512_fmadd_ps(a, b, sum), |x, y| _mm512_add_ps(x, y),
        |z| _mm512_mask_mov_ps(z, _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(z, z), _mm512_set1_ps(f32::from_bits(0x7FC0_0000))),
        |from| _mm512_loadu_ps(from), |to, x| _mm512_storeu_ps(to, x),
        |from, count| _mm512_maskz_loadu_ps(below(count), from), |to, x, count| _mm512_mask_storeu_ps(to, below(count), x)
    );
    vectors!(
        Doubles: __m512d, f64, f64, 8, 14,
        |from| _mm512_loadu_pd(from), |word| _mm512_set1_pd(word), || _mm512_setzero_pd(),
        |a, b, sum| _mm512_fmadd_pd(a, b, sum), |x, y| _mm512_add_pd(x, y),
        |z| _mm512_mask_mov_pd(z, _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(z, z), _mm512_set1_pd(f64::from_bits(0x7FF8_0000_0000_0000))),
        |from| _mm512_loadu_pd(from), |to, x| _mm512_storeu_pd(to, x),
        |from, count| _mm512_maskz_loadu_pd(below(count) as u8, from), |to, x, count| _mm512_mask_storeu_pd(to, below(count) as u8, x)
    );
    vectors!(
        Pairs: __m512i, Pair, i32, 16, 14,
        |from| _mm512_loadu_si512(from.cast()), |word| _mm512_set1_epi32(word.0 as i32), || _mm512_setzero_si512(),
        |a, b, sum| _mm512_add_epi32(sum, _mm512_madd_epi16(a, b)), |x, y| _mm512_add_epi32(x, y), |z| z,
        |from| _mm512_loadu_si512(from.cast()), |to, x| _mm512_storeu_si512(to.cast(), x),
        |from, count| _mm512_maskz_loadu_epi32(below(count), from), |to, x, count| _mm512_mask_storeu_epi32(to, below(count), x)
    );
    tile_of!(#[target_feature(enable = "avx512f,avx2,fma")] singles: Singles, 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
    tile_of!(#[target_feature(enable = "avx512f,avx2,fma")] doubles: Doubles, 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
    tile_of!(#[target_feature(enable = "avx512f,avx512bw,avx2,fma")] pairs: Pairs, 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
}
