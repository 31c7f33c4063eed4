//! spec/ops/full@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::axes::{PORTABLE, given_shape, scalars, with_size};
use crate::elementwise::GRAIN;

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    outputs[0] = given_shape(outputs[0].dtype, attributes)?;
    scalars(inputs, 0)
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let (value, y) = (&arguments.inputs[0], &mut arguments.outputs[0]);
    with_size!(y.shape.dtype, T => {
        let value = value.block.elements::<T>()[0];
        arguments.team.parts(y.block.elements_mut::<T>(), GRAIN, |_, part| part.fill(value));
    });
}
