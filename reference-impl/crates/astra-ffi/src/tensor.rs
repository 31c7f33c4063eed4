//! spec/abi/tensor.toml

use astra_core::contract::{DeviceHandle, Dtype, MAX_RANK, Status, TensorHandle};
use astra_core::{Fact, Failure, OUT_OF_MEMORY, Shape};

use crate::Astra;
use crate::boundary::Bytes;
use crate::call::Call;
use crate::generated::calls::TensorCalls;
use crate::generated::types::{astra_tensor, astra_tensor_desc, astra_tensor_info};

/// The shape that a description gives, and its bytes.
fn shape(desc: &astra_tensor_desc) -> Result<(Shape, u64), Failure> {
    let refuse = |status| Failure::new(status).about("desc");
    let dtype = Dtype::from_number(desc.dtype).ok_or(
        refuse(Status::InvalidValue)
            .expected(Fact::Words("a declared dtype"))
            .actual(Fact::Number(u64::from(desc.dtype))),
    )?;
    let (dims, unused) = desc.dims.split_at_checked(desc.rank as usize).ok_or(
        refuse(Status::InvalidValue)
            .expected(Fact::Nth("rank at most", u64::from(MAX_RANK)))
            .actual(Fact::Number(u64::from(desc.rank))),
    )?;
    if unused.iter().any(|&dim| dim != 0) {
        return Err(refuse(Status::NonzeroReserved).expected(Fact::Words("zero behind the last dimension")));
    }
    let overflow = refuse(Status::ShapeOverflow).expected(Fact::Words("bytes that fit in 63 bits"));
    let shape = Shape::new(dtype, dims).ok_or(overflow)?;
    Ok((shape, shape.byte_length().ok_or(overflow)?))
}

impl TensorCalls for Astra {
    fn tensor_create(
        call: &mut Call<'_>,
        _device: DeviceHandle,
        desc: &astra_tensor_desc,
        data: Bytes<'_>,
    ) -> Result<astra_tensor, Failure> {
        let (shape, length) = shape(desc)?;
        if data.length() != length {
            return Err(Failure::new(Status::LengthMismatch)
                .about("data_length")
                .expected(Fact::Number(length))
                .actual(Fact::Number(data.length())));
        }
        let data = data.up_to(length).ok_or(OUT_OF_MEMORY)?;
        Ok(astra_tensor { bits: call.session().tensor_create(shape, data)? })
    }

    fn tensor_retain(call: &mut Call<'_>, tensor: TensorHandle) -> Result<astra_tensor, Failure> {
        Ok(astra_tensor { bits: call.session().tensor_retain(tensor)? })
    }

    fn tensor_release(call: &mut Call<'_>, tensor: TensorHandle) -> Result<(), Failure> {
        call.session().tensor_release(tensor);
        Ok(())
    }

    fn tensor_describe(call: &mut Call<'_>, tensor: TensorHandle) -> Result<astra_tensor_info, Failure> {
        let summary = call.session().tensor_describe(tensor);
        Ok(astra_tensor_info {
            struct_size: 0,
            flags: 0,
            dtype: summary.shape.dtype as u32,
            rank: summary.shape.rank() as u32,
            dims: *summary.shape.padded(),
            byte_length: summary.byte_length,
            state: summary.state,
            reserved: 0,
        })
    }
}
