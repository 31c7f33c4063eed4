//! Every instruction set and number of threads against the definition, word by word.

use astra_core::Shape;
use astra_core::operator::{Arguments, Input, Output};
use astra_memory::{Block, Element};

use super::*;
use crate::testing::{ISAS, Numbers};

/// Elements that the definition is written for here.
trait Plain: Element {
    const DTYPE: Dtype;
    fn drawn(numbers: &mut Numbers, kind: usize) -> Self;
}

/// A result, as it is defined and as its bits.
trait Result: Element {
    const DTYPE: Dtype;
    fn bits(self) -> u64;
}

macro_rules! small {
    ($($type:ident $dtype:ident)*) => {$(
        impl Plain for $type {
            const DTYPE: Dtype = Dtype::$dtype;
            fn drawn(numbers: &mut Numbers, _: usize) -> Self {
                numbers.bits() as $type
            }
        }
    )*};
}
small!(i8 I8 u8 U8);

macro_rules! floats {
    ($($type:ty, $dtype:ident, |$x:ident| $of:expr, |$bits:ident| $any:expr;)*) => {$(
        impl Plain for $type {
            const DTYPE: Dtype = Dtype::$dtype;
            fn drawn(numbers: &mut Numbers, kind: usize) -> Self {
                let $bits = numbers.bits();
                let $x = ($bits >> 40) as f32 / (1 << 23) as f32 - 1.0;
                let $x = if kind == 1 { $x * 1e-21 } else { $x };
                if kind == 2 { $any } else { $of }
            }
        }
    )*};
}
floats! {
    f32, F32, |x| x, |bits| f32::from_bits(bits as u32);
    f64, F64, |x| f64::from(x) * if x.abs() < 1e-20 { 1e-140 } else { 1.000_000_1 }, |bits| f64::from_bits(bits);
    F16, F16, |x| F16::from_f32(x), |bits| F16(bits as u16);
    Bf16, Bf16, |x| Bf16::from_f32(x), |bits| Bf16(bits as u16);
}

macro_rules! results {
    ($($type:ty, $dtype:ident, |$x:ident| $bits:expr;)*) => {$(
        impl Result for $type {
            const DTYPE: Dtype = Dtype::$dtype;
            fn bits(self) -> u64 {
                let $x = self;
                u64::from($bits)
            }
        }
    )*};
}
results! {
    f32, F32, |x| x.to_bits();
    f64, F64, |x| x.to_bits();
    F16, F16, |x| x.0;
    Bf16, Bf16, |x| x.0;
    i32, I32, |x| x as u32;
}

/// One product, as the definition says it.
type Definition<A, B, Y> = fn(&[A], &[B], usize) -> Y;

fn singles(a: &[f32], b: &[f32]) -> f32 {
    in_blocks(a, b, crate::fma::fma, |x, y| x + y)
}

fn in_blocks<T: Copy + Default>(a: &[T], b: &[T], fma: fn(T, T, T) -> T, add: fn(T, T) -> T) -> T {
    let sums = a
        .chunks(256)
        .zip(b.chunks(256))
        .map(|(a, b)| a.iter().zip(b).fold(T::default(), |s, (&a, &b)| fma(a, b, s)));
    sums.reduce(add).unwrap()
}

fn column<B: Copy, T>(b: &[B], n: usize, of: impl Fn(B) -> T) -> Vec<T> {
    b.iter().step_by(n).map(|&b| of(b)).collect()
}

fn block_of<T: Element>(values: &[T]) -> Block {
    let mut block = Block::zeroed(size_of_val(values)).unwrap();
    block.elements_mut::<T>().copy_from_slice(values);
    block
}

/// The operator itself, in one matrix product.
fn computed<A: Plain, B: Plain, Y: Result>(
    isa: Isa,
    team: &Team,
    [m, k, n]: [usize; 3],
    a: &Block,
    b: &Block,
) -> Vec<Y> {
    let shape = |dtype, rows, columns| Shape::new(dtype, &[rows as u64, columns as u64]).unwrap();
    let (a_shape, b_shape, y_shape) = (shape(A::DTYPE, m, k), shape(B::DTYPE, k, n), shape(Y::DTYPE, m, n));
    let mut y = Block::zeroed(m * n * size_of::<Y>()).unwrap();
    let inputs = &[Input { shape: &a_shape, block: a }, Input { shape: &b_shape, block: b }];
    run(
        isa,
        &mut Arguments {
            inputs,
            outputs: &mut [Output { shape: &y_shape, block: &mut y }],
            attributes: &[],
            team,
        },
    );
    y.elements::<Y>().to_vec()
}

fn compare<A: Plain, B: Plain, Y: Result>(
    sizes: &[[usize; 3]],
    kinds: usize,
    definition: Definition<A, B, Y>,
) {
    let teams = [Team::new(1).unwrap(), Team::new(2).unwrap(), Team::new(3).unwrap()];
    let mut numbers = Numbers::new();
    for (turn, &[m, k, n]) in sizes.iter().enumerate() {
        let kind = turn % kinds;
        let a: Vec<A> = (0..m * k).map(|_| A::drawn(&mut numbers, kind)).collect();
        let b: Vec<B> = (0..k * n).map(|_| B::drawn(&mut numbers, kind)).collect();
        let (a_block, b_block) = (block_of(&a), block_of(&b));
        for &isa in ISAS.iter().filter(|&&isa| isa <= crate::best()) {
            let team = &teams[turn % teams.len()];
            let have: Vec<Y> = computed::<A, B, Y>(isa, team, [m, k, n], &a_block, &b_block);
            for (index, have) in have.iter().enumerate() {
                let want = definition(&a[index / n * k..][..k], &b[index % n..], n);
                assert_eq!(want.bits(), have.bits(), "{isa:?} {m}x{k}x{n} kind {kind} element {index}");
            }
        }
    }
}

/// Around the sizes of tiles and of blocks, and some that threads share.
fn sizes() -> Vec<[usize; 3]> {
    let edges = [1, 2, 3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 27, 28, 29, 31, 32, 33, 48, 63, 65];
    let depths = [1, 2, 3, 4, 5, 255, 256, 257, 511, 512, 513, 700, 64, 33];
    let mut sizes = vec![
        [150, 300, 130],
        [300, 257, 75],
        [29, 256, 600],
        [1, 1000, 2100],
        [2100, 1000, 1],
        [3, 1031, 700],
    ];
    for (round, &m) in edges.iter().enumerate() {
        for (turn, &n) in edges.iter().enumerate().skip(round % 2).step_by(2) {
            sizes.push([m, depths[(round + turn / 2) % depths.len()], n]);
        }
    }
    sizes
}

#[test]
fn f32_on_every_instruction_set() {
    compare::<f32, f32, f32>(&sizes(), 3, |a, b, n| {
        crate::number::quiet(singles(a, &column(b, n, |b| b)[..a.len()]))
    });
}

#[test]
fn f64_on_every_instruction_set() {
    compare::<f64, f64, f64>(&sizes(), 3, |a, b, n| {
        crate::number::quiet(in_blocks(a, &column(b, n, |b| b)[..a.len()], crate::fma::fma64, |x, y| x + y))
    });
}

#[test]
fn halves_on_every_instruction_set() {
    fn wide<T: Copy>(a: &[T], b: &[T], n: usize, of: fn(T) -> f32) -> f32 {
        let a: Vec<f32> = a.iter().map(|&a| of(a)).collect();
        crate::number::quiet(singles(&a, &column(b, n, of)[..a.len()]))
    }
    let sizes: Vec<_> = sizes().into_iter().step_by(2).collect();
    compare::<F16, F16, F16>(&sizes, 3, |a, b, n| F16::from_f32(wide(a, b, n, F16::to_f32)));
    compare::<F16, F16, f32>(&sizes, 3, |a, b, n| wide(a, b, n, F16::to_f32));
    compare::<Bf16, Bf16, Bf16>(&sizes, 3, |a, b, n| Bf16::from_f32(wide(a, b, n, Bf16::to_f32)));
    compare::<Bf16, Bf16, f32>(&sizes, 3, |a, b, n| wide(a, b, n, Bf16::to_f32));
}

#[test]
fn small_integers_on_every_instruction_set() {
    fn exact<A: Copy + Into<i32>, B: Copy + Into<i32>>(a: &[A], b: &[B], n: usize) -> i32 {
        a.iter()
            .zip(b.iter().step_by(n))
            .fold(0, |s: i32, (&a, &b)| s.wrapping_add(a.into().wrapping_mul(b.into())))
    }
    compare::<i8, i8, i32>(&sizes(), 1, exact);
    compare::<u8, u8, i32>(&sizes(), 1, exact);
    compare::<u8, i8, i32>(&sizes(), 1, exact);
    compare::<i8, u8, i32>(&sizes(), 1, exact);
    compare::<u8, u8, i32>(&[[2, 40_000, 2]], 1, exact);
}

#[test]
fn calls_that_find_no_working_memory_have_the_same_bits() {
    let team = Team::new(1).unwrap();
    let taken = team.workspace();
    let mut numbers = Numbers::new();
    let [m, k, n] = [70, 600, 90];
    fn check<A: Plain, Y: Result>(numbers: &mut Numbers, team: &Team, size: [usize; 3]) {
        let [m, k, n] = size;
        let a = block_of(&(0..m * k).map(|_| A::drawn(numbers, 0)).collect::<Vec<_>>());
        let b = block_of(&(0..k * n).map(|_| A::drawn(numbers, 0)).collect::<Vec<_>>());
        for &isa in ISAS.iter().filter(|&&isa| isa <= crate::best()) {
            let want = computed::<A, A, Y>(isa, &Team::new(1).unwrap(), size, &a, &b);
            let have = computed::<A, A, Y>(isa, team, size, &a, &b);
            assert!(want.iter().map(|&x| x.bits()).eq(have.iter().map(|&x| x.bits())), "{isa:?}");
        }
    }
    check::<f32, f32>(&mut numbers, &team, [m, k, n]);
    check::<f64, f64>(&mut numbers, &team, [m, k, n]);
    check::<F16, F16>(&mut numbers, &team, [m, k, n]);
    check::<i8, i32>(&mut numbers, &team, [m, k, n]);
    drop(taken);
}
