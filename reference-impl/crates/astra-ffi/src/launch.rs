//! spec/abi/launch.toml

use astra_core::contract::{KernelHandle, Status, StreamHandle, TensorHandle};
use astra_core::operator::MAX_INPUTS;
use astra_core::{Fact, Failure, Given, Use};

use crate::Astra;
use crate::boundary::Several;
use crate::call::Call;
use crate::generated::calls::LaunchCalls;
use crate::generated::types::{LaunchOptionsView, astra_attribute, astra_tensor};

/// The attributes of a launch, which may be none.
fn attributes<'a>(options: Option<&LaunchOptionsView<'a>>) -> Result<&'a [astra_attribute], Failure> {
    let refuse = |status| Failure::new(status).about("options");
    let Some(options) = options else { return Ok(&[]) };
    if options.fields.reserved != 0 {
        return Err(refuse(Status::NonzeroReserved).expected(Fact::Words("reserved that is zero")));
    }
    match options.attributes {
        Some(attributes) => Ok(attributes),
        None if options.fields.attribute_count == 0 => Ok(&[]),
        None => Err(refuse(Status::NullPointer).expected(Fact::Words("attributes that is not NULL"))),
    }
}

impl LaunchCalls for Astra {
    fn launch(
        call: &mut Call<'_>,
        stream: StreamHandle,
        kernel: KernelHandle,
        options: Option<&LaunchOptionsView<'_>>,
        inputs: &[astra_tensor],
        output_count: u32,
    ) -> Result<Several<astra_tensor>, Failure> {
        let attributes = attributes(options)?;
        let operator = call.session().operator(kernel);
        let count = |param, expected: usize, actual: usize| {
            let refusal = Failure::new(Status::OperandCount).about(param).op(operator.id);
            let refusal = refusal.expected(Fact::Number(expected as u64)).actual(Fact::Number(actual as u64));
            if expected == actual { Ok(()) } else { Err(refusal) }
        };
        count("input_count", operator.inputs, inputs.len())?;
        count("output_count", operator.outputs, output_count as usize)?;
        let mut tensors: [Option<TensorHandle>; MAX_INPUTS] = [None; MAX_INPUTS];
        for (index, (place, input)) in tensors.iter_mut().zip(inputs).enumerate() {
            let checked = call.handle(input.bits, Use::Borrow, "inputs");
            let nth = Fact::Nth("input", index as u64);
            *place = Some(checked.map_err(|failure| failure.op(operator.id).actual(nth))?);
        }
        let Some(first) = tensors[0] else { unreachable!("an operator has an input") };
        let tensors = tensors.map(|tensor| tensor.unwrap_or(first));
        let given = attributes.iter().map(|it| Given { id: it.id, kind: it.kind, bits: it.bits });
        let made = call.session().launch(stream, kernel, &tensors[..inputs.len()], given)?;
        Ok(Several { all: made.handles.map(|bits| astra_tensor { bits }), count: made.count })
    }
}
