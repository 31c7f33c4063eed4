//! spec/ops/permute@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Fact, Failure, Shape};

use crate::axes::{PORTABLE, View, refuse, refuse_beyond, strides, unfit, with_size};

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    let x = inputs[0].dims();
    refuse_beyond(attributes, x.len())?;
    let (mut dims, mut seen) = ([0; 8], 0_u64);
    for (axis, dim) in dims[..x.len()].iter_mut().enumerate() {
        let refused = refuse("each axis of the input once", Fact::Nth("axis", axis as u64));
        let from = attributes[axis].filter(|&from| from < x.len() as u64).ok_or(refused)?;
        if seen >> from & 1 == 1 {
            return Err(refused);
        }
        seen |= 1 << from;
        *dim = x[from as usize];
    }
    outputs[0] = Shape::new(outputs[0].dtype, &dims[..x.len()]).ok_or(unfit("at most 8 dimensions", 0))?;
    Ok(())
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let (x, y) = (&arguments.inputs[0], &mut arguments.outputs[0]);
    let strides = strides(x.shape.dims());
    let mut view = View::new(0);
    for (&dim, from) in y.shape.dims().iter().zip(arguments.attributes) {
        view.push(dim as usize, strides[from.unwrap_or_default() as usize]);
    }
    with_size!(y.shape.dtype, T => view.copy::<T>(arguments.team, x.block.elements(), y.block.elements_mut()));
}
