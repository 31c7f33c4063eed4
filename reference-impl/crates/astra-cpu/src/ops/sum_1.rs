//! spec/ops/sum@1.toml

use crate::number::{Bf16, F16, Truth, quiet};
use crate::reduce::{Add, reductions};

reductions! {
    F32: f32, Add<f32>, f32, same, |x, _at| x, |total, _count| quiet(total);
    F64: f64, Add<f64>, f64, same, |x, _at| x, |total, _count| quiet(total);
    F16: F16, Add<f32>, F16, other, |x, _at| x.to_f32(), |total, _count| F16::from_f32(total);
    Bf16: Bf16, Add<f32>, Bf16, other, |x, _at| x.to_f32(), |total, _count| Bf16::from_f32(total);
    Bool: Truth, Add<u64>, i64, other, |x, _at| u64::from(x.is_true()), |total, _count| total as i64;
    I8: i8, Add<u64>, i64, other, |x, _at| i64::from(x) as u64, |total, _count| total as i64;
    I16: i16, Add<u64>, i64, other, |x, _at| i64::from(x) as u64, |total, _count| total as i64;
    I32: i32, Add<u64>, i64, other, |x, _at| i64::from(x) as u64, |total, _count| total as i64;
    I64: i64, Add<u64>, i64, other, |x, _at| x as u64, |total, _count| total as i64;
    U8: u8, Add<u64>, u64, other, |x, _at| u64::from(x), |total, _count| total;
    U16: u16, Add<u64>, u64, other, |x, _at| u64::from(x), |total, _count| total;
    U32: u32, Add<u64>, u64, other, |x, _at| u64::from(x), |total, _count| total;
    U64: u64, Add<u64>, u64, same, |x, _at| x, |total, _count| total;
}

#[cfg(test)]
mod tests {
    use astra_core::Shape;
    use astra_core::contract::Dtype;
    use astra_core::operator::{Arguments, Input, Output};
    use astra_memory::Block;
    use astra_team::Team;

    use super::*;
    use crate::testing::{ISAS, Numbers, assert_same};

    const LANES: usize = 64;
    const BLOCK: usize = 1024;

    /// The definition, word by word.
    fn plain(elements: &[f32]) -> f32 {
        let blocks = elements.len().div_ceil(BLOCK).next_power_of_two();
        let mut lanes = vec![[0.0_f32; LANES]; blocks];
        for (index, &element) in elements.iter().enumerate() {
            lanes[index / BLOCK][index % LANES] += element;
        }
        while lanes.len() > 1 {
            lanes = lanes.chunks(2).map(|pair| core::array::from_fn(|i| pair[0][i] + pair[1][i])).collect();
        }
        let mut lanes = lanes[0];
        for width in [32, 16, 8, 4, 2, 1] {
            for lane in 0..width {
                lanes[lane] += lanes[lane + width];
            }
        }
        quiet(lanes[0])
    }

    fn check(dims: &[u64], axes: u64, x: &[f32]) {
        let shape = Shape::new(Dtype::F32, dims).unwrap();
        let mut made = [Shape::scalar(Dtype::F32)];
        shapes(&[shape], &[Some(axes), None], &mut made).unwrap();
        let count = made[0].elements() as usize;
        // Sequences by their indices, without strides.
        let mut sequences = vec![Vec::new(); count];
        for (index, &element) in x.iter().enumerate() {
            let (mut rest, mut place, mut step) = (index as u64, 0, 1);
            for (axis, &dim) in dims.iter().enumerate().rev() {
                if axes >> axis & 1 == 0 {
                    place += rest % dim * step;
                    step *= dim;
                }
                rest /= dim;
            }
            sequences[place as usize].push(element);
        }
        let want: Vec<f32> = sequences.iter().map(|sequence| plain(sequence)).collect();
        let mut input = Block::zeroed(x.len() * 4).unwrap();
        input.elements_mut::<f32>().copy_from_slice(x);
        for (&isa, threads) in ISAS.iter().filter(|&&isa| isa <= crate::best()).zip([3, 2, 1]) {
            let mut output = Block::zeroed(count * 4).unwrap();
            run(
                isa,
                &mut Arguments {
                    inputs: &[Input { shape: &shape, block: &input }],
                    outputs: &mut [Output { shape: &made[0], block: &mut output }],
                    attributes: &[Some(axes), None],
                    team: &Team::new(threads).unwrap(),
                },
            );
            assert_same(&want, output.elements(), &format!("{isa:?} {threads} {dims:?} axes {axes:b}"));
        }
    }

    #[test]
    fn every_length_has_the_bits_of_the_definition() {
        let mut numbers = Numbers::new();
        for length in [1, 2, 63, 64, 65, 127, 1023, 1024, 1025, 2048, 3000, 5 * 1024, 7 * 1024 + 1, 100_000] {
            for kind in 0..3 {
                let x = numbers.list(length, kind);
                check(&[length as u64], 1, &x);
                check(&[length as u64, 1], 1, &x);
            }
        }
    }

    #[test]
    fn every_choice_of_axes_has_the_bits_of_the_definition() {
        let mut numbers = Numbers::new();
        for dims in [
            &[3, 5, 7, 4][..],
            &[2, 1100, 3],
            &[1100, 17],
            &[5000, 2],
            &[1500, 70],
            &[9000, 33],
            &[70_000, 18],
            &[3, 90_000],
            &[300, 5, 100],
            &[2, 3, 1, 2, 1, 33],
            &[64, 64],
            &[],
        ] {
            let x = numbers.list(dims.iter().product::<u64>() as usize, 0);
            for axes in 0..1 << dims.len() {
                check(dims, axes, &x);
            }
        }
    }

    #[test]
    fn negative_zeros_add_up_to_zero() {
        check(&[3], 1, &[-0.0; 3]);
        check(&[3], 0, &[-0.0; 3]);
    }
}
