//! spec/ops/any@1.toml

use crate::number::Truth;
use crate::reduce::{Larger, reductions};

reductions! {
    Bool: Truth, Larger<u64>, Truth, other, |x, _at| u64::from(x.is_true()),
        |found, _count| Truth::of(found != 0);
}
