//! Compares a function of one argument with the correctly rounded result, on every instruction set of this
//! machine: `exhaustive FUNCTION SHARD` takes one of the 16 shards of all 2^32 inputs of f32, `exhaustive FUNCTION
//! halves` all inputs of f16 and bf16, and `exhaustive FUNCTION sample COUNT` blocks spread over all of f32.
//! `exhaustive pow COUNT` compares so many powers of each kind.
//! Prints the digest of the results: of a shard, the SHA-256 of the SHA-256 of each of its 256 blocks of 2^20.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod digest;
mod pairs;
mod truth;
mod wide;

use std::time::Instant;

use astra_core::Shape;
use astra_core::contract::Dtype;
use astra_core::operator::{Arguments, Input, Isa, Operator, Output};
use astra_memory::{Block, Element};
use astra_team::Team;

use digest::{Digest, hex, sha256};
use truth::{BF16, F16, F32, FUNCTIONS, Format, Found, Truth};

const SHARDS: u64 = 16;
const BLOCK: u64 = 1 << 20;
/// One of so many inputs tells how large the error of the quick computation is.
const MEASURED: u64 = 1 << 16;

#[derive(Default)]
struct Count {
    wrong: u64,
    undecided: u64,
    wide: u64,
    /// The largest error of the quick computation, as a part of what is allowed.
    error: f64,
}

struct Comparison {
    truth: Truth,
    operator: &'static Operator,
    isas: Vec<Isa>,
    count: Count,
}

impl Comparison {
    fn new(name: &str) -> Self {
        let id = format!("{name}@1");
        let function = FUNCTIONS.iter().find(|function| function.name == name);
        let operator = astra_cpu::kernels().operators.iter().find(|operator| operator.id == id);
        let isas = [Isa::Avx512, Isa::Avx2, Isa::Portable];
        Self {
            truth: Truth::new(function.unwrap_or_else(|| panic!("{name} is not known here"))),
            operator: operator.unwrap_or_else(|| panic!("{id} is not declared")),
            isas: isas.into_iter().filter(|&isa| isa <= astra_cpu::best()).collect(),
            count: Count::default(),
        }
    }

    /// The results of the first instruction set, with which the others were compared.
    fn run<T: Element + PartialEq>(&self, dtype: Dtype, x: &[T]) -> Vec<Block> {
        let shape = Shape::new(dtype, &[x.len() as u64]).expect("one dimension");
        let mut block = Block::zeroed(size_of_val(x)).expect("memory");
        block.elements_mut::<T>().copy_from_slice(x);
        let run = |&isa: &Isa| {
            let mut result = Block::zeroed(size_of_val(x)).expect("memory");
            (self.operator.run)(
                isa,
                &mut Arguments {
                    inputs: &[Input { shape: &shape, block: &block }],
                    outputs: &mut [Output { shape: &shape, block: &mut result }],
                    attributes: &[],
                    team: &Team::new(1).expect("a team without workers"),
                },
            );
            result
        };
        self.isas.iter().map(run).collect()
    }

    /// Counts and names what is wrong about one result, which every instruction set in `isas` gave.
    fn judge(&mut self, isas: &[Isa], format: Format, bits: u32, have_bits: u32) {
        let (x, have) = (format.value(bits), format.value(have_bits));
        let (want, found) = self.truth.of(x, format);
        if found != Found::Quickly {
            self.count.wide += 1;
            if found == Found::Undecided {
                self.count.undecided += 1;
                println!("{}({bits:08x}) is not decided", self.truth.function.name);
            }
        }
        let same = if want.is_nan() { have_bits == format.nan } else { have.to_bits() == want.to_bits() };
        if !same {
            self.count.wrong += 1;
            let (name, format, want) = (self.truth.function.name, format.name, (want as f32).to_bits());
            println!("{name} {format} {isas:?}: x {bits:08x} gives {have_bits:08x}, not {want:08x}");
        }
    }

    /// The instruction sets whose results must be looked at: the first, and those that differ from it.
    fn groups(&self, results: &[Block]) -> Vec<(usize, Vec<Isa>)> {
        let mut groups: Vec<(usize, Vec<Isa>)> = Vec::new();
        for (index, &isa) in self.isas.iter().enumerate() {
            let elements = results[index].elements::<u8>();
            match groups.iter_mut().find(|(first, _)| results[*first].elements::<u8>() == elements) {
                Some((_, isas)) => isas.push(isa),
                None => groups.push((index, vec![isa])),
            }
        }
        groups
    }

    fn block(&mut self, start: u64, length: u64) -> Digest {
        let x: Vec<u32> = (0..length).map(|index| (start + index) as u32).collect();
        let results = self.run::<u32>(Dtype::F32, &x);
        for (result, isas) in self.groups(&results) {
            for (&bits, &have) in x.iter().zip(results[result].elements::<u32>()) {
                self.judge(&isas, F32, bits, have);
            }
        }
        for x in (start..start + length).filter(|x| x % MEASURED == 12_345) {
            self.count.error = self.count.error.max(self.truth.error(f64::from(f32::from_bits(x as u32))));
        }
        sha256(results[0].elements::<u8>())
    }

    fn halves(&mut self) {
        let x: Vec<u16> = (0..=u16::MAX).collect();
        for format in [F16, BF16] {
            let results = self.run::<u16>(format.dtype, &x);
            for (result, isas) in self.groups(&results) {
                for (&bits, &have) in x.iter().zip(results[result].elements::<u16>()) {
                    self.judge(&isas, format, u32::from(bits), u32::from(have));
                }
            }
            println!(
                "{}@1 {} {}",
                self.truth.function.name,
                format.name,
                hex(sha256(results[0].elements::<u8>()))
            );
        }
    }

    fn assert_right(&self) {
        assert!(self.count.wrong == 0, "{} wrong results", self.count.wrong);
        assert!(self.count.undecided == 0, "{} results were not decided", self.count.undecided);
        assert!(
            self.count.error < 1.0 / 8.0,
            "the C library's error is {} of what is allowed",
            self.count.error
        );
    }
}

fn shard(name: &str, shard: u64) {
    assert!(shard < SHARDS, "there are {SHARDS} shards, from 0 on");
    let started = Instant::now();
    let mut comparison = Comparison::new(name);
    let blocks = (1_u64 << 32) / BLOCK / SHARDS;
    let mut digests = Vec::new();
    for block in 0..blocks {
        digests.extend(comparison.block((shard * blocks + block) * BLOCK, BLOCK));
        if block % 64 == 63 {
            eprintln!("{name} shard {shard}: {} of {blocks} blocks, {:.0?}", block + 1, started.elapsed());
        }
    }
    let Count { wrong, undecided, wide, error } = comparison.count;
    eprintln!(
        "{name} shard {shard} on {:?}: {wrong} wrong, {undecided} undecided, {wide} in 384 bits, error of the C \
         library {error:.4} of what is allowed, {:.1?}",
        comparison.isas,
        started.elapsed()
    );
    comparison.assert_right();
    println!("{}", hex(sha256(&digests)));
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [name, "halves"] => {
            let mut comparison = Comparison::new(name);
            comparison.halves();
            comparison.assert_right();
        }
        [name, "sample", count] => {
            let mut comparison = Comparison::new(name);
            sample(&mut comparison, count.parse().expect("a number of blocks"));
            comparison.assert_right();
        }
        ["pow", count] => {
            let wrong = pairs::powers(count.parse().expect("a number of pairs"));
            assert!(wrong == 0, "{wrong} wrong powers");
        }
        [name, number] => shard(name, number.parse().expect("the number of a shard")),
        _ => {
            eprintln!("usage: exhaustive FUNCTION (SHARD | halves | sample COUNT), or exhaustive pow COUNT");
            std::process::exit(2);
        }
    }
}

/// Blocks of 4,096 inputs, spread evenly.
fn sample(comparison: &mut Comparison, count: u64) {
    let step = (1 << 32) / count;
    for index in 0..count {
        let within = index * 7_919 % 4_096 * 4_096 % step;
        comparison.block(index * step + within, 4_096);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_that_of_the_standard() {
        let want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(sha256(b"abc")), want);
        let want = "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1";
        assert_eq!(hex(sha256(&(0..112).map(|n| b'a' + (n / 8) + n % 8).collect::<Vec<u8>>())), want);
    }

    #[test]
    fn a_bounded_part_of_all_inputs_is_correctly_rounded() {
        for function in &FUNCTIONS {
            let mut comparison = Comparison::new(function.name);
            sample(&mut comparison, 256);
            comparison.assert_right();
        }
    }

    #[test]
    fn powers_are_correctly_rounded() {
        assert_eq!(pairs::powers(20_000), 0);
    }

    #[test]
    fn every_input_of_16_bits_is_correctly_rounded() {
        for function in &FUNCTIONS {
            let mut comparison = Comparison::new(function.name);
            comparison.halves();
            comparison.assert_right();
        }
    }
}
