//! spec/abi/runtime.toml

use astra_core::contract::{ISA_BEST, MAX_THREADS, RuntimeHandle, Status};
use astra_core::{Fact, Failure, Session, Settings};

use crate::Astra;
use crate::call::Call;
use crate::generated::calls::RuntimeCalls;
use crate::generated::types::{
    VERSION, astra_hello, astra_runtime, astra_runtime_config, astra_runtime_info,
};
use crate::registry;
use crate::version::served;

/// What a configuration asks for; without one, every default.
fn settings(config: Option<&astra_runtime_config>) -> Result<Settings, Failure> {
    let Some(&astra_runtime_config { memory_limit, unknown, thread_count, isa, .. }) = config else {
        return Ok(Settings { kernels: astra_cpu::kernels(), memory_limit: 0, threads: 1 });
    };
    if unknown != 0 {
        let offset = core::mem::offset_of!(astra_runtime_config, unknown) as u64;
        return Err(Failure::new(Status::NonzeroTail).actual(Fact::Nth("offset", offset)));
    }
    if thread_count > MAX_THREADS {
        return Err(Failure::new(Status::InvalidValue)
            .expected(Fact::Nth("a thread_count of at most", MAX_THREADS.into()))
            .actual(Fact::Number(thread_count.into())));
    }
    let kernels = match isa {
        ISA_BEST => astra_cpu::kernels(),
        _ => astra_cpu::kernels_of(isa)?,
    };
    Ok(Settings { kernels, memory_limit, threads: thread_count.max(1) as usize })
}

impl RuntimeCalls for Astra {
    fn runtime_create(
        hello: &astra_hello,
        config: Option<&astra_runtime_config>,
    ) -> Result<astra_runtime, Failure> {
        served(hello)?;
        let settings = settings(config).map_err(|failure| failure.about("config"))?;
        Ok(astra_runtime { bits: registry::create(settings)? })
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
            thread_count: summary.threads,
            isa: summary.isa.number(),
        })
    }
}
