//! spec/ops/argmax@1.toml

use crate::number::{Bf16, F16};
use crate::place::Place;
use crate::reduce::{Larger, reductions};

reductions! {
    F32: f32, Larger<Place<f32>>, i64, other, |x, at| Place::of(x, at), |found, _count| found.at;
    F64: f64, Larger<Place<f64>>, i64, other, |x, at| Place::of(x, at), |found, _count| found.at;
    F16: F16, Larger<Place<f32>>, i64, other, |x, at| Place::of(x.to_f32(), at), |found, _count| found.at;
    Bf16: Bf16, Larger<Place<f32>>, i64, other, |x, at| Place::of(x.to_f32(), at), |found, _count| found.at;
    I8: i8, Larger<Place<i64>>, i64, other, |x, at| Place::of(i64::from(x), at), |found, _count| found.at;
    I16: i16, Larger<Place<i64>>, i64, other, |x, at| Place::of(i64::from(x), at), |found, _count| found.at;
    I32: i32, Larger<Place<i64>>, i64, other, |x, at| Place::of(i64::from(x), at), |found, _count| found.at;
    I64: i64, Larger<Place<i64>>, i64, other, |x, at| Place::of(x, at), |found, _count| found.at;
    U8: u8, Larger<Place<u64>>, i64, other, |x, at| Place::of(u64::from(x), at), |found, _count| found.at;
    U16: u16, Larger<Place<u64>>, i64, other, |x, at| Place::of(u64::from(x), at), |found, _count| found.at;
    U32: u32, Larger<Place<u64>>, i64, other, |x, at| Place::of(u64::from(x), at), |found, _count| found.at;
    U64: u64, Larger<Place<u64>>, i64, other, |x, at| Place::of(x, at), |found, _count| found.at;
}
