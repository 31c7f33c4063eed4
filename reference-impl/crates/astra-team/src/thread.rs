//! A thread that can fail to be made. std's aborts when memory ends while it makes one.

#[cfg(unix)]
pub use os::Thread;

#[cfg(unix)]
mod os {
    use core::ffi::{c_int, c_void};
    use core::mem::MaybeUninit;

    /// `pthread_t` is a number or a pointer on every system that this is built for.
    type Id = usize;
    /// As large as any system's `pthread_attr_t` and `sigset_t`.
    type Room = MaybeUninit<[u64; 32]>;

    unsafe extern "C" {
        fn pthread_create(
            id: *mut Id,
            attributes: *const Room,
            start: extern "C" fn(*mut c_void) -> *mut c_void,
            argument: *mut c_void,
        ) -> c_int;
        fn pthread_join(id: Id, result: *mut *mut c_void) -> c_int;
        fn pthread_attr_init(attributes: *mut Room) -> c_int;
        fn pthread_attr_setstacksize(attributes: *mut Room, size: usize) -> c_int;
        fn pthread_attr_destroy(attributes: *mut Room) -> c_int;
        fn pthread_sigmask(how: c_int, new: *const Room, old: *mut Room) -> c_int;
        fn sigfillset(set: *mut Room) -> c_int;
    }

    #[cfg(target_os = "linux")]
    const SIG_SETMASK: c_int = 2;
    #[cfg(not(target_os = "linux"))]
    const SIG_SETMASK: c_int = 3;
    /// Kernels keep little on the stack.
    const STACK: usize = 1 << 20;

    pub struct Thread {
        id: Id,
    }

    /// What a thread begins with.
    struct Begin<S> {
        work: fn(*const S),
        shared: *const S,
    }

    extern "C" fn begin<S>(argument: *mut c_void) -> *mut c_void {
        // SAFETY: `start` boxed it for this thread alone.
        let Begin { work, shared } = *unsafe { Box::from_raw(argument.cast::<Begin<S>>()) };
        work(shared);
        core::ptr::null_mut()
    }

    impl Thread {
        /// Begins `work(shared)`, with every signal blocked; `None` if there is no memory or no thread to be had.
        ///
        /// # Safety
        /// What `shared` points at is `Sync` and lives until the thread was joined.
        pub unsafe fn start<S>(work: fn(*const S), shared: *const S) -> Option<Thread> {
            let argument = Box::into_raw(astra_memory::try_box(Begin { work, shared })?);
            let mut attributes = Room::uninit();
            let (mut all, mut before) = (Room::uninit(), Room::uninit());
            let mut id = 0;
            // SAFETY: each is initialized by its own function before it is used; the room is enough for all.
            let made = unsafe {
                pthread_attr_init(&raw mut attributes) == 0 && {
                    pthread_attr_setstacksize(&raw mut attributes, STACK);
                    sigfillset(&raw mut all);
                    pthread_sigmask(SIG_SETMASK, &raw const all, &raw mut before);
                    let failed =
                        pthread_create(&raw mut id, &raw const attributes, begin::<S>, argument.cast());
                    pthread_sigmask(SIG_SETMASK, &raw const before, core::ptr::null_mut());
                    pthread_attr_destroy(&raw mut attributes);
                    failed == 0
                }
            };
            if !made {
                // SAFETY: no thread has seen it.
                drop(unsafe { Box::from_raw(argument) });
                return None;
            }
            Some(Thread { id })
        }

        pub fn join(self) {
            // SAFETY: the thread was made by `start` and is joined once.
            unsafe { pthread_join(self.id, core::ptr::null_mut()) };
        }
    }
}

/// Where threads are made otherwise there are none yet.
#[cfg(not(unix))]
pub struct Thread;

#[cfg(not(unix))]
impl Thread {
    /// # Safety
    /// None is made.
    pub unsafe fn start<S>(_: fn(*const S), _: *const S) -> Option<Thread> {
        None
    }

    pub fn join(self) {}
}
