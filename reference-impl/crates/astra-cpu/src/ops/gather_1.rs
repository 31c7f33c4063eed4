//! spec/ops/gather@1.toml

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
    let [x, indices] = inputs else { unreachable!("two inputs are declared") };
    let axis = given_axis(attributes[0], x.rank())?;
    outputs[0] = Slices::shape(x, indices, axis).ok_or(unfit("at most 8 dimensions of the output", 1))?;
    Ok(())
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let [x, indices] = arguments.inputs else { unreachable!("two inputs are declared") };
    let y = &mut arguments.outputs[0];
    if y.shape.elements() == 0 {
        return;
    }
    let axis = arguments.attributes[0].unwrap_or_default() as usize;
    let slices = Slices::new(x.shape, indices.shape, axis);
    with_size!(y.shape.dtype, T => {
        let (x, y) = (x.block.elements::<T>(), y.block.elements_mut::<T>());
        match indices.shape.dtype {
            Dtype::I32 => gather(arguments.team, &slices, x, indices.block.elements::<i32>(), y),
            _ => gather(arguments.team, &slices, x, indices.block.elements::<i64>(), y),
        }
    });
}

fn gather<T: Element + Default, I: Element + Into<i64>>(
    team: &Team,
    slices: &Slices,
    x: &[T],
    indices: &[I],
    y: &mut [T],
) {
    let inner = slices.inner;
    team.parts(y, GRAIN, |start, mut rest| {
        let (mut number, mut skip) = (start / inner, start % inner);
        while !rest.is_empty() {
            let piece = rest.split_off_mut(..rest.len().min(inner - skip)).unwrap_or_default();
            match slices.find(number / slices.count, indices[number % slices.count].into()) {
                None => piece.fill(T::default()),
                Some(from) => match &mut *piece {
                    [one] => *one = x[from + skip],
                    _ => piece.copy_from_slice(&x[from + skip..][..piece.len()]),
                },
            }
            (number, skip) = (number + 1, 0);
        }
    });
}
