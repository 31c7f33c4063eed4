//! spec/ops/or@1.toml

use crate::elementwise::binary;
use crate::number::{Bits, with_bits};

binary!(Bits, with_bits, |a, b| a.or(b));
