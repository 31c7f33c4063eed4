//! The kernels of the CPU, for several instruction sets that all give the same bits.

#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_macros))]

mod axes;
mod cast;
mod circle;
mod elementwise;
mod error_function;
mod exponential;
mod fma;
mod function;
mod isa;
mod logarithm;
mod number;
mod place;
mod power;
mod reduce;
mod remainder;
mod root;
#[cfg(test)]
mod testing;

#[path = "generated/operators.rs"]
mod operators;

use astra_core::contract::Status;
use astra_core::operator::{Isa, Kernels};
use astra_core::{Fact, Failure};

pub use isa::best;

/// The kernels for the processor that this runs on.
pub fn kernels() -> Kernels {
    Kernels { isa: best(), operators: &operators::OPERATORS }
}

/// The kernels for an instruction set by its number in the contract, which the processor must have.
pub fn kernels_of(number: u32) -> Result<Kernels, Failure> {
    let declared = [Isa::Portable, Isa::Avx2, Isa::Avx512, Isa::Neon];
    let Some(&isa) = declared.iter().find(|isa| isa.number() == number) else {
        return Err(Failure::new(Status::InvalidValue)
            .expected(Fact::Words("an isa that the contract declares"))
            .actual(Fact::Number(number.into())));
    };
    if !isa::has(isa) {
        return Err(Failure::new(Status::UnsupportedIsa)
            .expected(Fact::Words(isa.name()))
            .actual(Fact::Words(best().name())));
    }
    Ok(Kernels { isa, operators: &operators::OPERATORS })
}
