//! Tensors and the maps that read them.

use astra_memory::{ALIGNMENT, Block, Shared};

use super::stream::Ready;
use super::{Decision, NONE, Session};
use crate::contract::{Kind, MapHandle, Status, TensorHandle};
use crate::failure::{Fact, Failure, OUT_OF_MEMORY};
use crate::handle::Use;
use crate::shape::Shape;

/// From here on the caller's bytes are copied without the lock.
const LARGE: usize = 1 << 16;

pub struct Tensor {
    /// Everything that keeps it: handles, maps, items, sleeping calls.
    uses: u32,
    pub(super) shape: Shape,
    bytes: u64,
    pub(super) decision: Decision,
    /// Away while the launch that fills it computes.
    pub(super) block: Option<Shared<Block>>,
    /// Streams whose next item waits for it.
    pub(super) waiters: u32,
}

/// What a tensor is.
pub struct TensorSummary {
    pub shape: Shape,
    pub byte_length: u64,
    pub state: u32,
}

/// Storage is counted in units of 64 bytes.
fn counted(bytes: u64) -> u64 {
    bytes.next_multiple_of(ALIGNMENT as u64)
}

/// A block that maps and launches can share.
fn shared(block: Option<Block>) -> Result<Shared<Block>, Failure> {
    block.and_then(Shared::try_new).ok_or(OUT_OF_MEMORY)
}

impl Session<'_> {
    /// Counts storage against the limit. `bytes` is a list, so that a launch is one request.
    pub(super) fn take_memory(&mut self, bytes: impl Iterator<Item = u64>) -> Result<u64, Failure> {
        let limit = self.runtime.memory_limit;
        let in_use = self.state().memory_in_use;
        let wanted = bytes.fold(0, |sum: u64, bytes| sum.saturating_add(counted(bytes)));
        let total = in_use.saturating_add(wanted);
        if limit != 0 && total > limit {
            return Err(Failure::new(Status::MemoryLimit)
                .expected(Fact::Nth("bytes at most", limit))
                .actual(Fact::Number(total)));
        }
        // Without a limit a sum beyond 64 bits cannot be had either.
        if total == u64::MAX {
            return Err(OUT_OF_MEMORY);
        }
        self.state().memory_in_use = total;
        Ok(wanted)
    }

    /// Undoes a part of `take_memory`.
    pub(super) fn give_back(&mut self, bytes: u64) {
        self.state().memory_in_use -= counted(bytes);
    }

    /// A tensor with one handle, for storage that was counted. Undoes the count if it fails.
    fn new_tensor(
        &mut self,
        shape: Shape,
        bytes: u64,
        decision: Decision,
        block: Result<Shared<Block>, Failure>,
    ) -> Result<(u32, u64), Failure> {
        let made = block.and_then(|block| {
            let tensor = Tensor { uses: 1, shape, bytes, decision, block: Some(block), waiters: NONE };
            let object = self.state().tensors.insert(tensor).ok_or(OUT_OF_MEMORY)?;
            match self.own(Kind::Tensor, object) {
                Ok(handle) => Ok((object, handle)),
                Err(failure) => {
                    self.state().tensors.remove(object);
                    Err(failure)
                }
            }
        });
        if made.is_err() {
            self.give_back(bytes);
        }
        made
    }

    /// A pending tensor of zero bytes, for storage that was counted.
    pub(super) fn new_output(&mut self, shape: Shape, bytes: u64) -> Result<(u32, u64), Failure> {
        let block = shared(usize::try_from(bytes).ok().and_then(Block::zeroed));
        self.new_tensor(shape, bytes, Decision::Pending, block)
    }

    pub(super) fn use_tensor(&mut self, tensor: u32) {
        self.state().tensors[tensor].uses += 1;
    }

    pub(super) fn unuse_tensor(&mut self, tensor: u32) {
        let state = self.state();
        state.tensors[tensor].uses -= 1;
        if state.tensors[tensor].uses == 0 {
            let gone = state.tensors.remove(tensor);
            state.memory_in_use -= counted(gone.bytes);
        }
    }

    pub(super) fn decide_tensor(&mut self, tensor: u32, decision: Decision, ready: &mut Ready) {
        let state = self.state();
        state.news = true;
        state.tensors[tensor].decision = decision;
        while self.state().tensors[tensor].waiters != NONE {
            let link = self.state().tensors[tensor].waiters;
            self.unblock(link, ready);
        }
    }

    /// A complete tensor; `data` has the shape's byte length.
    pub fn tensor_create(&mut self, shape: Shape, data: &[u8]) -> Result<u64, Failure> {
        let bytes = data.len() as u64;
        self.take_memory(core::iter::once(bytes))?;
        let block = if data.len() < LARGE {
            shared(Block::copy_of(data))
        } else {
            self.unlocked(|| shared(Block::copy_of(data)))
        };
        let block = self.alive(Use::Borrow).map_err(|failure| failure.about("device")).and(block);
        Ok(self.new_tensor(shape, bytes, Decision::Complete, block)?.1)
    }

    pub fn tensor_retain(&mut self, tensor: TensorHandle) -> Result<u64, Failure> {
        let handle = self.own(Kind::Tensor, tensor.object)?;
        self.use_tensor(tensor.object);
        Ok(handle)
    }

    pub fn tensor_release(&mut self, tensor: TensorHandle) {
        self.disown(tensor.slot);
        self.unuse_tensor(tensor.object);
    }

    /// Takes back a handle that was made in this very call.
    pub(super) fn tensor_undo(&mut self, tensor: u32, handle: u64) {
        self.disown(crate::Bits::of(handle).slot());
        self.unuse_tensor(tensor);
    }

    pub fn tensor_describe(&mut self, tensor: TensorHandle) -> TensorSummary {
        let it = &self.state().tensors[tensor.object];
        TensorSummary { shape: it.shape, byte_length: it.bytes, state: it.decision.number() }
    }

    pub fn tensor_map(&mut self, tensor: TensorHandle, limit: u64) -> Result<u64, Failure> {
        self.use_tensor(tensor.object);
        let made = self
            .wait(limit, |state| state.tensors[tensor.object].decision.outcome())
            .and_then(|()| self.alive(Use::Borrow).map_err(|failure| failure.about("tensor")))
            .and_then(|()| self.own(Kind::Map, tensor.object));
        if made.is_err() {
            self.unuse_tensor(tensor.object);
        }
        made
    }

    /// Address and length of a map's bytes.
    pub fn map_get(&mut self, map: MapHandle) -> (*const u8, u64) {
        let it = &self.state().tensors[map.object];
        (it.block.as_ref().expect("a mapped tensor is complete").address(), it.bytes)
    }

    pub fn map_release(&mut self, map: MapHandle) {
        self.disown(map.slot);
        self.unuse_tensor(map.object);
    }
}
