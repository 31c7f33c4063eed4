//! x86-64 with fused multiply-add: tiles of rows by two vectors, over a panel of B's columns that was
//! copied to the stack, so that its rows lie beside each other.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::{BLOCK, Product};

/// Fewer rows than this do not pay for the copy of a panel.
const ROWS_WORTH_A_COPY: usize = 16;

macro_rules! kernel {
    (
        $name:ident, $tiles:ident, $tile:ident, $features:literal, $vector:ty, $lanes:literal, $rows:literal,
        $zero:ident, $load:ident, $store:ident, $broadcast:ident, $fma:ident, $add:ident
    ) => {
        pub fn $name(product: &Product<'_>, y: &mut [f32]) {
            // SAFETY: this instruction set is chosen only where the processor has it.
            unsafe { $tiles(product, y) }
        }

        #[target_feature(enable = $features)]
        fn $tiles(product: &Product<'_>, y: &mut [f32]) {
            const COLUMNS: usize = 2 * $lanes;
            #[repr(align(64))]
            struct Panel([MaybeUninit<f32>; BLOCK * COLUMNS]);
            let &Product { m, k, n, .. } = product;
            assert!(product.a.len() == m * k && product.b.len() == k * n && y.len() == m * n);
            let mut panel = Panel([MaybeUninit::uninit(); BLOCK * COLUMNS]);
            for column in (0..n).step_by(COLUMNS) {
                let width = COLUMNS.min(n - column);
                for start in (0..k).step_by(BLOCK) {
                    let depth = BLOCK.min(k - start);
                    let copied = width < COLUMNS || m >= ROWS_WORTH_A_COPY;
                    if copied {
                        for (step, place) in panel.0.chunks_exact_mut(COLUMNS).take(depth).enumerate() {
                            let from = &product.b[(start + step) * n + column..][..width];
                            for (index, place) in place.iter_mut().enumerate() {
                                place.write(if index < width { from[index] } else { 0.0 });
                            }
                        }
                    }
                    let (b, b_stride) = if copied {
                        (panel.0.as_ptr().cast::<f32>(), COLUMNS)
                    } else {
                        (product.b[start * n + column..].as_ptr(), n)
                    };
                    for row in (0..m).step_by($rows) {
                        let a = product.a[row * k + start..].as_ptr();
                        let tile = Tile { a, a_stride: k, b, b_stride, depth };
                        let y = &mut y[row * n + column..];
                        let first = start == 0;
                        // SAFETY: `a` has the tile's rows of `depth` steps, `b` has `depth` rows of
                        // COLUMNS, and `y` the tile's rows of `width`, as the asserts above and the
                        // loops' limits say.
                        unsafe {
                            match $rows.min(m - row) {
                                1 => $tile::<1>(tile, y, n, width, first),
                                2 => $tile::<2>(tile, y, n, width, first),
                                3 => $tile::<3>(tile, y, n, width, first),
                                4 => $tile::<4>(tile, y, n, width, first),
                                5 => $tile::<5>(tile, y, n, width, first),
                                6 => $tile::<6>(tile, y, n, width, first),
                                7 => $tile::<7>(tile, y, n, width, first),
                                8 => $tile::<8>(tile, y, n, width, first),
                                9 => $tile::<9>(tile, y, n, width, first),
                                10 => $tile::<10>(tile, y, n, width, first),
                                11 => $tile::<11>(tile, y, n, width, first),
                                _ => $tile::<12>(tile, y, n, width, first),
                            }
                        }
                    }
                }
            }
        }

        /// # Safety
        /// `tile.a` has ROWS rows and `tile.b` has `tile.depth` rows of two vectors; `y` has ROWS rows of
        /// `width` elements, `n` apart.
        #[target_feature(enable = $features)]
        unsafe fn $tile<const ROWS: usize>(tile: Tile, y: &mut [f32], n: usize, width: usize, first: bool) {
            const COLUMNS: usize = 2 * $lanes;
            let mut sums: [[$vector; 2]; ROWS] = [[$zero(); 2]; ROWS];
            for step in 0..tile.depth {
                // SAFETY: row `step` of B has two vectors.
                let b = unsafe {
                    let b = tile.b.add(step * tile.b_stride);
                    [$load(b), $load(b.add($lanes))]
                };
                for (row, sums) in sums.iter_mut().enumerate() {
                    // SAFETY: row `row` of A has step `step`.
                    let a = $broadcast(unsafe { *tile.a.add(row * tile.a_stride + step) });
                    sums[0] = $fma(a, b[0], sums[0]);
                    sums[1] = $fma(a, b[1], sums[1]);
                }
            }
            for (row, sums) in sums.iter().enumerate() {
                let y = &mut y[row * n..][..width];
                let mut all = [0.0_f32; COLUMNS];
                let whole = width == COLUMNS;
                let place = if whole { y.as_mut_ptr() } else { all.as_mut_ptr() };
                if !whole && !first {
                    all[..width].copy_from_slice(y);
                }
                for (half, &sum) in sums.iter().enumerate() {
                    // SAFETY: `place` has room for two vectors.
                    unsafe {
                        let place = place.add(half * $lanes);
                        $store(place, if first { sum } else { $add($load(place), sum) });
                    }
                }
                if !whole {
                    y.copy_from_slice(&all[..width]);
                }
            }
        }
    };
}

/// Where a tile reads.
#[derive(Clone, Copy)]
struct Tile {
    a: *const f32,
    a_stride: usize,
    b: *const f32,
    b_stride: usize,
    depth: usize,
}

kernel!(
    avx2,
    avx2_tiles,
    avx2_tile,
    "avx2,fma",
    __m256,
    8,
    6,
    _mm256_setzero_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_set1_ps,
    _mm256_fmadd_ps,
    _mm256_add_ps
);
kernel!(
    avx512,
    avx512_tiles,
    avx512_tile,
    "avx512f,avx2,fma",
    __m512,
    16,
    12,
    _mm512_setzero_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_set1_ps,
    _mm512_fmadd_ps,
    _mm512_add_ps
);
