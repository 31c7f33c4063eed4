//! spec/ops/round@1.toml

use crate::elementwise::unary;
use crate::number::{Rounding, with_float};

unary!(Rounding, with_float, |x| x.round());
