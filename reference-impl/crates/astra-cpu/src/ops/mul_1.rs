//! spec/ops/mul@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::elementwise::same_shapes;
use crate::isa::for_each_isa;
use crate::nan::canonical;

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

pub fn shapes(inputs: &[Shape], _: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    same_shapes(inputs, outputs)
}

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let [a, b] = arguments.inputs else { unreachable!("two inputs are declared") };
    elementwise(isa, a.block.elements(), b.block.elements(), arguments.outputs[0].block.elements_mut());
}

for_each_isa! {
    fn elementwise(isa, a: &[f32], b: &[f32], y: &mut [f32]) {
        for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
            *y = canonical(a * b);
        }
    }
}
