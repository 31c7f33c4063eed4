//! spec/abi/map.toml

use core::ffi::c_void;

use astra_core::Failure;
use astra_core::contract::{MapHandle, TensorHandle};

use crate::Astra;
use crate::call::Call;
use crate::generated::calls::MapCalls;
use crate::generated::types::astra_map;

impl MapCalls for Astra {
    fn tensor_map(call: &mut Call<'_>, tensor: TensorHandle, timeout_ns: u64) -> Result<astra_map, Failure> {
        Ok(astra_map { bits: call.session().tensor_map(tensor, timeout_ns)? })
    }

    fn map_get(call: &mut Call<'_>, map: MapHandle) -> Result<(*const c_void, u64), Failure> {
        let (data, length) = call.session().map_get(map);
        Ok((data.cast(), length))
    }

    fn map_release(call: &mut Call<'_>, map: MapHandle) -> Result<(), Failure> {
        call.session().map_release(map);
        Ok(())
    }
}
