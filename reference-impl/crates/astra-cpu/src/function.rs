//! Functions of one real argument. They are computed in f64 with an error of about 2^-52 and rounded once.
//! That this is correct for every input is not argued but was tried: `examples/exhaustive` compares all
//! 2^32 of f32 with another computation, and the few that fail are patched by constants.
//!
//! The intermediate bits may differ between instruction sets, the results do not: there is one correctly
//! rounded result, and every instruction set was tried on every input.

use astra_core::contract::Dtype;
use astra_core::operator::{Arguments, Isa};
use astra_memory::Element;

use crate::elementwise::fill;
use crate::isa::for_each_steps;
use crate::number::{Bf16, F16, quiet};

/// a * b + c as the steps of a polynomial take it: with one rounding where the instruction exists, with two elsewhere.
pub trait Steps {
    fn step(a: f64, b: f64, c: f64) -> f64;
}

pub struct Fused;
pub struct Plain;

impl Steps for Fused {
    #[inline(always)]
    fn step(a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
}

impl Steps for Plain {
    #[inline(always)]
    fn step(a: f64, b: f64, c: f64) -> f64 {
        a * b + c
    }
}

/// terms[0] + terms[1] * x + terms[2] * x^2 and so on: four terms at a time, and those in Horner's order. A chain
/// of all would keep the processor waiting for each step.
#[inline(always)]
pub fn polynomial<S: Steps, const N: usize>(x: f64, terms: &[f64; N]) -> f64 {
    let square = x * x;
    let fourth = square * square;
    let (fours, rest) = terms.as_chunks::<4>();
    let (fours, mut sum) = match *rest {
        [a, b, c] => (fours, S::step(c, square, S::step(b, x, a))),
        [a, b] => (fours, S::step(b, x, a)),
        [a] => (fours, a),
        _ => (&fours[..fours.len() - 1], four::<S>(x, square, &fours[fours.len() - 1])),
    };
    for terms in fours.iter().rev() {
        sum = S::step(sum, fourth, four::<S>(x, square, terms));
    }
    sum
}

#[inline(always)]
fn four<S: Steps>(x: f64, square: f64, terms: &[f64; 4]) -> f64 {
    S::step(S::step(terms[3], x, terms[2]), square, S::step(terms[1], x, terms[0]))
}

/// Adding and subtracting it rounds to an integer, which its low bits hold in between.
pub const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// A function of one real argument.
pub trait Function {
    /// Inputs of a smaller magnitude take the near way. All do, unless a function says otherwise.
    const NEAR: f64 = f64::INFINITY;
    /// Inputs and results in f32 for which an error of 2^-52 is too large.
    const PATCHES: &[(u32, u32)] = &[];

    /// Any NaN stands for NaN.
    fn near<S: Steps>(x: f64) -> f64;

    /// Right for every argument.
    #[inline(always)]
    fn far<S: Steps>(x: f64) -> f64 {
        Self::near::<S>(x)
    }
}

pub fn run<F: Function>(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    match arguments.inputs[0].shape.dtype {
        Dtype::F16 => in_parts(arguments, |x, y| halves::<F, F16>(isa, x, y)),
        Dtype::Bf16 => in_parts(arguments, |x, y| halves::<F, Bf16>(isa, x, y)),
        _ => in_parts(arguments, |x, y| singles::<F>(isa, x, y)),
    }
}

/// `map` of parts of the one input and the one output, which threads share.
pub fn in_parts<T: Element>(arguments: &mut Arguments<'_, '_>, map: impl Fn(&[T], &mut [T]) + Sync) {
    let x = arguments.inputs[0].block.elements();
    fill(arguments.team, arguments.outputs[0].block.elements_mut(), |start, y| {
        map(&x[start..start + y.len()], y);
    });
}

/// What is taken at a time, where that matters.
pub const CHUNK: usize = 256;

/// Whether one of the inputs has a patch. A few comparisons of integers for all are cheaper than a choice for each.
#[inline(always)]
fn any_patched<F: Function>(x: &[f32]) -> bool {
    let is_patched =
        |x: &f32| F::PATCHES.iter().fold(0, |found, &(at, _)| found | u32::from(x.to_bits() == at));
    x.iter().fold(0, |found, x| found | is_patched(x)) != 0
}

#[cold]
fn patch<F: Function>(x: &[f32], y: &mut [f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        if let Some(&(_, is)) = F::PATCHES.iter().find(|&&(at, _)| at == x.to_bits()) {
            *y = f32::from_bits(is);
        }
    }
}

/// Whether every one is near, or NaN, which is so on any way.
#[inline(always)]
fn all_near(x: impl Iterator<Item = f64>, limit: f64) -> bool {
    !x.fold(false, |far, x| far | (x.abs() >= limit))
}

for_each_steps! {
    fn singles<S, F: Function>(isa, x: &[f32], y: &mut [f32]) {
        for (y, x) in y.chunks_mut(CHUNK).zip(x.chunks(CHUNK)) {
            if F::NEAR == f64::INFINITY || all_near(x.iter().map(|&x| f64::from(x)), F::NEAR) {
                for (y, &x) in y.iter_mut().zip(x) {
                    *y = quiet(F::near::<S>(f64::from(x)) as f32);
                }
            } else {
                for (y, &x) in y.iter_mut().zip(x) {
                    *y = quiet(F::far::<S>(f64::from(x)) as f32);
                }
            }
            if !F::PATCHES.is_empty() && any_patched::<F>(x) {
                patch::<F>(x, y);
            }
        }
    }
}

/// Floats that are exact in f64, and rounded from there directly.
pub trait Narrow: Element {
    fn widen(self) -> f64;
    /// With one quiet NaN for all.
    fn narrow(value: f64) -> Self;
}

impl Narrow for f32 {
    #[inline(always)]
    fn widen(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn narrow(value: f64) -> Self {
        quiet(value as f32)
    }
}

macro_rules! half {
    ($($type:ident)*) => {$(
        impl Narrow for $type {
            #[inline(always)]
            fn widen(self) -> f64 {
                f64::from(self.to_f32())
            }

            #[inline(always)]
            fn narrow(value: f64) -> Self {
                Self::from_f32(crate::fma::to_odd(value))
            }
        }
    )*};
}
half!(F16 Bf16);

/// In three loops, of which all functions share the first and the last: that keeps the library small.
fn halves<F: Function, T: Narrow>(isa: Isa, x: &[T], y: &mut [T]) {
    let mut wide = [0.0; CHUNK];
    for (y, x) in y.chunks_mut(CHUNK).zip(x.chunks(CHUNK)) {
        widen::<T>(isa, x, &mut wide);
        in_place::<F>(isa, &mut wide[..x.len()]);
        narrow::<T>(isa, &wide, y);
    }
}

for_each_steps! {
    fn in_place<S, F: Function>(isa, x: &mut [f64]) {
        if all_near(x.iter().copied(), F::NEAR) {
            for x in x {
                *x = F::near::<S>(*x);
            }
        } else {
            for x in x {
                *x = F::far::<S>(*x);
            }
        }
    }
}

crate::isa::for_each_isa! {
    pub fn widen<T: Narrow>(isa, x: &[T], wide: &mut [f64]) {
        for (wide, &x) in wide.iter_mut().zip(x) {
            *wide = x.widen();
        }
    }
}

crate::isa::for_each_isa! {
    fn narrow<T: Narrow>(isa, wide: &[f64], y: &mut [T]) {
        for (&wide, y) in wide.iter().zip(y) {
            *y = T::narrow(wide);
        }
    }
}

/// An operator that is such a function.
macro_rules! function {
    ($function:ty) => {
        pub fn implementation(isa: astra_core::operator::Isa) -> &'static str {
            isa.name()
        }

        pub fn shapes(
            inputs: &[astra_core::Shape],
            _: &[Option<u64>],
            outputs: &mut [astra_core::Shape],
        ) -> Result<(), astra_core::Failure> {
            crate::elementwise::same_shapes(inputs, outputs)
        }

        pub fn run(isa: astra_core::operator::Isa, arguments: &mut astra_core::operator::Arguments<'_, '_>) {
            crate::function::run::<$function>(isa, arguments);
        }
    };
}
pub(crate) use function;

#[cfg(test)]
mod tests {
    use astra_core::Shape;
    use astra_core::operator::{Input, Output};
    use astra_memory::Block;
    use astra_team::Team;

    use super::*;
    use crate::operators::{log_1::Log, sigmoid_1::Sigmoid, sin_1::Sin};
    use crate::testing::{ISAS, Numbers};

    const FUNCTIONS: [&str; 15] = [
        "exp",
        "exp2",
        "expm1",
        "log",
        "log2",
        "log1p",
        "sin",
        "cos",
        "tanh",
        "erf",
        "sigmoid",
        "gelu",
        "gelu_tanh",
        "silu",
        "rsqrt",
    ];

    fn results<T: Element>(id: &str, isa: Isa, dtype: Dtype, x: &[T]) -> Vec<u8> {
        let operator = crate::kernels().operators.iter().find(|operator| operator.id == id).unwrap();
        let shape = Shape::new(dtype, &[x.len() as u64]).unwrap();
        let mut block = Block::zeroed(size_of_val(x)).unwrap();
        block.elements_mut::<T>().copy_from_slice(x);
        let mut y = Block::zeroed(size_of_val(x)).unwrap();
        let inputs = &[Input { shape: &shape, block: &block }];
        let outputs = &mut [Output { shape: &shape, block: &mut y }];
        (operator.run)(
            isa,
            &mut Arguments { inputs, outputs, attributes: &[], team: &Team::new(1).unwrap() },
        );
        y.elements().to_vec()
    }

    #[test]
    fn every_instruction_set_gives_each_element_its_own_result_at_every_length() {
        let mut numbers = Numbers::new();
        for name in FUNCTIONS {
            let id = format!("{name}@1");
            for length in [0, 1, 7, 8, 9, 15, 16, 17, 255, 256, 257, 515] {
                let singles = numbers.list(length, length % 3);
                let halves: Vec<u16> = (0..length).map(|_| numbers.bits() as u16).collect();
                // One at a time, each is far or near by itself.
                let one = |dtype, x: &u16| results(&id, Isa::Portable, dtype, &[*x]);
                let single = |x: &f32| results(&id, Isa::Portable, Dtype::F32, &[*x]);
                let want: Vec<u8> = singles.iter().flat_map(single).collect();
                let f16: Vec<u8> = halves.iter().flat_map(|x| one(Dtype::F16, x)).collect();
                let bf16: Vec<u8> = halves.iter().flat_map(|x| one(Dtype::Bf16, x)).collect();
                for isa in ISAS.into_iter().filter(|&isa| isa <= crate::best()) {
                    assert_eq!(results(&id, isa, Dtype::F32, &singles), want, "{id} f32 {isa:?} {length}");
                    assert_eq!(results(&id, isa, Dtype::F16, &halves), f16, "{id} f16 {isa:?} {length}");
                    assert_eq!(results(&id, isa, Dtype::Bf16, &halves), bf16, "{id} bf16 {isa:?} {length}");
                }
            }
        }
    }

    #[test]
    fn every_patch_is_needed_and_applied() {
        fn check<F: Function>(id: &str) {
            for &(at, is) in F::PATCHES {
                let x = f64::from(f32::from_bits(at));
                let computed = [F::far::<Plain>(x) as f32, F::far::<Fused>(x) as f32];
                assert!(computed.iter().any(|y| y.to_bits() != is), "{id}: nothing to patch at {at:08X}");
                for isa in ISAS.into_iter().filter(|&isa| isa <= crate::best()) {
                    assert_eq!(
                        results(id, isa, Dtype::F32, &[at]),
                        is.to_le_bytes(),
                        "{id} {isa:?} {at:08X}"
                    );
                }
            }
        }
        check::<Log>("log@1");
        check::<Sigmoid>("sigmoid@1");
        check::<Sin>("sin@1");
    }
}
