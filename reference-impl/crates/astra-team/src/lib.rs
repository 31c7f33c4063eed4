#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_macros))]

//! The threads of a runtime. A kernel hands out tasks that do not depend on each other; the calling thread
//! and the workers do them. Who does which never enters a result, since each writes a part of its own.
//!
//! Workers are made with the runtime and joined with it. They take no signals of the program, and start with
//! the floating-point environment of the call that makes them, which is the contract's.

mod thread;
mod workspace;

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

use astra_memory::{Block, try_box, try_push};
use thread::Thread;
use workspace::Place;
pub use workspace::{WORKSPACE, Workspace};

/// Bytes below which handing out work costs more than it gives.
const LEAST_BYTES: usize = 1 << 19;
/// Parts for each thread, so that one that is interrupted does not hold up the others for long.
const PARTS: usize = 4;

type Task<'a> = dyn Fn(usize) + Sync + 'a;

/// A round of tasks: their number, what does one, and how far it is.
struct Round {
    task: *const Task<'static>,
    count: usize,
}

/// What the threads of a team share.
struct Shared {
    state: Mutex<State>,
    /// There is a round to join, or the team is dissolved.
    begin: Condvar,
    /// A worker has left the round.
    end: Condvar,
    /// The next task of the round.
    next: AtomicUsize,
    /// A task of the round has panicked.
    failed: AtomicBool,
}

struct State {
    round: Option<Round>,
    /// Counts rounds, so that a worker joins each once.
    number: u64,
    /// Workers inside the round.
    inside: usize,
    dissolved: bool,
}

// SAFETY: the task that a round points at is `Sync`, and outlives the round: `run` does not return before.
unsafe impl Send for Round {}

/// The threads of a runtime: the one that calls, and its workers.
pub struct Team {
    shared: Box<Shared>,
    /// Whoever holds it may begin a round. Another call at the same time does its tasks alone.
    busy: Mutex<()>,
    workers: Vec<Thread>,
    /// Working memory, as many places as threads.
    places: Vec<Place>,
}

/// A lock that a panic has gone through is as good as before: tasks run without one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Team {
    /// A team of `threads`, the calling one included; `None` if there is no memory or no thread to be had.
    pub fn new(threads: usize) -> Option<Team> {
        let shared = try_box(Shared {
            state: Mutex::new(State { round: None, number: 0, inside: 0, dissolved: false }),
            begin: Condvar::new(),
            end: Condvar::new(),
            next: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
        })?;
        // Dropped at an early return, it joins the workers that were made.
        let mut team = Team { shared, busy: Mutex::new(()), workers: Vec::new(), places: Vec::new() };
        for _ in 0..threads.max(1) {
            try_push(&mut team.places, Place::new(Block::zeroed(WORKSPACE)?))?;
        }
        for _ in 1..threads {
            // Room first, so that a thread that was made is never lost.
            team.workers.try_reserve(1).ok()?;
            // SAFETY: `Shared` is boxed and outlives its workers, which `drop` joins.
            let worker = unsafe { Thread::start(work, &raw const *team.shared) }?;
            try_push(&mut team.workers, worker)?;
        }
        Some(team)
    }

    /// How many threads there are, the calling one included.
    pub fn width(&self) -> usize {
        self.workers.len() + 1
    }

    /// Does `task(0)` to `task(count - 1)`, each once, and returns when all are done.
    ///
    /// # Panics
    /// If a task does, after all threads have left it.
    pub fn run(&self, count: usize, task: &Task<'_>) {
        let free = if count > 1 && !self.workers.is_empty() { self.begin() } else { None };
        if free.is_none() {
            (0..count).for_each(task);
            return;
        }
        // SAFETY: only the lifetime is left out; this call ends the round before it returns.
        let task = unsafe { core::mem::transmute::<*const Task<'_>, *const Task<'static>>(&raw const *task) };
        self.shared.next.store(0, Ordering::Relaxed);
        self.shared.failed.store(false, Ordering::Relaxed);
        {
            let mut state = lock(&self.shared.state);
            state.round = Some(Round { task, count });
            state.number += 1;
        }
        self.shared.begin.notify_all();
        self.shared.take_part(task, count);
        let mut state = lock(&self.shared.state);
        // Nobody joins any more; who is inside is waited for.
        state.round = None;
        while state.inside > 0 {
            state = self.shared.end.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        assert!(!self.shared.failed.load(Ordering::Relaxed), "a task has panicked");
    }

    /// Working memory that nobody else has, or `None` while calls from several threads of the program have all of it.
    pub fn workspace(&self) -> Option<Workspace<'_>> {
        self.places.iter().find_map(Place::take)
    }

    /// The right to begin a round, unless another call has it.
    fn begin(&self) -> Option<MutexGuard<'_, ()>> {
        match self.busy.try_lock() {
            Ok(free) => Some(free),
            // A task had panicked, which leaves the team as it was.
            Err(TryLockError::Poisoned(free)) => Some(free.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Does `task(start, part)` for parts of `out` that together are all of it; `start` is the index of a part's
    /// first element, a multiple of `grain`. Small outputs stay in one part.
    pub fn parts<T: Send>(&self, out: &mut [T], grain: usize, task: impl Fn(usize, &mut [T]) + Sync) {
        self.share(size_of_val(out), out, grain, task);
    }

    /// As `parts`, where the work is on so many bytes, which are not those of `out`.
    pub fn share<T: Send>(
        &self,
        bytes: usize,
        out: &mut [T],
        grain: usize,
        task: impl Fn(usize, &mut [T]) + Sync,
    ) {
        let length = out.len();
        if self.workers.is_empty() || bytes < LEAST_BYTES {
            task(0, out);
            return;
        }
        let grains = length.div_ceil(grain);
        let part = grains.div_ceil(self.width() * PARTS) * grain;
        let start = Start(out.as_mut_ptr());
        self.run(length.div_ceil(part), &|index| {
            let begin = index * part;
            let end = length.min(begin + part);
            // SAFETY: parts do not overlap, each is done once, and `out` is borrowed until all are done.
            let part = unsafe { core::slice::from_raw_parts_mut(start.get().add(begin), end - begin) };
            task(begin, part);
        });
    }
}

/// A pointer that tasks may share, since each touches a part of its own.
struct Start<T>(*mut T);

impl<T> Start<T> {
    fn get(&self) -> *mut T {
        self.0
    }
}

// SAFETY: see `parts`; the elements may be sent to another thread.
unsafe impl<T: Send> Sync for Start<T> {}

impl Shared {
    /// Does tasks until none is left.
    fn take_part(&self, task: *const Task<'static>, count: usize) {
        let done = catch_unwind(AssertUnwindSafe(|| {
            loop {
                let index = self.next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return;
                }
                // SAFETY: the round has not ended, since this thread is inside.
                unsafe { (*task)(index) };
            }
        }));
        if done.is_err() {
            self.failed.store(true, Ordering::Relaxed);
            self.next.store(count, Ordering::Relaxed);
        }
    }
}

/// A worker's life: it joins every round that it sees in time.
fn work(shared: *const Shared) {
    // SAFETY: `Team` joins its workers before it frees what they share.
    let shared = unsafe { &*shared };
    let mut seen = 0;
    let mut state = lock(&shared.state);
    loop {
        if state.dissolved {
            return;
        }
        match &state.round {
            Some(round) if state.number != seen => {
                let (task, count) = (round.task, round.count);
                seen = state.number;
                state.inside += 1;
                drop(state);
                shared.take_part(task, count);
                state = lock(&shared.state);
                state.inside -= 1;
                if state.inside == 0 {
                    shared.end.notify_one();
                }
            }
            _ => state = shared.begin.wait(state).unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        lock(&self.shared.state).dissolved = true;
        self.shared.begin.notify_all();
        self.workers.drain(..).for_each(Thread::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_done_once_whatever_the_number_of_threads() {
        for threads in [1, 2, 3, 7, 16] {
            let team = Team::new(threads).unwrap();
            assert_eq!(team.width(), threads);
            for count in [0, 1, 2, 3, 100, 1000] {
                let done: Vec<AtomicUsize> = (0..count).map(|_| AtomicUsize::new(0)).collect();
                team.run(count, &|index| {
                    done[index].fetch_add(1, Ordering::Relaxed);
                });
                assert!(done.iter().all(|times| times.load(Ordering::Relaxed) == 1), "{threads} {count}");
            }
        }
    }

    #[test]
    fn parts_are_all_of_the_output_and_begin_at_grains() {
        for threads in [1, 2, 3, 16] {
            let team = Team::new(threads).unwrap();
            for length in [0_usize, 1, 1000, 131_071, 131_072, 400_001] {
                let mut out = vec![0_u32; length];
                team.parts(&mut out, 64, |start, part| {
                    assert_eq!(start % 64, 0);
                    for (index, one) in part.iter_mut().enumerate() {
                        *one += (start + index) as u32 + 1;
                    }
                });
                assert!(out.iter().enumerate().all(|(index, &one)| one == index as u32 + 1));
            }
        }
    }

    #[test]
    fn calls_from_several_threads_do_not_wait_for_each_other_for_ever() {
        let team = Team::new(3).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        let sum = AtomicUsize::new(0);
                        team.run(20, &|index| {
                            sum.fetch_add(index, Ordering::Relaxed);
                        });
                        assert_eq!(sum.load(Ordering::Relaxed), 190);
                    }
                });
            }
        });
    }

    #[test]
    fn working_memory_is_had_by_one_at_a_time() {
        let team = Team::new(2).unwrap();
        let (mut one, two) = (team.workspace().unwrap(), team.workspace().unwrap());
        assert_ne!(one.bytes().as_ptr(), { two }.bytes().as_ptr());
        assert_eq!(one.bytes().len(), WORKSPACE);
        let third = team.workspace().unwrap();
        assert!(team.workspace().is_none());
        drop((one, third));
        assert!(team.workspace().is_some());
    }

    #[test]
    fn a_task_that_panics_ends_its_round_and_no_other() {
        let team = Team::new(4).unwrap();
        let caught = catch_unwind(AssertUnwindSafe(|| team.run(50, &|index| assert!(index != 17))));
        assert!(caught.is_err());
        let count = AtomicUsize::new(0);
        team.run(50, &|_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(count.load(Ordering::Relaxed), 50);
    }
}
