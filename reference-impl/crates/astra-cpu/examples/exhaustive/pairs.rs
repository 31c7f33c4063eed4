//! Powers, of which only a part can be compared: of any two bits, of numbers around one, of integers and roots,
//! whose powers are exact or in the middle of two numbers, and all special values with each other.

use astra_core::Shape;
use astra_core::contract::Dtype;
use astra_core::operator::{Arguments, Input, Isa, Output};
use astra_memory::{Block, Element};
use astra_team::Team;

use crate::truth::{BF16, F16, F32, Format, round};
use crate::wide::{Functions, Wide, power};

/// C23's special values are those of the C library's pow.
fn expected(functions: &Functions, a: f64, b: f64, format: Format) -> f64 {
    let quick = a.powf(b);
    if quick.is_nan() || quick.is_infinite() || quick == 0.0 || a.abs() == 1.0 || b == 0.0 {
        return round(quick, format);
    }
    let (low, high) = (round(quick * (1.0 - power(-46)), format), round(quick * (1.0 + power(-46)), format));
    if low.to_bits() == high.to_bits() {
        return low;
    }
    let logarithm = functions.log(Wide::of(a.abs()), a.abs().ln());
    let exact = functions.exp(logarithm.mul(Wide::of(b)));
    let rounded = |outward| exact.moved(200, outward).rounded_to(format);
    let (low, high) = (rounded(false), rounded(true));
    // In the middle of two numbers to 200 bits: on it, where both ends are rounded to the even one of them.
    let found = if low == high { low } else { round(exact.nearest(), format).abs() };
    found.copysign(quick)
}

/// The pairs of one kind, as f64.
fn pairs(kind: u64, format: Format, seed: &mut u64, count: usize) -> Vec<(f64, f64)> {
    let mut bits = || {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed >> 16
    };
    let special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        2.0,
        -2.0,
        3.0,
        -3.0,
        f64::INFINITY,
        -f64::INFINITY,
        f64::NAN,
        power(format.lowest),
        -power(format.lowest),
        power(format.top - 1),
        16_777_217.0,
        -16_777_215.0,
    ];
    let any =
        |bits: u64| format.value(if format.precision == 24 { bits as u32 } else { bits as u32 & 0xFFFF });
    let mut pair = || match kind {
        0 => (any(bits()), any(bits())),
        1 => (1.0 + (bits() % 4096) as f64 / 16384.0 - 0.125, any(bits())),
        2 => ((bits() % 20_000) as f64 - 10_000.0, (bits() % 40) as f64 - 20.0),
        3 => {
            let root = (bits() % 400) as f64;
            let squared = if bits() % 2 == 0 { root * root } else { root.powi(4) };
            (squared * power((bits() % 9) as i64 * 4 - 16), (bits() % 33) as f64 / 4.0 - 4.0)
        }
        4 => (power((bits() % 40) as i64 * 4 - 80), (bits() % 129) as f64 / 8.0 - 8.0),
        5 => ((bits() % 1000) as f64 / 64.0, (bits() % 2000) as f64 / 128.0 - 8.0),
        _ => (special[bits() as usize % special.len()], special[bits() as usize % special.len()]),
    };
    (0..count).map(|_| pair()).map(|(a, b)| (round(a, format), round(b, format))).collect()
}

/// The number of wrong powers among so many of each kind.
pub fn powers(count: usize) -> u64 {
    let functions = Functions::new();
    let mut seed = 0x9E37_79B9_7F4A_7C15;
    let mut wrong = 0;
    for kind in 0..7 {
        for format in [F32, F16, BF16] {
            let pairs = pairs(kind, format, &mut seed, count);
            let want: Vec<f64> = pairs.iter().map(|&(a, b)| expected(&functions, a, b, format)).collect();
            for isa in [Isa::Avx512, Isa::Avx2, Isa::Portable] {
                if isa > astra_cpu::best() {
                    continue;
                }
                let have = match format.dtype {
                    Dtype::F32 => results(isa, format, &pairs, |x| (x as f32).to_bits()),
                    Dtype::F16 => results(isa, format, &pairs, half_bits),
                    _ => results(isa, format, &pairs, |x| ((x as f32).to_bits() >> 16) as u16),
                };
                for ((&(a, b), &want), have) in pairs.iter().zip(&want).zip(have) {
                    if have.to_bits() != want.to_bits() && !(have.is_nan() && want.is_nan()) {
                        wrong += 1;
                        println!(
                            "pow {} {isa:?} kind {kind}: {a:e}^{b:e} gives {have:e}, not {want:e}",
                            format.name
                        );
                    }
                }
            }
        }
    }
    wrong
}

fn results<T: Element + Into<u32>>(
    isa: Isa,
    format: Format,
    pairs: &[(f64, f64)],
    bits: fn(f64) -> T,
) -> Vec<f64> {
    let shape = Shape::new(format.dtype, &[pairs.len() as u64]).expect("one dimension");
    let block = |pick: fn(&(f64, f64)) -> f64| {
        let mut block = Block::zeroed(size_of::<T>() * pairs.len()).expect("memory");
        for (element, pair) in block.elements_mut::<T>().iter_mut().zip(pairs) {
            *element = bits(pick(pair));
        }
        block
    };
    let (a, b) = (block(|pair| pair.0), block(|pair| pair.1));
    let mut y = Block::zeroed(size_of::<T>() * pairs.len()).expect("memory");
    let operator = astra_cpu::kernels().operators.iter().find(|operator| operator.id == "pow@1");
    (operator.expect("pow@1 is declared").run)(
        isa,
        &mut Arguments {
            inputs: &[Input { shape: &shape, block: &a }, Input { shape: &shape, block: &b }],
            outputs: &mut [Output { shape: &shape, block: &mut y }],
            attributes: &[],
            team: &Team::new(1).expect("a team without workers"),
        },
    );
    y.elements::<T>().iter().map(|&bits| format.value(bits.into())).collect()
}

/// Of a number of the format.
fn half_bits(x: f64) -> u16 {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = x.abs();
    let rest = if magnitude.is_nan() {
        0x7E00
    } else if magnitude.is_infinite() {
        0x7C00
    } else if magnitude < power(-14) {
        (magnitude / power(-24)) as u16
    } else {
        // The exponent's bias is 15 instead of 1023.
        ((magnitude.to_bits() >> 42) - ((1023 - 15) << 10)) as u16
    };
    sign | rest
}
