//! spec/ops/clip@1.toml

use astra_core::contract::Status;
use astra_core::operator::{Arguments, Isa};
use astra_core::{Fact, Failure, Shape};

use crate::elementwise::fill;
use crate::isa::for_each_isa;
use crate::number::{Number, with_number};

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

pub fn shapes(inputs: &[Shape], _: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    for (index, bound) in inputs.iter().enumerate().skip(1) {
        if bound.rank() != 0 {
            return Err(Failure::new(Status::OperandShape)
                .about("inputs")
                .expected(Fact::Words("bounds of rank 0"))
                .actual(Fact::Nth("dimensions of input", index as u64)));
        }
    }
    outputs[0] = inputs[0];
    Ok(())
}

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let dtype = arguments.inputs[0].shape.dtype;
    with_number!(dtype, T => elementwise::<T>(isa, arguments));
}

fn elementwise<T: Number>(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let [x, low, high] = arguments.inputs else { unreachable!("three inputs are declared") };
    let (low, high) = (low.block.elements()[0], high.block.elements()[0]);
    let x = x.block.elements();
    fill(arguments.team, arguments.outputs[0].block.elements_mut(), |start, y| {
        clip::<T>(isa, &x[start..start + y.len()], low, high, y);
    });
}

for_each_isa! {
    fn clip<T: Number>(isa, x: &[T], low: T, high: T, y: &mut [T]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = x.max(low).min(high);
        }
    }
}
