//! spec/abi/event.toml

use astra_core::Failure;
use astra_core::contract::{EventHandle, RuntimeHandle};

use crate::Astra;
use crate::call::Call;
use crate::generated::calls::EventCalls;
use crate::generated::types::{astra_event, astra_event_state};

impl EventCalls for Astra {
    fn event_create(call: &mut Call<'_>, runtime: RuntimeHandle) -> Result<astra_event, Failure> {
        Ok(astra_event { bits: call.session().event_create(runtime)? })
    }

    fn event_retain(call: &mut Call<'_>, event: EventHandle) -> Result<astra_event, Failure> {
        Ok(astra_event { bits: call.session().event_retain(event)? })
    }

    fn event_release(call: &mut Call<'_>, event: EventHandle) -> Result<(), Failure> {
        call.session().event_release(event);
        Ok(())
    }

    fn event_signal(
        call: &mut Call<'_>,
        event: EventHandle,
        outcome: astra_event_state,
    ) -> Result<(), Failure> {
        call.session().event_signal(event, outcome)
    }

    fn event_wait(call: &mut Call<'_>, event: EventHandle, timeout_ns: u64) -> Result<(), Failure> {
        call.session().event_wait(event, timeout_ns)
    }

    fn event_query(call: &mut Call<'_>, event: EventHandle) -> Result<astra_event_state, Failure> {
        Ok(call.session().event_query(event))
    }
}
