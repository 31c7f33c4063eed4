//! What the first item of a stream needs, and the lists of those that wait for it.
//!
//! An item fails as soon as one of its needs does, so its stream stands on the list of every need that
//! is pending. A link has a number: that of its stream, then its place among the item's needs.

use super::stream::Work;
use super::{Decision, NONE, State};
use crate::operator::MAX_INPUTS;

const PLACES: u32 = MAX_INPUTS as u32;

/// The place of a stream in the list of one need.
#[derive(Clone, Copy)]
pub struct Link {
    linked: bool,
    previous: u32,
    next: u32,
}

impl Link {
    pub const NONE: Link = Link { linked: false, previous: NONE, next: NONE };
}

impl Work {
    fn needs(&self) -> usize {
        match self {
            Work::Record(_) => 0,
            Work::Wait(_) => 1,
            Work::Launch(launch) => launch.inputs().len(),
        }
    }
}

impl State {
    fn need(&mut self, work: &Work, place: usize) -> (Decision, &mut u32) {
        match work {
            Work::Record(_) => unreachable!("a record needs nothing"),
            Work::Wait(event) => {
                let event = &mut self.events[*event];
                (event.decision, &mut event.waiters)
            }
            Work::Launch(launch) => {
                let tensor = &mut self.tensors[launch.inputs()[place]];
                (tensor.decision, &mut tensor.waiters)
            }
        }
    }

    /// Failed as soon as one need is, whatever the others are; else pending while one is pending.
    pub(super) fn needs(&mut self, work: &Work) -> Decision {
        let mut all = Decision::Complete;
        for place in 0..work.needs() {
            match self.need(work, place).0 {
                Decision::Complete => {}
                Decision::Pending => all = Decision::Pending,
                failed @ Decision::Failed(_) => return failed,
            }
        }
        all
    }

    fn link(&mut self, number: u32) -> &mut Link {
        &mut self.streams[number / PLACES].links[(number % PLACES) as usize]
    }

    /// Puts a stream on the list of each pending need of its first item.
    pub(super) fn block(&mut self, stream: u32, work: &Work) {
        self.streams[stream].blocked = true;
        for place in 0..work.needs() {
            let (decision, list) = self.need(work, place);
            if decision == Decision::Pending {
                let number = stream * PLACES + place as u32;
                let next = core::mem::replace(list, number);
                *self.link(number) = Link { linked: true, previous: NONE, next };
                if next != NONE {
                    self.link(next).previous = number;
                }
            }
        }
    }

    /// Takes the stream of a link off every list, and says which stream that is.
    pub(super) fn unblock(&mut self, number: u32) -> u32 {
        let stream = number / PLACES;
        let work = self.items[self.streams[stream].first].work;
        self.streams[stream].blocked = false;
        for place in 0..work.needs() {
            let link = core::mem::replace(&mut self.streams[stream].links[place], Link::NONE);
            if !link.linked {
                continue;
            }
            if link.previous == NONE {
                *self.need(&work, place).1 = link.next;
            } else {
                self.link(link.previous).next = link.next;
            }
            if link.next != NONE {
                self.link(link.next).previous = link.previous;
            }
        }
        stream
    }
}
