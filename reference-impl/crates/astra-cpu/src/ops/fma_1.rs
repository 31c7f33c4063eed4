//! spec/ops/fma@1.toml

use crate::elementwise::ternary;
use crate::number::{Real, with_float};

ternary!(T, Real, with_float, |a, b, c| a.fma(b, c));
