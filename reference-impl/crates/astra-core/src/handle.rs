//! Handles: 64 bits of runtime tag, generation and slot. A slot knows the kind of what it names.
//!
//! A released handle stays refused: its slot's generation moved on, slots are reused first-in
//! first-out, and a slot whose generations are used up is never used again.

use astra_memory::{try_array, try_push};

use crate::contract::{Kind, Status};
use crate::failure::{Failure, OUT_OF_MEMORY};

const SLOT_BITS: u32 = 22;
const GENERATION_BITS: u32 = 18;
/// Bits of the runtime's tag.
pub const TAG_BITS: u32 = 64 - SLOT_BITS - GENERATION_BITS;
const LAST_GENERATION: u32 = (1 << GENERATION_BITS) - 1;
const MOST_SLOTS: u32 = 1 << SLOT_BITS;
const CHUNK: usize = 256;
const NONE: u32 = u32::MAX;

/// A handle taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits {
    pub tag: u32,
    generation: u32,
    slot: u32,
}

impl Bits {
    pub const TAG_COUNT: u32 = 1 << TAG_BITS;

    pub const fn of(handle: u64) -> Self {
        Self {
            tag: (handle >> (SLOT_BITS + GENERATION_BITS)) as u32,
            generation: (handle >> SLOT_BITS) as u32 & LAST_GENERATION,
            slot: handle as u32 & (MOST_SLOTS - 1),
        }
    }

    pub(crate) const fn slot(self) -> u32 {
        self.slot
    }

    const fn pack(self) -> u64 {
        (self.tag as u64) << (SLOT_BITS + GENERATION_BITS)
            | (self.generation as u64) << SLOT_BITS
            | self.slot as u64
    }
}

/// What a call does with a handle, which decides how a released one is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Borrow,
    Consume,
}

impl Use {
    /// The status for a handle that has been released.
    pub const fn released(self) -> Status {
        match self {
            Use::Borrow => Status::StaleHandle,
            Use::Consume => Status::DoubleRelease,
        }
    }
}

/// A handle that was checked in this call: its slot, and the number of what it names.
pub trait TypedHandle: Copy {
    const KIND: Kind;
    fn new(slot: u32, object: u32) -> Self;
}

macro_rules! typed_handle {
    ($name:ident, $kind:ident) => {
        #[derive(Clone, Copy, Debug)]
        #[allow(dead_code)] // nothing ends a borrowed handle by its slot, a runtime has no object
        pub struct $name {
            pub(crate) slot: u32,
            pub(crate) object: u32,
        }

        impl crate::handle::TypedHandle for $name {
            const KIND: Kind = Kind::$kind;

            fn new(slot: u32, object: u32) -> Self {
                Self { slot, object }
            }
        }
    };
}
pub(crate) use typed_handle;

#[derive(Clone, Copy)]
struct Slot {
    generation: u32,
    /// `None`: free, or used up.
    kind: Option<Kind>,
    /// What the handle names; in a free slot, the next free one.
    object: u32,
}

/// The handles of one runtime.
pub struct HandleTable {
    tag: u32,
    #[allow(clippy::vec_box)] // growing must not move the slots
    chunks: Vec<Box<[Slot; CHUNK]>>,
    length: u32,
    first_free: u32,
    last_free: u32,
}

impl HandleTable {
    pub const fn new(tag: u32) -> Self {
        Self { tag, chunks: Vec::new(), length: 0, first_free: NONE, last_free: NONE }
    }

    #[inline]
    fn slot(&self, index: u32) -> Option<&Slot> {
        Some(&self.chunks.get(index as usize / CHUNK)?[index as usize % CHUNK])
    }

    fn slot_mut(&mut self, index: u32) -> &mut Slot {
        &mut self.chunks[index as usize / CHUNK][index as usize % CHUNK]
    }

    /// Makes a handle.
    pub fn insert(&mut self, kind: Kind, object: u32) -> Result<u64, Failure> {
        let tag = self.tag;
        if self.first_free == NONE {
            self.grow().ok_or(OUT_OF_MEMORY)?;
        }
        let index = self.first_free;
        let slot = self.slot_mut(index);
        let next = slot.object;
        (slot.kind, slot.object) = (Some(kind), object);
        let bits = Bits { tag, generation: slot.generation, slot: index };
        self.first_free = next;
        if next == NONE {
            self.last_free = NONE;
        }
        Ok(bits.pack())
    }

    /// One more slot, free.
    fn grow(&mut self) -> Option<()> {
        if self.length == MOST_SLOTS {
            return None;
        }
        if (self.length as usize).is_multiple_of(CHUNK) {
            let chunk = try_array(|_| Slot { generation: 1, kind: None, object: NONE })?;
            try_push(&mut self.chunks, chunk)?;
        }
        self.free(self.length);
        self.length += 1;
        Some(())
    }

    fn free(&mut self, index: u32) {
        if self.last_free == NONE {
            self.first_free = index;
        } else {
            self.slot_mut(self.last_free).object = index;
        }
        self.last_free = index;
    }

    /// The handle as the kind that the call asks for. Staleness comes before kind.
    #[inline]
    pub fn check<H: TypedHandle>(&self, bits: Bits, how: Use) -> Result<H, Failure> {
        match self.slot(bits.slot) {
            Some(Slot { generation, kind: Some(kind), object }) if *generation == bits.generation => {
                if *kind == H::KIND {
                    Ok(H::new(bits.slot, *object))
                } else {
                    Err(Failure::new(Status::WrongKind))
                }
            }
            _ => Err(Failure::new(how.released())),
        }
    }

    /// Ends a handle that was checked in this call.
    pub fn remove(&mut self, index: u32) {
        let slot = self.slot_mut(index);
        (slot.kind, slot.object) = (None, NONE);
        if slot.generation < LAST_GENERATION {
            slot.generation += 1;
            self.free(index);
        }
    }

    /// Gives a handle's slot away without the handle: nobody has it until `show`, which needs no memory.
    pub fn hide(&mut self, index: u32) {
        self.slot_mut(index).kind = None;
    }

    /// The handle of a slot that was hidden, now or earlier.
    pub fn show(&mut self, index: u32, kind: Kind) -> u64 {
        self.slot_mut(index).kind = Some(kind);
        self.packed(index)
    }

    /// The handle in a slot that is known to be used.
    pub fn packed(&self, index: u32) -> u64 {
        let generation = self.slot(index).map_or(0, |slot| slot.generation);
        Bits { tag: self.tag, generation, slot: index }.pack()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EventHandle, TensorHandle};

    fn status<T: core::fmt::Debug>(result: Result<T, Failure>) -> Status {
        result.unwrap_err().status
    }

    #[test]
    fn a_released_handle_is_stale_and_released_twice_is_said_so() {
        let mut table = HandleTable::new(5);
        let handle = Bits::of(table.insert(Kind::Event, 77).unwrap());
        assert_eq!(table.check::<EventHandle>(handle, Use::Borrow).unwrap().object, 77);
        table.remove(handle.slot);
        assert_eq!(status(table.check::<EventHandle>(handle, Use::Borrow)), Status::StaleHandle);
        assert_eq!(status(table.check::<EventHandle>(handle, Use::Consume)), Status::DoubleRelease);
    }

    #[test]
    fn another_kind_is_told_from_a_stale_handle() {
        let mut table = HandleTable::new(5);
        let handle = Bits::of(table.insert(Kind::Event, 0).unwrap());
        assert_eq!(status(table.check::<TensorHandle>(handle, Use::Borrow)), Status::WrongKind);
        table.remove(handle.slot);
        assert_eq!(status(table.check::<TensorHandle>(handle, Use::Borrow)), Status::StaleHandle);
    }

    #[test]
    fn slots_are_reused_first_in_first_out() {
        let mut table = HandleTable::new(0);
        let slots: Vec<u32> = (0..4).map(|n| Bits::of(table.insert(Kind::Event, n).unwrap()).slot).collect();
        for &slot in &slots[1..] {
            table.remove(slot);
        }
        for &slot in &slots[1..] {
            assert_eq!(Bits::of(table.insert(Kind::Event, 0).unwrap()).slot, slot);
        }
    }

    #[test]
    fn a_slot_whose_generations_are_used_up_is_retired() {
        let mut table = HandleTable::new(0);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..LAST_GENERATION + 10 {
            let handle = table.insert(Kind::Event, 0).unwrap();
            assert!(seen.insert(handle));
            table.remove(Bits::of(handle).slot);
        }
        assert_eq!(table.length, 2);
    }

    #[test]
    fn no_handle_is_zero() {
        assert_ne!(HandleTable::new(0).insert(Kind::Event, 0).unwrap(), 0);
    }
}
