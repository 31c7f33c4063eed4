//! spec/ops/prod@1.toml

use crate::number::{Bf16, F16, quiet};
use crate::reduce::{Multiply, reductions};

reductions! {
    F32: f32, Multiply<f32>, f32, same, |x, _at| x, |total, _count| quiet(total);
    F64: f64, Multiply<f64>, f64, same, |x, _at| x, |total, _count| quiet(total);
    F16: F16, Multiply<f32>, F16, other, |x, _at| x.to_f32(), |total, _count| F16::from_f32(total);
    Bf16: Bf16, Multiply<f32>, Bf16, other, |x, _at| x.to_f32(), |total, _count| Bf16::from_f32(total);
    I8: i8, Multiply<u64>, i64, other, |x, _at| i64::from(x) as u64, |total, _count| total as i64;
    I16: i16, Multiply<u64>, i64, other, |x, _at| i64::from(x) as u64, |total, _count| total as i64;
    I32: i32, Multiply<u64>, i64, other, |x, _at| i64::from(x) as u64, |total, _count| total as i64;
    I64: i64, Multiply<u64>, i64, other, |x, _at| x as u64, |total, _count| total as i64;
    U8: u8, Multiply<u64>, u64, other, |x, _at| u64::from(x), |total, _count| total;
    U16: u16, Multiply<u64>, u64, other, |x, _at| u64::from(x), |total, _count| total;
    U32: u32, Multiply<u64>, u64, other, |x, _at| u64::from(x), |total, _count| total;
    U64: u64, Multiply<u64>, u64, same, |x, _at| x, |total, _count| total;
}
