//! spec/ops/slice@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Fact, Failure, Shape};

use crate::axes::{PORTABLE, View, refuse, refuse_beyond, strides, unfit, with_size};

/// What is taken along an axis: where it begins, how many there are if that is said, and the step.
fn along(attributes: &[Option<u64>], axis: usize) -> (u64, Option<u64>, u64) {
    (attributes[axis].unwrap_or(0), attributes[8 + axis], attributes[16 + axis].unwrap_or(1))
}

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    let x = inputs[0].dims();
    refuse_beyond(attributes, x.len())?;
    let mut dims = [0; 8];
    for (axis, &dim) in x.iter().enumerate() {
        let refuse = |expected| refuse(expected, Fact::Nth("axis", axis as u64));
        let (begin, size, step) = along(attributes, axis);
        let rest = dim.checked_sub(begin).ok_or(refuse("a begin inside of the input"))?;
        if step == 0 {
            return Err(refuse("a step of at least 1"));
        }
        let most = rest.div_ceil(step);
        dims[axis] = size.unwrap_or(most);
        if dims[axis] > most {
            return Err(refuse("a last index inside of the input"));
        }
    }
    outputs[0] = Shape::new(outputs[0].dtype, &dims[..x.len()]).ok_or(unfit("at most 8 dimensions", 0))?;
    Ok(())
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let (x, y) = (&arguments.inputs[0], &mut arguments.outputs[0]);
    if y.shape.elements() == 0 {
        return;
    }
    let strides = strides(x.shape.dims());
    let start =
        (0..x.shape.rank()).map(|axis| along(arguments.attributes, axis).0 as usize * strides[axis]).sum();
    let mut view = View::new(start);
    for (axis, &dim) in y.shape.dims().iter().enumerate() {
        // A step that is never taken may be any.
        let step = along(arguments.attributes, axis).2 as usize;
        view.push(dim as usize, strides[axis].wrapping_mul(step));
    }
    with_size!(y.shape.dtype, T => view.copy::<T>(arguments.team, x.block.elements(), y.block.elements_mut()));
}
