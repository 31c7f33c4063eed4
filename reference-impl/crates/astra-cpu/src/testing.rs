//! What the kernels' tests share.

use astra_core::operator::Isa;

pub const ISAS: [Isa; 3] = [Isa::Portable, Isa::Avx2, Isa::Avx512];

/// Reproducible numbers.
pub struct Numbers(u64);

impl Numbers {
    pub fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Kind 0: around one. Kind 1: tiny, so that results are subnormal. Kind 2: any bits at all.
    pub fn list(&mut self, length: usize, kind: usize) -> Vec<f32> {
        (0..length)
            .map(|_| {
                let bits = self.bits();
                let plain = (bits >> 40) as f32 / (1 << 23) as f32 - 1.0;
                match kind {
                    0 => plain,
                    1 => plain * 1e-21,
                    _ => f32::from_bits(bits as u32),
                }
            })
            .collect()
    }
}

/// Equal bits, and where they first differ.
pub fn assert_same(want: &[f32], have: &[f32], what: &str) {
    assert_eq!(want.len(), have.len(), "{what}");
    for (index, (want, have)) in want.iter().zip(have).enumerate() {
        assert_eq!(want.to_bits(), have.to_bits(), "{what}: element {index}: {want:e} {have:e}");
    }
}
