//! Launches: checked and given all their memory when they are enqueued, computed when their turn comes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use astra_memory::{Block, Shared};
use astra_team::Team;

use super::stream::Work;
use super::tensor::Tensor;
use super::{Decision, NONE, Runtime, Session};
use crate::contract::{Dtype, KernelHandle, Status, StreamHandle, TensorHandle};
use crate::failure::{Fact, Failure, OUT_OF_MEMORY};
use crate::operator::{Arguments, Input, Isa, MAX_INPUTS, MAX_OUTPUTS, Operator, Output};
use crate::shape::Shape;

/// A launch that waits for its turn.
#[derive(Clone, Copy)]
pub struct Launch {
    kernel: u32,
    tensors: [u32; MAX_INPUTS],
    made: [u32; MAX_OUTPUTS],
    counts: (u8, u8),
}

impl Launch {
    pub fn inputs(&self) -> &[u32] {
        &self.tensors[..usize::from(self.counts.0)]
    }

    pub fn outputs(&self) -> &[u32] {
        &self.made[..usize::from(self.counts.1)]
    }
}

/// An attribute as the caller gives it.
#[derive(Clone, Copy)]
pub struct Given {
    pub id: u32,
    pub kind: u32,
    pub bits: u64,
}

/// What `astra_launch` makes: the handles of its outputs.
pub struct Launched {
    pub handles: [u64; MAX_OUTPUTS],
    pub count: usize,
}

/// The values of an operator's attributes in the order of their declaration. An operator without attributes
/// costs no memory and no time.
pub(super) type Values = Vec<Option<u64>>;

/// The given attributes in the order of their declaration.
fn attributes(operator: &Operator, given: impl Iterator<Item = Given> + Clone) -> Result<Values, Failure> {
    let position = |id| operator.attributes.iter().position(|declared| declared.id == id);
    let refuse = |status, id| {
        Failure::new(status).about("options").op(operator.id).actual(Fact::Nth("attribute", u64::from(id)))
    };
    for attribute in given.clone() {
        if position(attribute.id).is_none() {
            return Err(refuse(Status::UnknownAttribute, attribute.id));
        }
    }
    let mut values = Vec::new();
    values.try_reserve_exact(operator.attributes.len()).map_err(|_| OUT_OF_MEMORY)?;
    #[allow(clippy::disallowed_methods)] // room was reserved by the line above
    values.resize(operator.attributes.len(), None);
    for attribute in given {
        let Some(place) = position(attribute.id) else { continue };
        let invalid =
            |expected| Err(refuse(Status::InvalidAttribute, attribute.id).expected(Fact::Words(expected)));
        if values[place].is_some() {
            return invalid("each attribute once");
        }
        if attribute.kind != operator.attributes[place].kind {
            return invalid("the declared kind");
        }
        values[place] = Some(attribute.bits);
    }
    for (declared, value) in operator.attributes.iter().zip(&values) {
        if declared.required && value.is_none() {
            return Err(Failure::new(Status::InvalidAttribute)
                .about("options")
                .op(operator.id)
                .expected(Fact::Words(declared.name))
                .actual(Fact::Words("missing")));
        }
    }
    Ok(values)
}

impl<'r> Session<'r> {
    pub fn operator(&self, kernel: KernelHandle) -> &'static Operator {
        self.runtime.kernels.get(kernel.object).0
    }

    /// Enqueues a kernel. The caller has checked the number of inputs and of outputs.
    pub fn launch(
        &mut self,
        stream: StreamHandle,
        kernel: KernelHandle,
        inputs: &[TensorHandle],
        given: impl Iterator<Item = Given> + Clone,
    ) -> Result<Launched, Failure> {
        let (operator, combination) = self.runtime.kernels.get(kernel.object);
        let mut shapes = [Shape::scalar(Dtype::F32); MAX_INPUTS];
        for (index, (input, &dtype)) in inputs.iter().zip(combination.inputs).enumerate() {
            shapes[index] = self.state().tensors[input.object].shape;
            if shapes[index].dtype != dtype {
                return Err(Failure::new(Status::OperandDtype)
                    .about("inputs")
                    .op(operator.id)
                    .actual(Fact::Nth("input", index as u64)));
            }
        }
        let values = attributes(operator, given)?;
        let mut made_shapes = [Shape::scalar(Dtype::F32); MAX_OUTPUTS];
        for (shape, &dtype) in made_shapes.iter_mut().zip(combination.outputs) {
            shape.dtype = dtype;
        }
        let made_shapes = &mut made_shapes[..operator.outputs];
        (operator.shapes)(&shapes[..inputs.len()], &values, made_shapes)
            .map_err(|failure| failure.op(operator.id))?;
        let mut bytes = [0; MAX_OUTPUTS];
        for (bytes, shape) in bytes.iter_mut().zip(&*made_shapes) {
            *bytes = shape.byte_length().ok_or(
                Failure::new(Status::ShapeOverflow)
                    .about("inputs")
                    .op(operator.id)
                    .expected(Fact::Words("bytes of an output that fit in 63 bits")),
            )?;
        }
        let mut launch = Launch {
            kernel: kernel.object,
            tensors: [NONE; MAX_INPUTS],
            made: [NONE; MAX_OUTPUTS],
            counts: (inputs.len() as u8, operator.outputs as u8),
        };
        for (place, input) in launch.tensors.iter_mut().zip(inputs) {
            *place = input.object;
        }
        let launched = self.make_outputs(operator, made_shapes, &bytes, &mut launch)?;
        if self.state().is_next(stream.object, &launch) && is_small(&shapes[..inputs.len()], &bytes) {
            self.compute_at_once(stream.object, &launch, &values);
            return Ok(launched);
        }
        for &input in launch.inputs() {
            self.use_tensor(input);
        }
        for &output in launch.outputs() {
            self.use_tensor(output);
        }
        self.enqueue(stream.object, Work::Launch(launch), values)?;
        Ok(launched)
    }

    /// All memory that the launch needs, or none.
    fn make_outputs(
        &mut self,
        operator: &Operator,
        shapes: &[Shape],
        bytes: &[u64],
        launch: &mut Launch,
    ) -> Result<Launched, Failure> {
        let bytes = &bytes[..shapes.len()];
        self.take_memory(bytes.iter().copied()).map_err(|failure| failure.op(operator.id))?;
        let mut launched = Launched { handles: [0; MAX_OUTPUTS], count: shapes.len() };
        let mut result = self.state().items.reserve().ok_or(OUT_OF_MEMORY);
        for (index, (&shape, &length)) in shapes.iter().zip(bytes).enumerate() {
            match result.and_then(|()| self.new_output(shape, length)) {
                Ok((tensor, handle)) => {
                    (launch.made[index], launched.handles[index]) = (tensor, handle);
                }
                Err(failure) => {
                    // `new_output` gave back what it failed to use, if it was asked at all.
                    if result.is_err() {
                        self.give_back(length);
                    }
                    result = Err(failure);
                }
            }
        }
        if let Err(failure) = result {
            for (&tensor, &handle) in launch.made.iter().zip(&launched.handles) {
                if handle != 0 {
                    self.tensor_undo(tensor, handle);
                }
            }
            return Err(failure.op(operator.id));
        }
        Ok(launched)
    }

    /// Computes a launch whose inputs are complete. The lock is given up meanwhile. A kernel that
    /// panics is a defect; what it should have made is failed.
    pub(super) fn compute(&mut self, launch: &Launch, values: &[Option<u64>]) -> Result<(), &'static str> {
        let Runtime { kernels, team, .. } = self.runtime;
        let isa = kernels.isa;
        let operator = self.runtime.kernels.get(launch.kernel).0;
        let state = self.state();
        let mut read: [Option<(Shape, Shared<Block>)>; MAX_INPUTS] = [const { None }; MAX_INPUTS];
        let mut made: [Option<(Shape, Shared<Block>)>; MAX_OUTPUTS] = [const { None }; MAX_OUTPUTS];
        for (place, &tensor) in read.iter_mut().zip(launch.inputs()) {
            let tensor = &state.tensors[tensor];
            *place = tensor.block.clone().map(|block| (tensor.shape, block));
        }
        for (place, &tensor) in made.iter_mut().zip(launch.outputs()) {
            let tensor = &mut state.tensors[tensor];
            *place = tensor.block.take().map(|block| (tensor.shape, block));
        }
        let result = self.unlocked(|| {
            let read = read.each_ref().map(|it| it.as_ref().map(|(shape, block)| Input { shape, block }));
            catch_unwind(AssertUnwindSafe(|| run(operator, isa, read, &mut made, values, team)))
        });
        for (place, &tensor) in made.into_iter().zip(launch.outputs()) {
            self.state().tensors[tensor].block = place.map(|(_, block)| block);
        }
        result.map_err(|_| operator.id)
    }

    /// Computes a small launch that is next on its stream without giving up the lock: nothing waits for what it
    /// makes, since nobody has the handles yet.
    fn compute_at_once(&mut self, stream: u32, launch: &Launch, values: &[Option<u64>]) {
        let Runtime { kernels, team, .. } = self.runtime;
        let operator = kernels.get(launch.kernel).0;
        let state = self.state();
        let mut made: [Held; MAX_OUTPUTS] = [const { None }; MAX_OUTPUTS];
        for (place, &tensor) in made.iter_mut().zip(launch.outputs()) {
            let tensor = &mut state.tensors[tensor];
            *place = tensor.block.take().map(|block| (tensor.shape, block));
        }
        let tensors = &state.tensors;
        let read: [Option<Input<'_>>; MAX_INPUTS] = core::array::from_fn(|index| {
            let Tensor { shape, block, .. } = &tensors[*launch.inputs().get(index)?];
            Some(Input { shape, block: block.as_ref()? })
        });
        let result =
            catch_unwind(AssertUnwindSafe(|| run(operator, kernels.isa, read, &mut made, values, team)));
        let failed = result.err().map(|_| operator.id);
        for (place, &tensor) in made.into_iter().zip(launch.outputs()) {
            let tensor = &mut state.tensors[tensor];
            tensor.block = place.map(|(_, block)| block);
            tensor.decision = failed.map_or(Decision::Complete, Decision::Failed);
        }
        state.pass(stream, failed);
    }
}

/// Bytes of all operands up to which a launch takes less time than to give up the lock and to take it again.
const SMALL: u64 = 2048;

/// Whether a launch is over so soon that other calls may wait for it.
fn is_small(inputs: &[Shape], outputs: &[u64]) -> bool {
    let bytes = |shape: &Shape| shape.byte_length().unwrap_or(u64::MAX);
    let sum = |sum: u64, bytes| sum.saturating_add(bytes);
    inputs.iter().map(bytes).chain(outputs.iter().copied()).fold(0, sum) <= SMALL
}

type Held = Option<(Shape, Shared<Block>)>;

fn run(
    operator: &Operator,
    isa: Isa,
    read: [Option<Input<'_>>; MAX_INPUTS],
    made: &mut [Held; MAX_OUTPUTS],
    attributes: &[Option<u64>],
    team: &Team,
) {
    let Some(first) = read[0] else { unreachable!("an operator has an input") };
    let inputs = read.map(|input| input.unwrap_or(first));
    let inputs = &inputs[..operator.inputs];
    let made = made
        .each_mut()
        .map(|held| held.as_mut().and_then(|(shape, block)| Some(Output { shape, block: block.get_mut()? })));
    // An operator with fewer outputs than the most has them first.
    assert!(made.iter().flatten().count() == operator.outputs, "an output's block is away");
    match made {
        [Some(first), None] => {
            (operator.run)(isa, &mut Arguments { inputs, outputs: &mut [first], attributes, team });
        }
        [Some(first), Some(second)] => {
            (operator.run)(isa, &mut Arguments { inputs, outputs: &mut [first, second], attributes, team });
        }
        _ => unreachable!("an operator has an output"),
    }
}
