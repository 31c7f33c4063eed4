//! spec/abi/stream.toml

use astra_core::Failure;
use astra_core::contract::{DeviceHandle, EventHandle, StreamHandle};

use crate::Astra;
use crate::call::Call;
use crate::generated::calls::StreamCalls;
use crate::generated::types::{astra_event, astra_stream};

impl StreamCalls for Astra {
    fn stream_create(call: &mut Call<'_>, device: DeviceHandle) -> Result<astra_stream, Failure> {
        Ok(astra_stream { bits: call.session().stream_create(device)? })
    }

    fn stream_retain(call: &mut Call<'_>, stream: StreamHandle) -> Result<astra_stream, Failure> {
        Ok(astra_stream { bits: call.session().stream_retain(stream)? })
    }

    fn stream_release(call: &mut Call<'_>, stream: StreamHandle) -> Result<(), Failure> {
        call.session().stream_release(stream)
    }

    fn stream_synchronize(call: &mut Call<'_>, stream: StreamHandle, timeout_ns: u64) -> Result<(), Failure> {
        call.session().stream_synchronize(stream, timeout_ns)
    }

    fn stream_wait(call: &mut Call<'_>, stream: StreamHandle, event: EventHandle) -> Result<(), Failure> {
        call.session().stream_wait(stream, event)
    }

    fn stream_record(call: &mut Call<'_>, stream: StreamHandle) -> Result<astra_event, Failure> {
        Ok(astra_event { bits: call.session().stream_record(stream)? })
    }
}
