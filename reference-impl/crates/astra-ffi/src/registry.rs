//! The registry of runtimes: the one state of the process that the contract allows. It only grows and is
//! read without a lock. A runtime's tag is its index behind a random start, so that another copy of the
//! library has other tags, and none is ever used twice.

use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};

use astra_core::contract::Status;
use astra_core::{Bits, Failure, OUT_OF_MEMORY, Runtime, Settings};
use astra_memory::try_box;

pub use astra_core::Use;

use crate::process::{Epoch, Process, random};

const ENTRIES: usize = 4096;
const CHUNKS: usize = Bits::TAG_COUNT as usize / ENTRIES;
/// Set in `start` once it was drawn.
const DRAWN: u64 = 1 << 63;

/// A runtime that was made once. Its memory goes with the last pin, the entry stays for ever.
struct Entry {
    /// Pins, and one for being alive. Never rises from zero.
    pins: AtomicU32,
    /// The process that made it; 0 until it is made.
    epoch: AtomicU32,
    runtime: AtomicPtr<Runtime>,
}

type Chunk = [Entry; ENTRIES];

struct Registry {
    start: AtomicU64,
    /// Indices given away; may run over the end.
    count: AtomicU32,
    silent: AtomicBool,
    process: Process,
    chunks: [AtomicPtr<Chunk>; CHUNKS],
}

/// `#[unsafe(no_mangle)]`: the contract names this symbol in build.toml. The version script hides it.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
static astra_registry: Registry = Registry {
    start: AtomicU64::new(0),
    count: AtomicU32::new(0),
    silent: AtomicBool::new(false),
    process: Process::new(),
    chunks: [const { AtomicPtr::new(core::ptr::null_mut()) }; CHUNKS],
};

/// Makes panics of this copy of the library print nothing. Costs one load after the first time.
#[inline]
pub fn silence() {
    if !astra_registry.silent.load(Ordering::Relaxed) {
        silence_once();
    }
}

#[cold]
fn silence_once() {
    #[cfg(not(test))] // tests want to see theirs
    if !astra_registry.silent.swap(true, Ordering::Relaxed) {
        #[allow(clippy::disallowed_methods)] // the hook has no bytes, so nothing is allocated
        std::panic::set_hook(Box::new(|_| {}));
    }
}

/// A runtime that cannot go away while the pin is held.
pub struct Pin {
    entry: &'static Entry,
    pub tag: u32,
}

impl Pin {
    pub fn runtime(&self) -> &Runtime {
        // SAFETY: the pin counts in `pins`, so the runtime has not been freed.
        unsafe { &*self.entry.runtime.load(Ordering::Relaxed) }
    }

    /// Gives up the count for being alive, once the last reference was released.
    pub fn retire(&self) {
        unpin(self.entry);
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        unpin(self.entry);
    }
}

fn unpin(entry: &Entry) {
    if entry.pins.fetch_sub(1, Ordering::AcqRel) == 1 {
        // SAFETY: the last pin is gone and none can come; the runtime was boxed by `create`.
        drop(unsafe { Box::from_raw(entry.runtime.load(Ordering::Relaxed)) });
    }
}

fn start() -> u32 {
    let mut start = astra_registry.start.load(Ordering::Acquire);
    if start == 0 {
        let drawn = random() & (DRAWN - 1) | DRAWN;
        start = match astra_registry.start.compare_exchange(0, drawn, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => drawn,
            Err(other) => other,
        };
    }
    start as u32 & (Bits::TAG_COUNT - 1)
}

/// The entry of a tag, if a runtime has it.
fn entry(tag: u32) -> Option<(&'static Entry, Epoch)> {
    let start = astra_registry.start.load(Ordering::Acquire) as u32;
    let index = tag.wrapping_sub(start) & (Bits::TAG_COUNT - 1);
    let chunk = astra_registry.chunks[index as usize / ENTRIES].load(Ordering::Acquire);
    // SAFETY: a chunk is never freed, and zero bytes are entries without a runtime.
    let entry = &unsafe { chunk.as_ref() }?[index as usize % ENTRIES];
    match entry.epoch.load(Ordering::Acquire) {
        0 => None,
        epoch => Some((entry, epoch)),
    }
}

/// The runtime of a handle, pinned; or what is wrong with the handle as far as the registry can tell.
#[inline]
pub fn pin(handle: u64, how: Use, param: &'static str) -> Result<Pin, Failure> {
    find(handle, how).map_err(|status| Failure::new(status).about(param))
}

fn find(handle: u64, how: Use) -> Result<Pin, Status> {
    if handle == 0 {
        return Err(Status::NullHandle);
    }
    let tag = Bits::of(handle).tag;
    let (entry, epoch) = entry(tag).ok_or(Status::UnknownRuntime)?;
    if epoch != astra_registry.process.epoch() {
        return Err(Status::ForkedProcess);
    }
    let more = |pins: u32| if pins == 0 { None } else { pins.checked_add(1) };
    match entry.pins.try_update(Ordering::Acquire, Ordering::Relaxed, more) {
        Ok(_) => Ok(Pin { entry, tag }),
        Err(_) => Err(how.released()),
    }
}

/// Makes a runtime and its first handle.
pub fn create(settings: Settings) -> Result<u64, Failure> {
    let epoch = astra_registry.process.enter();
    let start = start();
    let taken = astra_registry.count.try_update(Ordering::AcqRel, Ordering::Relaxed, |count| {
        // One tag is left out, so that an index never equals the number of tags.
        (count < Bits::TAG_COUNT - 1).then_some(count + 1)
    });
    let index = taken.map_err(|_| Failure::new(Status::TooManyRuntimes))?;
    let entry = reserve(index).ok_or(OUT_OF_MEMORY)?;
    let tag = start.wrapping_add(index) & (Bits::TAG_COUNT - 1);
    let (runtime, handle) = Runtime::new(tag, settings)?;
    let runtime = try_box(runtime).ok_or(OUT_OF_MEMORY)?;
    entry.runtime.store(Box::into_raw(runtime), Ordering::Relaxed);
    entry.pins.store(1, Ordering::Release);
    entry.epoch.store(epoch, Ordering::Release);
    Ok(handle)
}

/// The place of an index, whose chunk is made when its first index needs it.
fn reserve(index: u32) -> Option<&'static Entry> {
    let place = &astra_registry.chunks[index as usize / ENTRIES];
    let mut chunk = place.load(Ordering::Acquire);
    if chunk.is_null() {
        let layout = std::alloc::Layout::new::<Chunk>();
        // SAFETY: a chunk has bytes.
        let made = unsafe { std::alloc::alloc_zeroed(layout) }.cast::<Chunk>();
        if made.is_null() {
            return None;
        }
        chunk = match place.compare_exchange(chunk, made, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => made,
            Err(other) => {
                // SAFETY: nobody else has seen the chunk.
                unsafe { std::alloc::dealloc(made.cast(), layout) };
                other
            }
        };
    }
    // SAFETY: a chunk is never freed, and zero bytes are entries without a runtime.
    Some(&unsafe { &*chunk }[index as usize % ENTRIES])
}
