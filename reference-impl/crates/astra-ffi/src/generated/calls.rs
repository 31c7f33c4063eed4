//! One method for every function of the contract.
//! GENERATED from spec/ by `astra-abi generate`. Do not edit.

use core::ffi::c_void;

use astra_core::Failure;
use astra_core::contract::*;

use super::types::*;
use crate::boundary::{Bytes, Several};
use crate::call::Call;

pub trait DeviceCalls {
    /// Borrows a device of a runtime.
    fn device_get(call: &mut Call<'_>, runtime: RuntimeHandle, index: u32) -> Result<astra_device, Failure>;
    /// Says what a device is.
    fn device_describe(call: &mut Call<'_>, device: DeviceHandle) -> Result<astra_device_info, Failure>;
}

pub trait EventCalls {
    /// Makes a pending host event.
    fn event_create(call: &mut Call<'_>, runtime: RuntimeHandle) -> Result<astra_event, Failure>;
    /// Makes a second reference, with a handle of its own.
    fn event_retain(call: &mut Call<'_>, event: EventHandle) -> Result<astra_event, Failure>;
    /// Releases one reference. Releasing the caller's last handle to a pending host event fails the event.
    fn event_release(call: &mut Call<'_>, event: EventHandle) -> Result<(), Failure>;
    /// Completes or fails a host event. Work that becomes ready may run before the call returns.
    fn event_signal(call: &mut Call<'_>, event: EventHandle, outcome: astra_event_state) -> Result<(), Failure>;
    /// Waits for an event.
    fn event_wait(call: &mut Call<'_>, event: EventHandle, timeout_ns: u64) -> Result<(), Failure>;
    /// Says where an event stands.
    fn event_query(call: &mut Call<'_>, event: EventHandle) -> Result<astra_event_state, Failure>;
}

pub trait KernelCalls {
    /// Borrows the kernel for an operator version and element types on a device.
    fn kernel_get(call: &mut Call<'_>, device: DeviceHandle, query: &KernelQueryView<'_>) -> Result<astra_kernel, Failure>;
    /// Says what a kernel is.
    fn kernel_describe(call: &mut Call<'_>, kernel: KernelHandle) -> Result<astra_kernel_info, Failure>;
}

pub trait LaunchCalls {
    /// Enqueues a kernel on a stream.
    fn launch(call: &mut Call<'_>, stream: StreamHandle, kernel: KernelHandle, options: Option<&LaunchOptionsView<'_>>, inputs: &[astra_tensor], output_count: u32) -> Result<Several<astra_tensor>, Failure>;
}

pub trait MapCalls {
    /// Waits for a tensor's contents and opens a map on them.
    fn tensor_map(call: &mut Call<'_>, tensor: TensorHandle, timeout_ns: u64) -> Result<astra_map, Failure>;
    /// Borrows the bytes of an open map.
    fn map_get(call: &mut Call<'_>, map: MapHandle) -> Result<(*const c_void, u64), Failure>;
    /// Closes a map.
    fn map_release(call: &mut Call<'_>, map: MapHandle) -> Result<(), Failure>;
}

pub trait RuntimeCalls {
    /// Makes a runtime.
    fn runtime_create(hello: &astra_hello, config: Option<&astra_runtime_config>) -> Result<astra_runtime, Failure>;
    /// Makes a second reference, with a handle of its own.
    fn runtime_retain(call: &mut Call<'_>, runtime: RuntimeHandle) -> Result<astra_runtime, Failure>;
    /// Releases one reference; the last one destroys the runtime.
    fn runtime_release(call: &mut Call<'_>, runtime: RuntimeHandle) -> Result<(), Failure>;
    /// Says what a runtime is and holds.
    fn runtime_describe(call: &mut Call<'_>, runtime: RuntimeHandle) -> Result<astra_runtime_info, Failure>;
}

pub trait StreamCalls {
    /// Makes an empty stream on a device.
    fn stream_create(call: &mut Call<'_>, device: DeviceHandle) -> Result<astra_stream, Failure>;
    /// Makes a second reference, with a handle of its own.
    fn stream_retain(call: &mut Call<'_>, stream: StreamHandle) -> Result<astra_stream, Failure>;
    /// Releases one reference; the last one destroys the stream.
    fn stream_release(call: &mut Call<'_>, stream: StreamHandle) -> Result<(), Failure>;
    /// Waits until everything enqueued on the stream before the call is complete.
    fn stream_synchronize(call: &mut Call<'_>, stream: StreamHandle, timeout_ns: u64) -> Result<(), Failure>;
    /// Makes everything enqueued later on the stream wait for an event.
    fn stream_wait(call: &mut Call<'_>, stream: StreamHandle, event: EventHandle) -> Result<(), Failure>;
    /// Makes an event that completes when everything enqueued before it on the stream is complete.
    fn stream_record(call: &mut Call<'_>, stream: StreamHandle) -> Result<astra_event, Failure>;
}

pub trait TensorCalls {
    /// Makes a tensor from a copy of host memory.
    fn tensor_create(call: &mut Call<'_>, device: DeviceHandle, desc: &astra_tensor_desc, data: Bytes<'_>) -> Result<astra_tensor, Failure>;
    /// Makes a second reference, with a handle of its own.
    fn tensor_retain(call: &mut Call<'_>, tensor: TensorHandle) -> Result<astra_tensor, Failure>;
    /// Releases one reference. Maps and pending launches that use the tensor keep it alive.
    fn tensor_release(call: &mut Call<'_>, tensor: TensorHandle) -> Result<(), Failure>;
    /// Says what a tensor is.
    fn tensor_describe(call: &mut Call<'_>, tensor: TensorHandle) -> Result<astra_tensor_info, Failure>;
}

pub trait VersionCalls {
    /// The version of the contract that this library implements.
    fn version() -> u32;
    /// Fills a caller-sized table with the library's functions.
    fn get_api(hello: &astra_hello) -> Result<astra_api, Failure>;
}
