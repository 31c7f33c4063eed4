//! spec/abi/runtime.toml

use astra_core::contract::RuntimeHandle;
use astra_core::{Failure, Session};

use crate::Astra;
use crate::call::Call;
use crate::generated::calls::RuntimeCalls;
use crate::generated::types::{
    VERSION, astra_hello, astra_runtime, astra_runtime_config, astra_runtime_info,
};
use crate::registry;
use crate::version::served;

impl RuntimeCalls for Astra {
    fn runtime_create(
        hello: &astra_hello,
        config: Option<&astra_runtime_config>,
    ) -> Result<astra_runtime, Failure> {
        served(hello)?;
        let memory_limit = config.map_or(0, |config| config.memory_limit);
        Ok(astra_runtime { bits: registry::create(astra_cpu::kernels(), memory_limit)? })
    }

    fn runtime_retain(call: &mut Call<'_>, runtime: RuntimeHandle) -> Result<astra_runtime, Failure> {
        Ok(astra_runtime { bits: call.session().runtime_retain(runtime)? })
    }

    fn runtime_release(call: &mut Call<'_>, runtime: RuntimeHandle) -> Result<(), Failure> {
        let released = call.session().runtime_release(runtime).map_err(|failure| failure.about("runtime"));
        if released? {
            // This call's own pin keeps the memory until it ends.
            call.pin().retire();
        }
        Ok(())
    }

    fn runtime_describe(call: &mut Call<'_>, _runtime: RuntimeHandle) -> Result<astra_runtime_info, Failure> {
        let summary = call.session().summary();
        Ok(astra_runtime_info {
            struct_size: 0,
            flags: 0,
            version: VERSION,
            device_count: Session::DEVICES,
            live_handles: summary.live_handles,
            memory_in_use: summary.memory_in_use,
            memory_limit: summary.memory_limit,
        })
    }
}
