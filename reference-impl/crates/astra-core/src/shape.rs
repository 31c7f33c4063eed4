//! Shapes: up to 8 dimensions, whose bytes fit in 63 bits.

use crate::contract::{Dtype, MAX_RANK};

/// Dtype and dimensions of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub dtype: Dtype,
    rank: u8,
    dims: [u64; MAX_RANK as usize],
}

impl Shape {
    /// `None` where there are more than 8 dimensions.
    pub fn new(dtype: Dtype, dims: &[u64]) -> Option<Shape> {
        let mut all = [0; MAX_RANK as usize];
        all.get_mut(..dims.len())?.copy_from_slice(dims);
        Some(Shape { dtype, rank: dims.len() as u8, dims: all })
    }

    /// One element.
    pub const fn scalar(dtype: Dtype) -> Shape {
        Shape { dtype, rank: 0, dims: [0; MAX_RANK as usize] }
    }

    pub fn dims(&self) -> &[u64] {
        &self.dims[..self.rank as usize]
    }

    /// The dimensions with zeros behind the last.
    pub const fn padded(&self) -> &[u64; MAX_RANK as usize] {
        &self.dims
    }

    pub const fn rank(&self) -> usize {
        self.rank as usize
    }

    /// Bytes of the elements; `None` where the dimensions other than zeros do not fit in 63 bits.
    pub fn byte_length(&self) -> Option<u64> {
        let whole = self
            .dims()
            .iter()
            .filter(|&&dim| dim != 0)
            .try_fold(self.dtype.size(), |product, &dim| product.checked_mul(dim))?;
        if whole > i64::MAX as u64 {
            return None;
        }
        Some(if self.dims().contains(&0) { 0 } else { whole })
    }

    /// Number of elements of a shape whose bytes fit.
    pub fn elements(&self) -> u64 {
        self.dims().iter().product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(dims: &[u64]) -> Option<u64> {
        Shape::new(Dtype::F32, dims).unwrap().byte_length()
    }

    #[test]
    fn bytes_count_and_overflow_is_seen_behind_a_zero() {
        assert_eq!(bytes(&[]), Some(4));
        assert_eq!(bytes(&[2, 0, 3]), Some(0));
        assert_eq!(bytes(&[1 << 61]), None);
        assert_eq!(bytes(&[(1 << 61) - 1]), Some(((1 << 61) - 1) * 4));
        assert_eq!(bytes(&[0, 1 << 32, 1 << 32]), None);
        assert_eq!(bytes(&[u64::MAX, u64::MAX]), None);
    }

    #[test]
    fn nine_dimensions_are_no_shape() {
        assert!(Shape::new(Dtype::F32, &[1; 9]).is_none());
    }
}
