//! spec/ops/reshape@1.toml

use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};

use crate::axes::{PORTABLE, View, given_shape, unfit, with_size};

pub fn implementation(_: Isa) -> &'static str {
    PORTABLE
}

pub fn shapes(inputs: &[Shape], attributes: &[Option<u64>], outputs: &mut [Shape]) -> Result<(), Failure> {
    outputs[0] = given_shape(outputs[0].dtype, attributes)?;
    if elements(outputs[0].dims()) != Some(inputs[0].elements()) {
        return Err(unfit("as many elements as the attributes give", 0));
    }
    Ok(())
}

/// `None` where there are more than 64 bits can count.
fn elements(dims: &[u64]) -> Option<u64> {
    if dims.contains(&0) {
        return Some(0);
    }
    dims.iter().try_fold(1_u64, |product, &dim| product.checked_mul(dim))
}

pub fn run(_: Isa, arguments: &mut Arguments<'_, '_>) {
    let (x, y) = (&arguments.inputs[0], &mut arguments.outputs[0]);
    with_size!(y.shape.dtype, T => {
        let mut view = View::new(0);
        view.push(y.shape.elements() as usize, 1);
        view.copy::<T>(arguments.team, x.block.elements(), y.block.elements_mut());
    });
}

#[cfg(test)]
mod tests {
    use super::elements;

    #[test]
    fn products_are_not_counted_modulo_two_to_the_64() {
        assert_eq!(elements(&[]), Some(1));
        assert_eq!(elements(&[1 << 32, 1 << 32]), None);
        assert_eq!(elements(&[1 << 32, 0, 1 << 32]), Some(0));
        assert_eq!(elements(&[1 << 31, 1 << 32]), Some(1 << 63));
    }
}
