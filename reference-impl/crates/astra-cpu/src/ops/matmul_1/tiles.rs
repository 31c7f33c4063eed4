//! Products of matrices in tiles. Every element is a chain of its own, so the order in which elements are computed is
//! free: what is chosen here, and how threads share it, never enters a bit.
//!
//! A block of B's rows is packed into panels as wide as a tile, a few rows of A are copied beside each other, and tiles
//! of the result run through the block in registers. Totals wait in the output, or in working memory where the output
//! has a narrower type.

use core::ops::Range;

use astra_core::operator::Isa;
use astra_team::Team;

use super::kernel::{STEPS, Tile, VECTORS, Vector, a_stride};
use super::types::Types;
use crate::isa::for_each_isa;

/// Bytes of B that are packed at once: they stay in the second-level cache while rows of A pass by.
const PACKED: usize = 384 << 10;
/// Rows of tiles whose totals wait in working memory.
const WAITING: usize = 8;
/// Working memory on the stack, where calls of several threads have taken the runtime's: one panel and its tile.
const LITTLE: usize = 64 << 10;
/// Products below which handing out work costs more than it gives.
const LEAST_PRODUCTS: usize = 1 << 21;
/// Parts for each thread, so that one that is interrupted does not hold up the others for long.
const PARTS: usize = 8;

/// Bytes of a block of B that a first-level cache holds beside what else a tile reads.
const SMALL: usize = 20 << 10;
/// Rows of B that are asked for ahead, where they are read where they are.
const AHEAD: usize = 16;
/// Rows of B that are packed together.
const AT_ONCE: usize = 8;

/// Where the output is. Tasks share it, and each writes elements of its own.
pub struct Place<Y>(pub *mut Y);

// SAFETY: tasks write elements that no other touches.
unsafe impl<Y: Send> Sync for Place<Y> {}

/// What is to be multiplied: matrices that are row-major without gaps and have elements.
pub struct Job<'a, T: Types> {
    pub m: usize,
    pub k: usize,
    pub n: usize,
    /// Matrices of the output.
    pub count: usize,
    /// Which matrices of A and B one of the output is made from.
    pub operands: &'a (dyn Fn(usize) -> (usize, usize) + Sync),
    pub a: &'a [T::A],
    pub b: &'a [T::B],
    pub y: Place<T::Y>,
}

/// A part of one matrix of the output.
#[derive(Clone)]
struct Part {
    matrix: usize,
    rows: Range<usize>,
    columns: Range<usize>,
}

/// How matrices are cut into parts for threads.
struct Grid {
    rows: usize,
    columns: usize,
    /// Parts that one task takes.
    together: usize,
}

impl<T: Types> Job<'_, T> {
    fn grid<V: Vector>(&self, threads: usize) -> Grid {
        let width = VECTORS * V::LANES;
        let mut grid = Grid { rows: 1, columns: 1, together: self.count };
        let products = (self.m * self.n).saturating_mul(self.k).saturating_mul(self.count);
        if threads == 1 || products < LEAST_PRODUCTS {
            return grid;
        }
        while self.count * grid.rows * grid.columns < PARTS / 2 * threads {
            let (rows, columns) = (self.m / grid.rows, self.n / grid.columns);
            match (rows >= 4 * V::ROWS, columns >= 4 * width, rows >= 2 * V::ROWS, columns >= 2 * width) {
                (true, _, _, _) if rows >= columns => grid.rows *= 2,
                (_, true, _, _) => grid.columns *= 2,
                (_, _, true, _) => grid.rows *= 2,
                (_, _, _, true) => grid.columns *= 2,
                _ => break,
            }
        }
        grid.together = (self.count * grid.rows * grid.columns).div_ceil(PARTS * threads);
        grid
    }

    fn part<V: Vector>(&self, grid: &Grid, index: usize) -> Part {
        let cut = |length: usize, parts: usize, at: usize, grain: usize| {
            let each = length.div_ceil(parts).next_multiple_of(grain);
            (at * each).min(length)..((at + 1) * each).min(length)
        };
        let (row, column) = (index / grid.columns % grid.rows, index % grid.columns);
        Part {
            matrix: index / grid.columns / grid.rows,
            rows: cut(self.m, grid.rows, row, V::ROWS),
            columns: cut(self.n, grid.columns, column, VECTORS * V::LANES),
        }
    }
}

/// All of the job, by the threads of the team.
///
/// # Safety
/// The processor has what `tile` is made for, and the job's output is as large as it says.
pub unsafe fn multiply<T, V>(isa: Isa, tile: unsafe fn(&Tile<V>), job: &Job<'_, T>, team: &Team)
where
    T: Types,
    V: Vector<Word = T::Word, Total = T::Total>,
{
    assert!(job.a.len().is_multiple_of(job.m * job.k) && job.b.len().is_multiple_of(job.k * job.n));
    let grid = job.grid::<V>(team.width());
    let parts = job.count * grid.rows * grid.columns;
    team.run(parts.div_ceil(grid.together), &|index| {
        let all = index * grid.together..parts.min((index + 1) * grid.together);
        let mut each = |space: &mut [u8]| {
            for part in all.clone() {
                // SAFETY: as the caller's.
                unsafe { multiply_part(isa, tile, job, &job.part::<V>(&grid, part), space) };
            }
        };
        match team.workspace() {
            Some(mut space) => each(space.bytes()),
            None => with_little(&mut each),
        }
    });
}

#[repr(align(64))]
struct Little([u8; LITTLE]);

#[cold]
#[inline(never)]
fn with_little(each: &mut dyn FnMut(&mut [u8])) {
    each(&mut Little([0; LITTLE]).0);
}

/// Working memory, divided for one combination of types.
struct Space<'a, V: Vector> {
    a: &'a mut [V::Word],
    b: &'a mut [V::Word],
    start: &'a mut [V::Total],
    totals: &'a mut [V::Total],
    /// Rows and columns of the output that there is room for at once.
    rows: usize,
    columns: usize,
}

/// The first so many elements of working memory, which is aligned to 64, and what is behind the 64 bytes that they end in.
fn cut<E: astra_memory::Element>(space: &mut [u8], count: usize) -> (&mut [E], &mut [u8]) {
    let (first, rest) = space.split_at_mut((count * size_of::<E>()).next_multiple_of(64));
    assert!(first.as_ptr().addr().is_multiple_of(64));
    // SAFETY: every pattern of bits is an element; there are so many of them, and they are aligned.
    (unsafe { core::slice::from_raw_parts_mut(first.as_mut_ptr().cast(), count) }, rest)
}

impl<'a, V: Vector> Space<'a, V> {
    fn new<T: Types>(space: &'a mut [u8], part: &Part) -> Self {
        let width = VECTORS * V::LANES;
        let (a, space) = cut(space, V::ROWS * a_stride::<V>());
        let rows_of = |waiting: usize| {
            if T::IN_PLACE { part.rows.len() } else { (waiting * V::ROWS).min(part.rows.len()) }
        };
        let bytes_of = |rows: usize| {
            let totals = usize::from(T::START != 0) + if T::IN_PLACE { 0 } else { rows };
            width * (STEPS * size_of::<V::Word>() + totals * size_of::<V::Total>()) + 2 * 64
        };
        let waiting = if space.len() < WAITING * bytes_of(rows_of(WAITING)) { 1 } else { WAITING };
        let rows = rows_of(waiting);
        let room = space.len() / bytes_of(rows);
        let panels =
            room.min(PACKED / (width * STEPS * size_of::<V::Word>())).min(part.columns.len().div_ceil(width));
        let columns = panels * width;
        let (b, space) = cut(space, columns * STEPS);
        let (start, space) = cut(space, if T::START != 0 { columns } else { 0 });
        let (totals, _) = cut(space, if T::IN_PLACE { 0 } else { rows * columns });
        Space { a, b, start, totals, rows, columns }
    }
}

/// # Safety
/// As for `multiply`.
unsafe fn multiply_part<T, V>(
    isa: Isa,
    tile: unsafe fn(&Tile<V>),
    job: &Job<'_, T>,
    part: &Part,
    space: &mut [u8],
) where
    T: Types,
    V: Vector<Word = T::Word, Total = T::Total>,
{
    let &Job { m, k, n, .. } = job;
    let (a, b) = (job.operands)(part.matrix);
    let (a, b) = (&job.a[a * m * k..][..m * k], &job.b[b * k * n..][..k * n]);
    let y = job.y.0.wrapping_add(part.matrix * m * n);
    let mut space = Space::<V>::new::<T>(space, part);
    for column in part.columns.clone().step_by(space.columns.max(1)) {
        let columns = column..part.columns.end.min(column + space.columns);
        for row in part.rows.clone().step_by(space.rows.max(1)) {
            let rows = row..part.rows.end.min(row + space.rows);
            for from in (0..k).step_by(STEPS * T::GROUP) {
                let depth = from..k.min(from + STEPS * T::GROUP);
                let block = Block::new::<T, V>(rows.clone(), columns.clone(), depth, n);
                pack::<T, V>(isa, b, n, &block, space.b, space.start);
                // SAFETY: the block lies inside of the matrices; the rest is as the caller's.
                unsafe { multiply_block::<T, V>(isa, tile, (a, k), b, &block, (y, n), &mut space) };
            }
            if !T::IN_PLACE {
                for (index, row) in rows.enumerate() {
                    let from = &space.totals[index * space.columns..][..columns.len()];
                    // SAFETY: the row's columns are this task's.
                    let to = unsafe {
                        core::slice::from_raw_parts_mut(y.add(row * n + columns.start), columns.len())
                    };
                    finish::<T>(isa, from, to);
                }
            }
        }
    }
}

/// Rows and columns of the output, and the part of k that they run through.
struct Block {
    rows: Range<usize>,
    columns: Range<usize>,
    depth: Range<usize>,
    /// Whole panels are read where B is, and only a last one that is not whole is packed.
    as_is: bool,
}

impl Block {
    /// Packing pays where several groups of rows pass by, unless all of B's block is in the first-level cache anyway.
    fn new<T: Types, V: Vector>(
        rows: Range<usize>,
        columns: Range<usize>,
        depth: Range<usize>,
        n: usize,
    ) -> Block {
        let is_small = n * depth.len() * size_of::<T::B>() <= SMALL;
        let as_is = T::AS_IS && (is_small || rows.len() <= V::ROWS);
        Block { rows, columns, depth, as_is }
    }
}

/// # Safety
/// As for `multiply`; the block lies inside of the matrices, A of rows of `k` and the output of rows of `n`.
unsafe fn multiply_block<T, V>(
    isa: Isa,
    tile: unsafe fn(&Tile<V>),
    (a, k): (&[T::A], usize),
    b: &[T::B],
    block: &Block,
    (y, n): (*mut T::Y, usize),
    space: &mut Space<'_, V>,
) where
    T: Types,
    V: Vector<Word = T::Word, Total = T::Total>,
{
    let width = VECTORS * V::LANES;
    let steps = block.depth.len().div_ceil(T::GROUP);
    let groups = block.rows.len().div_ceil(V::ROWS);
    let panels = block.columns.len().div_ceil(width);
    let mut row = block.rows.start;
    for group in 0..groups {
        // Groups of about one size: a last one of a single row would be slow.
        let rows = (block.rows.end - row).div_ceil(groups - group);
        copy::<T, V>(isa, &a[row * k + block.depth.start..], k, rows, block.depth.len(), space.a);
        for (panel, column) in block.columns.clone().step_by(width).enumerate() {
            let left = block.columns.end - column;
            let (b, b_stride, ahead) = if block.as_is && left >= width {
                (b[block.depth.start * n + column..].as_ptr().cast::<T::Word>(), n, AHEAD * n)
            } else {
                let wide = if left <= V::LANES { V::LANES } else { width };
                (space.b.as_ptr().wrapping_add(panel * width * steps), wide, 0)
            };
            ask_for::<T, V>(
                &a[(row + rows) * k..],
                k,
                &block.depth,
                block.rows.end - row - rows,
                (panel, panels),
            );
            let done = row - block.rows.start;
            let (y, stride) = if T::IN_PLACE {
                (y.wrapping_add(row * n + column).cast::<T::Total>(), n)
            } else {
                (space.totals.as_mut_ptr().wrapping_add(done * space.columns + panel * width), space.columns)
            };
            let tile_of = Tile::<V> {
                rows,
                a: space.a.as_ptr(),
                b,
                b_stride,
                ahead,
                steps,
                start: if T::START == 0 {
                    core::ptr::null()
                } else {
                    space.start.as_ptr().wrapping_add(panel * width)
                },
                y,
                stride,
                width: width.min(left),
                first: block.depth.start == 0,
                last: block.depth.end == k,
            };
            // SAFETY: A's rows were copied and B's panel packed; the tile of the output, whose elements are totals
            // where they are in place, is this task's.
            unsafe { tile(&tile_of) };
        }
        row += rows;
    }
}

/// Says that the next rows of A will be wanted: of all their lines the share of one panel.
fn ask_for<T: Types, V: Vector>(
    a: &[T::A],
    k: usize,
    depth: &Range<usize>,
    rows: usize,
    (panel, panels): (usize, usize),
) {
    const LINE: usize = 64;
    let in_line = LINE / size_of::<T::A>();
    let lines = depth.len().div_ceil(in_line);
    let all = rows.min(V::ROWS) * lines;
    let (mut row, mut line) = (all * panel / panels / lines, all * panel / panels % lines);
    for _ in all * panel / panels..all * (panel + 1) / panels {
        // SAFETY: no address is wrong to ask for.
        unsafe { V::prefetch(a.as_ptr().wrapping_add(row * k + depth.start + line * in_line).cast()) };
        line += 1;
        if line == lines {
            (row, line) = (row + 1, 0);
        }
    }
}

for_each_isa! {
    /// Words of rows of A, of which `depth` elements are wanted and `k` lie between two.
    fn copy<T: Types, V: Vector<Word = T::Word>>(isa, from: &[T::A], k: usize, rows: usize, depth: usize, to: &mut [T::Word]) {
        for (row, to) in to.chunks_exact_mut(a_stride::<V>()).take(rows).enumerate() {
            let from = &from[row * k..][..depth];
            // Sixteen at a time are a vector or two; left alone, the compiler calls a function that copies.
            let (wide, rest) = from.split_at(depth - depth % (16 * T::GROUP));
            let (to, last) = to.split_at_mut(wide.len() / T::GROUP);
            for (from, to) in wide.chunks_exact(16 * T::GROUP).zip(to.chunks_exact_mut(16)) {
                let words: [T::Word; 16] = core::array::from_fn(|word| T::a_word(&from[word * T::GROUP..][..T::GROUP]));
                to.copy_from_slice(&words);
            }
            for (from, to) in rest.chunks(T::GROUP).zip(last) {
                *to = T::a_word(from);
            }
        }
    }
}

for_each_isa! {
    /// Elements of one row.
    fn finish<T: Types>(isa, from: &[T::Total], to: &mut [T::Y]) {
        for (to, &from) in to.iter_mut().zip(from) {
            *to = T::element(from);
        }
    }
}

for_each_isa! {
    /// A block of B as panels, each with its rows of words one after the other; a last panel of at most LANES columns is
    /// half as wide, and columns that do not exist are what they are: their results are not written.
    fn pack<T: Types, V: Vector>(isa, b: &[T::B], n: usize, block: &Block, to: &mut [T::Word], start: &mut [T::Total]) {
        let _ = start;
        let width = VECTORS * V::LANES;
        let steps = block.depth.len().div_ceil(T::GROUP);
        // A few rows at a time: they are read along, and the panels are written in runs of them.
        for first in (0..steps).step_by(AT_ONCE) {
            for (panel, column) in block.columns.clone().step_by(width).enumerate() {
                let left = width.min(block.columns.end - column);
                if block.as_is && left == width {
                    continue;
                }
                let wide = if left <= V::LANES { V::LANES } else { width };
                for step in first..steps.min(first + AT_ONCE) {
                    let k = block.depth.start + step * T::GROUP;
                    let to = &mut to[panel * width * steps + step * wide..][..wide];
                    if left == width && k + T::GROUP <= block.depth.end {
                        words_of::<T>(&b[k * n + column..], n, &mut to[..width]);
                    } else {
                        for (index, to) in to[..left].iter_mut().enumerate() {
                            let mut rows = [b[k * n + column + index]; 4];
                            let count = T::GROUP.min(block.depth.end - k);
                            for (row, element) in rows.iter_mut().enumerate().take(count) {
                                *element = b[(k + row) * n + column + index];
                            }
                            *to = T::b_word(&rows[..count]);
                        }
                    }
                }
            }
        }
    }
}

/// Words of GROUP rows of B, `n` apart.
#[inline(always)]
fn words_of<T: Types>(b: &[T::B], n: usize, to: &mut [T::Word]) {
    const CHUNK: usize = 8;
    let mut rows: [&[T::B]; 4] = [&[]; 4];
    for (index, row) in rows.iter_mut().enumerate().take(T::GROUP) {
        *row = &b[index * n..][..to.len()];
    }
    for (chunk, to) in to.chunks_exact_mut(CHUNK).enumerate() {
        let mut from = [[rows[0][0]; CHUNK]; 4];
        for (row, from) in rows.iter().zip(&mut from).take(T::GROUP) {
            from.copy_from_slice(&row[chunk * CHUNK..][..CHUNK]);
        }
        let words: [T::Word; CHUNK] = core::array::from_fn(|index| {
            T::b_word(&[from[0][index], from[1][index], from[2][index], from[3][index]][..T::GROUP])
        });
        to.copy_from_slice(&words);
    }
}
