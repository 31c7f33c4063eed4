//! spec/ops/ge@1.toml

use crate::elementwise::comparison;
use crate::number::{Ordered, with_any};

comparison!(Ordered, with_any, |a, b| a.ge(b));
