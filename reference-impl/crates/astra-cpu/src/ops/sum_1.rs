//! spec/ops/sum@1.toml
//!
//! A sequence's 64 lanes are 64 chains of their own, which is what vectors want. Two ways lead through the
//! input: where the summed axes run fastest, the lanes lie side by side in memory; where a kept axis runs
//! fastest, up to 64 of its elements are summed side by side, each with its 64 lanes.

use astra_core::contract::Status;
use astra_core::operator::{Arguments, Isa};
use astra_core::{Fact, Failure, Shape};

use crate::isa::for_each_isa;
use crate::nan::canonical;

const LANES: usize = 64;
const BLOCK: usize = 1024;
/// Longer sequences are summed one column at a time: their tree of blocks would not fit on the stack.
const COLUMN_LEVELS: usize = 12;
/// Blocks of the longest sequence that memory can hold.
const LEVELS: usize = 54;

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
        let summed = axes >> axis & 1 == 1;
        if !summed || keep == 1 {
            dims[rank] = if summed { 1 } else { dim };
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

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let x = &arguments.inputs[0];
    let axes = arguments.attributes[0].unwrap_or_default();
    let y = arguments.outputs[0].block.elements_mut::<f32>();
    let x_all = x.block.elements::<f32>();
    if x_all.is_empty() {
        return; // the output has no elements, or they are the zeros of empty sums already
    }
    let (mut kept, mut summed) = (Axes::default(), Axes::default());
    let mut stride = x_all.len();
    let mut previous = None;
    for (axis, &dim) in x.shape.dims().iter().enumerate() {
        let count = dim as usize;
        stride /= count;
        if count == 1 {
            continue;
        }
        let is_summed = axes >> axis & 1 == 1;
        let axes = if is_summed { &mut summed } else { &mut kept };
        if previous == Some(is_summed) {
            let last = &mut axes.all[axes.length - 1];
            *last = Axis { count: last.count * count, stride };
        } else {
            axes.push(Axis { count, stride });
        }
        previous = Some(is_summed);
    }
    let blocks = summed.elements().div_ceil(BLOCK);
    let columns = kept.last().is_some_and(|axis| axis.stride == 1);
    if columns && summed.length > 0 && blocks < 1 << COLUMN_LEVELS {
        by_columns(isa, &kept, &summed, x_all, y);
    } else {
        by_sequences(isa, &kept, &summed, x_all, y);
    }
}

/// The tree over blocks: a binary counter, whose level holds the sum of 2^level blocks. Blocks that do not
/// exist would add +0, which changes nothing, because no lane is ever -0.
struct Tree<const WIDTH: usize, const DEPTH: usize> {
    levels: [[f32; WIDTH]; DEPTH],
    blocks: usize,
}

impl<const WIDTH: usize, const DEPTH: usize> Tree<WIDTH, DEPTH> {
    #[inline(always)]
    fn add(&mut self, lanes: &mut [f32; WIDTH]) {
        let level = self.blocks.trailing_ones() as usize;
        for below in &self.levels[..level] {
            add_each(lanes, below);
        }
        self.levels[level] = *lanes;
        self.blocks += 1;
    }

    /// The lanes over all blocks.
    #[inline(always)]
    fn finish(&mut self) -> &mut [f32; WIDTH] {
        let first = self.blocks.trailing_zeros() as usize;
        let mut last = first;
        for level in first + 1..DEPTH {
            if self.blocks >> level & 1 == 1 {
                let (below, above) = self.levels.split_at_mut(level);
                add_each(&mut above[0], &below[last]);
                last = level;
            }
        }
        self.blocks = 0;
        &mut self.levels[last]
    }
}

for_each_isa! {
    /// One sequence after the other.
    fn by_sequences(isa, kept: &Axes, summed: &Axes, x: &[f32], y: &mut [f32]) {
        let count = summed.elements();
        let in_place = summed.length == 0 || summed.length == 1 && summed.all[0].stride == 1;
        let mut tree = Tree::<LANES, LEVELS> { levels: [[0.0; LANES]; LEVELS], blocks: 0 };
        let mut buffer = [0.0; BLOCK];
        let mut starts = Walk::new(kept.list());
        for y in y {
            let start = starts.next();
            let mut walk = Walk::new(summed.list());
            for first in (0..count).step_by(BLOCK) {
                let length = BLOCK.min(count - first);
                let block = if in_place {
                    &x[start + first..][..length]
                } else {
                    for place in &mut buffer[..length] {
                        *place = x[start + walk.next()];
                    }
                    &buffer[..length]
                };
                let mut lanes = [0.0; LANES];
                let mut rows = block.chunks_exact(LANES);
                for row in &mut rows {
                    add_each(&mut lanes, row);
                }
                add_each(&mut lanes, rows.remainder());
                tree.add(&mut lanes);
            }
            let lanes = tree.finish();
            for width in [32, 16, 8, 4, 2, 1] {
                for lane in 0..width {
                    lanes[lane] += lanes[lane + width];
                }
            }
            *y = canonical(lanes[0]);
        }
    }
}

for_each_isa! {
    /// Sequences whose first elements lie side by side: as many at a time as leave room on the stack, in
    /// 48 KiB, for the tree of their blocks.
    fn by_columns(isa, kept: &Axes, summed: &Axes, x: &[f32], y: &mut [f32]) {
        let (blocks, wide) = (summed.elements().div_ceil(BLOCK), kept.all[kept.length - 1].count > 16);
        match blocks {
            1 if wide => columns::<{ 64 * LANES }, 1>(kept, summed, x, y),
            2..8 if wide => columns::<{ 64 * LANES }, 3>(kept, summed, x, y),
            8..64 if wide => columns::<{ 32 * LANES }, 6>(kept, summed, x, y),
            1 => columns::<{ 16 * LANES }, 1>(kept, summed, x, y),
            _ => columns::<{ 16 * LANES }, COLUMN_LEVELS>(kept, summed, x, y),
        }
    }
}

/// WIDTH is a number of columns times the lanes of each; a lane's columns lie side by side.
#[inline(always)]
fn columns<const WIDTH: usize, const DEPTH: usize>(kept: &Axes, summed: &Axes, x: &[f32], y: &mut [f32]) {
    let side_by_side = WIDTH / LANES;
    let count = summed.elements();
    let outer = &kept.list()[..kept.length - 1];
    let row_length = kept.all[kept.length - 1].count;
    let mut tree = Tree::<WIDTH, DEPTH> { levels: [[0.0; WIDTH]; DEPTH], blocks: 0 };
    let mut starts = Walk::new(outer);
    for y in y.chunks_exact_mut(row_length) {
        let start = starts.next();
        for (tile, y) in y.chunks_mut(side_by_side).enumerate() {
            let start = start + tile * side_by_side;
            let mut walk = Walk::new(summed.list());
            for first in (0..count).step_by(BLOCK) {
                let mut lanes = [0.0; WIDTH];
                let mut left = BLOCK.min(count - first);
                while left > 0 {
                    let row = left.min(LANES);
                    for lane in lanes.chunks_exact_mut(side_by_side).take(row) {
                        let elements = &x[start + walk.next()..][..y.len()];
                        // Both loops are one; in the first its length is known.
                        if elements.len() == side_by_side {
                            add_each(&mut lane[..side_by_side], &elements[..side_by_side]);
                        } else {
                            add_each(lane, elements);
                        }
                    }
                    left -= row;
                }
                tree.add(&mut lanes);
            }
            let lanes = tree.finish();
            for width in [32, 16, 8, 4, 2, 1] {
                let (low, high) = lanes.split_at_mut(width * side_by_side);
                add_each(low, high);
            }
            for (y, &lane) in y.iter_mut().zip(&*lanes) {
                *y = canonical(lane);
            }
        }
    }
}

#[inline(always)]
fn add_each(to: &mut [f32], from: &[f32]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

#[cfg(test)]
mod tests {
    use astra_core::contract::Dtype;
    use astra_core::operator::{Input, Output};
    use astra_memory::Block;

    use super::*;
    use crate::testing::{ISAS, Numbers, assert_same};

    /// The definition, word by word.
    fn plain(elements: &[f32]) -> f32 {
        let blocks = elements.len().div_ceil(BLOCK).next_power_of_two();
        let mut lanes = vec![[0.0_f32; LANES]; blocks];
        for (index, &element) in elements.iter().enumerate() {
            lanes[index / BLOCK][index % LANES] += element;
        }
        while lanes.len() > 1 {
            lanes = lanes.chunks(2).map(|pair| core::array::from_fn(|i| pair[0][i] + pair[1][i])).collect();
        }
        let mut lanes = lanes[0];
        for width in [32, 16, 8, 4, 2, 1] {
            for lane in 0..width {
                lanes[lane] += lanes[lane + width];
            }
        }
        canonical(lanes[0])
    }

    fn check(dims: &[u64], axes: u64, x: &[f32]) {
        let shape = Shape::new(Dtype::F32, dims).unwrap();
        let mut made = [Shape::scalar(Dtype::F32)];
        shapes(&[shape], &[Some(axes), None], &mut made).unwrap();
        let count = made[0].elements() as usize;
        // Sequences by their indices, without strides.
        let mut sequences = vec![Vec::new(); count];
        for (index, &element) in x.iter().enumerate() {
            let (mut rest, mut place, mut step) = (index as u64, 0, 1);
            for (axis, &dim) in dims.iter().enumerate().rev() {
                if axes >> axis & 1 == 0 {
                    place += rest % dim * step;
                    step *= dim;
                }
                rest /= dim;
            }
            sequences[place as usize].push(element);
        }
        let want: Vec<f32> = sequences.iter().map(|sequence| plain(sequence)).collect();
        let mut input = Block::zeroed(x.len() * 4).unwrap();
        input.elements_mut::<f32>().copy_from_slice(x);
        for &isa in ISAS.iter().filter(|&&isa| isa <= crate::best()) {
            let mut output = Block::zeroed(count * 4).unwrap();
            run(
                isa,
                &mut Arguments {
                    inputs: &[Input { shape: &shape, block: &input }],
                    outputs: &mut [Output { shape: &made[0], block: &mut output }],
                    attributes: &[Some(axes), None],
                },
            );
            assert_same(&want, output.elements(), &format!("{isa:?} {dims:?} axes {axes:b}"));
        }
    }

    #[test]
    fn every_length_has_the_bits_of_the_definition() {
        let mut numbers = Numbers::new();
        for length in [1, 2, 63, 64, 65, 127, 1023, 1024, 1025, 2048, 3000, 5 * 1024, 7 * 1024 + 1, 100_000] {
            for kind in 0..3 {
                let x = numbers.list(length, kind);
                check(&[length as u64], 1, &x);
                check(&[length as u64, 1], 1, &x);
            }
        }
    }

    #[test]
    fn every_choice_of_axes_has_the_bits_of_the_definition() {
        let mut numbers = Numbers::new();
        for dims in [
            &[3, 5, 7, 4][..],
            &[2, 1100, 3],
            &[1100, 17],
            &[5000, 2],
            &[1500, 70],
            &[9000, 33],
            &[70_000, 18],
            &[2, 3, 1, 2, 1, 33],
            &[64, 64],
            &[],
        ] {
            let x = numbers.list(dims.iter().product::<u64>() as usize, 0);
            for axes in 0..1 << dims.len() {
                check(dims, axes, &x);
            }
        }
    }

    #[test]
    fn negative_zeros_add_up_to_zero() {
        check(&[3], 1, &[-0.0; 3]);
        check(&[3], 0, &[-0.0; 3]);
    }
}
