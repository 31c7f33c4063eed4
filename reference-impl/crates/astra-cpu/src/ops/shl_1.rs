//! spec/ops/shl@1.toml

use crate::elementwise::binary;
use crate::number::{Integer, with_integer};

binary!(Integer, with_integer, |a, b| a.shl(b));
