//! spec/ops/iota@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};
use astra_memory::Element;

use crate::axes::{PORTABLE, around, given_axis, given_shape, scalars, with_size};
use crate::cast::CastTo;
use crate::elementwise::GRAIN;
use crate::fma::{fma64, nudged};
use crate::number::{Bf16, F16};

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    outputs[0] = given_shape(outputs[0].dtype, attributes)?;
    given_axis(attributes[9], outputs[0].rank())?;
    scalars(inputs, 0)
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let [start, step] = arguments.inputs else { unreachable!("two inputs are declared") };
    let dtype = start.shape.dtype;
    macro_rules! floats {
        ($($name:ident $type:ty, |$i:ident, $start:ident, $step:ident| $value:expr;)*) => {
            match dtype {
                $(astra_core::contract::Dtype::$name => {
                    let ($start, $step) = (start.block.elements::<$type>()[0], step.block.elements::<$type>()[0]);
                    let ($start, $step): (f64, f64) = ($start.cast(), $step.cast());
                    progress::<$type>(arguments, |$i| { let $i = $i as f64; $value.cast() });
                })*
                _ => with_size!(dtype, T => {
                    let (start, step) = (start.block.elements::<T>()[0], step.block.elements::<T>()[0]);
                    progress::<T>(arguments, |i| start.wrapping_add((i as T).wrapping_mul(step)));
                }),
            }
        };
    }
    floats! {
        F16 F16, |i, start, step| sum_to_odd(i * step, start);
        Bf16 Bf16, |i, start, step| sum_to_odd(i * step, start);
        F32 f32, |i, start, step| sum_to_odd(i * step, start);
        F64 f64, |i, start, step| fma64(i, step, start);
    }
}

/// a + b, rounded to odd: a second rounding to a narrower type is then the only one.
#[inline(always)]
fn sum_to_odd(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let part = sum - a;
    nudged(sum, (a - (sum - part)) + (b - part))
}

/// Fills the output with a value for each index along the axis.
fn progress<T: Element>(arguments: &mut Arguments<'_, '_>, value: impl Fn(u64) -> T + Sync) {
    let y = &mut arguments.outputs[0];
    if y.shape.elements() == 0 {
        return;
    }
    let (_, length, inner) = around(y.shape.dims(), arguments.attributes[9].unwrap_or_default() as usize);
    arguments.team.parts(y.block.elements_mut::<T>(), GRAIN, |start, mut rest| {
        let (mut index, mut skip) = (start / inner % length, start % inner);
        while !rest.is_empty() {
            let piece = rest.split_off_mut(..rest.len().min(inner - skip)).unwrap_or_default();
            piece.fill(value(index as u64));
            index = if index + 1 == length { 0 } else { index + 1 };
            skip = 0;
        }
    });
}
