//! spec/ops/div@1.toml

use crate::elementwise::binary;
use crate::number::{Real, with_float};

binary!(Real, with_float, |a, b| a.div(b));
