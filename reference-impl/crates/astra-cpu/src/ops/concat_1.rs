//! spec/ops/concat@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::axes::{PORTABLE, around, given_axis, unfit, with_size};
use crate::elementwise::GRAIN;

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    let [a, b] = inputs else { unreachable!("two inputs are declared") };
    let axis = given_axis(attributes[0], a.rank())?;
    let fit = |(other, (a, b)): (usize, (&u64, &u64))| other == axis || a == b;
    if a.rank() != b.rank() || !a.dims().iter().zip(b.dims()).enumerate().all(fit) {
        return Err(unfit("equal dimensions, but for those of the axis", 1));
    }
    let mut dims = *a.padded();
    // Each is below 2^63.
    dims[axis] += b.dims()[axis];
    outputs[0] = Shape::new(outputs[0].dtype, &dims[..a.rank()]).ok_or(unfit("at most 8 dimensions", 0))?;
    Ok(())
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let [a, b] = arguments.inputs else { unreachable!("two inputs are declared") };
    let y = &mut arguments.outputs[0];
    let axis = arguments.attributes[0].unwrap_or_default() as usize;
    if y.shape.elements() == 0 {
        return;
    }
    let (_, _, inner) = around(y.shape.dims(), axis);
    let length = |shape: &Shape| shape.dims()[axis] as usize * inner;
    let (first, second) = (length(a.shape), length(b.shape));
    with_size!(y.shape.dtype, T => {
        let (a, b) = (a.block.elements::<T>(), b.block.elements::<T>());
        arguments.team.parts(y.block.elements_mut::<T>(), GRAIN, |start, mut rest| {
            let (mut row, mut at) = (start / (first + second), start % (first + second));
            while !rest.is_empty() {
                let from = if at < first { &a[row * first + at..(row + 1) * first] } else {
                    &b[row * second + at - first..(row + 1) * second]
                };
                let piece = rest.split_off_mut(..from.len().min(rest.len())).unwrap_or_default();
                piece.copy_from_slice(&from[..piece.len()]);
                at += piece.len();
                if at == first + second {
                    (row, at) = (row + 1, 0);
                }
            }
        });
    });
}
