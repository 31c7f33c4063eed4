//! spec/abi/kernel.toml

use astra_core::contract::{DeviceHandle, KernelHandle, Status};
use astra_core::{Fact, Failure, Text};

use crate::Astra;
use crate::call::Call;
use crate::generated::calls::KernelCalls;
use crate::generated::types::{KernelQueryView, astra_kernel, astra_kernel_info};
use crate::guard::chars;

/// No operator's name and version are longer.
const LONGEST_OP: u64 = 64;

impl KernelCalls for Astra {
    fn kernel_get(
        call: &mut Call<'_>,
        _device: DeviceHandle,
        query: &KernelQueryView<'_>,
    ) -> Result<astra_kernel, Failure> {
        let refuse = |status| Failure::new(status).about("query");
        let op =
            query.op.ok_or(refuse(Status::NullPointer).expected(Fact::Words("op.ptr that is not NULL")))?;
        let fields = query.fields;
        if fields.reserved != 0 {
            return Err(refuse(Status::NonzeroReserved).expected(Fact::Words("reserved that is zero")));
        }
        let dtypes = fields.dtypes.split_at_checked(fields.dtype_count as usize);
        if dtypes.is_some_and(|(_, unused)| unused.iter().any(|&dtype| dtype != 0)) {
            return Err(refuse(Status::NonzeroReserved).expected(Fact::Words("zero behind the last dtype")));
        }
        // Too long a name is nobody's, and too many dtypes are no operator's.
        let op = op.up_to(LONGEST_OP).unwrap_or(b"");
        let nine = [0; 9];
        let dtypes = dtypes.map_or(&nine[..], |(dtypes, _)| dtypes);
        let found = call.session().kernel_get(op, dtypes, &fields.output_dtypes);
        let bits = found.map_err(|failure| failure.about("query"))?;
        Ok(astra_kernel { bits })
    }

    fn kernel_describe(call: &mut Call<'_>, kernel: KernelHandle) -> Result<astra_kernel_info, Failure> {
        let isa = call.session().kernels().isa;
        let operator = call.session().operator(kernel);
        Ok(astra_kernel_info {
            struct_size: 0,
            flags: 0,
            op: chars(&Text::of(format_args!("{}", operator.id))),
            implementation: chars(&Text::of(format_args!("{}", (operator.implementation)(isa)))),
            input_count: operator.inputs as u32,
            output_count: operator.outputs as u32,
        })
    }
}
