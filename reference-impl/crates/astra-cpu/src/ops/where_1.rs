//! spec/ops/where@1.toml

use astra_memory::Element;

use crate::elementwise::ternary;
use crate::number::{Truth, with_any};

ternary!(Truth, Element, with_any, |condition, a, b| if condition.is_true() { a } else { b });
