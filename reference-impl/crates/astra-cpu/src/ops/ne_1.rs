//! spec/ops/ne@1.toml

use crate::elementwise::comparison;
use crate::number::{Ordered, with_any};

comparison!(Ordered, with_any, |a, b| a.ne(b));
