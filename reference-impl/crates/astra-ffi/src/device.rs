//! spec/abi/device.toml

use astra_core::contract::{DEVICE_CPU, DeviceHandle, RuntimeHandle};
use astra_core::{Failure, Text};

use crate::Astra;
use crate::call::Call;
use crate::generated::calls::DeviceCalls;
use crate::generated::types::{astra_device, astra_device_info};
use crate::guard::chars;

impl DeviceCalls for Astra {
    fn device_get(call: &mut Call<'_>, _runtime: RuntimeHandle, index: u32) -> Result<astra_device, Failure> {
        let bits = call.session().device_get(index).map_err(|failure| failure.about("index"))?;
        Ok(astra_device { bits })
    }

    fn device_describe(call: &mut Call<'_>, device: DeviceHandle) -> Result<astra_device_info, Failure> {
        let isa = call.session().kernels().isa.name();
        Ok(astra_device_info {
            struct_size: 0,
            flags: 0,
            kind: DEVICE_CPU,
            index: call.session().device_index(device),
            name: chars(&Text::of(format_args!("CPU ({} {isa})", std::env::consts::ARCH))),
        })
    }
}
