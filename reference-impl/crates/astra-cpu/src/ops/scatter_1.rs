//! spec/ops/scatter@1.toml

use astra_core::contract::Dtype;
use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};
use astra_memory::Element;
use astra_team::Team;

use crate::axes::{PORTABLE, Slices, given_axis, unfit, with_size};
use crate::elementwise::GRAIN;

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    let [x, indices, updates] = inputs else { unreachable!("three inputs are declared") };
    let axis = given_axis(attributes[0], x.rank())?;
    if Slices::shape(x, indices, axis).is_none_or(|slices| slices.dims() != updates.dims()) {
        return Err(unfit("the slices that the indices choose", 2));
    }
    outputs[0] = *x;
    Ok(())
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let [x, indices, updates] = arguments.inputs else { unreachable!("three inputs are declared") };
    let y = &mut arguments.outputs[0];
    if y.shape.elements() == 0 {
        return;
    }
    let axis = arguments.attributes[0].unwrap_or_default() as usize;
    let slices = Slices::new(x.shape, indices.shape, axis);
    with_size!(y.shape.dtype, T => {
        let (x, updates) = (x.block.elements::<T>(), updates.block.elements::<T>());
        let y = y.block.elements_mut::<T>();
        match indices.shape.dtype {
            Dtype::I32 => scatter(arguments.team, &slices, x, indices.block.elements::<i32>(), updates, y),
            _ => scatter(arguments.team, &slices, x, indices.block.elements::<i64>(), updates, y),
        }
    });
}

/// Each part of the output takes what is its own of all slices in their order, so that the last one stays
/// whatever the parts are.
fn scatter<T: Element, I: Element + Into<i64>>(
    team: &Team,
    slices: &Slices,
    x: &[T],
    indices: &[I],
    updates: &[T],
    y: &mut [T],
) {
    let (inner, whole) = (slices.inner, slices.length * slices.inner);
    team.parts(y, GRAIN, |start, part| {
        let end = start + part.len();
        part.copy_from_slice(&x[start..end]);
        for outer in start / whole..end.div_ceil(whole) {
            for (number, &index) in indices.iter().enumerate() {
                let Some(to) = slices.find(outer, index.into()) else { continue };
                let (first, last) = (to.max(start), (to + inner).min(end));
                if first < last {
                    let from = (outer * slices.count + number) * inner + first - to;
                    part[first - start..last - start].copy_from_slice(&updates[from..from + last - first]);
                }
            }
        }
    });
}
