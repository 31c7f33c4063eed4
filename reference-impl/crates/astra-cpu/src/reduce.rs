//! What reductions along axes share: the shape, the sequences, and the order that sums are defined with.
//!
//! A sequence's 64 lanes are 64 chains of their own, which is what vectors want. Two ways lead through the
//! input: where the reduced axes run fastest, the lanes lie side by side in memory; where a kept axis runs
//! fastest, up to 64 of its elements are reduced side by side, each with its 64 lanes.

use core::mem::MaybeUninit;
use core::ops::Range;

use astra_core::contract::Status;
use astra_core::operator::{Arguments, Isa};
use astra_core::{Fact, Failure, Shape};
use astra_memory::Element;
use astra_team::Team;

use crate::isa::for_each_isa;
use crate::number::Number;
use crate::place::{Place, better};

const LANES: usize = 64;
const BLOCK: usize = 1024;
/// Columns that are joined in registers.
const SIDE: usize = 32;
/// Threads share columns in multiples of so many, as long as there are.
const COLUMNS: usize = 128;
/// Most columns that are reduced side by side: one row of so many is a page of memory.
const MOST_COLUMNS: usize = 1024;
/// Bytes for columns on the stack, where working memory is away.
const LITTLE: usize = 1 << 16;
/// Most parts of one sequence that threads share.
const PARTS: usize = 32;
/// Blocks of the longest sequence that memory can hold.
const LEVELS: usize = 54;

/// How two of what lanes hold become one. There are few of these, and each has its loops; what is read and what is
/// written has many types, and is called through a table.
pub trait Join {
    type Carry: Copy + Send + Sync;
    /// What lanes start with, and what blocks that do not exist have: joining it changes nothing of what a
    /// lane can hold.
    const START: Self::Carry;
    fn join(first: Self::Carry, second: Self::Carry) -> Self::Carry;
}

/// Sums; no lane is ever -0, so that +0 changes nothing.
pub struct Add<T>(T);
pub struct Multiply<T>(T);
pub struct Larger<T>(T);
pub struct Smaller<T>(T);

macro_rules! joins {
    ($($kind:ident<$type:ty>: $start:expr, |$a:ident, $b:ident| $join:expr;)*) => {$(
        impl Join for $kind<$type> {
            type Carry = $type;
            const START: $type = $start;
            #[inline(always)]
            fn join($a: $type, $b: $type) -> $type {
                $join
            }
        }
    )*};
}
joins! {
    Add<f32>: 0.0, |a, b| a + b;
    Add<f64>: 0.0, |a, b| a + b;
    Add<u64>: 0, |a, b| a.wrapping_add(b);
    Multiply<f32>: 1.0, |a, b| a * b;
    Multiply<f64>: 1.0, |a, b| a * b;
    Multiply<u64>: 1, |a, b| a.wrapping_mul(b);
    Larger<f32>: f32::NEG_INFINITY, |a, b| Number::max(a, b);
    Larger<f64>: f64::NEG_INFINITY, |a, b| Number::max(a, b);
    Larger<i64>: i64::MIN, |a, b| Ord::max(a, b);
    Larger<u64>: 0, |a, b| Ord::max(a, b);
    Smaller<f32>: f32::INFINITY, |a, b| Number::min(a, b);
    Smaller<f64>: f64::INFINITY, |a, b| Number::min(a, b);
    Smaller<i64>: i64::MAX, |a, b| Ord::min(a, b);
    Smaller<u64>: u64::MAX, |a, b| Ord::min(a, b);
    Larger<Place<f32>>: Place::none(0.0), |a, b| better(a, b, |a, b| a > b || a.is_nan() && !b.is_nan());
    Larger<Place<f64>>: Place::none(0.0), |a, b| better(a, b, |a, b| a > b || a.is_nan() && !b.is_nan());
    Larger<Place<i64>>: Place::none(0), |a, b| better(a, b, |a, b| a > b);
    Larger<Place<u64>>: Place::none(0), |a, b| better(a, b, |a, b| a > b);
    Smaller<Place<f32>>: Place::none(0.0), |a, b| better(a, b, |a, b| a < b || a.is_nan() && !b.is_nan());
    Smaller<Place<f64>>: Place::none(0.0), |a, b| better(a, b, |a, b| a < b || a.is_nan() && !b.is_nan());
    Smaller<Place<i64>>: Place::none(0), |a, b| better(a, b, |a, b| a < b);
    Smaller<Place<u64>>: Place::none(0), |a, b| better(a, b, |a, b| a < b);
}

/// The elements of the input, as lanes hold them.
trait Source<C>: Sync {
    /// All of them, where that is what they are in memory.
    fn whole(&self) -> Option<&[C]>;
    /// Those from `start` on. The first one has this index in its sequence, and the next ones `step` more each.
    fn load(&self, start: usize, index: u64, step: u64, to: &mut [C]);
    /// The next ones of a walk that begins at `start`.
    fn gather(&self, start: usize, walk: &mut Walk<'_>, index: u64, to: &mut [C]);
}

struct Elements<'a, F, C, L> {
    all: &'a [F],
    whole: Option<&'a [C]>,
    load: L,
}

impl<F: Element, C: Copy + Sync, L: Fn(F, u64) -> C + Sync> Source<C> for Elements<'_, F, C, L> {
    fn whole(&self) -> Option<&[C]> {
        self.whole
    }

    fn load(&self, start: usize, mut index: u64, step: u64, to: &mut [C]) {
        for (to, &element) in to.iter_mut().zip(&self.all[start..]) {
            *to = (self.load)(element, index);
            index += step;
        }
    }

    fn gather(&self, start: usize, walk: &mut Walk<'_>, mut index: u64, to: &mut [C]) {
        for to in to {
            *to = (self.load)(self.all[start + walk.next()], index);
            index += 1;
        }
    }
}

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    let &[axes, keep] = attributes else { unreachable!("two attributes are declared") };
    let refuse = |expected, actual| {
        Failure::new(Status::InvalidAttribute)
            .about("options")
            .expected(Fact::Words(expected))
            .actual(Fact::Hex(actual))
    };
    let x = &inputs[0];
    let (axes, keep) = (axes.unwrap_or_default(), keep.unwrap_or_default());
    if axes >> x.rank() != 0 {
        return Err(refuse("axes with bits below the rank only", axes));
    }
    if keep > 1 {
        return Err(refuse("keep_axes that is 0 or 1", keep));
    }
    let (mut dims, mut rank) = ([0; 8], 0);
    for (axis, &dim) in x.dims().iter().enumerate() {
        let reduced = axes >> axis & 1 == 1;
        if !reduced || keep == 1 {
            dims[rank] = if reduced { 1 } else { dim };
            rank += 1;
        }
    }
    outputs[0] = Shape::new(outputs[0].dtype, &dims[..rank]).unwrap_or(*x);
    Ok(())
}

/// Axes that lie beside each other and share a fate, as one.
#[derive(Clone, Copy, Default)]
struct Axis {
    count: usize,
    stride: usize,
}

/// A few axes, outermost first.
#[derive(Clone, Copy, Default)]
struct Axes {
    all: [Axis; 8],
    length: usize,
}

impl Axes {
    fn push(&mut self, axis: Axis) {
        self.all[self.length] = axis;
        self.length += 1;
    }

    fn list(&self) -> &[Axis] {
        &self.all[..self.length]
    }

    fn elements(&self) -> usize {
        self.list().iter().map(|axis| axis.count).product()
    }

    fn last(&self) -> Option<Axis> {
        self.list().last().copied()
    }
}

/// Where the elements of some axes lie, in row-major order.
struct Walk<'a> {
    axes: &'a [Axis],
    at: [usize; 8],
    offset: usize,
}

impl<'a> Walk<'a> {
    #[inline(always)]
    fn new(axes: &'a [Axis]) -> Self {
        Self { axes, at: [0; 8], offset: 0 }
    }

    /// A walk whose next element is the one with this index.
    #[inline(always)]
    fn from(axes: &'a [Axis], mut index: usize) -> Self {
        let mut walk = Self::new(axes);
        for (axis, at) in axes.iter().zip(&mut walk.at).rev() {
            *at = index % axis.count;
            walk.offset += *at * axis.stride;
            index /= axis.count;
        }
        walk
    }

    /// The offset of the next element; starts again after the last.
    #[inline(always)]
    fn next(&mut self) -> usize {
        let offset = self.offset;
        for (axis, at) in self.axes.iter().zip(&mut self.at).rev() {
            *at += 1;
            self.offset += axis.stride;
            if *at < axis.count {
                break;
            }
            self.offset -= axis.count * axis.stride;
            *at = 0;
        }
        offset
    }
}

/// Runs a reduction: `load` makes what lanes hold of an element and its index, `whole` gives the input as that
/// where it is that already, and `finish` makes an element of the output, given how many there were.
pub fn reduce<J: Join, F: Element, T: Element>(
    isa: Isa,
    arguments: &mut Arguments<'_, '_>,
    load: impl Fn(F, u64) -> J::Carry + Sync,
    whole: fn(&[F]) -> Option<&[J::Carry]>,
    finish: impl Fn(J::Carry, u64) -> T + Sync,
) {
    let (x, team) = (&arguments.inputs[0], arguments.team);
    let axes = arguments.attributes[0].unwrap_or_default();
    let y = arguments.outputs[0].block.elements_mut::<T>();
    let all = x.block.elements::<F>();
    if all.is_empty() {
        y.fill(finish(J::START, 0));
        return;
    }
    let (kept, reduced) = axes_of(x.shape, axes, all.len());
    let (count, bytes) = (reduced.elements(), size_of_val(all));
    let source = &Elements { all, whole: whole(all), load };
    let columns = kept.last().is_some_and(|axis| axis.stride == 1) && reduced.length > 0;
    if !columns && y.len() < 2 * team.width() && team.width() > 1 {
        // Few sequences: threads share the blocks of each.
        let mut starts = Walk::new(kept.list());
        for y in y {
            *y = finish(by_blocks::<J>(isa, team, bytes, &reduced, source, starts.next()), count as u64);
        }
        return;
    }
    team.share(bytes, y, if columns { COLUMNS } else { 1 }, |first, y| {
        let places = first..first + y.len();
        let give = &mut |at: usize, carry: J::Carry| y[at - first] = finish(carry, count as u64);
        if !columns {
            by_sequences::<J>(isa, &kept, &reduced, source, places, give);
        } else if let Some(mut memory) = team.workspace() {
            by_columns::<J>(isa, &kept, &reduced, source, places, memory.bytes(), give);
        } else {
            by_columns::<J>(isa, &kept, &reduced, source, places, &mut Little([0; LITTLE]).0, give);
        }
    });
}

/// Memory for columns where there is no working memory to be had.
#[repr(align(64))]
struct Little([u8; LITTLE]);

/// The axes that are kept and those that are reduced, neighbours as one.
fn axes_of(shape: &Shape, axes: u64, elements: usize) -> (Axes, Axes) {
    let (mut kept, mut reduced) = (Axes::default(), Axes::default());
    let mut stride = elements;
    let mut previous = None;
    for (axis, &dim) in shape.dims().iter().enumerate() {
        let count = dim as usize;
        stride /= count;
        if count == 1 {
            continue;
        }
        let is_reduced = axes >> axis & 1 == 1;
        let axes = if is_reduced { &mut reduced } else { &mut kept };
        if previous == Some(is_reduced) {
            let last = &mut axes.all[axes.length - 1];
            *last = Axis { count: last.count * count, stride };
        } else {
            axes.push(Axis { count, stride });
        }
        previous = Some(is_reduced);
    }
    (kept, reduced)
}

/// Takes what a lane holds in the end, with the place of its element in the output.
type Give<'a, C> = &'a mut dyn FnMut(usize, C);

/// The tree over blocks: a binary counter, whose level holds what 2^level blocks give.
struct Tree<J: Join, const WIDTH: usize, const DEPTH: usize> {
    levels: [[J::Carry; WIDTH]; DEPTH],
    blocks: usize,
}

impl<J: Join, const WIDTH: usize, const DEPTH: usize> Tree<J, WIDTH, DEPTH> {
    #[inline(always)]
    fn new() -> Self {
        Self { levels: [[J::START; WIDTH]; DEPTH], blocks: 0 }
    }

    #[inline(always)]
    fn add(&mut self, lanes: &mut [J::Carry; WIDTH]) {
        let level = self.blocks.trailing_ones() as usize;
        for below in &self.levels[..level] {
            join_each::<J>(lanes, below);
        }
        self.levels[level] = *lanes;
        self.blocks += 1;
    }

    /// The lanes over all blocks.
    #[inline(always)]
    fn finish(&mut self) -> &mut [J::Carry; WIDTH] {
        let first = self.blocks.trailing_zeros() as usize;
        let mut last = first;
        for level in first + 1..DEPTH {
            if self.blocks >> level & 1 == 1 {
                let (below, above) = self.levels.split_at_mut(level);
                join_each::<J>(&mut above[0], &below[last]);
                last = level;
            }
        }
        self.blocks = 0;
        &mut self.levels[last]
    }
}

for_each_isa! {
    /// One sequence after the other.
    fn by_sequences<J: Join>(isa, kept: &Axes, reduced: &Axes, x: &dyn Source<J::Carry>, places: Range<usize>, give: Give<'_, J::Carry>) {
        let mut tree = Tree::<J, LANES, LEVELS>::new();
        let mut starts = Walk::from(kept.list(), places.start);
        for place in places {
            add_blocks(&mut tree, reduced, x, starts.next(), 0..reduced.elements());
            give(place, folded::<J>(tree.finish()));
        }
    }
}

/// One sequence, whose blocks threads share: a part is a whole subtree of the tree over all blocks.
fn by_blocks<J: Join>(
    isa: Isa,
    team: &Team,
    bytes: usize,
    reduced: &Axes,
    x: &dyn Source<J::Carry>,
    start: usize,
) -> J::Carry {
    let count = reduced.elements();
    let part = count.div_ceil(BLOCK).div_ceil(PARTS).next_power_of_two() * BLOCK;
    let mut parts = [[J::START; LANES]; PARTS];
    let parts = &mut parts[..count.div_ceil(part)];
    team.share(bytes, parts, 1, |first, parts| {
        for (index, lanes) in (first..).zip(parts) {
            let range = index * part..count.min((index + 1) * part);
            subtree::<J>(isa, reduced, x, start, range, lanes);
        }
    });
    let mut tree = Tree::<J, LANES, { PARTS.trailing_zeros() as usize + 1 }>::new();
    parts.iter_mut().for_each(|lanes| tree.add(lanes));
    folded::<J>(tree.finish())
}

for_each_isa! {
    /// The lanes of a part of a sequence.
    fn subtree<J: Join>(isa, reduced: &Axes, x: &dyn Source<J::Carry>, start: usize, range: Range<usize>, lanes: &mut [J::Carry; LANES]) {
        let mut tree = Tree::<J, LANES, LEVELS>::new();
        add_blocks(&mut tree, reduced, x, start, range);
        *lanes = *tree.finish();
    }
}

/// Adds the blocks of a part of the sequence at `start`, which begins with a block.
#[inline(always)]
fn add_blocks<J: Join, const DEPTH: usize>(
    tree: &mut Tree<J, LANES, DEPTH>,
    reduced: &Axes,
    x: &dyn Source<J::Carry>,
    start: usize,
    range: Range<usize>,
) {
    let in_place = reduced.length == 0 || reduced.length == 1 && reduced.all[0].stride == 1;
    if let (Some(all), true) = (x.whole(), in_place) {
        let elements = &all[start + range.start..start + range.end];
        return elements.chunks(BLOCK).for_each(|block| add_block(tree, block));
    }
    let mut buffer = [J::START; BLOCK];
    let mut walk = Walk::from(reduced.list(), range.start);
    for first in range.clone().step_by(BLOCK) {
        let length = BLOCK.min(range.end - first);
        let block = &mut buffer[..length];
        if in_place {
            x.load(start + first, first as u64, 1, block);
        } else {
            x.gather(start, &mut walk, first as u64, block);
        }
        add_block(tree, block);
    }
}

#[inline(always)]
fn add_block<J: Join, const DEPTH: usize>(tree: &mut Tree<J, LANES, DEPTH>, block: &[J::Carry]) {
    let mut lanes = [J::START; LANES];
    let mut rows = block.chunks_exact(LANES);
    for row in &mut rows {
        join_each::<J>(&mut lanes, row);
    }
    join_each::<J>(&mut lanes, rows.remainder());
    tree.add(&mut lanes);
}

/// The lanes as one.
#[inline(always)]
fn folded<J: Join>(lanes: &mut [J::Carry; LANES]) -> J::Carry {
    for width in [32, 16, 8, 4, 2, 1] {
        for lane in 0..width {
            lanes[lane] = J::join(lanes[lane], lanes[lane + width]);
        }
    }
    lanes[0]
}

for_each_isa! {
    /// Sequences whose first elements lie side by side: as many at a time as `memory` has room for, for the lanes of
    /// each and the tree of their blocks.
    fn by_columns<J: Join>(isa, kept: &Axes, reduced: &Axes, x: &dyn Source<J::Carry>, places: Range<usize>, memory: &mut [u8], give: Give<'_, J::Carry>) {
        let count = reduced.elements();
        let outer = &kept.list()[..kept.length - 1];
        let row_length = kept.all[kept.length - 1].count;
        let mut tree = Columns::<J>::new(memory, count.div_ceil(BLOCK), row_length);
        let stretch = tree.stretch;
        let mut buffer = [J::START; COLUMNS];
        let first_row = places.start / row_length;
        let mut starts = Walk::from(outer, first_row);
        for row in first_row..places.end.div_ceil(row_length) {
            let start = starts.next();
            let (begin, end) = (row * row_length, (row + 1) * row_length);
            let tiles = begin.max(places.start) - begin..end.min(places.end) - begin;
            for tile in tiles.clone().step_by(stretch) {
                let wide = stretch.min(tiles.end - tile);
                let start = start + tile;
                let mut walk = Walk::new(reduced.list());
                for first in (0..count).step_by(BLOCK) {
                    let lanes = tree.fresh();
                    let length = BLOCK.min(count - first);
                    if let (Some(all), &[axis]) = (x.whole(), reduced.list()) {
                        let all = &all[start + first * axis.stride..];
                        Rows { all, stride: axis.stride, length }.join::<J>(lanes, stretch, wide);
                    } else {
                        for index in first..first + length {
                            let lane = &mut lanes[index % LANES * stretch..][..wide];
                            let at = start + walk.next();
                            for (part, lane) in lane.chunks_mut(COLUMNS).enumerate() {
                                let buffer = &mut buffer[..lane.len()];
                                x.load(at + part * COLUMNS, index as u64, 0, buffer);
                                join_each::<J>(lane, buffer);
                            }
                        }
                    }
                    tree.add();
                }
                for (column, &lane) in tree.finish()[..wide].iter().enumerate() {
                    give(begin + tile + column, lane);
                }
            }
        }
    }
}

/// Lanes of columns that lie side by side, and the tree over their blocks: what `Tree` is, for a number of columns that
/// depends on the memory.
struct Columns<'a, J: Join> {
    /// Columns that there is room for; so far apart are the lanes.
    stretch: usize,
    /// The lanes of the block at hand, then those of each level: level i holds what 2^i blocks give.
    lanes: &'a mut [J::Carry],
    levels: &'a mut [J::Carry],
    blocks: usize,
}

impl<'a, J: Join> Columns<'a, J> {
    #[inline(always)]
    fn new(memory: &'a mut [u8], blocks: usize, row_length: usize) -> Self {
        // One block needs no tree.
        let levels = if blocks > 1 { blocks.ilog2() as usize + 1 } else { 0 };
        let room = memory.len() / size_of::<J::Carry>();
        let most = room / ((levels + 1) * LANES);
        let wanted = row_length.next_multiple_of(SIDE).min(MOST_COLUMNS);
        let stretch = if wanted <= most { wanted } else { most - most % SIDE.min(most) };
        let length = LANES * stretch;
        let (lanes, levels) = carries::<J>(memory, (levels + 1) * length).split_at_mut(length);
        Self { stretch, lanes, levels, blocks: 0 }
    }

    /// The lanes, as a block begins with them.
    #[inline(always)]
    fn fresh(&mut self) -> &mut [J::Carry] {
        self.lanes.fill(J::START);
        self.lanes
    }

    /// Puts the block at hand into the tree, unless it is the only one.
    #[inline(always)]
    fn add(&mut self) {
        let mut levels = self.levels.chunks_exact_mut(self.lanes.len());
        for _ in 0..self.blocks.trailing_ones() {
            if let Some(below) = levels.next() {
                join_each::<J>(self.lanes, below);
            }
        }
        if let Some(level) = levels.next() {
            level.copy_from_slice(self.lanes);
        }
        self.blocks += 1;
    }

    /// The columns over all blocks, each as one.
    #[inline(always)]
    fn finish(&mut self) -> &[J::Carry] {
        if !self.levels.is_empty() {
            let levels = self.levels.chunks_exact(self.lanes.len()).enumerate();
            let mut used = levels.filter(|&(level, _)| self.blocks >> level & 1 == 1).map(|(_, lanes)| lanes);
            if let Some(first) = used.next() {
                self.lanes.copy_from_slice(first);
            }
            for above in used {
                for (lane, &above) in self.lanes.iter_mut().zip(above) {
                    *lane = J::join(above, *lane);
                }
            }
        }
        self.blocks = 0;
        for width in [32, 16, 8, 4, 2, 1] {
            let (low, high) = self.lanes.split_at_mut(width * self.stretch);
            join_each::<J>(low, &high[..width * self.stretch]);
        }
        self.lanes
    }
}

/// Memory as what lanes hold.
fn carries<J: Join>(memory: &mut [u8], count: usize) -> &mut [J::Carry] {
    // SAFETY: `MaybeUninit` has no invalid bytes.
    let (_, all, _) = unsafe { memory.align_to_mut::<MaybeUninit<J::Carry>>() };
    let all = &mut all[..count];
    all.fill(MaybeUninit::new(J::START));
    // SAFETY: each one has just been written.
    unsafe { core::slice::from_raw_parts_mut(all.as_mut_ptr().cast(), count) }
}

/// Rows of a block, in memory as lanes hold them.
struct Rows<'a, C> {
    all: &'a [C],
    stride: usize,
    length: usize,
}

impl<C: Copy> Rows<'_, C> {
    /// Joins row i to lane i mod 64, each a stretch of lanes of which `wide` are used. All rows of a lane are
    /// read side by side, a few columns at a time: that keeps registers and more of the memory at work than one row
    /// after the other would.
    #[inline(always)]
    fn join<J: Join<Carry = C>>(&self, lanes: &mut [C], stretch: usize, wide: usize) {
        for lane in 0..LANES.min(self.length) {
            let to = &mut lanes[lane * stretch..][..wide];
            let (several, rest) = to.as_chunks_mut::<SIDE>();
            for (index, to) in several.iter_mut().enumerate() {
                *to = self.several::<J>(*to, lane, index * SIDE);
            }
            let first = wide - rest.len();
            for row in (lane..self.length).step_by(LANES) {
                join_each::<J>(rest, &self.all[row * self.stride + first..]);
            }
        }
    }

    /// `SIDE` columns of a lane.
    #[inline(always)]
    fn several<J: Join<Carry = C>>(&self, mut to: [C; SIDE], lane: usize, column: usize) -> [C; SIDE] {
        for row in (lane..self.length).step_by(LANES) {
            let row = &self.all[row * self.stride + column..][..SIDE];
            for (to, &element) in to.iter_mut().zip(row) {
                *to = J::join(*to, element);
            }
        }
        to
    }
}

#[inline(always)]
fn join_each<J: Join>(to: &mut [J::Carry], from: &[J::Carry]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = J::join(*to, from);
    }
}

/// The kernels of an operator that reduces, one for each combination of types: what it reads, how lanes are joined,
/// what it writes, whether lanes hold what it reads (`same`), and how one is made of the other at both ends.
macro_rules! reductions {
    ($($dtype:ident: $from:ty, $join:ty, $to:ty, $whole:ident, |$x:ident, $at:ident| $load:expr, |$total:ident, $count:ident| $finish:expr;)*) => {
        pub use crate::reduce::{implementation, shapes};

        pub fn run(isa: astra_core::operator::Isa, arguments: &mut astra_core::operator::Arguments<'_, '_>) {
            match arguments.inputs[0].shape.dtype {
                $(astra_core::contract::Dtype::$dtype => {
                    type Carry = <$join as crate::reduce::Join>::Carry;
                    let (load, finish) = (|$x: $from, $at| $load, |$total: Carry, $count| $finish);
                    crate::reduce::reduce::<$join, $from, $to>(isa, arguments, load, crate::reduce::$whole, finish);
                })*
                #[allow(unreachable_patterns)]
                _ => unreachable!("the operator is not declared for this type"),
            }
        }
    };
}
pub(crate) use reductions;

/// Lanes hold what is read.
pub fn same<C>(all: &[C]) -> Option<&[C]> {
    Some(all)
}

/// Lanes hold something else.
pub fn other<F, C>(_: &[F]) -> Option<&[C]> {
    None
}
