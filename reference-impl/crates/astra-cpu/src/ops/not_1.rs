//! spec/ops/not@1.toml

use crate::elementwise::unary;
use crate::number::{Bits, with_bits};

unary!(Bits, with_bits, |x| x.not());
