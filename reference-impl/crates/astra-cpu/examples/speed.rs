//! Nanoseconds per element of every function of one argument, one thread, on 65,536 elements that stay in the
//! cache: `cargo run --release --example speed -- [function]...`. The best of many runs; compare ratios.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::time::Instant;

use astra_core::Shape;
use astra_core::contract::Dtype;
use astra_core::operator::{Arguments, Input, Isa, Operator, Output};
use astra_memory::Block;
use astra_team::Team;

const FUNCTIONS: &str =
    "exp exp2 expm1 log log2 log1p sin cos tanh erf sigmoid gelu gelu_tanh silu rsqrt sqrt abs";
const COUNT: usize = 1 << 16;

/// The fastest of many runs, in nanoseconds per element.
fn measure(operator: &Operator, isa: Isa, dtype: Dtype, x: &Block) -> f64 {
    let shape = Shape::new(dtype, &[COUNT as u64]).expect("one dimension");
    let mut y = Block::zeroed(4 * COUNT).expect("memory");
    let mut best = f64::INFINITY;
    let started = Instant::now();
    while started.elapsed().as_millis() < 150 {
        let now = Instant::now();
        (operator.run)(
            isa,
            &mut Arguments {
                inputs: &[Input { shape: &shape, block: x }],
                outputs: &mut [Output { shape: &shape, block: &mut y }],
                attributes: &[],
                team: &Team::new(1).expect("a team without workers"),
            },
        );
        best = best.min(now.elapsed().as_nanos() as f64 / COUNT as f64);
    }
    best
}

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let mut single = Block::zeroed(4 * COUNT).expect("memory");
    let mut half = Block::zeroed(2 * COUNT).expect("memory");
    // From 2^-10 to 16, both signs but for what needs a positive number: spread over many binades.
    let mut seed = 1_u32;
    for (x, half) in single.elements_mut::<f32>().iter_mut().zip(half.elements_mut::<u16>()) {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let magnitude = 0x3A80_0000 + (seed >> 8) % 0x0700_0000;
        *x = f32::from_bits(magnitude);
        *half = (magnitude >> 16) as u16;
    }
    println!("{:10}{:>10}{:>10}{:>10}{:>16}", "f32, ns", "avx512", "avx2", "portable", "bf16, avx512");
    for name in FUNCTIONS.split(' ').filter(|name| chosen.is_empty() || chosen.iter().any(|one| one == name))
    {
        let id = format!("{name}@1");
        let Some(operator) = astra_cpu::kernels().operators.iter().find(|one| one.id == id) else { continue };
        print!("{name:10}");
        for isa in [Isa::Avx512, Isa::Avx2, Isa::Portable] {
            if isa <= astra_cpu::best() {
                print!("{:10.3}", measure(operator, isa, Dtype::F32, &single));
            } else {
                print!("{:>10}", "absent");
            }
        }
        println!("{:16.3}", measure(operator, astra_cpu::best(), Dtype::Bf16, &half));
    }
}
