//! spec/ops/pow@1.toml
//!
//! Pairs of inputs cannot all be tried. So a result is computed with an error that is known, and where that
//! leaves open which number it rounds to, about once in 2^18, it is computed again with 256 bits.

use astra_core::contract::Dtype;
use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::elementwise::fill;
use crate::exponential::{power_of_two, within};
use crate::function::{CHUNK, Narrow, ROUND, Steps, widen};
use crate::isa::{for_each_isa, for_each_steps};
use crate::logarithm::log2;
use crate::number::{Bf16, F16};
use crate::power::odd;

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

pub fn shapes(inputs: &[Shape], _: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    crate::elementwise::same_shapes(inputs, outputs)
}

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    match arguments.inputs[0].shape.dtype {
        Dtype::F16 => elementwise::<F16>(isa, arguments),
        Dtype::Bf16 => elementwise::<Bf16>(isa, arguments),
        _ => elementwise::<f32>(isa, arguments),
    }
}

fn elementwise<T: Narrow>(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let [a, b] = arguments.inputs else { unreachable!("two inputs are declared") };
    let (a, b): (&[T], &[T]) = (a.block.elements(), b.block.elements());
    fill(arguments.team, arguments.outputs[0].block.elements_mut(), |start, y: &mut [T]| {
        let range = start..start + y.len();
        part(isa, &a[range.clone()], &b[range], y);
    });
}

fn part<T: Narrow>(isa: Isa, a: &[T], b: &[T], y: &mut [T]) {
    let (mut bases, mut powers) = ([0.0; CHUNK], [0.0; CHUNK]);
    for ((y, a), b) in y.chunks_mut(CHUNK).zip(a.chunks(CHUNK)).zip(b.chunks(CHUNK)) {
        widen::<T>(isa, a, &mut bases);
        widen::<T>(isa, b, &mut powers);
        in_place(isa, &bases[..a.len()], &mut powers[..a.len()]);
        let mut open = 0;
        narrow::<T>(isa, &powers, y, &mut open);
        if open != 0 {
            again(&powers, a, b, y);
        }
    }
}

/// The error of `near` as a part of the result is smaller: that of the logarithm is about 2^-51.5 of itself, and
/// it is at most 160.
const ERROR: f64 = 1.0 / 8_796_093_022_208.0; // 2^-43

for_each_steps! {
    fn in_place<S>(isa, a: &[f64], b: &mut [f64]) {
        for (&a, b) in a.iter().zip(b) {
            *b = near::<S>(a, *b);
        }
    }
}

for_each_isa! {
    /// Rounds the smallest and the largest that a result may be, and counts where they differ.
    fn narrow<T: Narrow>(isa, near: &[f64], y: &mut [T], open: &mut u32) {
        let mut count = 0;
        for (&near, y) in near.iter().zip(y) {
            let (low, high) = (T::narrow(near - near * ERROR), T::narrow(near + near * ERROR));
            count += u32::from(low.widen().to_bits() != high.widen().to_bits());
            *y = low;
        }
        *open = count;
    }
}

/// Where rounding is open, the bits of the result are found.
#[cold]
fn again<T: Narrow>(near: &[f64], a: &[T], b: &[T], y: &mut [T]) {
    for (((&near, y), a), b) in near.iter().zip(y).zip(a).zip(b) {
        if T::narrow(near - near * ERROR).widen().to_bits()
            != T::narrow(near + near * ERROR).widen().to_bits()
        {
            *y = T::narrow(odd(a.widen().abs(), b.widen()).copysign(near));
        }
    }
}

/// a^b with every special value, which rounding does not change.
#[inline(always)]
fn near<S: Steps>(a: f64, b: f64) -> f64 {
    /// Larger numbers of 24 bits are even integers; so is this one.
    const EVEN: f64 = 67_108_864.0; // 2^26
    let magnitude = b.abs();
    let shifted = (if magnitude > EVEN { EVEN } else { magnitude }) + ROUND;
    let is_integer = magnitude > EVEN || shifted - ROUND == magnitude;
    let is_odd = is_integer && shifted.to_bits() & 1 == 1;
    let result = power_of_two::<S>(within(b * log2::<S>(a.abs()), 160.0)).value();
    let is_real = a >= 0.0 || is_integer || a == f64::NEG_INFINITY;
    let result = if is_real { result } else { f64::NAN };
    let is_one = b == 0.0 || a == 1.0 || a == -1.0 && magnitude == f64::INFINITY;
    let result = if is_one { 1.0 } else { result };
    if is_odd && a.is_sign_negative() { -result } else { result }
}
