//! What the operating system says about this process: whether it was forked, and some randomness.
//!
//! A fork is seen without a system call: the word lies in a page that the kernel wipes in the child.
//! Where it cannot, the process id is asked for on every call.

use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// Counts the processes that a copy of the library has run in; 0 means "not seen yet".
pub type Epoch = u32;

/// Tells this process from those that it was forked from.
pub struct Process {
    /// The word under MADV_WIPEONFORK, or NULL before the first use.
    word: AtomicPtr<AtomicU32>,
    /// Without such a word: the id of the process that called last, then its epoch.
    claim: AtomicU64,
    epochs: AtomicU32,
}

impl Process {
    pub const fn new() -> Self {
        Self {
            word: AtomicPtr::new(core::ptr::null_mut()),
            claim: AtomicU64::new(0),
            epochs: AtomicU32::new(0),
        }
    }

    /// The epoch of this process, 0 before `enter` was called in it. Takes no lock.
    #[inline]
    pub fn epoch(&self) -> Epoch {
        let word = self.word.load(Ordering::Acquire);
        if word.is_null() {
            return self.epoch_by_id();
        }
        // SAFETY: the word's page is never unmapped.
        unsafe { &*word }.load(Ordering::Acquire)
    }

    /// Where no page is wiped: the epoch counts if this process is the one that it was made in.
    #[cold]
    fn epoch_by_id(&self) -> Epoch {
        claimed_by_this(self.claim.load(Ordering::Acquire)).unwrap_or(0)
    }

    /// Gives this process an epoch of its own, different from all before it.
    pub fn enter(&self) -> Epoch {
        match self.epoch() {
            0 => self.enter_first(),
            epoch => epoch,
        }
    }

    #[cold]
    fn enter_first(&self) -> Epoch {
        let word = self.wiped_word();
        let next = self.epochs.fetch_add(1, Ordering::AcqRel) + 1;
        let Some(word) = word else {
            // The first thread of this process decides for all of them.
            let mine = u64::from(os::process_id()) << 32 | u64::from(next);
            let take = |claim| claimed_by_this(claim).is_none().then_some(mine);
            let before = self.claim.try_update(Ordering::AcqRel, Ordering::Acquire, take);
            return before.map_or_else(|claim| claim as Epoch, |_| next);
        };
        match word.compare_exchange(0, next, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => next,
            Err(other) => other,
        }
    }

    fn wiped_word(&self) -> Option<&AtomicU32> {
        let mut word = self.word.load(Ordering::Acquire);
        if word.is_null() && self.claim.load(Ordering::Acquire) == 0 {
            let page = os::wiped_page()?.cast::<AtomicU32>();
            word = match self.word.compare_exchange(word, page, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => page,
                Err(other) => {
                    os::give_back(page.cast());
                    other
                }
            };
        }
        // SAFETY: not NULL means a page that is never unmapped, zero at first.
        unsafe { word.as_ref() }
    }
}

/// The epoch of a claim, if it is this process's.
fn claimed_by_this(claim: u64) -> Option<Epoch> {
    (claim != 0 && claim >> 32 == u64::from(os::process_id())).then_some(claim as Epoch)
}

pub use os::random;

/// Randomness where the system gives none: the clock and where things happen to lie.
fn mixed() -> u64 {
    let here = 0_u8;
    let clock = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as u64);
    let mut bits = clock ^ (&raw const here).addr() as u64 ^ (random as fn() -> u64 as usize as u64) << 20;
    // The finalizer of SplitMix64 spreads the bits.
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ bits >> 31
}

#[cfg(target_os = "linux")]
mod os {
    use core::ffi::{c_int, c_long, c_void};

    unsafe extern "C" {
        fn mmap(
            at: *mut c_void,
            length: usize,
            access: c_int,
            flags: c_int,
            file: c_int,
            offset: c_long,
        ) -> *mut c_void;
        fn munmap(at: *mut c_void, length: usize) -> c_int;
        fn madvise(at: *mut c_void, length: usize, advice: c_int) -> c_int;
        fn getpid() -> c_int;
        fn syscall(number: c_long, ...) -> c_long;
    }

    /// One page on most machines; the kernel rounds up where pages are larger.
    const LENGTH: usize = 4096;

    /// A page of zeros that is zero again in a forked child, or `None` where that cannot be had.
    pub fn wiped_page() -> Option<*mut c_void> {
        const READ_WRITE: c_int = 1 | 2;
        const PRIVATE_ANONYMOUS: c_int = 2 | 0x20;
        const WIPE_ON_FORK: c_int = 18;
        // SAFETY: a new anonymous mapping disturbs nothing.
        let page = unsafe { mmap(core::ptr::null_mut(), LENGTH, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0) };
        if page.addr() == usize::MAX {
            return None;
        }
        // SAFETY: the advice is about the page that was just made.
        if unsafe { madvise(page, LENGTH, WIPE_ON_FORK) } == 0 {
            return Some(page);
        }
        give_back(page);
        None
    }

    pub fn give_back(page: *mut c_void) {
        // SAFETY: the page was made by `wiped_page` and nobody else has seen it.
        unsafe { munmap(page, LENGTH) };
    }

    pub fn process_id() -> u32 {
        // SAFETY: it only asks.
        unsafe { getpid() }.cast_unsigned()
    }

    /// 64 random bits. glibc 2.17 has no getrandom(), so the kernel is asked directly.
    pub fn random() -> u64 {
        #[cfg(target_arch = "x86_64")]
        const GETRANDOM: c_long = 318;
        #[cfg(target_arch = "x86")]
        const GETRANDOM: c_long = 355;
        #[cfg(target_arch = "arm")]
        const GETRANDOM: c_long = 384;
        #[cfg(not(any(target_arch = "x86_64", target_arch = "x86", target_arch = "arm")))]
        const GETRANDOM: c_long = 278;
        const NOT_BLOCKING: c_long = 1;
        let mut bits = 0_u64;
        // SAFETY: at most 8 bytes are written to `bits`.
        let count = unsafe { syscall(GETRANDOM, &raw mut bits, size_of::<u64>(), NOT_BLOCKING) };
        if count == 8 { bits } else { super::mixed() }
    }
}

#[cfg(not(target_os = "linux"))]
mod os {
    use core::ffi::c_void;

    pub fn wiped_page() -> Option<*mut c_void> {
        None
    }

    pub fn give_back(_page: *mut c_void) {}

    pub fn process_id() -> u32 {
        std::process::id()
    }

    pub fn random() -> u64 {
        super::mixed()
    }
}
