//! The innermost loops, written once: a tile of the result runs through a block of k in registers. What an
//! instruction set has to give is a vector.

use astra_memory::Element;

/// Words of k that one tile takes: of floats a block of the definition.
pub const STEPS: usize = 256;
/// Columns of a tile are so many vectors.
pub const VECTORS: usize = 2;

/// Totals of columns that lie side by side, and the words that they are made from. A word is what one step takes of an
/// element of A or B: a float, or several small integers along k.
///
/// # Safety
/// Functions are called where the processor has the vector's instructions. Pointers are valid for what is read or
/// written: LANES elements, or `count`.
pub trait Vector: Copy {
    type Word: Element;
    type Total: Element;
    /// LANES words of B, and one of A in every lane.
    type Words: Copy;
    const LANES: usize;
    /// Rows of a tile.
    const ROWS: usize;
    unsafe fn words(from: *const Self::Word) -> Self::Words;
    unsafe fn spread(word: Self::Word) -> Self::Words;
    unsafe fn zero() -> Self;
    /// sum + a * b, rounded once.
    unsafe fn step(a: Self::Words, b: Self::Words, sum: Self) -> Self;
    unsafe fn add(self, other: Self) -> Self;
    /// The quiet NaN for every NaN.
    unsafe fn quiet(self) -> Self;
    unsafe fn load(from: *const Self::Total) -> Self;
    unsafe fn store(self, to: *mut Self::Total);
    unsafe fn load_part(from: *const Self::Total, count: usize) -> Self;
    unsafe fn store_part(self, to: *mut Self::Total, count: usize);
    /// Says that what is there will be wanted.
    unsafe fn prefetch(at: *const u8);
}

/// Words between the rows of A's copy: rows do not compete for the same places of a cache.
pub const fn a_stride<V: Vector>() -> usize {
    STEPS + 64 / size_of::<V::Word>()
}

/// Where a tile reads and writes.
pub struct Tile<V: Vector> {
    pub rows: usize,
    /// `rows` rows of `steps` words, `a_stride` apart, which is known here: the address of a row is a part of the instruction.
    pub a: *const V::Word,
    /// `steps` rows of VECTORS vectors, or of one where `width` is at most LANES; `b_stride` apart.
    pub b: *const V::Word,
    pub b_stride: usize,
    /// How far ahead in `b` what will be wanted is asked for.
    pub ahead: usize,
    pub steps: usize,
    /// What the sums of columns start with, or NULL for zero: as many as a row of `b` has.
    pub start: *const V::Total,
    /// `rows` rows of `width` totals, `stride` apart.
    pub y: *mut V::Total,
    pub stride: usize,
    pub width: usize,
    /// The totals start with this block; they are complete with it.
    pub first: bool,
    pub last: bool,
}

/// The body once for each row. A loop would do the same, but one that the compiler does not unroll keeps the sums of all
/// rows in memory.
macro_rules! for_each_row {
    ($row:ident in $rows:ident: $body:block) => {
        for_each_row!(@ $row $rows $body 0 1 2 3 4 5 6 7 8 9 10 11 12 13)
    };
    (@ $row:ident $rows:ident $body:block $($index:literal)*) => {$(
        if $index < $rows {
            let $row = $index;
            $body
        }
    )*};
}

/// The code for one number of rows and of vectors.
///
/// # Safety
/// The tile's pointers are what it says, and the processor has the vector's instructions.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // one shape for all three loops over vectors
pub unsafe fn run<V: Vector, const ROWS: usize, const WIDE: usize>(tile: &Tile<V>) {
    // SAFETY: offsets stay inside of what the tile says its pointers have.
    unsafe {
        for row in 0..ROWS {
            for vector in 0..WIDE {
                V::prefetch(tile.y.wrapping_add(row * tile.stride + vector * V::LANES).cast());
            }
        }
        let mut sums = [[V::zero(); WIDE]; ROWS];
        if !tile.start.is_null() {
            let start: [V; WIDE] = core::array::from_fn(|vector| V::load(tile.start.add(vector * V::LANES)));
            sums = [start; ROWS];
        }
        let mut b = tile.b;
        for step in 0..tile.steps {
            let words: [V::Words; WIDE] = core::array::from_fn(|vector| V::words(b.add(vector * V::LANES)));
            for vector in 0..WIDE {
                V::prefetch(b.wrapping_add(tile.ahead + vector * V::LANES).cast());
            }
            b = b.wrapping_add(tile.b_stride);
            for_each_row!(row in ROWS: {
                let a = V::spread(*tile.a.add(row * a_stride::<V>() + step));
                for vector in 0..WIDE {
                    sums[row][vector] = V::step(a, words[vector], sums[row][vector]);
                }
            });
        }
        match (tile.first, tile.last) {
            (true, true) => give::<V, ROWS, WIDE, true, true>(tile, sums),
            (true, false) => give::<V, ROWS, WIDE, true, false>(tile, sums),
            (false, true) => give::<V, ROWS, WIDE, false, true>(tile, sums),
            (false, false) => give::<V, ROWS, WIDE, false, false>(tile, sums),
        }
    }
}

/// Sums become totals, or a part of them.
///
/// # Safety
/// As for `run`.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // as above
unsafe fn give<V: Vector, const ROWS: usize, const WIDE: usize, const FIRST: bool, const LAST: bool>(
    tile: &Tile<V>,
    sums: [[V; WIDE]; ROWS],
) {
    let count = tile.width - (WIDE - 1) * V::LANES;
    // SAFETY: the tile has the rows and the columns.
    unsafe {
        for_each_row!(row in ROWS: {
            for vector in 0..WIDE {
                let y = tile.y.add(row * tile.stride + vector * V::LANES);
                if vector + 1 < WIDE || count == V::LANES {
                    let total = if FIRST { sums[row][vector] } else { V::load(y).add(sums[row][vector]) };
                    if LAST { total.quiet() } else { total }.store(y);
                } else {
                    let total = if FIRST { sums[row][vector] } else { V::load_part(y, count).add(sums[row][vector]) };
                    if LAST { total.quiet() } else { total }.store_part(y, count);
                }
            }
        });
    }
}

/// A function that runs a tile of any number of rows, for one instruction set.
macro_rules! tile_of {
    ($(#[$features:meta])? $name:ident: $vector:ty, $($rows:literal)*) => {
        /// # Safety
        /// The tile's pointers are what it says, and the processor has the vector's instructions.
        $(#[$features])?
        pub unsafe fn $name(tile: &crate::operators::matmul_1::kernel::Tile<$vector>) {
            use crate::operators::matmul_1::kernel::{VECTORS, Vector, run};
            // SAFETY: as the caller's.
            unsafe {
                match (tile.rows, tile.width <= <$vector>::LANES) {
                    $(($rows, true) => run::<$vector, $rows, 1>(tile),
                    ($rows, false) => run::<$vector, $rows, VECTORS>(tile),)*
                    _ => unreachable!("no tile has so many rows"),
                }
            }
        }
    };
}
pub(super) use tile_of;
