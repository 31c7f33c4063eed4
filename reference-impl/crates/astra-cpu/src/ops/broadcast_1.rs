//! spec/ops/broadcast@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::axes::{PORTABLE, View, given_shape, strides, unfit, with_size};

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    outputs[0] = given_shape(outputs[0].dtype, attributes)?;
    let refused = unfit("axes that are repeated, or as long as the attributes say", 0);
    let (x, y) = (inputs[0].dims(), outputs[0].dims());
    let skip = y.len().checked_sub(x.len()).ok_or(refused)?;
    if x.iter().zip(&y[skip..]).any(|(&x, &y)| x != 1 && x != y) {
        return Err(refused);
    }
    Ok(())
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let (x, y) = (&arguments.inputs[0], &mut arguments.outputs[0]);
    let (from, to) = (x.shape.dims(), y.shape.dims());
    let (strides, skip) = (strides(from), to.len() - from.len());
    let mut view = View::new(0);
    for (axis, &dim) in to.iter().enumerate() {
        let is_repeated = axis < skip || from[axis - skip] == 1;
        view.push(dim as usize, if is_repeated { 0 } else { strides[axis - skip] });
    }
    with_size!(y.shape.dtype, T => view.copy::<T>(arguments.team, x.block.elements(), y.block.elements_mut()));
}
