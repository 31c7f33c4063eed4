//! spec/ops/rsqrt@1.toml

use astra_core::contract::Dtype;
use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::function::{Function, Steps, in_parts};
use crate::root;

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

pub fn shapes(inputs: &[Shape], _: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    crate::elementwise::same_shapes(inputs, outputs)
}

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    match arguments.inputs[0].shape.dtype {
        Dtype::F64 => in_parts(arguments, |x: &[f64], y: &mut [f64]| {
            for (y, &x) in y.iter_mut().zip(x) {
                *y = root::inverse(x);
            }
        }),
        _ => crate::function::run::<Rsqrt>(isa, arguments),
    }
}

/// 1 / sqrt(x). IEEE's root of -0 is -0.
pub struct Rsqrt;

impl Function for Rsqrt {
    #[inline(always)]
    fn near<S: Steps>(x: f64) -> f64 {
        1.0 / x.sqrt()
    }
}
