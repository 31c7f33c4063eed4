//! What operators of one shape share.

use astra_core::contract::Status;
use astra_core::{Fact, Failure, Shape};
use astra_memory::{Buffer, Element, copy_past_caches};
use astra_team::Team;

/// What threads share begins at a multiple of so many elements.
pub const GRAIN: usize = 1024;

/// Bytes of output from which on they are written past the caches: no cache would keep them for who reads them next.
const LARGE: usize = 16 << 20;

/// Fills an output by `map`, which threads share: `map(start, part)` writes all elements from `start` on.
pub fn fill<T: Element>(team: &Team, y: &mut [T], map: impl Fn(usize, &mut [T]) + Sync) {
    if size_of_val(y) < LARGE {
        return team.parts(y, GRAIN, map);
    }
    team.parts(y, GRAIN, |start, part| {
        let mut buffer = Buffer::new();
        let buffer = buffer.elements_mut::<T>();
        let starts = (start..).step_by(buffer.len());
        for (start, part) in starts.zip(part.chunks_mut(buffer.len())) {
            let made = &mut buffer[..part.len()];
            map(start, made);
            copy_past_caches(part, made);
        }
    });
}

/// All inputs and the output have one shape. The output's dtype is set already.
pub fn same_shapes(inputs: &[Shape], outputs: &mut [Shape]) -> Result<(), Failure> {
    for (index, other) in inputs.iter().enumerate() {
        if other.dims() != inputs[0].dims() {
            return Err(Failure::new(Status::OperandShape)
                .about("inputs")
                .expected(Fact::Words("inputs of one shape; nothing is broadcast"))
                .actual(Fact::Nth("another shape of input", index as u64)));
        }
    }
    let dtype = outputs[0].dtype;
    outputs[0] = inputs[0];
    outputs[0].dtype = dtype;
    Ok(())
}

/// What every elementwise operator is besides its loop; the type of input `$typed` is that of the loop.
macro_rules! declare {
    ($typed:literal, $family:ident) => {
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
            let dtype = arguments.inputs[$typed].shape.dtype;
            $family!(dtype, T => elementwise::<T>(isa, arguments));
        }
    };
}
pub(crate) use declare;

/// An operator that maps each element to one of its type.
macro_rules! unary {
    ($kind:ident, $family:ident, |$x:ident| $result:expr) => {
        crate::elementwise::declare!(0, $family);

        fn elementwise<T: $kind>(
            isa: astra_core::operator::Isa,
            arguments: &mut astra_core::operator::Arguments<'_, '_>,
        ) {
            let x = arguments.inputs[0].block.elements();
            crate::elementwise::fill(
                arguments.team,
                arguments.outputs[0].block.elements_mut(),
                |start, y| {
                    map::<T>(isa, &x[start..start + y.len()], y);
                },
            );
        }

        crate::isa::for_each_isa! {
            fn map<T: $kind>(isa, x: &[T], y: &mut [T]) {
                for (y, &$x) in y.iter_mut().zip(x) {
                    *y = $result;
                }
            }
        }
    };
}
pub(crate) use unary;

/// An operator that maps two elements of one type to one of type `$to`.
macro_rules! binary_to {
    ($to:ty, $kind:ident, $family:ident, |$a:ident, $b:ident| $result:expr) => {
        crate::elementwise::declare!(0, $family);

        fn elementwise<T: $kind>(
            isa: astra_core::operator::Isa,
            arguments: &mut astra_core::operator::Arguments<'_, '_>,
        ) {
            let [a, b] = arguments.inputs else { unreachable!("two inputs are declared") };
            let (a, b) = (a.block.elements(), b.block.elements());
            crate::elementwise::fill(
                arguments.team,
                arguments.outputs[0].block.elements_mut(),
                |start, y| {
                    let range = start..start + y.len();
                    map::<T>(isa, &a[range.clone()], &b[range], y);
                },
            );
        }

        crate::isa::for_each_isa! {
            fn map<T: $kind>(isa, a: &[T], b: &[T], y: &mut [$to]) {
                for ((y, &$a), &$b) in y.iter_mut().zip(a).zip(b) {
                    *y = $result;
                }
            }
        }
    };
}
pub(crate) use binary_to;

/// An operator that maps two elements to one of their type.
macro_rules! binary {
    ($($rest:tt)*) => { crate::elementwise::binary_to!(T, $($rest)*); };
}
pub(crate) use binary;

/// An operator that maps two elements to a truth value.
macro_rules! comparison {
    ($($rest:tt)*) => { crate::elementwise::binary_to!(crate::number::Truth, $($rest)*); };
}
pub(crate) use comparison;

/// An operator that maps two elements to one of their type, with a third before them of type `$first`.
macro_rules! ternary {
    ($first:ty, $kind:ident, $family:ident, |$a:ident, $b:ident, $c:ident| $result:expr) => {
        crate::elementwise::declare!(1, $family);

        fn elementwise<T: $kind>(
            isa: astra_core::operator::Isa,
            arguments: &mut astra_core::operator::Arguments<'_, '_>,
        ) {
            let [a, b, c] = arguments.inputs else { unreachable!("three inputs are declared") };
            let (a, b, c) = (a.block.elements(), b.block.elements(), c.block.elements());
            crate::elementwise::fill(
                arguments.team,
                arguments.outputs[0].block.elements_mut(),
                |start, y| {
                    let range = start..start + y.len();
                    map::<T>(isa, &a[range.clone()], &b[range.clone()], &c[range], y);
                },
            );
        }

        crate::isa::for_each_isa! {
            fn map<T: $kind>(isa, a: &[$first], b: &[T], c: &[T], y: &mut [T]) {
                for (((y, &$a), &$b), &$c) in y.iter_mut().zip(a).zip(b).zip(c) {
                    *y = $result;
                }
            }
        }
    };
}
pub(crate) use ternary;

#[cfg(test)]
mod tests {
    use astra_core::contract::Dtype;
    use astra_core::operator::{Arguments, Input, Isa, Operator, Output};
    use astra_memory::Block;
    use astra_team::Team;

    use super::*;
    use crate::testing::{ISAS, Numbers, assert_same};

    fn run(operator: &Operator, isa: Isa, inputs: &[&[f32]]) -> Vec<f32> {
        let shape = Shape::new(Dtype::F32, &[inputs[0].len() as u64]).unwrap();
        let blocks: Vec<Block> = inputs
            .iter()
            .map(|values| {
                let mut block = Block::zeroed(values.len() * 4).unwrap();
                block.elements_mut().copy_from_slice(values);
                block
            })
            .collect();
        let inputs: Vec<Input<'_>> = blocks.iter().map(|block| Input { shape: &shape, block }).collect();
        let mut block = Block::zeroed(inputs[0].block.length()).unwrap();
        let outputs = &mut [Output { shape: &shape, block: &mut block }];
        (operator.run)(
            isa,
            &mut Arguments { inputs: &inputs, outputs, attributes: &[], team: &Team::new(1).unwrap() },
        );
        block.elements().to_vec()
    }

    #[test]
    fn every_instruction_set_gives_the_portable_bits_at_every_length() {
        let mut numbers = Numbers::new();
        for id in ["add@1", "mul@1", "exp@1"] {
            let operator = crate::kernels().operators.iter().find(|operator| operator.id == id).unwrap();
            for length in [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 10_007] {
                for kind in 0..3 {
                    let values = [numbers.list(length, kind), numbers.list(length, kind)];
                    let inputs = [&values[0][..], &values[1][..]];
                    let want = run(operator, Isa::Portable, &inputs[..operator.inputs]);
                    for &isa in ISAS.iter().filter(|&&isa| isa <= crate::best()) {
                        let have = run(operator, isa, &inputs[..operator.inputs]);
                        assert_same(&want, &have, &format!("{id} {isa:?} {length} kind {kind}"));
                    }
                }
            }
        }
    }

    #[test]
    fn special_values_are_those_of_the_definition() {
        let find = |id| crate::kernels().operators.iter().find(move |operator| operator.id == id).unwrap();
        let (infinity, signalling) = (f32::INFINITY, f32::from_bits(0xFF80_0001));
        for isa in ISAS.into_iter().filter(|&isa| isa <= crate::best()) {
            let a = [infinity, signalling, -0.0, -0.0, 1.5, f32::MAX];
            let b = [-infinity, 1.0, -0.0, 0.0, -1.5, f32::MAX];
            let sum = run(find("add@1"), isa, &[&a, &b]);
            let bits: Vec<u32> = sum.iter().map(|value| value.to_bits()).collect();
            assert_eq!(bits, [0x7FC0_0000, 0x7FC0_0000, 0x8000_0000, 0, 0, 0x7F80_0000]);
            // ln 2^-150 lies between these two.
            let (below, above) = (f32::from_bits(0xC2CF_F1B5), f32::from_bits(0xC2CF_F1B4));
            let x = [f32::NAN, infinity, -infinity, 0.0, -0.0, 88.722_84, 88.722_83, below, above];
            let power = run(find("exp@1"), isa, &[&x]);
            let bits: Vec<u32> = power.iter().map(|value| value.to_bits()).collect();
            let one = 1.0_f32.to_bits();
            assert_eq!(bits[..5], [0x7FC0_0000, 0x7F80_0000, 0, one, one]);
            assert_eq!((bits[5], bits[6] < 0x7F80_0000, bits[7], bits[8]), (0x7F80_0000, true, 0, 1));
        }
    }
}
