//! Any processor: arrays that the compiler makes vectors of where it has some, with a fused multiply-add that may be
//! software.

use super::kernel::{Vector, tile_of};
use super::types::Pair;
use crate::fma::{fma, fma64};
use crate::number::quiet;

const LANES: usize = 8;

macro_rules! arrays {
    ($($name:ident: $word:ty, $total:ty, |$a:ident, $b:ident, $sum:ident| $step:expr, |$x:ident, $y:ident| $add:expr, |$z:ident| $quiet:expr;)*) => {$(
        #[derive(Clone, Copy)]
        pub struct $name([$total; LANES]);

        impl Vector for $name {
            type Word = $word;
            type Total = $total;
            type Words = [$word; LANES];
            const LANES: usize = LANES;
            const ROWS: usize = 6;

            #[inline(always)]
            unsafe fn words(from: *const $word) -> [$word; LANES] {
                // SAFETY: the caller's pointer is valid.
                unsafe { from.cast::<[$word; LANES]>().read() }
            }

            #[inline(always)]
            unsafe fn spread(word: $word) -> [$word; LANES] {
                [word; LANES]
            }

            #[inline(always)]
            unsafe fn zero() -> Self {
                Self([<$total>::default(); LANES])
            }

            #[inline(always)]
            unsafe fn step(a: [$word; LANES], b: [$word; LANES], sum: Self) -> Self {
                Self(core::array::from_fn(|lane| {
                    let ($a, $b, $sum) = (a[lane], b[lane], sum.0[lane]);
                    $step
                }))
            }

            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                Self(core::array::from_fn(|lane| {
                    let ($x, $y) = (self.0[lane], other.0[lane]);
                    $add
                }))
            }

            #[inline(always)]
            unsafe fn quiet(self) -> Self {
                Self(self.0.map(|$z| $quiet))
            }

            #[inline(always)]
            unsafe fn load(from: *const $total) -> Self {
                // SAFETY: the caller's pointer is valid.
                Self(unsafe { from.cast::<[$total; LANES]>().read() })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $total) {
                // SAFETY: the caller's pointer is valid.
                unsafe { to.cast::<[$total; LANES]>().write(self.0) }
            }

            #[inline(always)]
            unsafe fn load_part(from: *const $total, count: usize) -> Self {
                let mut all = [<$total>::default(); LANES];
                // SAFETY: the caller's pointer is valid for `count`.
                all[..count].copy_from_slice(unsafe { core::slice::from_raw_parts(from, count) });
                Self(all)
            }

            #[inline(always)]
            unsafe fn store_part(self, to: *mut $total, count: usize) {
                // SAFETY: the caller's pointer is valid for `count`.
                unsafe { to.copy_from_nonoverlapping(self.0[..count].as_ptr(), count) };
            }

            #[inline(always)]
            unsafe fn prefetch(_: *const u8) {}
        }
    )*};
}
arrays! {
    Singles: f32, f32, |a, b, sum| fma(a, b, sum), |x, y| x + y, |z| quiet(z);
    Doubles: f64, f64, |a, b, sum| fma64(a, b, sum), |x, y| x + y, |z| quiet(z);
    Pairs: Pair, i32, |a, b, sum| a.products(b, sum), |x, y| x.wrapping_add(y), |z| z;
}
tile_of!(singles: Singles, 1 2 3 4 5 6);
tile_of!(doubles: Doubles, 1 2 3 4 5 6);
tile_of!(pairs: Pairs, 1 2 3 4 5 6);
