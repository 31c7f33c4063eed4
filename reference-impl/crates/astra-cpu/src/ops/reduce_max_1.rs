//! spec/ops/reduce_max@1.toml

use crate::number::{Bf16, F16, quiet};
use crate::reduce::{Larger, reductions};

reductions! {
    F32: f32, Larger<f32>, f32, same, |x, _at| x, |total, _count| quiet(total);
    F64: f64, Larger<f64>, f64, same, |x, _at| x, |total, _count| quiet(total);
    F16: F16, Larger<f32>, F16, other, |x, _at| x.to_f32(), |total, _count| F16::from_f32(total);
    Bf16: Bf16, Larger<f32>, Bf16, other, |x, _at| x.to_f32(), |total, _count| Bf16::from_f32(total);
    I8: i8, Larger<i64>, i8, other, |x, _at| i64::from(x),
        |total, _count| total.clamp(i8::MIN.into(), i8::MAX.into()) as i8;
    I16: i16, Larger<i64>, i16, other, |x, _at| i64::from(x),
        |total, _count| total.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    I32: i32, Larger<i64>, i32, other, |x, _at| i64::from(x),
        |total, _count| total.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    I64: i64, Larger<i64>, i64, same, |x, _at| x, |total, _count| total;
    U8: u8, Larger<u64>, u8, other, |x, _at| u64::from(x), |total, _count| total as u8;
    U16: u16, Larger<u64>, u16, other, |x, _at| u64::from(x), |total, _count| total as u16;
    U32: u32, Larger<u64>, u32, other, |x, _at| u64::from(x), |total, _count| total as u32;
    U64: u64, Larger<u64>, u64, same, |x, _at| x, |total, _count| total;
}
