//! The kernels of the CPU, for several instruction sets that all give the same bits.

#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_macros))]

mod cast;
mod elementwise;
mod fma;
mod isa;
mod nan;
mod number;
mod place;
mod reduce;
mod remainder;
#[cfg(test)]
mod testing;

#[path = "generated/operators.rs"]
mod operators;

use astra_core::operator::Kernels;

pub use isa::best;

/// The kernels for the processor that this runs on.
pub fn kernels() -> Kernels {
    Kernels { isa: best(), operators: &operators::OPERATORS }
}
