//! spec/ops/mod@1.toml

use crate::elementwise::binary;
use crate::number::{Modulus, with_number};

binary!(Modulus, with_number, |a, b| a.modulo(b));
