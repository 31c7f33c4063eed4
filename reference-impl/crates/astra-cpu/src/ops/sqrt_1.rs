//! spec/ops/sqrt@1.toml

use crate::elementwise::unary;
use crate::number::{Real, with_float};

unary!(Real, with_float, |x| x.sqrt());
