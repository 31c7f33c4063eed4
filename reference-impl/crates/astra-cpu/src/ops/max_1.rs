//! spec/ops/max@1.toml

use crate::elementwise::binary;
use crate::number::{Number, with_number};

binary!(Number, with_number, |a, b| a.max(b));
