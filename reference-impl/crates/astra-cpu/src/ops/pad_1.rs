//! spec/ops/pad@1.toml

use astra_core::contract::Status;
use astra_core::operator::{Arguments, Isa};
use astra_core::{Fact, Failure, Shape};
use astra_memory::Element;
use astra_team::Team;

use crate::axes::{PORTABLE, around, refuse_beyond, scalars, unfit, with_size};
use crate::elementwise::GRAIN;

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    let x = inputs[0].dims();
    refuse_beyond(attributes, x.len())?;
    scalars(inputs, 1)?;
    let mut dims = [0; 8];
    for (axis, &dim) in x.iter().enumerate() {
        let (before, after) = (attributes[axis].unwrap_or(0), attributes[8 + axis].unwrap_or(0));
        let sum = dim.checked_add(before).and_then(|sum| sum.checked_add(after));
        dims[axis] = sum.ok_or(
            Failure::new(Status::ShapeOverflow)
                .about("inputs")
                .expected(Fact::Words("dimensions that fit in 64 bits"))
                .actual(Fact::Nth("axis", axis as u64)),
        )?;
    }
    outputs[0] = Shape::new(outputs[0].dtype, &dims[..x.len()]).ok_or(unfit("at most 8 dimensions", 0))?;
    Ok(())
}

/// A line of the output: an index of each axis before the last one that is padded, which belongs to it whole.
struct Lines<'a> {
    from: &'a [u64],
    to: &'a [u64],
    before: [usize; 8],
    /// Elements of a line, and where x's are in it.
    length: usize,
    left: usize,
    inside: usize,
}

impl Lines<'_> {
    /// Which line of x a line of y has, if it has one.
    fn source(&self, mut line: usize) -> Option<usize> {
        let (mut found, mut stride) = (0, 1);
        for (axis, (&from, &to)) in self.from.iter().zip(self.to).enumerate().rev() {
            let at = (line % to as usize).checked_sub(self.before[axis]).filter(|&at| at < from as usize)?;
            found += at * stride;
            stride *= from as usize;
            line /= to as usize;
        }
        Some(found)
    }

    fn copy<T: Element>(&self, team: &Team, x: &[T], value: T, y: &mut [T]) {
        team.parts(y, GRAIN, |start, mut rest| {
            let (mut line, mut at) = (start / self.length, start % self.length);
            while !rest.is_empty() {
                let piece = rest.split_off_mut(..rest.len().min(self.length - at)).unwrap_or_default();
                match self.source(line).filter(|_| self.inside > 0) {
                    None => piece.fill(value),
                    Some(from) => {
                        // The line's end of each part, counted in the piece.
                        let end = |end: usize| end.saturating_sub(at).min(piece.len());
                        let (left, inside) = (end(self.left), end(self.left + self.inside));
                        piece[..left].fill(value);
                        let skip = (at + left).saturating_sub(self.left).min(self.inside);
                        let from = &x[from * self.inside + skip..];
                        piece[left..inside].copy_from_slice(&from[..inside - left]);
                        piece[inside..].fill(value);
                    }
                }
                (line, at) = (line + 1, 0);
            }
        });
    }
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let [x, value] = arguments.inputs else { unreachable!("two inputs are declared") };
    let (y, given) = (&mut arguments.outputs[0], arguments.attributes);
    let (from, to) = (x.shape.dims(), y.shape.dims());
    if y.shape.elements() == 0 {
        return;
    }
    let before = core::array::from_fn(|axis| given[axis].unwrap_or(0) as usize);
    // Of rank 0 there is one line of one element; an axis that is not padded may be the last one.
    let last = (0..from.len()).rev().find(|&axis| from[axis] != to[axis]).unwrap_or(0);
    let (_, length, inner) = if to.is_empty() { (1, 1, 1) } else { around(to, last) };
    let lines = Lines {
        from: &from[..last],
        to: &to[..last],
        before,
        length: length * inner,
        left: before[last] * inner,
        inside: from.get(last).map_or(1, |&from| from as usize) * inner,
    };
    with_size!(y.shape.dtype, T => {
        let (x, value) = (x.block.elements::<T>(), value.block.elements::<T>()[0]);
        lines.copy(arguments.team, x, value, y.block.elements_mut::<T>());
    });
}
