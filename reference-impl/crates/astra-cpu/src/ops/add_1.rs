//! spec/ops/add@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::elementwise::same_shapes;
use crate::isa::for_each_isa;
use crate::number::{Number, with_number};

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

pub fn shapes(inputs: &[Shape], _: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    same_shapes(inputs, outputs)
}

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let [a, b] = arguments.inputs else { unreachable!("two inputs are declared") };
    let y = &mut arguments.outputs[0];
    with_number!(y.shape.dtype, T => elementwise::<T>(isa, a.block.elements(), b.block.elements(), y.block.elements_mut()));
}

for_each_isa! {
    fn elementwise<T: Number>(isa, a: &[T], b: &[T], y: &mut [T]) {
        for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
            *y = a.add(b);
        }
    }
}
