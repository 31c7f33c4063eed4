//! Why a call was refused, as data. The sentence for people is made at the C boundary.

use core::fmt::{self, Write};

use crate::contract::Status;
use crate::text::Text;

/// A fact in an error record: what was asked for, or what was found instead.
#[derive(Clone, Copy)]
pub enum Fact {
    Nothing,
    Words(&'static str),
    Number(u64),
    Hex(u64),
    /// "input 1"
    Nth(&'static str, u64),
    /// Words of the caller's, cut if need be.
    Quote(Text<32>),
}

impl Fact {
    pub const fn is_nothing(&self) -> bool {
        match self {
            Fact::Nothing => true,
            Fact::Quote(text) => text.is_empty(),
            _ => false,
        }
    }

    /// Bytes that a caller gave, or nothing where they are no UTF-8. A control character, which could end
    /// a text in C, becomes a question mark.
    pub fn quote(bytes: &[u8]) -> Fact {
        let mut text = Text::new();
        for char in str::from_utf8(bytes).unwrap_or_default().chars() {
            // Writing to an array cannot fail.
            let _ = text.write_char(if char.is_control() { '?' } else { char });
        }
        Fact::Quote(text)
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Nothing => Ok(()),
            Fact::Words(words) => out.write_str(words),
            Fact::Number(number) => write!(out, "{number}"),
            Fact::Hex(number) => write!(out, "{number:#018x}"),
            Fact::Nth(what, number) => write!(out, "{what} {number}"),
            Fact::Quote(text) => out.write_str(text.as_str()),
        }
    }
}

/// A refused call.
#[derive(Clone, Copy)]
pub struct Failure {
    pub status: Status,
    /// The parameter that it is about, by its name in the contract; "" for none.
    pub param: &'static str,
    /// The operator concerned, `host_event`, or "".
    pub op: &'static str,
    pub expected: Fact,
    pub actual: Fact,
}

impl Failure {
    pub const fn new(status: Status) -> Self {
        Self { status, param: "", op: "", expected: Fact::Nothing, actual: Fact::Nothing }
    }

    pub const fn about(self, param: &'static str) -> Self {
        Self { param, ..self }
    }

    pub const fn op(self, op: &'static str) -> Self {
        Self { op, ..self }
    }

    pub const fn expected(self, expected: Fact) -> Self {
        Self { expected, ..self }
    }

    pub const fn actual(self, actual: Fact) -> Self {
        Self { actual, ..self }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {} {} {}", self.status.symbol(), self.param, self.op, self.expected, self.actual)
    }
}

/// Memory, or handle slots, have ended.
pub const OUT_OF_MEMORY: Failure = Failure::new(Status::OutOfMemory);
