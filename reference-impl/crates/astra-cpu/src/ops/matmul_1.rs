//! spec/ops/matmul@1.toml
//!
//! Every combination of types has its words, and every instruction set its vectors; tiles are made from both.

use astra_core::contract::{Dtype, Status};
use astra_core::operator::{Arguments, Isa};
use astra_core::{Fact, Failure, Shape};
use astra_team::Team;

use crate::number::{Bf16, F16};
use tiles::{Job, Place};
use types::{Floats, Pairs, Types};

#[path = "matmul_1/kernel.rs"]
mod kernel;
#[path = "matmul_1/portable.rs"]
mod portable;
#[path = "matmul_1/tiles.rs"]
mod tiles;
#[path = "matmul_1/types.rs"]
mod types;
#[cfg(target_arch = "x86_64")]
#[path = "matmul_1/x86.rs"]
mod x86;

pub fn implementation(isa: Isa) -> &'static str {
    isa.name()
}

/// The dimension of a batch axis, counted from the right; a missing one counts as 1.
fn batch_axis(shape: &Shape, from_right: usize) -> u64 {
    let dims = shape.dims();
    dims.len().checked_sub(3 + from_right).map_or(1, |axis| dims[axis])
}

pub fn shapes(inputs: &[Shape], _: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    let refuse = |expected, input| {
        Failure::new(Status::OperandShape)
            .about("inputs")
            .expected(Fact::Words(expected))
            .actual(Fact::Nth("input", input))
    };
    let [a, b] = inputs else { unreachable!("two inputs are declared") };
    for (index, shape) in inputs.iter().enumerate() {
        if shape.rank() < 2 {
            return Err(refuse("a rank of at least 2", index as u64));
        }
    }
    let rank = a.rank().max(b.rank());
    let (a_dims, b_dims) = (a.dims(), b.dims());
    let [m, k] = a_dims[a_dims.len() - 2..] else { unreachable!("a rank of at least 2") };
    let [b_k, n] = b_dims[b_dims.len() - 2..] else { unreachable!("a rank of at least 2") };
    if k != b_k {
        return Err(refuse("as many rows as input 0 has columns", 1));
    }
    let mut dims = [0; 8];
    for from_right in 0..rank - 2 {
        dims[rank - 3 - from_right] = match (batch_axis(a, from_right), batch_axis(b, from_right)) {
            (x, y) if x == y || y == 1 => x,
            (1, y) => y,
            _ => return Err(refuse("batch dimensions that are equal or 1", 1)),
        };
    }
    (dims[rank - 2], dims[rank - 1]) = (m, n);
    let dtype = outputs[0].dtype;
    outputs[0] = Shape::new(dtype, &dims[..rank]).ok_or(refuse("at most 8 dimensions", 0))?;
    Ok(())
}

/// Multiplies with the tiles of an instruction set.
type Multiply<T> = fn(Isa, &Job<'_, T>, &Team);

/// Which code multiplies words of a type: its tiles for each instruction set.
macro_rules! tiles_for {
    ($name:ident: $word:ty, $total:ty, $tile:ident) => {
        fn $name<T: Types<Word = $word, Total = $total>>(isa: Isa, job: &Job<'_, T>, team: &Team) {
            // SAFETY: this instruction set is chosen only where the processor has it; `launch` says the rest.
            unsafe {
                match isa {
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx512 => tiles::multiply(isa, x86::avx512::$tile, job, team),
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx2 => tiles::multiply(isa, x86::avx2::$tile, job, team),
                    _ => tiles::multiply(isa, portable::$tile, job, team),
                }
            }
        }
    };
}
tiles_for!(by_singles: f32, f32, singles);
tiles_for!(by_doubles: f64, f64, doubles);
tiles_for!(by_pairs: types::Pair, i32, pairs);

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let [a, b] = arguments.inputs else { unreachable!("two inputs are declared") };
    match (a.shape.dtype, b.shape.dtype, arguments.outputs[0].shape.dtype) {
        (Dtype::F32, _, _) => launch::<Floats<f32, f32>>(isa, arguments, by_singles),
        (Dtype::F64, _, _) => launch::<Floats<f64, f64>>(isa, arguments, by_doubles),
        (Dtype::F16, _, Dtype::F32) => launch::<Floats<F16, f32>>(isa, arguments, by_singles),
        (Dtype::F16, _, _) => launch::<Floats<F16, F16>>(isa, arguments, by_singles),
        (Dtype::Bf16, _, Dtype::F32) => launch::<Floats<Bf16, f32>>(isa, arguments, by_singles),
        (Dtype::Bf16, _, _) => launch::<Floats<Bf16, Bf16>>(isa, arguments, by_singles),
        (Dtype::I8, Dtype::I8, _) => launch::<Pairs<i8, i8>>(isa, arguments, by_pairs),
        (Dtype::I8, _, _) => launch::<Pairs<i8, u8>>(isa, arguments, by_pairs),
        (_, Dtype::I8, _) => launch::<Pairs<u8, i8>>(isa, arguments, by_pairs),
        _ => launch::<Pairs<u8, u8>>(isa, arguments, by_pairs),
    }
}

fn launch<T: Types>(isa: Isa, arguments: &mut Arguments<'_, '_>, multiply: Multiply<T>) {
    let [a, b] = arguments.inputs else { unreachable!("two inputs are declared") };
    let y = &mut arguments.outputs[0];
    let (batch, matrix) = y.shape.dims().split_at(y.shape.rank() - 2);
    let (m, n) = (matrix[0] as usize, matrix[1] as usize);
    let k = a.shape.dims()[a.shape.rank() - 1] as usize;
    let all = y.block.elements_mut::<T::Y>();
    if all.is_empty() || k == 0 {
        return; // the output is zeros already
    }
    let operands = |index: usize| {
        let (mut rest, mut a_index, mut b_index, mut a_step, mut b_step) = (index, 0, 0, 1, 1);
        for (from_right, &dim) in batch.iter().rev().enumerate() {
            let at = rest % dim as usize;
            rest /= dim as usize;
            let (a_dim, b_dim) = (batch_axis(a.shape, from_right), batch_axis(b.shape, from_right));
            a_index += if a_dim == 1 { 0 } else { at * a_step };
            b_index += if b_dim == 1 { 0 } else { at * b_step };
            a_step *= a_dim as usize;
            b_step *= b_dim as usize;
        }
        (a_index, b_index)
    };
    let count = all.len() / (m * n);
    let (a, b) = (a.block.elements::<T::A>(), b.block.elements::<T::B>());
    let y = Place(all.as_mut_ptr());
    // Matrices that meet one matrix B, each with its own A, are one matrix of all their rows.
    let (m, count) = if b.len() == k * n && a.len() == count * m * k { (count * m, 1) } else { (m, count) };
    multiply(isa, &Job { m, k, n, count, operands: &operands, a, b, y }, arguments.team);
}

#[cfg(test)]
#[path = "matmul_1/tests.rs"]
mod tests;
