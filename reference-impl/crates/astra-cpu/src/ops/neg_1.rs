//! spec/ops/neg@1.toml

use crate::elementwise::unary;
use crate::number::{Number, with_number};

unary!(Number, with_number, |x| x.neg());
