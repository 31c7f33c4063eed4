//! The C functions as a C program calls them, in one process.

use core::ptr::{null, null_mut};
use std::time::{Duration, Instant};

use astra_core::contract::*;

use crate::generated::exports::*;
use crate::generated::types::*;

fn hello() -> astra_hello {
    let (version, hash) = HISTORY[0];
    astra_hello {
        struct_size: size_of::<astra_hello>() as u32,
        flags: 0,
        built_version: VERSION,
        minimum_version: version,
        minimum_layout_hash: hash,
    }
}

fn zeroed<T>() -> T {
    // SAFETY: used for C structs of plain members only.
    unsafe { core::mem::zeroed() }
}

fn text(chars: &[core::ffi::c_char]) -> String {
    chars.iter().take_while(|&&c| c != 0).map(|&c| c as u8 as char).collect()
}

fn status_of(code: astra_status) -> &'static str {
    (0..=37).map(known).find(|status| *status as i32 == code).map_or("unknown", Status::symbol)
}

fn known(code: i32) -> Status {
    // SAFETY: the statuses are numbered without gaps from 0 to 37.
    unsafe { core::mem::transmute(code) }
}

/// Calls a function with a record behind its arguments and demands success.
macro_rules! ok {
    ($function:ident($($argument:expr),*)) => {{
        let mut error: astra_error = zeroed();
        // SAFETY: the tests pass what the contract asks for.
        let code = unsafe { $function($($argument,)* &mut error) };
        assert_eq!(status_of(code), "ASTRA_OK", "{}", text(&error.message));
        assert!(error.code == 0 && error.symbol[0] == 0);
    }};
}

/// Calls a function and demands a refusal; gives the record.
macro_rules! refused {
    ($status:ident, $function:ident($($argument:expr),*)) => {{
        let mut error: astra_error = zeroed();
        // SAFETY: the tests pass what the contract asks for, or what it refuses.
        let code = unsafe { $function($($argument,)* &mut error) };
        assert_eq!(status_of(code), Status::$status.symbol());
        assert_eq!(error.code, code);
        assert_eq!(text(&error.symbol), Status::$status.symbol());
        assert!(text(&error.message).ends_with('.'));
        error
    }};
}

struct World {
    runtime: astra_runtime,
    device: astra_device,
}

impl World {
    fn new() -> Self {
        Self::limited(0)
    }

    fn limited(memory_limit: u64) -> Self {
        let struct_size = size_of::<astra_runtime_config>() as u32;
        let config = astra_runtime_config { struct_size, memory_limit, ..zeroed() };
        let (mut runtime, mut device) = (zeroed(), zeroed());
        ok!(astra_runtime_create(&hello(), &config, &mut runtime));
        ok!(astra_device_get(runtime, 0, &mut device));
        Self { runtime, device }
    }

    fn kernel(&self, op: &str, inputs: u32) -> astra_kernel {
        let mut query: astra_kernel_query = zeroed();
        query.struct_size = 64;
        query.op = astra_string { ptr: op.as_ptr().cast(), len: op.len() as u64 };
        query.dtype_count = inputs;
        query.dtypes[..inputs as usize].fill(1);
        let mut kernel = zeroed();
        ok!(astra_kernel_get(self.device, &query, &mut kernel));
        kernel
    }

    fn tensor(&self, dims: &[u64], data: &[f32]) -> astra_tensor {
        let mut desc: astra_tensor_desc = zeroed();
        (desc.struct_size, desc.dtype, desc.rank) = (80, 1, dims.len() as u32);
        desc.dims[..dims.len()].copy_from_slice(dims);
        let mut tensor = zeroed();
        ok!(astra_tensor_create(
            self.device,
            &desc,
            data.as_ptr().cast(),
            data.len() as u64 * 4,
            &mut tensor
        ));
        tensor
    }

    fn stream(&self) -> astra_stream {
        let mut stream = zeroed();
        ok!(astra_stream_create(self.device, &mut stream));
        stream
    }

    fn event(&self) -> astra_event {
        let mut event = zeroed();
        ok!(astra_event_create(self.runtime, &mut event));
        event
    }

    fn info(&self) -> astra_runtime_info {
        let mut info: astra_runtime_info = zeroed();
        info.struct_size = 40;
        ok!(astra_runtime_describe(self.runtime, &mut info));
        info
    }

    fn end(self) {
        ok!(astra_runtime_release(self.runtime));
    }
}

fn launch(stream: astra_stream, kernel: astra_kernel, inputs: &[astra_tensor]) -> astra_tensor {
    let mut made = zeroed();
    ok!(astra_launch(stream, kernel, null(), inputs.as_ptr(), inputs.len() as u32, &mut made, 1));
    made
}

fn read(tensor: astra_tensor) -> Vec<f32> {
    let (mut map, mut data, mut length): (astra_map, _, _) = (zeroed(), null(), 0);
    ok!(astra_tensor_map(tensor, WAIT_FOREVER, &mut map));
    ok!(astra_map_get(map, &mut data, &mut length));
    assert_eq!(data.addr() % 64, 0);
    // SAFETY: the map gives its address and length.
    let values = unsafe { core::slice::from_raw_parts(data.cast::<f32>(), length as usize / 4) }.to_vec();
    ok!(astra_map_release(map));
    values
}

fn state(tensor: astra_tensor) -> u32 {
    let mut info: astra_tensor_info = zeroed();
    info.struct_size = 96;
    ok!(astra_tensor_describe(tensor, &mut info));
    info.state
}

#[test]
fn a_small_program_runs() {
    let world = World::new();
    let stream = world.stream();
    let a = world.tensor(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
    let sum = launch(stream, world.kernel("add@1", 2), &[a, a]);
    let product = launch(stream, world.kernel("matmul@1", 2), &[a, sum]);
    let power = launch(stream, world.kernel("exp@1", 1), &[a]);
    assert_eq!(read(sum), [2.0, 4.0, 6.0, 8.0]);
    assert_eq!(read(product), [14.0, 20.0, 30.0, 44.0]);
    assert_eq!(read(power)[0], core::f32::consts::E);
    let attributes = [astra_attribute { id: 1, kind: 1, bits: 1 }];
    let options = astra_launch_options {
        struct_size: 24,
        flags: 0,
        attributes: attributes.as_ptr(),
        #[cfg(target_pointer_width = "32")]
        attributes_padding: 0,
        attribute_count: 1,
        reserved: 0,
    };
    let mut column = zeroed();
    ok!(astra_launch(stream, world.kernel("sum@1", 1), &options, &a, 1, &mut column, 1));
    assert_eq!(read(column), [4.0, 6.0]);
    for tensor in [a, sum, product, power, column] {
        ok!(astra_tensor_release(tensor));
    }
    ok!(astra_stream_release(stream));
    let info = world.info();
    assert_eq!((info.live_handles, info.memory_in_use), (0, 0));
    world.end();
}

#[test]
fn a_chain_of_a_million_items_runs_from_one_signal() {
    const ITEMS: usize = 1_000_000;
    let world = World::new();
    let (stream, gate) = (world.stream(), world.event());
    ok!(astra_stream_wait(stream, gate));
    let (one, kernel) = (world.tensor(&[1], &[1.0]), world.kernel("add@1", 2));
    let mut last = world.tensor(&[1], &[0.0]);
    for _ in 0..ITEMS {
        let next = launch(stream, kernel, &[last, one]);
        ok!(astra_tensor_release(last));
        last = next;
    }
    assert_eq!(state(last), STATE_PENDING);
    refused!(PendingWork, astra_stream_release(stream));
    ok!(astra_event_signal(gate, STATE_COMPLETE));
    assert_eq!(read(last), [ITEMS as f32]);
    ok!(astra_tensor_release(last));
    ok!(astra_tensor_release(one));
    ok!(astra_event_release(gate));
    ok!(astra_stream_release(stream));
    assert_eq!(world.info().memory_in_use, 0);
    world.end();
}

#[test]
fn a_chain_of_streams_runs_from_one_signal() {
    const STREAMS: usize = 100_000;
    let world = World::new();
    let gate = world.event();
    let mut before = gate;
    let mut made = Vec::new();
    for _ in 0..STREAMS {
        let (stream, mut after) = (world.stream(), zeroed());
        ok!(astra_stream_wait(stream, before));
        ok!(astra_stream_record(stream, &mut after));
        made.push((stream, after));
        before = after;
    }
    ok!(astra_event_signal(gate, STATE_COMPLETE));
    ok!(astra_event_wait(before, 0));
    for (stream, event) in made {
        ok!(astra_stream_release(stream));
        ok!(astra_event_release(event));
    }
    ok!(astra_event_release(gate));
    world.end();
}

#[test]
fn a_failure_poisons_what_depends_on_it_and_names_the_first_cause() {
    let world = World::new();
    let (first, second, free) = (world.stream(), world.stream(), world.stream());
    let (gate, kernel, a) = (world.event(), world.kernel("add@1", 2), world.tensor(&[1], &[1.0]));
    ok!(astra_stream_wait(first, gate));
    let made = launch(first, kernel, &[a, a]);
    let far = launch(second, kernel, &[made, a]);
    let mut after = zeroed();
    ok!(astra_stream_record(second, &mut after));
    assert_eq!(read(launch(free, kernel, &[a, a])), [2.0]);
    ok!(astra_event_release(gate)); // nobody can signal it any more
    for stream in [first, second] {
        let error = refused!(ProducerFailed, astra_stream_synchronize(stream, 0));
        assert_eq!(text(&error.op), "host_event");
        assert_eq!(error.operand, OPERAND_NONE);
    }
    let (mut map, late): (astra_map, _) = (zeroed(), launch(second, kernel, &[a, a]));
    for tensor in [made, far, late] {
        assert_eq!(state(tensor), STATE_FAILED);
        assert_eq!(text(&refused!(ProducerFailed, astra_tensor_map(tensor, 0, &mut map)).op), "host_event");
    }
    assert_eq!(text(&refused!(ProducerFailed, astra_event_wait(after, 0)).op), "host_event");
    let poisoned = launch(free, kernel, &[far, a]);
    assert_eq!(state(poisoned), STATE_FAILED);
    refused!(ProducerFailed, astra_stream_synchronize(free, WAIT_FOREVER));
    for stream in [first, second, free] {
        ok!(astra_stream_release(stream));
    }
}

#[test]
fn handles_are_refused_each_with_its_own_status() {
    let (world, other) = (World::new(), World::new());
    let (event, foreign) = (world.event(), other.event());
    let stream = world.stream();
    let mut out: astra_event = zeroed();
    out.bits = 5;
    refused!(NullHandle, astra_event_retain(astra_event { bits: 0 }, &mut out));
    assert_eq!(out.bits, 0);
    refused!(UnknownRuntime, astra_event_retain(astra_event { bits: event.bits ^ 1 << 63 }, &mut out));
    let error = refused!(WrongKind, astra_event_retain(astra_event { bits: stream.bits }, &mut out));
    assert_eq!(error.operand, 0);
    assert_eq!(refused!(MixedRuntimes, astra_stream_wait(stream, foreign)).operand, 1);
    refused!(WrongKind, astra_stream_wait(stream, astra_event { bits: other.runtime.bits }));
    ok!(astra_event_release(foreign));
    refused!(StaleHandle, astra_stream_wait(stream, foreign));
    ok!(astra_event_release(event));
    refused!(StaleHandle, astra_event_retain(event, &mut out));
    refused!(DoubleRelease, astra_event_release(event));
    assert_eq!(text(&refused!(LiveHandles, astra_runtime_release(world.runtime)).actual), "1");
    ok!(astra_stream_release(stream));
    ok!(astra_runtime_release(world.runtime));
    refused!(DoubleRelease, astra_runtime_release(world.runtime));
    refused!(StaleHandle, astra_stream_create(world.device, &mut zeroed()));
    other.end();
}

#[test]
fn sizes_of_structs_are_looked_at_first() {
    let world = World::new();
    let mut bytes = [0xAA_u8; 64 + 4];
    for size in [0_u32, 39, 65537] {
        bytes[..4].copy_from_slice(&size.to_ne_bytes());
        refused!(StructSize, astra_runtime_describe(world.runtime, bytes.as_mut_ptr().cast()));
        assert!(bytes[4..].iter().all(|&byte| byte == 0xAA));
    }
    bytes[..4].copy_from_slice(&64_u32.to_ne_bytes());
    ok!(astra_runtime_describe(world.runtime, bytes.as_mut_ptr().cast()));
    assert_eq!(&bytes[..8], [64, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(bytes[8..12], VERSION.to_ne_bytes());
    assert!(bytes[48..64].iter().all(|&byte| byte == 0));
    assert!(bytes[64..].iter().all(|&byte| byte == 0xAA));
    refused!(NullHandle, astra_runtime_describe(zeroed(), bytes.as_mut_ptr().cast()));
    assert!(bytes[4..64].iter().all(|&byte| byte == 0));
    let mut long = [0_u8; 32];
    // SAFETY: the bytes have room for a hello.
    unsafe {
        long.as_mut_ptr().cast::<astra_hello>().write_unaligned(astra_hello { struct_size: 32, ..hello() })
    };
    let mut runtime = zeroed();
    ok!(astra_runtime_create(long.as_ptr().cast(), null(), &mut runtime));
    ok!(astra_runtime_release(runtime));
    long[30] = 1;
    let error = refused!(NonzeroTail, astra_runtime_create(long.as_ptr().cast(), null(), &mut runtime));
    assert_eq!(text(&error.actual), "offset 30");
    let flagged = astra_hello { flags: 2, ..hello() };
    refused!(UnknownFlags, astra_runtime_create(&flagged, null(), &mut runtime));
    let wrong = astra_hello { minimum_layout_hash: 1, ..hello() };
    refused!(LayoutMismatch, astra_runtime_create(&wrong, null(), &mut runtime));
    let newer = astra_hello { built_version: VERSION + 9, ..hello() };
    ok!(astra_runtime_create(&newer, null(), &mut runtime));
    ok!(astra_runtime_release(runtime));
    let line = astra_hello { built_version: 1 << 22, ..hello() };
    refused!(VersionMismatch, astra_runtime_create(&line, null(), &mut runtime));
    refused!(NullPointer, astra_runtime_create(null(), null(), &mut runtime));
    world.end();
}

#[test]
fn the_table_has_every_function() {
    let mut table = core::mem::MaybeUninit::<astra_api>::zeroed();
    // SAFETY: the table has room for its size.
    unsafe { table.as_mut_ptr().cast::<u32>().write(size_of::<astra_api>() as u32) };
    ok!(astra_get_api(&hello(), table.as_mut_ptr()));
    // SAFETY: every slot is filled.
    let table = unsafe { table.assume_init() };
    assert!(table.tensor_describe as usize == astra_tensor_describe as *const () as usize);
}

#[test]
fn the_limit_of_memory_counts_units_of_64_bytes() {
    let world = World::limited(128);
    let (a, stream) = (world.tensor(&[1], &[1.0]), world.stream());
    let b = world.tensor(&[1], &[1.0]);
    assert_eq!(world.info().memory_in_use, 128);
    let (kernel, mut made) = (world.kernel("add@1", 2), zeroed());
    refused!(MemoryLimit, astra_launch(stream, kernel, null(), [a, b].as_ptr(), 2, &mut made, 1));
    let empty = world.tensor(&[0], &[]);
    assert!(read(empty).is_empty());
    ok!(astra_tensor_release(b));
    assert_eq!(read(launch(stream, kernel, &[a, a])), [2.0]);
}

#[test]
fn time_limits_are_kept() {
    let world = World::new();
    let event = world.event();
    let start = Instant::now();
    refused!(Timeout, astra_event_wait(event, 20_000_000));
    assert!(start.elapsed() >= Duration::from_millis(20));
    refused!(Timeout, astra_event_wait(event, WAIT_POLL));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(10));
            ok!(astra_event_signal(event, STATE_COMPLETE));
        });
        ok!(astra_event_wait(event, WAIT_FOREVER));
    });
    refused!(AlreadySignalled, astra_event_signal(event, STATE_COMPLETE));
    refused!(InvalidValue, astra_event_signal(event, STATE_PENDING));
}

#[test]
fn many_runtimes_come_and_go() {
    for _ in 0..70_000 {
        let mut runtime = zeroed();
        ok!(astra_runtime_create(&hello(), null(), &mut runtime));
        ok!(astra_runtime_release(runtime));
    }
}

#[test]
fn threads_share_a_runtime() {
    let world = World::new();
    let kernel = world.kernel("add@1", 2);
    let gate = world.event();
    let shared = world.stream();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for round in 0..500 {
                    let stream = world.stream();
                    let a = world.tensor(&[3], &[1.0, 2.0, round as f32]);
                    ok!(astra_stream_wait(stream, gate));
                    let mut event = zeroed();
                    ok!(astra_stream_record(stream, &mut event));
                    ok!(astra_stream_wait(shared, event));
                    let both = launch(shared, kernel, &[a, a]);
                    let more = launch(stream, kernel, &[both, a]);
                    ok!(astra_event_release(event));
                    if round == 250 {
                        // The first thread to come here opens the gate, the others are refused.
                        // SAFETY: NULL is an allowed record.
                        unsafe { astra_event_signal(gate, STATE_COMPLETE, null_mut()) };
                    }
                    if round > 250 {
                        assert_eq!(read(more), [3.0, 6.0, 3.0 * round as f32]);
                    }
                    for tensor in [a, both, more] {
                        ok!(astra_tensor_release(tensor));
                    }
                    if round > 250 {
                        ok!(astra_stream_synchronize(stream, WAIT_FOREVER));
                        ok!(astra_stream_release(stream));
                    }
                }
            });
        }
    });
    ok!(astra_stream_synchronize(shared, WAIT_FOREVER));
    assert_eq!(world.info().memory_in_use, 0);
}

#[test]
fn a_runtime_may_be_released_while_others_use_it() {
    for _ in 0..200 {
        let world = World::new();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    loop {
                        let mut tensor: astra_tensor = zeroed();
                        let mut desc: astra_tensor_desc = zeroed();
                        (desc.struct_size, desc.dtype, desc.rank, desc.dims[0]) = (80, 1, 1, 20_000);
                        let data = [0_u8; 80_000];
                        // SAFETY: as the contract asks.
                        let made = unsafe {
                            astra_tensor_create(
                                world.device,
                                &desc,
                                data.as_ptr().cast(),
                                80_000,
                                &mut tensor,
                                null_mut(),
                            )
                        };
                        if made != 0 {
                            assert_eq!(status_of(made), "ASTRA_ERROR_STALE_HANDLE");
                            break;
                        }
                        ok!(astra_tensor_release(tensor));
                    }
                });
            }
            // SAFETY: NULL is an allowed record.
            while unsafe { astra_runtime_release(world.runtime, null_mut()) } != 0 {
                std::thread::yield_now();
            }
        });
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_callers_floating_point_environment_neither_matters_nor_changes() {
    fn get() -> u32 {
        let mut value = 0_u32;
        // SAFETY: the instruction writes 4 bytes of this frame.
        unsafe { core::arch::asm!("stmxcsr [{}]", in(reg) &raw mut value, options(nostack)) };
        value
    }
    fn set(value: u32) {
        // SAFETY: the values below are ones that MXCSR may have.
        unsafe { core::arch::asm!("ldmxcsr [{}]", in(reg) &raw const value, options(nostack)) };
    }
    let world = World::new();
    let stream = world.stream();
    let tiny = world.tensor(&[2], &[f32::from_bits(3), 1.0]);
    let small = world.tensor(&[2], &[f32::from_bits(4), 1e-9]);
    let kernel = world.kernel("add@1", 2);
    let before = get();
    let mut seen = Vec::new();
    // Flush-to-zero and denormals-are-zero; rounding up; a sticky flag; division by zero unmasked.
    for environment in [0x1F80_u32, 0x9FC0, 0x1F80 | 2 << 13, 0x1F80 | 1, 0x1D80] {
        set(environment);
        let sum = launch(stream, kernel, &[tiny, small]);
        // SAFETY: NULL is not a handle's place, so the call fails.
        unsafe { astra_stream_create(world.device, null_mut(), null_mut()) };
        let after = get();
        set(before);
        assert_eq!(after, environment);
        seen.push(read(sum));
    }
    assert!(seen.iter().all(|sum| sum[0].to_bits() == 7 && sum[1] == 1.0), "{seen:?}");
}

#[cfg(unix)]
#[test]
fn a_forked_child_refuses_old_handles_and_makes_new_ones() {
    unsafe extern "C" {
        fn fork() -> i32;
        fn _exit(code: i32) -> !;
        fn waitpid(child: i32, status: *mut i32, options: i32) -> i32;
    }
    let world = World::new();
    let event = world.event();
    // SAFETY: the child uses the library, whose locks are its own, and ends.
    let child = unsafe { fork() };
    if child == 0 {
        let attempt = || {
            // SAFETY: NULL is an allowed record.
            let old = |code: i32| code == Status::ForkedProcess as i32;
            let (mut runtime, mut out) = (zeroed(), zeroed());
            // SAFETY: as the contract asks.
            unsafe {
                let refused = old(astra_event_signal(event, STATE_COMPLETE, null_mut()))
                    && old(astra_event_release(event, null_mut()))
                    && old(astra_runtime_release(world.runtime, null_mut()));
                let made = astra_runtime_create(&hello(), null(), &mut runtime, null_mut()) == 0
                    && astra_event_create(runtime, &mut out, null_mut()) == 0
                    && astra_event_release(out, null_mut()) == 0;
                refused
                    && made
                    && old(astra_event_retain(event, &mut out, null_mut()))
                    && astra_runtime_release(runtime, null_mut()) == 0
            }
        };
        // SAFETY: the child ends here, without what the parent would do at its end.
        unsafe { _exit(if attempt() { 0 } else { 1 }) };
    }
    let mut status = -1;
    // SAFETY: the child was made above.
    unsafe { waitpid(child, &mut status, 0) };
    assert_eq!(status, 0);
    ok!(astra_event_release(event));
    world.end();
}

mod exhaustion {
    //! Every request for memory in turn is refused, in every call that makes something.

    use std::alloc::{GlobalAlloc, Layout, System};
    use std::cell::Cell;

    use super::*;

    std::thread_local! {
        /// Requests that are still granted on this thread.
        static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    }

    struct Refusing;

    fn granted() -> bool {
        LEFT.with(|left| {
            let count = left.get();
            left.set(count.saturating_sub(u64::from(count != u64::MAX)));
            count > 0
        })
    }

    // SAFETY: it refuses, or does what the system's allocator does.
    unsafe impl GlobalAlloc for Refusing {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: as the caller promises.
            if granted() { unsafe { System.alloc(layout) } } else { null_mut() }
        }

        unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
            // SAFETY: as the caller promises.
            unsafe { System.dealloc(at, layout) }
        }
    }

    #[global_allocator]
    static ALLOCATOR: Refusing = Refusing;

    /// Runs a call with 0, 1, 2... granted requests until it succeeds; gives the number of refusals.
    fn exhaust(mut call: impl FnMut() -> astra_status) -> u64 {
        for count in 0.. {
            LEFT.set(count);
            let code = call();
            LEFT.set(u64::MAX);
            if code == 0 {
                return count;
            }
            assert_eq!(status_of(code), "ASTRA_ERROR_OUT_OF_MEMORY");
        }
        unreachable!()
    }

    #[test]
    #[allow(clippy::undocumented_unsafe_blocks)] // every call passes what the contract asks for
    fn a_refused_request_for_memory_is_an_error_that_leaves_nothing() {
        let mut runtime = zeroed();
        let refusals =
            exhaust(|| unsafe { astra_runtime_create(&hello(), null(), &mut runtime, null_mut()) });
        assert!(refusals >= 3);
        ok!(astra_runtime_release(runtime));
        let mut refusals = 0;
        // Enough rounds to meet every growing list at its edge.
        let world = World::new();
        let (stream, gate, a) = (world.stream(), world.event(), world.tensor(&[4], &[1.0; 4]));
        let kernel = world.kernel("add@1", 2);
        ok!(astra_stream_wait(stream, gate));
        let mut owned = Vec::new();
        for _ in 0..300 {
            let before = world.info();
            let (mut tensor, mut event, mut made, mut other) = (zeroed(), zeroed(), zeroed(), zeroed());
            let mut desc: astra_tensor_desc = zeroed();
            (desc.struct_size, desc.dtype, desc.rank, desc.dims[0]) = (80, 1, 1, 4);
            let data = [1.0_f32; 4];
            refusals += exhaust(|| unsafe {
                astra_tensor_create(world.device, &desc, data.as_ptr().cast(), 16, &mut tensor, null_mut())
            });
            refusals += exhaust(|| unsafe {
                astra_launch(stream, kernel, null(), [a, tensor].as_ptr(), 2, &mut made, 1, null_mut())
            });
            refusals += exhaust(|| unsafe { astra_stream_record(stream, &mut event, null_mut()) });
            refusals += exhaust(|| unsafe { astra_stream_create(world.device, &mut other, null_mut()) });
            refusals += exhaust(|| unsafe { astra_stream_wait(other, event, null_mut()) });
            let after = world.info();
            assert_eq!(after.live_handles, before.live_handles + 4);
            assert_eq!(after.memory_in_use, before.memory_in_use + 128);
            owned.push((tensor, event, made, other));
        }
        assert!(refusals >= 1200, "{refusals}");
        // Nothing is asked for when work becomes ready.
        LEFT.set(0);
        // SAFETY: as the contract asks.
        let code = unsafe { astra_event_signal(gate, STATE_COMPLETE, null_mut()) };
        LEFT.set(u64::MAX);
        assert_eq!(code, 0);
        for (tensor, event, made, other) in owned {
            assert_eq!(read(made), [2.0; 4]);
            ok!(astra_tensor_release(tensor));
            ok!(astra_tensor_release(made));
            ok!(astra_event_release(event));
            ok!(astra_stream_release(other));
        }
        ok!(astra_tensor_release(a));
        ok!(astra_event_release(gate));
        ok!(astra_stream_release(stream));
        assert_eq!(world.info().memory_in_use, 0);
        world.end();
    }
}
