//! spec/ops/all@1.toml

use crate::number::Truth;
use crate::reduce::{Smaller, reductions};

reductions! {
    Bool: Truth, Smaller<u64>, Truth, other, |x, _at| u64::from(x.is_true()),
        |found, _count| Truth::of(found != 0);
}
