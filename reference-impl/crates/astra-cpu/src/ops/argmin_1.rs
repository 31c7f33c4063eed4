//! spec/ops/argmin@1.toml

use crate::number::{Bf16, F16};
use crate::place::Place;
use crate::reduce::{Smaller, reductions};

reductions! {
    F32: f32, Smaller<Place<f32>>, i64, other, |x, at| Place::of(x, at), |found, _count| found.at;
    F64: f64, Smaller<Place<f64>>, i64, other, |x, at| Place::of(x, at), |found, _count| found.at;
    F16: F16, Smaller<Place<f32>>, i64, other, |x, at| Place::of(x.to_f32(), at), |found, _count| found.at;
    Bf16: Bf16, Smaller<Place<f32>>, i64, other, |x, at| Place::of(x.to_f32(), at), |found, _count| found.at;
    I8: i8, Smaller<Place<i64>>, i64, other, |x, at| Place::of(i64::from(x), at), |found, _count| found.at;
    I16: i16, Smaller<Place<i64>>, i64, other, |x, at| Place::of(i64::from(x), at), |found, _count| found.at;
    I32: i32, Smaller<Place<i64>>, i64, other, |x, at| Place::of(i64::from(x), at), |found, _count| found.at;
    I64: i64, Smaller<Place<i64>>, i64, other, |x, at| Place::of(x, at), |found, _count| found.at;
    U8: u8, Smaller<Place<u64>>, i64, other, |x, at| Place::of(u64::from(x), at), |found, _count| found.at;
    U16: u16, Smaller<Place<u64>>, i64, other, |x, at| Place::of(u64::from(x), at), |found, _count| found.at;
    U32: u32, Smaller<Place<u64>>, i64, other, |x, at| Place::of(u64::from(x), at), |found, _count| found.at;
    U64: u64, Smaller<Place<u64>>, i64, other, |x, at| Place::of(x, at), |found, _count| found.at;
}
