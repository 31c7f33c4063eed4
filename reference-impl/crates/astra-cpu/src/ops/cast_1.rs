//! spec/ops/cast@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};
use astra_memory::Element;

use crate::cast::CastTo;
use crate::elementwise::{fill, same_shapes};
use crate::isa::for_each_isa;
use crate::number::with_any;

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

pub fn shapes(inputs: &[Shape], _: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    same_shapes(inputs, outputs)
}

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let (from, to) = (arguments.inputs[0].shape.dtype, arguments.outputs[0].shape.dtype);
    with_any!(from, A => with_any!(to, B => elementwise::<A, B>(isa, arguments)));
}

fn elementwise<A: CastTo<B>, B: Element>(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let x = arguments.inputs[0].block.elements();
    fill(arguments.team, arguments.outputs[0].block.elements_mut(), |start, y| {
        map::<B, A>(isa, &x[start..start + y.len()], y);
    });
}

for_each_isa! {
    fn map<B: Element, A: CastTo<B>>(isa, x: &[A], y: &mut [B]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = x.cast();
        }
    }
}
