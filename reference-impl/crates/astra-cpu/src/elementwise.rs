//! What operators of one shape share.

use astra_core::contract::Status;
use astra_core::{Fact, Failure, Shape};

/// Both inputs and the output have one shape.
pub fn same_shapes(inputs: &[Shape], outputs: &mut [Shape]) -> Result<(), Failure> {
    let [a, b] = inputs else { unreachable!("two inputs are declared") };
    if a.dims() != b.dims() {
        return Err(Failure::new(Status::OperandShape)
            .about("inputs")
            .expected(Fact::Words("inputs of one shape; nothing is broadcast"))
            .actual(Fact::Words("another shape of input 1")));
    }
    outputs[0] = *a;
    Ok(())
}
