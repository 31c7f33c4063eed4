//! What operators that move elements share: shapes that attributes give, and copies along strides.
//!
//! Elements are moved by their size and never looked at, so that there is one loop for all types of a size.

use astra_core::contract::{Dtype, MAX_RANK, Status};
use astra_core::{Fact, Failure, Shape};
use astra_memory::Element;
use astra_team::Team;

use crate::elementwise::GRAIN;

/// Runs `$body` with `$name` as an unsigned integer as wide as the dtype.
macro_rules! with_size {
    ($dtype:expr, $name:ident => $body:expr) => {
        match $dtype.size() {
            1 => {
                type $name = u8;
                $body
            }
            2 => {
                type $name = u16;
                $body
            }
            4 => {
                type $name = u32;
                $body
            }
            _ => {
                type $name = u64;
                $body
            }
        }
    };
}
pub(crate) use with_size;

/// Whoever only copies has one code for every instruction set.
pub const PORTABLE: &str = "portable";

/// An attribute's value is refused.
pub fn refuse(expected: &'static str, actual: Fact) -> Failure {
    Failure::new(Status::InvalidAttribute).about("options").expected(Fact::Words(expected)).actual(actual)
}

/// The inputs' shapes do not fit.
pub fn unfit(expected: &'static str, input: u64) -> Failure {
    let input = Fact::Nth("another shape of input", input);
    Failure::new(Status::OperandShape).about("inputs").expected(Fact::Words(expected)).actual(input)
}

/// The shape that the attribute `rank` and the eight dimensions behind it give.
pub fn given_shape(dtype: Dtype, attributes: &[Option<u64>]) -> Result<Shape, Failure> {
    let rank = attributes[0].unwrap_or_default();
    if rank > u64::from(MAX_RANK) {
        return Err(refuse("a rank of at most 8", Fact::Number(rank)));
    }
    let mut dims = [0; MAX_RANK as usize];
    for (axis, (dim, given)) in dims.iter_mut().zip(&attributes[1..]).enumerate() {
        let axis = axis as u64;
        match given {
            Some(given) if axis < rank => *dim = *given,
            None if axis >= rank => {}
            Some(_) => return Err(refuse("dimensions below the rank only", Fact::Nth("dimension", axis))),
            None => return Err(refuse("every dimension below the rank", Fact::Nth("no dimension", axis))),
        }
    }
    Shape::new(dtype, &dims[..rank as usize]).ok_or(refuse("a rank of at most 8", Fact::Number(rank)))
}

/// Refuses an attribute that is given for an axis from `rank` on; there are eight of each, one behind the other.
pub fn refuse_beyond(attributes: &[Option<u64>], rank: usize) -> Result<(), Failure> {
    for (place, value) in attributes.iter().enumerate() {
        let axis = place % MAX_RANK as usize;
        if value.is_some() && axis >= rank {
            return Err(refuse("attributes for the input's axes only", Fact::Nth("axis", axis as u64)));
        }
    }
    Ok(())
}

/// The attribute `axis`, the first one, of an input of some rank.
pub fn given_axis(axis: Option<u64>, rank: usize) -> Result<usize, Failure> {
    let axis = axis.unwrap_or_default();
    if axis >= rank as u64 {
        return Err(refuse("an axis below the rank", Fact::Number(axis)));
    }
    Ok(axis as usize)
}

/// Inputs that must be one element each, of rank 0.
pub fn scalars(inputs: &[Shape], first: usize) -> Result<(), Failure> {
    for (index, input) in inputs.iter().enumerate().skip(first) {
        if input.rank() != 0 {
            return Err(unfit("a scalar: rank 0", index as u64));
        }
    }
    Ok(())
}

/// How many elements there are before, in and behind an axis, of a shape that has elements.
pub fn around(dims: &[u64], axis: usize) -> (usize, usize, usize) {
    let count = |dims: &[u64]| dims.iter().product::<u64>() as usize;
    (count(&dims[..axis]), dims[axis] as usize, count(&dims[axis + 1..]))
}

/// Elements from one index of an axis to the next, of a shape that has elements.
pub fn strides(dims: &[u64]) -> [usize; MAX_RANK as usize] {
    let mut strides = [0; MAX_RANK as usize];
    let mut stride = 1_usize;
    for (axis, &dim) in dims.iter().enumerate().rev() {
        strides[axis] = stride;
        stride = stride.wrapping_mul(dim as usize);
    }
    strides
}

/// An axis of an output, and how far apart its elements lie in the input.
#[derive(Clone, Copy, Default)]
struct Axis {
    count: usize,
    stride: usize,
}

/// Where the elements of an output come from, outermost axis first. Neighbours that one stride serves are one.
pub struct View {
    axes: [Axis; MAX_RANK as usize],
    length: usize,
    start: usize,
}

impl View {
    pub fn new(start: usize) -> Self {
        Self { axes: Default::default(), length: 0, start }
    }

    /// Adds an axis inside of those that there are. Of an output without elements the numbers may be any.
    pub fn push(&mut self, count: usize, stride: usize) {
        if count == 1 {
            return;
        }
        match self.axes[..self.length].last_mut() {
            Some(last) if last.stride == count.wrapping_mul(stride) => {
                *last = Axis { count: last.count.wrapping_mul(count), stride };
            }
            _ => {
                self.axes[self.length] = Axis { count, stride };
                self.length += 1;
            }
        }
    }

    /// Copies every element of the output.
    pub fn copy<T: Element>(&self, team: &Team, x: &[T], y: &mut [T]) {
        if y.is_empty() {
            return;
        }
        let (x, axes) = (&x[self.start..], &self.axes[..self.length]);
        let Some((&inner, outer)) = axes.split_last() else {
            y[0] = x[0];
            return;
        };
        let across = outer.iter().position(|axis| axis.stride == 1 && inner.stride > 1);
        if let Some(across) = across {
            return transpose(team, x, y, axes, across);
        }
        team.parts(y, GRAIN, |start, mut rest| {
            let mut walk = Walk::from(outer, start / inner.count);
            let mut skip = start % inner.count;
            while !rest.is_empty() {
                let line = rest.split_off_mut(..rest.len().min(inner.count - skip)).unwrap_or_default();
                copy_line(&x[walk.next() + skip * inner.stride..], inner.stride, line);
                skip = 0;
            }
        });
    }
}

/// What gather and scatter have in common: slices of x, one for each index of each place along the outer axes.
pub struct Slices {
    /// Indices.
    pub count: usize,
    /// Of x along the axis, and of elements behind it.
    pub length: usize,
    pub inner: usize,
}

impl Slices {
    /// x's dimensions with those of the indices in place of the axis; `None` if there are more than 8.
    pub fn shape(x: &Shape, indices: &Shape, axis: usize) -> Option<Shape> {
        let (x_dims, more) = (x.dims(), indices.dims());
        let (mut dims, rank) = ([0; 2 * MAX_RANK as usize], x_dims.len() - 1 + more.len());
        dims[..axis].copy_from_slice(&x_dims[..axis]);
        dims[axis..axis + more.len()].copy_from_slice(more);
        dims[axis + more.len()..rank].copy_from_slice(&x_dims[axis + 1..]);
        Shape::new(x.dtype, &dims[..rank])
    }

    /// There are elements behind the axis.
    pub fn new(x: &Shape, indices: &Shape, axis: usize) -> Self {
        let (_, length, inner) = around(x.dims(), axis);
        Self { count: indices.elements() as usize, length, inner }
    }

    /// Where the slice at an index begins; `None` where the index is out of range.
    #[inline(always)]
    pub fn find(&self, outer: usize, index: i64) -> Option<usize> {
        // A negative one is larger than every dimension, once it has no sign.
        let index = usize::try_from(index as u64).ok().filter(|&index| index < self.length)?;
        Some((outer * self.length + index) * self.inner)
    }
}

/// Lines that are shorter are copied element by element: a call of memcpy would take longer.
const SHORT: usize = 16;

#[inline(always)]
fn copy_line<T: Element>(x: &[T], stride: usize, line: &mut [T]) {
    match stride {
        0 => line.fill(x[0]),
        1 if line.len() >= SHORT => line.copy_from_slice(&x[..line.len()]),
        _ => {
            for (y, &x) in line.iter_mut().zip(x.iter().step_by(stride)) {
                *y = x;
            }
        }
    }
}

/// Where the elements of some axes lie, in row-major order.
struct Walk<'a> {
    axes: &'a [Axis],
    at: [usize; MAX_RANK as usize],
    offset: usize,
}

impl<'a> Walk<'a> {
    /// Begins at element `number`.
    fn from(axes: &'a [Axis], mut number: usize) -> Self {
        let mut walk = Self { axes, at: [0; MAX_RANK as usize], offset: 0 };
        for (axis, at) in axes.iter().zip(&mut walk.at).rev() {
            *at = number % axis.count;
            number /= axis.count;
            walk.offset += *at * axis.stride;
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

fn elements(axes: &[Axis]) -> usize {
    axes.iter().map(|axis| axis.count).product()
}

/// Rows and columns of what is turned at once, in registers and on the stack.
const TILE: usize = 16;
/// Rows that are filled side by side, so that a line of the cache is read once for all of them.
const BAND: usize = 64;

/// A copy where the elements along axis `across` are neighbours in the input, and those along the last axis in
/// the output.
fn transpose<T: Element>(team: &Team, x: &[T], y: &mut [T], axes: &[Axis], across: usize) {
    let (inner, between) = (axes[axes.len() - 1], &axes[across + 1..axes.len() - 1]);
    // From one element along `across` to the next.
    let row = elements(&axes[across + 1..]);
    let count = axes[across].count;
    let band = BAND.min((y.len() / row).div_ceil(4 * team.width()));
    team.parts(y, band * row, |start, mut rest| {
        let mut number = start / row;
        while !rest.is_empty() {
            let at = number % count;
            let rows = BAND.min(count - at).min(rest.len() / row);
            let band = rest.split_off_mut(..rows * row).unwrap_or_default();
            let from = Walk::from(&axes[..across], number / count).offset + at;
            let mut walk = Walk::from(between, 0);
            for lines in 0..row / inner.count {
                turn(&x[from + walk.next()..], inner, &mut band[lines * inner.count..], row, rows);
            }
            number += rows;
        }
    });
}

/// Element j of row i is x[i + j * stride].
fn turn<T: Element>(x: &[T], inner: Axis, y: &mut [T], row: usize, rows: usize) {
    let Axis { count, stride } = inner;
    for column in (0..count).step_by(TILE) {
        for first in (0..rows).step_by(TILE) {
            let (wide, high) = (TILE.min(count - column), TILE.min(rows - first));
            let x = &x[first + column * stride..];
            let y = &mut y[first * row + column..];
            if (wide, high) != (TILE, TILE) {
                for i in 0..high {
                    for j in 0..wide {
                        y[i * row + j] = x[i + j * stride];
                    }
                }
                continue;
            }
            let mut tile = [[x[0]; TILE]; TILE];
            for (j, line) in tile.iter_mut().enumerate() {
                line.copy_from_slice(&x[j * stride..][..TILE]);
            }
            for i in 0..TILE {
                let line: [T; TILE] = core::array::from_fn(|j| tile[j][i]);
                y[i * row..][..TILE].copy_from_slice(&line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every element, one by one.
    fn plain(dims: &[(usize, usize)], start: usize, x: &[u32]) -> Vec<u32> {
        let count = dims.iter().map(|&(count, _)| count).product();
        (0..count)
            .map(|mut number: usize| {
                let mut at = start;
                for &(count, stride) in dims.iter().rev() {
                    at += number % count * stride;
                    number /= count;
                }
                x[at]
            })
            .collect()
    }

    #[test]
    fn copies_of_every_form_have_each_element_at_its_place() {
        let x: Vec<u32> = (0..600_000).collect();
        let forms: [&[(usize, usize)]; 14] = [
            &[],
            &[(600_000, 1)],
            &[(500, 1000), (300, 3)],
            &[(700, 1), (800, 700)],
            &[(16, 1), (16, 16)],
            &[(17, 1), (65, 17)],
            &[(3, 1), (200_000, 3)],
            &[(200_000, 3), (3, 1)],
            &[(70, 70), (70, 1), (70, 4900)],
            &[(70, 1), (60, 70), (70, 4200)],
            &[(5, 70_000), (90, 1), (7, 90), (101, 630)],
            &[(400, 0), (1000, 1)],
            &[(1000, 1), (400, 0)],
            &[(20, 0), (100, 1), (7, 0), (30, 100)],
        ];
        for threads in [1, 3] {
            let team = Team::new(threads).unwrap();
            for form in forms {
                for start in [0, 7] {
                    if start > 0 && form.first().is_some_and(|axis| axis.0 == 600_000) {
                        continue;
                    }
                    let last: usize = form.iter().map(|&(count, stride)| (count - 1) * stride).sum();
                    let start = start.min(x.len() - 1 - last);
                    let mut view = View::new(start);
                    form.iter().for_each(|&(count, stride)| view.push(count, stride));
                    let want = plain(form, start, &x);
                    let mut have = vec![0; want.len()];
                    view.copy(&team, &x, &mut have);
                    assert!(want == have, "{form:?} from {start} with {threads}");
                }
            }
        }
    }
}
