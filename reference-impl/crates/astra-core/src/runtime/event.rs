//! Events: pending, then complete or failed, for ever.

use super::stream::Ready;
use super::{Decision, NONE, Session};
use crate::contract::{EventHandle, Kind, RuntimeHandle, STATE_COMPLETE, STATE_FAILED, Status};
use crate::failure::{Fact, Failure, OUT_OF_MEMORY};

/// What failed when a host event failed.
const HOST_EVENT: &str = "host_event";

pub struct Event {
    /// The caller's handles.
    handles: u32,
    /// Everything that keeps it: handles, items, sleeping calls.
    uses: u32,
    host: bool,
    pub(super) decision: Decision,
    /// Streams whose next item waits for it.
    pub(super) waiters: u32,
}

impl Session<'_> {
    /// A pending event with one handle.
    pub(super) fn new_event(&mut self, host: bool) -> Result<(u32, u64), Failure> {
        let event = Event { handles: 1, uses: 1, host, decision: Decision::Pending, waiters: NONE };
        let object = self.state().events.insert(event).ok_or(OUT_OF_MEMORY)?;
        match self.own(Kind::Event, object) {
            Ok(handle) => Ok((object, handle)),
            Err(failure) => {
                self.state().events.remove(object);
                Err(failure)
            }
        }
    }

    pub(super) fn use_event(&mut self, event: u32) {
        self.state().events[event].uses += 1;
    }

    pub(super) fn unuse_event(&mut self, event: u32) {
        let state = self.state();
        state.events[event].uses -= 1;
        if state.events[event].uses == 0 {
            state.events.remove(event);
        }
    }

    pub(super) fn decide_event(&mut self, event: u32, decision: Decision, ready: &mut Ready) {
        let state = self.state();
        state.news = true;
        state.events[event].decision = decision;
        while self.state().events[event].waiters != NONE {
            let link = self.state().events[event].waiters;
            self.unblock(link, ready);
        }
    }

    pub fn event_create(&mut self, _runtime: RuntimeHandle) -> Result<u64, Failure> {
        Ok(self.new_event(true)?.1)
    }

    pub fn event_retain(&mut self, event: EventHandle) -> Result<u64, Failure> {
        let handle = self.own(Kind::Event, event.object)?;
        self.state().events[event.object].handles += 1;
        self.use_event(event.object);
        Ok(handle)
    }

    pub fn event_release(&mut self, event: EventHandle) {
        self.disown(event.slot);
        let it = &mut self.state().events[event.object];
        it.handles -= 1;
        let mut ready = Ready::new();
        if it.host && it.handles == 0 && it.decision == Decision::Pending {
            self.decide_event(event.object, Decision::Failed(HOST_EVENT), &mut ready);
        }
        self.unuse_event(event.object);
        self.drain(ready);
    }

    pub fn event_signal(&mut self, event: EventHandle, outcome: u32) -> Result<(), Failure> {
        let decision = match outcome {
            STATE_COMPLETE => Decision::Complete,
            STATE_FAILED => Decision::Failed(HOST_EVENT),
            _ => {
                return Err(Failure::new(Status::InvalidValue)
                    .about("outcome")
                    .expected(Fact::Words("ASTRA_STATE_COMPLETE or ASTRA_STATE_FAILED"))
                    .actual(Fact::Number(u64::from(outcome))));
            }
        };
        let it = &self.state().events[event.object];
        if !it.host {
            return Err(Failure::new(Status::NotHostEvent).about("event"));
        }
        if it.decision != Decision::Pending {
            return Err(Failure::new(Status::AlreadySignalled).about("event"));
        }
        let mut ready = Ready::new();
        self.decide_event(event.object, decision, &mut ready);
        self.drain(ready);
        Ok(())
    }

    pub fn event_wait(&mut self, event: EventHandle, limit: u64) -> Result<(), Failure> {
        self.use_event(event.object);
        let result = self.wait(limit, |state| state.events[event.object].decision.outcome());
        self.unuse_event(event.object);
        result
    }

    pub fn event_query(&mut self, event: EventHandle) -> u32 {
        self.state().events[event.object].decision.number()
    }
}
