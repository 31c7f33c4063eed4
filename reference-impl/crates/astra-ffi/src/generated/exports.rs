//! The C functions.
//! GENERATED from spec/ by `astra-abi generate`. Do not edit.

use core::ffi::c_void;

use astra_core::contract::*;

use super::calls::{DeviceCalls, EventCalls, KernelCalls, LaunchCalls, MapCalls, RuntimeCalls, StreamCalls, TensorCalls, VersionCalls};
use super::types::*;
use crate::Astra;
use crate::boundary::{self, Bytes};
use crate::call::Call;
use crate::guard::{self, Signature};
use crate::registry::{self, Use};

/// Borrows a device of a runtime.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_device_get(runtime: astra_runtime, index: u32, out_device: *mut astra_device, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_device_get", params: &["runtime", "index", "out_device", "error"] };
    let run = || {
        let pin = registry::pin(runtime.bits, Use::Borrow, "runtime")?;
        let mut call = Call::open(&pin);
        let runtime: RuntimeHandle = call.handle(runtime.bits, Use::Borrow, "runtime")?;
        boundary::pointer(out_device.cast(), "out_device")?;
        let made_out_device = <Astra as DeviceCalls>::device_get(&mut call, runtime, index)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_device.write_unaligned(made_out_device) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_device, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Says what a device is.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_device_describe(device: astra_device, out_info: *mut astra_device_info, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_device_describe", params: &["device", "out_info", "error"] };
    let run = || {
        let pin = registry::pin(device.bits, Use::Borrow, "device")?;
        let mut call = Call::open(&pin);
        let device: DeviceHandle = call.handle(device.bits, Use::Borrow, "device")?;
        boundary::pointer(out_info.cast(), "out_info")?;
        // SAFETY: the pointer is not NULL; the caller promises its size there.
        let out_info_size = unsafe { boundary::growable_out(out_info, "out_info") }?;
        let made_out_info = <Astra as DeviceCalls>::device_describe(&mut call, device)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { boundary::write_growable(out_info, out_info_size, &made_out_info) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero_growable(out_info) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes a pending host event.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_event_create(runtime: astra_runtime, out_event: *mut astra_event, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_event_create", params: &["runtime", "out_event", "error"] };
    let run = || {
        let pin = registry::pin(runtime.bits, Use::Borrow, "runtime")?;
        let mut call = Call::open(&pin);
        let runtime: RuntimeHandle = call.handle(runtime.bits, Use::Borrow, "runtime")?;
        boundary::pointer(out_event.cast(), "out_event")?;
        let made_out_event = <Astra as EventCalls>::event_create(&mut call, runtime)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_event.write_unaligned(made_out_event) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_event, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes a second reference, with a handle of its own.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_event_retain(event: astra_event, out_event: *mut astra_event, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_event_retain", params: &["event", "out_event", "error"] };
    let run = || {
        let pin = registry::pin(event.bits, Use::Borrow, "event")?;
        let mut call = Call::open(&pin);
        let event: EventHandle = call.handle(event.bits, Use::Borrow, "event")?;
        boundary::pointer(out_event.cast(), "out_event")?;
        let made_out_event = <Astra as EventCalls>::event_retain(&mut call, event)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_event.write_unaligned(made_out_event) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_event, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Releases one reference. Releasing the caller's last handle to a pending host event fails the event.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_event_release(event: astra_event, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_event_release", params: &["event", "error"] };
    let run = || {
        let pin = registry::pin(event.bits, Use::Consume, "event")?;
        let mut call = Call::open(&pin);
        let event: EventHandle = call.handle(event.bits, Use::Consume, "event")?;
        <Astra as EventCalls>::event_release(&mut call, event)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Completes or fails a host event. Work that becomes ready may run before the call returns.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_event_signal(event: astra_event, outcome: astra_event_state, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_event_signal", params: &["event", "outcome", "error"] };
    let run = || {
        let pin = registry::pin(event.bits, Use::Borrow, "event")?;
        let mut call = Call::open(&pin);
        let event: EventHandle = call.handle(event.bits, Use::Borrow, "event")?;
        <Astra as EventCalls>::event_signal(&mut call, event, outcome)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Waits for an event.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_event_wait(event: astra_event, timeout_ns: u64, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_event_wait", params: &["event", "timeout_ns", "error"] };
    let run = || {
        let pin = registry::pin(event.bits, Use::Borrow, "event")?;
        let mut call = Call::open(&pin);
        let event: EventHandle = call.handle(event.bits, Use::Borrow, "event")?;
        <Astra as EventCalls>::event_wait(&mut call, event, timeout_ns)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Says where an event stands.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_event_query(event: astra_event, out_state: *mut astra_event_state, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_event_query", params: &["event", "out_state", "error"] };
    let run = || {
        let pin = registry::pin(event.bits, Use::Borrow, "event")?;
        let mut call = Call::open(&pin);
        let event: EventHandle = call.handle(event.bits, Use::Borrow, "event")?;
        boundary::pointer(out_state.cast(), "out_state")?;
        let made_out_state = <Astra as EventCalls>::event_query(&mut call, event)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_state.write_unaligned(made_out_state) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_state, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Borrows the kernel for an operator version and element types on a device.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_kernel_get(device: astra_device, query: *const astra_kernel_query, out_kernel: *mut astra_kernel, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_kernel_get", params: &["device", "query", "out_kernel", "error"] };
    let run = || {
        let pin = registry::pin(device.bits, Use::Borrow, "device")?;
        let mut call = Call::open(&pin);
        let device: DeviceHandle = call.handle(device.bits, Use::Borrow, "device")?;
        boundary::pointer(query.cast(), "query")?;
        // SAFETY: the pointer is not NULL; the caller promises `struct_size` bytes there.
        let query = unsafe { boundary::growable_in::<astra_kernel_query>(query, "query") }?;
        // SAFETY: the caller promises what the struct's lengths say, for the length of the call.
        let query = unsafe { KernelQueryView::new(&query) };
        boundary::pointer(out_kernel.cast(), "out_kernel")?;
        let made_out_kernel = <Astra as KernelCalls>::kernel_get(&mut call, device, &query)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_kernel.write_unaligned(made_out_kernel) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_kernel, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Says what a kernel is.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_kernel_describe(kernel: astra_kernel, out_info: *mut astra_kernel_info, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_kernel_describe", params: &["kernel", "out_info", "error"] };
    let run = || {
        let pin = registry::pin(kernel.bits, Use::Borrow, "kernel")?;
        let mut call = Call::open(&pin);
        let kernel: KernelHandle = call.handle(kernel.bits, Use::Borrow, "kernel")?;
        boundary::pointer(out_info.cast(), "out_info")?;
        // SAFETY: the pointer is not NULL; the caller promises its size there.
        let out_info_size = unsafe { boundary::growable_out(out_info, "out_info") }?;
        let made_out_info = <Astra as KernelCalls>::kernel_describe(&mut call, kernel)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { boundary::write_growable(out_info, out_info_size, &made_out_info) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero_growable(out_info) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Enqueues a kernel on a stream.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_launch(stream: astra_stream, kernel: astra_kernel, options: *const astra_launch_options, inputs: *const astra_tensor, input_count: u32, outputs: *mut astra_tensor, output_count: u32, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_launch", params: &["stream", "kernel", "options", "inputs", "input_count", "outputs", "output_count", "error"] };
    let run = || {
        let pin = registry::pin(stream.bits, Use::Borrow, "stream")?;
        let mut call = Call::open(&pin);
        let stream: StreamHandle = call.handle(stream.bits, Use::Borrow, "stream")?;
        let kernel: KernelHandle = call.handle(kernel.bits, Use::Borrow, "kernel")?;
        // SAFETY: the pointer is not NULL; the caller promises `struct_size` bytes there.
        let options = if options.is_null() { None } else { Some(unsafe { boundary::growable_in::<astra_launch_options>(options, "options") }?) };
        // SAFETY: the caller promises what the struct's lengths say, for the length of the call.
        let options = options.as_ref().map(|fields| unsafe { LaunchOptionsView::new(fields) });
        boundary::buffer(inputs.cast(), u64::from(input_count), "inputs")?;
        boundary::buffer(outputs.cast(), u64::from(output_count), "outputs")?;
        // SAFETY: not NULL where the length is not zero; the caller promises the length.
        let inputs = unsafe { boundary::slice(inputs, input_count as usize) }.unwrap_or_default();
        let made_outputs = <Astra as LaunchCalls>::launch(&mut call, stream, kernel, options.as_ref(), inputs, output_count)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { boundary::write_all(outputs, output_count, &made_outputs) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(outputs, output_count as usize) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Waits for a tensor's contents and opens a map on them.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_tensor_map(tensor: astra_tensor, timeout_ns: u64, out_map: *mut astra_map, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_tensor_map", params: &["tensor", "timeout_ns", "out_map", "error"] };
    let run = || {
        let pin = registry::pin(tensor.bits, Use::Borrow, "tensor")?;
        let mut call = Call::open(&pin);
        let tensor: TensorHandle = call.handle(tensor.bits, Use::Borrow, "tensor")?;
        boundary::pointer(out_map.cast(), "out_map")?;
        let made_out_map = <Astra as MapCalls>::tensor_map(&mut call, tensor, timeout_ns)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_map.write_unaligned(made_out_map) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_map, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Borrows the bytes of an open map.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_map_get(map: astra_map, out_data: *mut *const c_void, out_length: *mut u64, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_map_get", params: &["map", "out_data", "out_length", "error"] };
    let run = || {
        let pin = registry::pin(map.bits, Use::Borrow, "map")?;
        let mut call = Call::open(&pin);
        let map: MapHandle = call.handle(map.bits, Use::Borrow, "map")?;
        boundary::pointer(out_data.cast(), "out_data")?;
        boundary::pointer(out_length.cast(), "out_length")?;
        let (made_out_data, made_out_length) = <Astra as MapCalls>::map_get(&mut call, map)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_data.write_unaligned(made_out_data) };
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_length.write_unaligned(made_out_length) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_data, 1) };
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_length, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Closes a map.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_map_release(map: astra_map, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_map_release", params: &["map", "error"] };
    let run = || {
        let pin = registry::pin(map.bits, Use::Consume, "map")?;
        let mut call = Call::open(&pin);
        let map: MapHandle = call.handle(map.bits, Use::Consume, "map")?;
        <Astra as MapCalls>::map_release(&mut call, map)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes a runtime.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_runtime_create(hello: *const astra_hello, config: *const astra_runtime_config, out_runtime: *mut astra_runtime, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_runtime_create", params: &["hello", "config", "out_runtime", "error"] };
    let run = || {
        boundary::pointer(hello.cast(), "hello")?;
        // SAFETY: the pointer is not NULL; the caller promises `struct_size` bytes there.
        let hello = unsafe { boundary::growable_in::<astra_hello>(hello, "hello") }?;
        // SAFETY: the pointer is not NULL; the caller promises `struct_size` bytes there.
        let config = if config.is_null() { None } else { Some(unsafe { boundary::growable_in::<astra_runtime_config>(config, "config") }?) };
        boundary::pointer(out_runtime.cast(), "out_runtime")?;
        let made_out_runtime = <Astra as RuntimeCalls>::runtime_create(&hello, config.as_ref())?;
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_runtime.write_unaligned(made_out_runtime) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_runtime, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes a second reference, with a handle of its own.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_runtime_retain(runtime: astra_runtime, out_runtime: *mut astra_runtime, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_runtime_retain", params: &["runtime", "out_runtime", "error"] };
    let run = || {
        let pin = registry::pin(runtime.bits, Use::Borrow, "runtime")?;
        let mut call = Call::open(&pin);
        let runtime: RuntimeHandle = call.handle(runtime.bits, Use::Borrow, "runtime")?;
        boundary::pointer(out_runtime.cast(), "out_runtime")?;
        let made_out_runtime = <Astra as RuntimeCalls>::runtime_retain(&mut call, runtime)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_runtime.write_unaligned(made_out_runtime) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_runtime, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Releases one reference; the last one destroys the runtime.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_runtime_release(runtime: astra_runtime, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_runtime_release", params: &["runtime", "error"] };
    let run = || {
        let pin = registry::pin(runtime.bits, Use::Consume, "runtime")?;
        let mut call = Call::open(&pin);
        let runtime: RuntimeHandle = call.handle(runtime.bits, Use::Consume, "runtime")?;
        <Astra as RuntimeCalls>::runtime_release(&mut call, runtime)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Says what a runtime is and holds.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_runtime_describe(runtime: astra_runtime, out_info: *mut astra_runtime_info, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_runtime_describe", params: &["runtime", "out_info", "error"] };
    let run = || {
        let pin = registry::pin(runtime.bits, Use::Borrow, "runtime")?;
        let mut call = Call::open(&pin);
        let runtime: RuntimeHandle = call.handle(runtime.bits, Use::Borrow, "runtime")?;
        boundary::pointer(out_info.cast(), "out_info")?;
        // SAFETY: the pointer is not NULL; the caller promises its size there.
        let out_info_size = unsafe { boundary::growable_out(out_info, "out_info") }?;
        let made_out_info = <Astra as RuntimeCalls>::runtime_describe(&mut call, runtime)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { boundary::write_growable(out_info, out_info_size, &made_out_info) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero_growable(out_info) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes an empty stream on a device.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_stream_create(device: astra_device, out_stream: *mut astra_stream, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_stream_create", params: &["device", "out_stream", "error"] };
    let run = || {
        let pin = registry::pin(device.bits, Use::Borrow, "device")?;
        let mut call = Call::open(&pin);
        let device: DeviceHandle = call.handle(device.bits, Use::Borrow, "device")?;
        boundary::pointer(out_stream.cast(), "out_stream")?;
        let made_out_stream = <Astra as StreamCalls>::stream_create(&mut call, device)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_stream.write_unaligned(made_out_stream) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_stream, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes a second reference, with a handle of its own.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_stream_retain(stream: astra_stream, out_stream: *mut astra_stream, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_stream_retain", params: &["stream", "out_stream", "error"] };
    let run = || {
        let pin = registry::pin(stream.bits, Use::Borrow, "stream")?;
        let mut call = Call::open(&pin);
        let stream: StreamHandle = call.handle(stream.bits, Use::Borrow, "stream")?;
        boundary::pointer(out_stream.cast(), "out_stream")?;
        let made_out_stream = <Astra as StreamCalls>::stream_retain(&mut call, stream)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_stream.write_unaligned(made_out_stream) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_stream, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Releases one reference; the last one destroys the stream.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_stream_release(stream: astra_stream, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_stream_release", params: &["stream", "error"] };
    let run = || {
        let pin = registry::pin(stream.bits, Use::Consume, "stream")?;
        let mut call = Call::open(&pin);
        let stream: StreamHandle = call.handle(stream.bits, Use::Consume, "stream")?;
        <Astra as StreamCalls>::stream_release(&mut call, stream)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Waits until everything enqueued on the stream before the call is complete.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_stream_synchronize(stream: astra_stream, timeout_ns: u64, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_stream_synchronize", params: &["stream", "timeout_ns", "error"] };
    let run = || {
        let pin = registry::pin(stream.bits, Use::Borrow, "stream")?;
        let mut call = Call::open(&pin);
        let stream: StreamHandle = call.handle(stream.bits, Use::Borrow, "stream")?;
        <Astra as StreamCalls>::stream_synchronize(&mut call, stream, timeout_ns)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes everything enqueued later on the stream wait for an event.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_stream_wait(stream: astra_stream, event: astra_event, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_stream_wait", params: &["stream", "event", "error"] };
    let run = || {
        let pin = registry::pin(stream.bits, Use::Borrow, "stream")?;
        let mut call = Call::open(&pin);
        let stream: StreamHandle = call.handle(stream.bits, Use::Borrow, "stream")?;
        let event: EventHandle = call.handle(event.bits, Use::Borrow, "event")?;
        <Astra as StreamCalls>::stream_wait(&mut call, stream, event)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes an event that completes when everything enqueued before it on the stream is complete.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_stream_record(stream: astra_stream, out_event: *mut astra_event, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_stream_record", params: &["stream", "out_event", "error"] };
    let run = || {
        let pin = registry::pin(stream.bits, Use::Borrow, "stream")?;
        let mut call = Call::open(&pin);
        let stream: StreamHandle = call.handle(stream.bits, Use::Borrow, "stream")?;
        boundary::pointer(out_event.cast(), "out_event")?;
        let made_out_event = <Astra as StreamCalls>::stream_record(&mut call, stream)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_event.write_unaligned(made_out_event) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_event, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes a tensor from a copy of host memory.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_tensor_create(device: astra_device, desc: *const astra_tensor_desc, data: *const c_void, data_length: u64, out_tensor: *mut astra_tensor, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_tensor_create", params: &["device", "desc", "data", "data_length", "out_tensor", "error"] };
    let run = || {
        let pin = registry::pin(device.bits, Use::Borrow, "device")?;
        let mut call = Call::open(&pin);
        let device: DeviceHandle = call.handle(device.bits, Use::Borrow, "device")?;
        boundary::pointer(desc.cast(), "desc")?;
        // SAFETY: the pointer is not NULL; the caller promises `struct_size` bytes there.
        let desc = unsafe { boundary::growable_in::<astra_tensor_desc>(desc, "desc") }?;
        boundary::buffer(data.cast(), u64::from(data_length), "data")?;
        boundary::pointer(out_tensor.cast(), "out_tensor")?;
        // SAFETY: not NULL where the length is not zero; the caller promises the length.
        let data = unsafe { Bytes::new(data.cast(), data_length) }.unwrap_or_default();
        let made_out_tensor = <Astra as TensorCalls>::tensor_create(&mut call, device, &desc, data)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_tensor.write_unaligned(made_out_tensor) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_tensor, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Makes a second reference, with a handle of its own.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_tensor_retain(tensor: astra_tensor, out_tensor: *mut astra_tensor, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_tensor_retain", params: &["tensor", "out_tensor", "error"] };
    let run = || {
        let pin = registry::pin(tensor.bits, Use::Borrow, "tensor")?;
        let mut call = Call::open(&pin);
        let tensor: TensorHandle = call.handle(tensor.bits, Use::Borrow, "tensor")?;
        boundary::pointer(out_tensor.cast(), "out_tensor")?;
        let made_out_tensor = <Astra as TensorCalls>::tensor_retain(&mut call, tensor)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { out_tensor.write_unaligned(made_out_tensor) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero(out_tensor, 1) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Releases one reference. Maps and pending launches that use the tensor keep it alive.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_tensor_release(tensor: astra_tensor, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_tensor_release", params: &["tensor", "error"] };
    let run = || {
        let pin = registry::pin(tensor.bits, Use::Consume, "tensor")?;
        let mut call = Call::open(&pin);
        let tensor: TensorHandle = call.handle(tensor.bits, Use::Consume, "tensor")?;
        <Astra as TensorCalls>::tensor_release(&mut call, tensor)?;
        drop(call);
        Ok(())
    };
    let undo = || {};
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Says what a tensor is.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_tensor_describe(tensor: astra_tensor, out_info: *mut astra_tensor_info, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_tensor_describe", params: &["tensor", "out_info", "error"] };
    let run = || {
        let pin = registry::pin(tensor.bits, Use::Borrow, "tensor")?;
        let mut call = Call::open(&pin);
        let tensor: TensorHandle = call.handle(tensor.bits, Use::Borrow, "tensor")?;
        boundary::pointer(out_info.cast(), "out_info")?;
        // SAFETY: the pointer is not NULL; the caller promises its size there.
        let out_info_size = unsafe { boundary::growable_out(out_info, "out_info") }?;
        let made_out_info = <Astra as TensorCalls>::tensor_describe(&mut call, tensor)?;
        drop(call);
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { boundary::write_growable(out_info, out_info_size, &made_out_info) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero_growable(out_info) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// The version of the contract that this library implements.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_version() -> u32 {
    guard::plain(|| <Astra as VersionCalls>::version())
}

/// Fills a caller-sized table with the library's functions.
///
/// # Safety
/// Every pointer is what the contract asks for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn astra_get_api(hello: *const astra_hello, table: *mut astra_api, error: *mut astra_error) -> astra_status {
    const SIGNATURE: Signature = Signature { function: "astra_get_api", params: &["hello", "table", "error"] };
    let run = || {
        boundary::pointer(hello.cast(), "hello")?;
        // SAFETY: the pointer is not NULL; the caller promises `struct_size` bytes there.
        let hello = unsafe { boundary::growable_in::<astra_hello>(hello, "hello") }?;
        boundary::pointer(table.cast(), "table")?;
        // SAFETY: the pointer is not NULL; the caller promises its size there.
        let table_size = unsafe { boundary::growable_out(table, "table") }?;
        let made_table = <Astra as VersionCalls>::get_api(&hello)?;
        // SAFETY: checked above; the caller promises room for what is written.
        unsafe { boundary::write_growable(table, table_size, &made_table) };
        Ok(())
    };
    let undo = || {
        // SAFETY: the caller promises room; NULL and sizes are looked at first.
        unsafe { boundary::zero_growable(table) };
    };
    // SAFETY: `error` is NULL or the caller's record.
    unsafe { guard::call(&SIGNATURE, error, run, undo) }
}

/// Every slot of `astra_api`, filled.
pub fn api_table() -> astra_api {
    astra_api {
        struct_size: 232,
        flags: 0,
        device_get: astra_device_get,
        #[cfg(target_pointer_width = "32")]
        device_get_padding: 0,
        device_describe: astra_device_describe,
        #[cfg(target_pointer_width = "32")]
        device_describe_padding: 0,
        event_create: astra_event_create,
        #[cfg(target_pointer_width = "32")]
        event_create_padding: 0,
        event_retain: astra_event_retain,
        #[cfg(target_pointer_width = "32")]
        event_retain_padding: 0,
        event_release: astra_event_release,
        #[cfg(target_pointer_width = "32")]
        event_release_padding: 0,
        event_signal: astra_event_signal,
        #[cfg(target_pointer_width = "32")]
        event_signal_padding: 0,
        event_wait: astra_event_wait,
        #[cfg(target_pointer_width = "32")]
        event_wait_padding: 0,
        event_query: astra_event_query,
        #[cfg(target_pointer_width = "32")]
        event_query_padding: 0,
        kernel_get: astra_kernel_get,
        #[cfg(target_pointer_width = "32")]
        kernel_get_padding: 0,
        kernel_describe: astra_kernel_describe,
        #[cfg(target_pointer_width = "32")]
        kernel_describe_padding: 0,
        launch: astra_launch,
        #[cfg(target_pointer_width = "32")]
        launch_padding: 0,
        tensor_map: astra_tensor_map,
        #[cfg(target_pointer_width = "32")]
        tensor_map_padding: 0,
        map_get: astra_map_get,
        #[cfg(target_pointer_width = "32")]
        map_get_padding: 0,
        map_release: astra_map_release,
        #[cfg(target_pointer_width = "32")]
        map_release_padding: 0,
        runtime_create: astra_runtime_create,
        #[cfg(target_pointer_width = "32")]
        runtime_create_padding: 0,
        runtime_retain: astra_runtime_retain,
        #[cfg(target_pointer_width = "32")]
        runtime_retain_padding: 0,
        runtime_release: astra_runtime_release,
        #[cfg(target_pointer_width = "32")]
        runtime_release_padding: 0,
        runtime_describe: astra_runtime_describe,
        #[cfg(target_pointer_width = "32")]
        runtime_describe_padding: 0,
        stream_create: astra_stream_create,
        #[cfg(target_pointer_width = "32")]
        stream_create_padding: 0,
        stream_retain: astra_stream_retain,
        #[cfg(target_pointer_width = "32")]
        stream_retain_padding: 0,
        stream_release: astra_stream_release,
        #[cfg(target_pointer_width = "32")]
        stream_release_padding: 0,
        stream_synchronize: astra_stream_synchronize,
        #[cfg(target_pointer_width = "32")]
        stream_synchronize_padding: 0,
        stream_wait: astra_stream_wait,
        #[cfg(target_pointer_width = "32")]
        stream_wait_padding: 0,
        stream_record: astra_stream_record,
        #[cfg(target_pointer_width = "32")]
        stream_record_padding: 0,
        tensor_create: astra_tensor_create,
        #[cfg(target_pointer_width = "32")]
        tensor_create_padding: 0,
        tensor_retain: astra_tensor_retain,
        #[cfg(target_pointer_width = "32")]
        tensor_retain_padding: 0,
        tensor_release: astra_tensor_release,
        #[cfg(target_pointer_width = "32")]
        tensor_release_padding: 0,
        tensor_describe: astra_tensor_describe,
        #[cfg(target_pointer_width = "32")]
        tensor_describe_padding: 0,
    }
}
