//! Text in a fixed array: what an error record holds. Too long a text is cut between characters.

use core::fmt::{self, Write};

/// At most N - 1 bytes of UTF-8, padded with NUL to N.
#[derive(Clone, Copy)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
    full: bool,
}

impl<const N: usize> Text<N> {
    pub const fn new() -> Self {
        Self { bytes: [0; N], length: 0, full: false }
    }

    /// What `arguments` says, as far as it fits.
    pub fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self::new();
        // Writing to an array cannot fail; a Display that fails leaves what it wrote.
        let _ = text.write_fmt(arguments);
        text
    }

    /// The text with its padding.
    pub const fn bytes(&self) -> &[u8; N] {
        &self.bytes
    }

    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Write for Text<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = N - 1 - self.length;
        let mut count = text.len().min(room);
        while !text.is_char_boundary(count) {
            count -= 1;
        }
        if self.full {
            return Ok(());
        }
        self.full = count < text.len();
        self.bytes[self.length..self.length + count].copy_from_slice(&text.as_bytes()[..count]);
        self.length += count;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = Text::<8>::of(format_args!("{}{}", "abcdé", "éx"));
        assert_eq!(text.as_str(), "abcdé");
        assert_eq!(text.bytes()[7], 0);
        assert_eq!(Text::<4>::of(format_args!("a{}b", "éé")).as_str(), "aé");
    }
}
