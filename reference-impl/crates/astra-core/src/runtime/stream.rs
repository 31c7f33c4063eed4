//! Streams: queues whose items take effect one after the other.
//!
//! Only the first item of a stream is ever looked at. If it needs something undecided, the stream
//! is put on that thing's list and looked at again when the decision falls. Whoever makes the decision
//! runs what became ready, from a list and not by recursion, so a chain may be as long as memory.

use super::launch::{Launch, Values};
use super::need::Link;
use super::{Decision, NONE, Session, State, producer_failed};
use crate::contract::{DeviceHandle, EventHandle, Kind, Status, StreamHandle};
use crate::failure::{Fact, Failure, OUT_OF_MEMORY};
use crate::operator::MAX_INPUTS;

/// Something enqueued on a stream.
pub struct Item {
    next: u32,
    pub(super) work: Work,
    /// Of a launch, until it computes.
    values: Values,
}

#[derive(Clone, Copy)]
pub enum Work {
    Wait(u32),
    Record(u32),
    Launch(Launch),
}

pub struct Stream {
    /// The caller's handles.
    handles: u32,
    /// Everything that keeps it: handles, sleeping calls, ready lists.
    uses: u32,
    pub(super) first: u32,
    last: u32,
    enqueued: u64,
    done: u64,
    failed: Option<&'static str>,
    /// A call computes the first item.
    running: bool,
    /// It is on the list of everything undecided that its first item needs.
    pub(super) blocked: bool,
    pub(super) links: [Link; MAX_INPUTS],
    /// It is on the list of a call that will look at it.
    queued: bool,
    next_ready: u32,
}

/// Streams to look at, first come first served. Belongs to one call.
pub struct Ready {
    first: u32,
    last: u32,
}

impl Ready {
    pub const fn new() -> Self {
        Self { first: NONE, last: NONE }
    }
}

impl State {
    /// Whether a launch could be computed now if it were enqueued.
    pub(super) fn is_next(&mut self, stream: u32, launch: &Launch) -> bool {
        let it = &self.streams[stream];
        let is_at_rest = it.first == NONE && !it.queued && it.failed.is_none();
        is_at_rest && launch.inputs().iter().all(|&input| self.tensors[input].decision == Decision::Complete)
    }

    /// Counts an item that was finished without being enqueued.
    pub(super) fn pass(&mut self, stream: u32, failed: Option<&'static str>) {
        let it = &mut self.streams[stream];
        it.enqueued += 1;
        it.done += 1;
        it.failed = failed;
    }
}

impl Session<'_> {
    pub fn stream_create(&mut self, _device: DeviceHandle) -> Result<u64, Failure> {
        let stream = Stream {
            handles: 1,
            uses: 1,
            first: NONE,
            last: NONE,
            enqueued: 0,
            done: 0,
            failed: None,
            running: false,
            blocked: false,
            links: [Link::NONE; MAX_INPUTS],
            queued: false,
            next_ready: NONE,
        };
        let object = self.state().streams.insert(stream).ok_or(OUT_OF_MEMORY)?;
        let made = self.own(Kind::Stream, object);
        if made.is_err() {
            self.state().streams.remove(object);
        }
        made
    }

    pub fn stream_retain(&mut self, stream: StreamHandle) -> Result<u64, Failure> {
        let handle = self.own(Kind::Stream, stream.object)?;
        let it = &mut self.state().streams[stream.object];
        it.handles += 1;
        it.uses += 1;
        Ok(handle)
    }

    pub fn stream_release(&mut self, stream: StreamHandle) -> Result<(), Failure> {
        let it = &mut self.state().streams[stream.object];
        if it.handles == 1 && it.done != it.enqueued {
            let pending = Fact::Nth("pending items:", it.enqueued - it.done);
            return Err(Failure::new(Status::PendingWork).about("stream").actual(pending));
        }
        it.handles -= 1;
        self.disown(stream.slot);
        self.unuse_stream(stream.object);
        Ok(())
    }

    fn unuse_stream(&mut self, stream: u32) {
        let state = self.state();
        state.streams[stream].uses -= 1;
        if state.streams[stream].uses == 0 {
            state.streams.remove(stream);
        }
    }

    pub fn stream_synchronize(&mut self, stream: StreamHandle, limit: u64) -> Result<(), Failure> {
        let it = &mut self.state().streams[stream.object];
        if it.failed.is_none() && it.done == it.enqueued {
            return Ok(());
        }
        it.uses += 1;
        let target = it.enqueued;
        let result = self.wait(limit, |state| {
            let it = &state.streams[stream.object];
            match it.failed {
                Some(cause) => Some(Err(producer_failed(cause))),
                None if it.done >= target => Some(Ok(())),
                None => None,
            }
        });
        self.unuse_stream(stream.object);
        result
    }

    pub fn stream_wait(&mut self, stream: StreamHandle, event: EventHandle) -> Result<(), Failure> {
        self.state().items.reserve().ok_or(OUT_OF_MEMORY)?;
        self.use_event(event.object);
        self.enqueue(stream.object, Work::Wait(event.object), Values::new())
    }

    pub fn stream_record(&mut self, stream: StreamHandle) -> Result<u64, Failure> {
        self.state().items.reserve().ok_or(OUT_OF_MEMORY)?;
        let (event, handle) = self.new_event(false)?;
        self.use_event(event);
        self.enqueue(stream.object, Work::Record(event), Values::new())?;
        Ok(handle)
    }

    /// Appends an item, for which there is room, and runs what can run.
    pub(super) fn enqueue(&mut self, stream: u32, work: Work, values: Values) -> Result<(), Failure> {
        let state = self.state();
        let item = state.items.insert(Item { next: NONE, work, values }).ok_or(OUT_OF_MEMORY)?;
        let it = &mut state.streams[stream];
        it.enqueued += 1;
        let last = core::mem::replace(&mut it.last, item);
        if last == NONE {
            it.first = item;
        } else {
            state.items[last].next = item;
        }
        let mut ready = Ready::new();
        self.queue(stream, &mut ready);
        self.drain(ready);
        Ok(())
    }

    /// Puts a stream on a call's list, unless a call has it on its list already.
    fn queue(&mut self, stream: u32, ready: &mut Ready) {
        let state = self.state();
        let it = &mut state.streams[stream];
        if it.queued {
            return;
        }
        it.queued = true;
        it.next_ready = NONE;
        it.uses += 1;
        let last = core::mem::replace(&mut ready.last, stream);
        if last == NONE {
            ready.first = stream;
        } else {
            state.streams[last].next_ready = stream;
        }
    }

    /// What a stream waited for is decided. `link` is the first on the list of what it is.
    pub(super) fn unblock(&mut self, link: u32, ready: &mut Ready) {
        let stream = self.state().unblock(link);
        self.queue(stream, ready);
    }

    /// Runs everything that can run on the streams of a list.
    pub(super) fn drain(&mut self, mut ready: Ready) {
        while ready.first != NONE {
            let stream = ready.first;
            let it = &mut self.state().streams[stream];
            it.queued = false;
            ready.first = it.next_ready;
            if ready.first == NONE {
                ready.last = NONE;
            }
            while self.step(stream, &mut ready) {}
            self.unuse_stream(stream);
        }
        self.tell();
    }

    /// Finishes the first item of a stream, if it can be finished.
    fn step(&mut self, stream: u32, ready: &mut Ready) -> bool {
        let state = self.state();
        let it = &state.streams[stream];
        let item = it.first;
        if it.running || it.blocked || item == NONE {
            return false;
        }
        let work = state.items[item].work;
        let mut failed = it.failed;
        if failed.is_none() {
            match state.needs(&work) {
                Decision::Failed(cause) => failed = Some(cause),
                Decision::Complete => {}
                Decision::Pending => {
                    state.block(stream, &work);
                    return false;
                }
            }
        }
        if let (None, Work::Launch(launch)) = (failed, &work) {
            state.streams[stream].running = true;
            let values = core::mem::take(&mut state.items[item].values);
            let result = self.compute(launch, &values);
            self.state().streams[stream].running = false;
            failed = result.err();
        }
        self.state().streams[stream].failed = failed;
        self.finish(stream, &work, failed.map_or(Decision::Complete, Decision::Failed), ready);
        true
    }

    /// Takes the first item off its stream and decides what it makes.
    fn finish(&mut self, stream: u32, work: &Work, decision: Decision, ready: &mut Ready) {
        let state = self.state();
        state.news = true;
        let it = &mut state.streams[stream];
        it.done += 1;
        let item = state.items.remove(it.first);
        it.first = item.next;
        if it.first == NONE {
            it.last = NONE;
        }
        match work {
            Work::Wait(event) => self.unuse_event(*event),
            Work::Record(event) => {
                self.decide_event(*event, decision, ready);
                self.unuse_event(*event);
            }
            Work::Launch(launch) => {
                for &output in launch.outputs() {
                    self.decide_tensor(output, decision, ready);
                    self.unuse_tensor(output);
                }
                for &input in launch.inputs() {
                    self.unuse_tensor(input);
                }
            }
        }
    }
}
