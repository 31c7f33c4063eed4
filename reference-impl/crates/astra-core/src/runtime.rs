//! One runtime: everything that a program made hangs from it, under one lock.
//!
//! A `Session` is the locked runtime for one call, so that handles checked in the call stay valid.
//! The lock is given up while a kernel computes, while a call waits, and while a large buffer is
//! copied; what such a call uses has a count of its own, so that a release meanwhile is harmless.

mod event;
mod launch;
mod need;
mod stream;
mod tensor;

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use astra_team::Team;

use crate::contract::{DeviceHandle, Kind, RuntimeHandle, Status, WAIT_FOREVER, WAIT_POLL};
use crate::failure::{Fact, Failure, OUT_OF_MEMORY};
use crate::handle::{Bits, HandleTable, TypedHandle, Use};
use crate::operator::{Isa, Kernels};
use crate::slab::Slab;

pub use launch::{Given, Launched};
pub use tensor::TensorSummary;

/// No object, no item.
const NONE: u32 = u32::MAX;

/// Where an event, or a tensor's contents, stands. A failure carries what failed first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Pending,
    Complete,
    Failed(&'static str),
}

impl Decision {
    const fn number(self) -> u32 {
        match self {
            Decision::Pending => crate::contract::STATE_PENDING,
            Decision::Complete => crate::contract::STATE_COMPLETE,
            Decision::Failed(_) => crate::contract::STATE_FAILED,
        }
    }

    /// What a wait for it ends with; `None` while it is pending.
    fn outcome(self) -> Option<Result<(), Failure>> {
        match self {
            Decision::Pending => None,
            Decision::Complete => Some(Ok(())),
            Decision::Failed(cause) => Some(Err(producer_failed(cause))),
        }
    }
}

fn producer_failed(cause: &'static str) -> Failure {
    Failure::new(Status::ProducerFailed).op(cause)
}

struct State {
    handles: HandleTable,
    /// The last reference was released; calls that began before may still be inside.
    dead: bool,
    /// Handles of the runtime itself.
    references: u32,
    /// Other owned handles.
    live: u64,
    memory_in_use: u64,
    /// Calls that wait for something to be decided.
    sleepers: u32,
    /// Something was decided since the sleepers were last told.
    news: bool,
    device_slot: u32,
    first_kernel_slot: u32,
    events: Slab<event::Event>,
    items: Slab<stream::Item>,
    streams: Slab<stream::Stream>,
    tensors: Slab<tensor::Tensor>,
}

/// How a runtime is made.
pub struct Settings {
    pub kernels: Kernels,
    /// Bytes of tensor storage; 0 is no limit.
    pub memory_limit: u64,
    /// Threads that compute for one launch, the calling one included.
    pub threads: usize,
}

/// What a runtime is and holds.
pub struct Summary {
    pub threads: u32,
    pub isa: Isa,
    pub live_handles: u64,
    pub memory_in_use: u64,
    pub memory_limit: u64,
}

/// A runtime. Its tag is part of every handle that it makes.
pub struct Runtime {
    kernels: Kernels,
    memory_limit: u64,
    team: Team,
    state: Mutex<State>,
    changed: Condvar,
}

impl Runtime {
    /// A runtime and the handle of its first reference.
    pub fn new(tag: u32, settings: Settings) -> Result<(Runtime, u64), Failure> {
        let Settings { kernels, memory_limit, threads } = settings;
        let team = Team::new(threads).ok_or(OUT_OF_MEMORY)?;
        let mut handles = HandleTable::new(tag);
        let device_slot = Bits::of(handles.insert(Kind::Device, 0)?).slot();
        let mut first_kernel_slot = NONE;
        for number in 0..kernels.count() {
            let slot = Bits::of(handles.insert(Kind::Kernel, number)?).slot();
            first_kernel_slot = first_kernel_slot.min(slot);
            handles.hide(slot);
        }
        let reference = handles.insert(Kind::Runtime, 0)?;
        let state = State {
            handles,
            dead: false,
            references: 1,
            live: 0,
            memory_in_use: 0,
            sleepers: 0,
            news: false,
            device_slot,
            first_kernel_slot,
            events: Slab::new(),
            items: Slab::new(),
            streams: Slab::new(),
            tensors: Slab::new(),
        };
        let runtime =
            Runtime { kernels, memory_limit, team, state: Mutex::new(state), changed: Condvar::new() };
        Ok((runtime, reference))
    }

    pub fn kernels(&self) -> &Kernels {
        &self.kernels
    }

    /// Locks the runtime for a call.
    pub fn open(&self) -> Session<'_> {
        Session { runtime: self, state: Some(self.lock()) }
    }

    /// A panic is a defect that its own call reports; others go on with what it left.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A runtime, locked for one call.
pub struct Session<'r> {
    runtime: &'r Runtime,
    /// `None` only while the lock is given up inside a method.
    state: Option<MutexGuard<'r, State>>,
}

impl<'r> Session<'r> {
    fn state(&mut self) -> &mut State {
        self.state.as_mut().expect("the session is locked")
    }

    pub fn kernels(&self) -> &'r Kernels {
        &self.runtime.kernels
    }

    /// The handle as the kind that the call asks for.
    pub fn check<H: TypedHandle>(&mut self, handle: u64, how: Use) -> Result<H, Failure> {
        self.alive(how)?;
        self.state().handles.check(Bits::of(handle), how)
    }

    /// Whether the runtime still has a reference: to be asked again after the lock was given up.
    fn alive(&mut self, how: Use) -> Result<(), Failure> {
        if self.state().dead { Err(Failure::new(how.released())) } else { Ok(()) }
    }

    /// Runs something that may take long without the lock.
    fn unlocked<R>(&mut self, long: impl FnOnce() -> R) -> R {
        self.tell();
        self.state = None;
        let result = long();
        self.state = Some(self.runtime.lock());
        result
    }

    /// Wakes the sleepers if there is something to see.
    fn tell(&mut self) {
        let state = self.state();
        if core::mem::take(&mut state.news) && state.sleepers > 0 {
            self.runtime.changed.notify_all();
        }
    }

    /// Waits until `outcome` gives one, for at most `limit` nanoseconds of a monotonic clock.
    fn wait(
        &mut self,
        limit: u64,
        mut outcome: impl FnMut(&State) -> Option<Result<(), Failure>>,
    ) -> Result<(), Failure> {
        let deadline = match limit {
            WAIT_POLL | WAIT_FOREVER => None,
            _ => Instant::now().checked_add(Duration::from_nanos(limit)),
        };
        loop {
            if let Some(result) = outcome(self.state()) {
                return result;
            }
            let left = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None if limit == WAIT_POLL => Duration::ZERO,
                None => Duration::MAX,
            };
            if left.is_zero() {
                return Err(Failure::new(Status::Timeout).expected(Fact::Nth("done within ns:", limit)));
            }
            self.sleep(left);
        }
    }

    fn sleep(&mut self, longest: Duration) {
        let mut guard = self.state.take().expect("the session is locked");
        guard.sleepers += 1;
        let changed = &self.runtime.changed;
        let mut guard = if longest == Duration::MAX {
            changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
        } else {
            changed.wait_timeout(guard, longest).unwrap_or_else(PoisonError::into_inner).0
        };
        guard.sleepers -= 1;
        self.state = Some(guard);
    }

    /// A new owned handle.
    fn own(&mut self, kind: Kind, object: u32) -> Result<u64, Failure> {
        let handle = self.state().handles.insert(kind, object)?;
        self.state().live += 1;
        Ok(handle)
    }

    /// Ends an owned handle.
    fn disown(&mut self, slot: u32) {
        self.state().handles.remove(slot);
        self.state().live -= 1;
    }

    // --- the runtime itself, its device and its kernels ---

    pub fn runtime_retain(&mut self, _runtime: RuntimeHandle) -> Result<u64, Failure> {
        let handle = self.state().handles.insert(Kind::Runtime, 0)?;
        self.state().references += 1;
        Ok(handle)
    }

    /// True when it was the last reference.
    pub fn runtime_release(&mut self, runtime: RuntimeHandle) -> Result<bool, Failure> {
        let state = self.state();
        if state.references == 1 && state.live > 0 {
            let live = Fact::Number(state.live);
            return Err(Failure::new(Status::LiveHandles).expected(Fact::Number(0)).actual(live));
        }
        state.handles.remove(runtime.slot);
        state.references -= 1;
        state.dead = state.references == 0;
        Ok(state.dead)
    }

    pub fn summary(&mut self) -> Summary {
        let Runtime { kernels, memory_limit, team, .. } = self.runtime;
        let (threads, isa, memory_limit) = (team.width() as u32, kernels.isa, *memory_limit);
        let state = self.state();
        Summary { threads, isa, live_handles: state.live, memory_in_use: state.memory_in_use, memory_limit }
    }

    /// Every runtime has one device.
    pub const DEVICES: u32 = 1;

    pub fn device_get(&mut self, index: u32) -> Result<u64, Failure> {
        if index >= Self::DEVICES {
            return Err(Failure::new(Status::IndexOutOfRange)
                .expected(Fact::Nth("less than", u64::from(Self::DEVICES)))
                .actual(Fact::Number(u64::from(index))));
        }
        let state = self.state();
        Ok(state.handles.packed(state.device_slot))
    }

    pub fn device_index(&self, device: DeviceHandle) -> u32 {
        device.object
    }

    pub fn kernel_get(&mut self, op: &[u8], dtypes: &[u32], outputs: &[u32]) -> Result<u64, Failure> {
        let number = self.runtime.kernels.find(op, dtypes, outputs)?;
        let state = self.state();
        let slot = state.first_kernel_slot + number;
        Ok(state.handles.show(slot, Kind::Kernel))
    }
}
