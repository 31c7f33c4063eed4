//! Any processor: 4 rows by 16 columns at a time, with a fused multiply-add that may be software.

use super::{BLOCK, Product};
use crate::fma::fma;

const COLUMNS: usize = 16;

pub fn multiply(product: &Product<'_>, y: &mut [f32]) {
    let &Product { m, k, n, .. } = product;
    for start in (0..k).step_by(BLOCK) {
        let end = k.min(start + BLOCK);
        for column in (0..n).step_by(COLUMNS) {
            let width = COLUMNS.min(n - column);
            for row in 0..m {
                let mut sums = [0.0; COLUMNS];
                for step in start..end {
                    let a = product.a[row * k + step];
                    let b = &product.b[step * n + column..][..width];
                    if let Ok(b) = <&[f32; COLUMNS]>::try_from(b) {
                        for (sum, &b) in sums.iter_mut().zip(b) {
                            *sum = fma(a, b, *sum);
                        }
                    } else {
                        for (sum, &b) in sums.iter_mut().zip(b) {
                            *sum = fma(a, b, *sum);
                        }
                    }
                }
                let totals = &mut y[row * n + column..][..width];
                for (total, &sum) in totals.iter_mut().zip(&sums) {
                    *total = if start == 0 { sum } else { *total + sum };
                }
            }
        }
    }
}
