//! Compares exp@1 on every instruction set of this machine with e^x in about 95 bits, for all 2^32 inputs.
//! `cargo run --release --example exp_exhaustive` takes about two minutes on two cores.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use astra_core::Shape;
use astra_core::contract::Dtype;
use astra_core::operator::{Arguments, Input, Isa, Operator, Output};
use astra_memory::Block;

/// A number as an unevaluated sum; the second is at most half a last place of the first.
#[derive(Clone, Copy)]
struct Twofold(f64, f64);

fn two_sum(a: f64, b: f64) -> Twofold {
    let sum = a + b;
    let part = sum - a;
    Twofold(sum, (a - (sum - part)) + (b - part))
}

fn two_product(a: f64, b: f64) -> Twofold {
    let split = |x: f64| {
        let high = f64::from_bits(x.to_bits() & !((1 << 27) - 1));
        (high, x - high)
    };
    let ((a1, a2), (b1, b2)) = (split(a), split(b));
    let product = a * b;
    Twofold(product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
}

impl Twofold {
    fn plus(self, other: Twofold) -> Twofold {
        let high = two_sum(self.0, other.0);
        let low = two_sum(self.1, other.1);
        let middle = two_sum(high.0, high.1 + low.0);
        two_sum(middle.0, middle.1 + low.1)
    }

    fn times(self, other: Twofold) -> Twofold {
        let product = two_product(self.0, other.0);
        two_sum(product.0, product.1 + (self.0 * other.1 + self.1 * other.0))
    }

    fn root(self) -> Twofold {
        let near = self.0.sqrt();
        let square = two_product(near, near);
        let rest = (self.0 - square.0) - square.1 + self.1;
        two_sum(near, rest / (2.0 * near))
    }
}

const STEPS: usize = 256;
/// The first 128 bits of ln 2.
const LN2: u128 = 0xB172_17F7_D1CF_79AB_C9E3_B398_03F2_F6AF;

struct Truth {
    /// 2^(j / 256)
    powers: [Twofold; STEPS],
    /// ln 2 / 256 in parts of 37, 37 and 54 bits: k times the first two is exact.
    parts: [f64; 3],
}

impl Truth {
    fn new() -> Self {
        let mut root = Twofold(2.0, 0.0);
        for _ in 0..8 {
            root = root.root();
        }
        let mut powers = [Twofold(1.0, 0.0); STEPS];
        for j in 1..STEPS {
            powers[j] = powers[j - 1].times(root);
        }
        let part = |shift: u32, bits: u32| {
            let digits = LN2 >> shift & ((1 << bits) - 1);
            digits as f64 * 2_f64.powi(shift as i32 - 128 - 8)
        };
        Self { powers, parts: [part(91, 37), part(54, 37), part(0, 54)] }
    }

    /// e^x for 2^-26 <= |x| <= 104, rounded to f32; and whether that is certain.
    fn exp(&self, x: f32) -> (f32, bool) {
        let x = f64::from(x);
        let k = (x * (STEPS as f64 * std::f64::consts::LOG2_E)).round();
        let first = x - k * self.parts[0];
        let r = two_sum(first, -k * self.parts[1]).plus(Twofold(-k * self.parts[2], 0.0));
        // e^r with |r| < 0.0014: the terms from r^4 on need no second half.
        let h = r.0;
        let tail = h
            * h
            * h
            * h
            * (1.0 / 24.0)
            * (1.0
                + h * (1.0 / 5.0)
                    * (1.0 + h * (1.0 / 6.0) * (1.0 + h * (1.0 / 7.0) * (1.0 + h * (1.0 / 8.0)))));
        let square = r.times(r);
        let third = Twofold(1.0 / 6.0, 9.251_858_538_542_97e-18);
        let cube = square.times(r).times(third);
        let half = Twofold(square.0 * 0.5, square.1 * 0.5);
        let series = Twofold(1.0, 0.0).plus(r).plus(half).plus(cube).plus(Twofold(tail, 0.0));
        let k = k as i64;
        let value = series.times(self.powers[k.rem_euclid(STEPS as i64) as usize]);
        let scale = 2_f64.powi(k.div_euclid(STEPS as i64) as i32);
        let (low, high) = (value.1 - 2_f64.powi(-88), value.1 + 2_f64.powi(-88));
        let round = |low| round(value.0 * scale, low * scale);
        (round(low), round(low) == round(high))
    }
}

/// high + low, rounded once: to odd in f64 first, as f32 has fewer bits by more than two.
fn round(high: f64, low: f64) -> f32 {
    let bits = high.to_bits();
    let odd = if low > 0.0 { bits + 1 } else { bits - 1 };
    f64::from_bits(if low != 0.0 && bits & 1 == 0 { odd } else { bits }) as f32
}

fn operator() -> &'static Operator {
    let operators = astra_cpu::kernels().operators;
    operators.iter().find(|operator| operator.id == "exp@1").expect("exp@1 is declared")
}

const CHUNK: u64 = 1 << 20;

/// Wrong results and undecided ones among the inputs of a chunk.
fn chunk(truth: &Truth, start: u64, isas: &[Isa], blocks: &mut [Block]) -> (u64, u64) {
    let [x, blocks @ ..] = blocks else { unreachable!() };
    for (index, x) in x.elements_mut::<f32>().iter_mut().enumerate() {
        *x = f32::from_bits((start + index as u64) as u32);
    }
    let shape = Shape::new(Dtype::F32, &[CHUNK]).expect("one dimension");
    for (&isa, block) in isas.iter().zip(&mut *blocks) {
        (operator().run)(
            isa,
            &mut Arguments {
                inputs: &[Input { shape: &shape, block: x }],
                outputs: &mut [Output { shape: &shape, block }],
                attributes: &[],
            },
        );
    }
    let (mut wrong, mut undecided) = (0, 0);
    for (index, &x) in x.elements::<f32>().iter().enumerate() {
        let (want, certain) = match x {
            _ if x.is_nan() => (f32::from_bits(0x7FC0_0000), true),
            _ if x.abs() < 2_f32.powi(-26) => (1.0, true),
            _ if x > 104.0 => (f32::INFINITY, true),
            _ if x < -104.0 => (0.0, true),
            _ => truth.exp(x),
        };
        undecided += u64::from(!certain);
        for (isa, block) in isas.iter().zip(&*blocks) {
            let have = block.elements::<f32>()[index];
            if have.to_bits() != want.to_bits() {
                wrong += 1;
                println!(
                    "{}: exp({x:e} = {:08x}) is {:08x}, not {:08x}",
                    isa.name(),
                    x.to_bits(),
                    have.to_bits(),
                    want.to_bits()
                );
            }
        }
    }
    (wrong, undecided)
}

fn main() {
    let truth = Truth::new();
    let isas: Vec<Isa> =
        [Isa::Portable, Isa::Avx2, Isa::Avx512].into_iter().filter(|&isa| isa <= astra_cpu::best()).collect();
    let next = std::sync::atomic::AtomicU64::new(0);
    let total = std::sync::Mutex::new((0, 0));
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut blocks: Vec<Block> =
                    (0..=isas.len()).map(|_| Block::zeroed(4 * CHUNK as usize).expect("memory")).collect();
                loop {
                    let start = next.fetch_add(CHUNK, std::sync::atomic::Ordering::Relaxed);
                    if start >> 32 != 0 {
                        break;
                    }
                    let (wrong, undecided) = chunk(&truth, start, &isas, &mut blocks);
                    let mut total = total.lock().expect("no thread panics");
                    *total = (total.0 + wrong, total.1 + undecided);
                }
            });
        }
    });
    let (wrong, undecided) = *total.lock().expect("no thread panics");
    println!("2^32 inputs on {isas:?}: {wrong} wrong, {undecided} undecided by the comparison");
    assert!((wrong, undecided) == (0, 0));
}
