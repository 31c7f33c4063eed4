//! spec/ops/matmul@1.toml
//!
//! Every element is a chain of its own, so the order in which elements are computed is free: a tile of
//! rows and columns runs through a block of k in registers, and the totals wait in the output.

use astra_core::contract::Status;
use astra_core::operator::{Arguments, Isa};
use astra_core::{Fact, Failure, Shape};

use crate::number::quiet;

#[path = "matmul_1/portable.rs"]
mod portable;
#[cfg(target_arch = "x86_64")]
#[path = "matmul_1/x86.rs"]
mod x86;

/// Steps of k that one chain takes.
const BLOCK: usize = 256;

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

/// One product of two matrices, row-major without gaps.
pub struct Product<'a> {
    pub m: usize,
    pub k: usize,
    pub n: usize,
    pub a: &'a [f32],
    pub b: &'a [f32],
}

pub fn run(isa: Isa, arguments: &mut Arguments<'_, '_>) {
    let [a, b] = arguments.inputs else { unreachable!("two inputs are declared") };
    let y = &mut arguments.outputs[0];
    let dims = y.shape.dims();
    let (batch, matrix) = dims.split_at(dims.len() - 2);
    let (m, n) = (matrix[0] as usize, matrix[1] as usize);
    let k = a.shape.dims()[a.shape.rank() - 1] as usize;
    let all = y.block.elements_mut::<f32>();
    if all.is_empty() || k == 0 {
        return; // the output is zeros already
    }
    let (a_all, b_all) = (a.block.elements::<f32>(), b.block.elements::<f32>());
    for (index, y) in all.chunks_exact_mut(m * n).enumerate() {
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
        let a = &a_all[a_index * m * k..][..m * k];
        let b = &b_all[b_index * k * n..][..k * n];
        multiply(isa, &Product { m, k, n, a, b }, y);
    }
}

/// One product of matrices that are not empty.
fn multiply(isa: Isa, product: &Product<'_>, y: &mut [f32]) {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => x86::avx512(product, y),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => x86::avx2(product, y),
        _ => portable::multiply(product, y),
    }
    for y in y {
        *y = quiet(*y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ISAS, Numbers, assert_same};

    /// The definition, word by word.
    fn plain(p: &Product<'_>) -> Vec<f32> {
        let mut y = vec![0.0; p.m * p.n];
        for (index, y) in y.iter_mut().enumerate() {
            let (row, column) = (index / p.n, index % p.n);
            for start in (0..p.k).step_by(BLOCK) {
                let mut sum = 0.0;
                for k in start..p.k.min(start + BLOCK) {
                    sum = crate::fma::fma(p.a[row * p.k + k], p.b[k * p.n + column], sum);
                }
                *y = if start == 0 { sum } else { *y + sum };
            }
            *y = quiet(*y);
        }
        y
    }

    #[test]
    fn every_instruction_set_gives_the_bits_of_the_definition() {
        let mut numbers = Numbers::new();
        let sizes = [1, 2, 5, 6, 7, 8, 13, 15, 16, 17, 31, 32, 33, 48, 64, 65];
        let depths = [1, 2, 255, 256, 257, 511, 512, 513, 700];
        for (round, &m) in sizes.iter().enumerate() {
            for (turn, &n) in sizes.iter().enumerate() {
                let k = depths[(round + turn) % depths.len()];
                for kind in 0..3 {
                    let a = numbers.list(m * k, kind);
                    let b = numbers.list(k * n, kind);
                    let product = Product { m, k, n, a: &a, b: &b };
                    let want = plain(&product);
                    for &isa in ISAS.iter().filter(|&&isa| isa <= crate::best()) {
                        let mut have = vec![0.0; m * n];
                        multiply(isa, &product, &mut have);
                        assert_same(&want, &have, &format!("{isa:?} {m}x{k}x{n} kind {kind}"));
                    }
                }
            }
        }
    }
}
