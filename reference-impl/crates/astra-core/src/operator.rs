//! What an operator is to the runtime: its declaration and three functions.

use astra_memory::Block;
use astra_team::Team;

use crate::contract::{self, Dtype};
use crate::failure::{Fact, Failure};
use crate::shape::Shape;

/// Most inputs and outputs of one operator; the generated table asserts them.
pub const MAX_INPUTS: usize = 4;
pub const MAX_OUTPUTS: usize = 2;

/// Instruction sets that kernels exist for. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    Portable,
    /// x86-64 with AVX2 and FMA.
    Avx2,
    /// x86-64 with AVX-512 F, BW, DQ and VL.
    Avx512,
    /// AArch64: what its compiler makes of the portable code.
    Neon,
}

impl Isa {
    pub const fn name(self) -> &'static str {
        match self {
            Isa::Portable => "portable",
            Isa::Avx2 => "avx2",
            Isa::Avx512 => "avx512",
            Isa::Neon => "neon",
        }
    }

    /// As the contract numbers it.
    pub const fn number(self) -> u32 {
        match self {
            Isa::Portable => contract::ISA_PORTABLE,
            Isa::Avx2 => contract::ISA_AVX2,
            Isa::Avx512 => contract::ISA_AVX512,
            Isa::Neon => contract::ISA_NEON,
        }
    }
}

/// Element types that a kernel exists for.
pub struct Combination {
    pub inputs: &'static [Dtype],
    pub outputs: &'static [Dtype],
}

/// A declared attribute.
pub struct Attribute {
    pub name: &'static str,
    pub id: u32,
    pub kind: u32,
    pub required: bool,
}

/// Inputs' shapes, attributes, and the outputs' shapes to be set.
pub type ShapeRule = fn(&[Shape], &[Option<u64>], &mut [Shape]) -> Result<(), Failure>;

/// An operator version.
pub struct Operator {
    /// Such as add@1.
    pub id: &'static str,
    pub name: &'static str,
    pub version: u32,
    pub inputs: usize,
    pub outputs: usize,
    pub combinations: &'static [Combination],
    pub attributes: &'static [Attribute],
    /// The name of the code that runs on an instruction set.
    pub implementation: fn(Isa) -> &'static str,
    /// The outputs' shapes from the inputs'. Attributes come in the order of their declaration and
    /// are looked at first; outputs come with their dtype.
    pub shapes: ShapeRule,
    /// Computes. Never fails and asks for no memory.
    pub run: fn(Isa, &mut Arguments<'_, '_>),
}

/// A tensor that a kernel reads.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub shape: &'a Shape,
    pub block: &'a Block,
}

/// A tensor that a kernel fills; its bytes are zero before.
pub struct Output<'a> {
    pub shape: &'a Shape,
    pub block: &'a mut Block,
}

/// What a kernel gets.
pub struct Arguments<'a, 'b> {
    pub inputs: &'a [Input<'b>],
    pub outputs: &'a mut [Output<'b>],
    pub attributes: &'a [Option<u64>],
    /// Who shares the work, where it is worth it.
    pub team: &'a Team,
}

/// The kernels of a device: one for each operator version and combination of dtypes.
#[derive(Clone, Copy)]
pub struct Kernels {
    pub isa: Isa,
    pub operators: &'static [Operator],
}

impl Kernels {
    pub fn count(&self) -> u32 {
        self.operators.iter().map(|operator| operator.combinations.len() as u32).sum()
    }

    /// The kernel with a number.
    pub fn get(&self, mut number: u32) -> (&'static Operator, &'static Combination) {
        for operator in self.operators {
            match operator.combinations.get(number as usize) {
                Some(combination) => return (operator, combination),
                None => number -= operator.combinations.len() as u32,
            }
        }
        unreachable!("a kernel handle names no kernel")
    }

    /// The number of the kernel for `op`, such as add@1, and the dtypes of its inputs and outputs; those of
    /// outputs may be all zero where the inputs leave no choice.
    pub fn find(&self, op: &[u8], dtypes: &[u32], outputs: &[u32]) -> Result<u32, Failure> {
        use crate::contract::Status::{UnknownOperator, UnsupportedDtypes, UnsupportedOperatorVersion};
        let refuse = |status| Failure::new(status).actual(Fact::quote(op));
        let unknown =
            || refuse(UnknownOperator).expected(Fact::Words("a declared operator, as name@version"));
        let (name, version) = split(op).ok_or_else(unknown)?;
        if !self.operators.iter().any(|operator| operator.name.as_bytes() == name) {
            return Err(unknown());
        }
        let mut number = 0;
        let mut found = None;
        for operator in self.operators {
            if operator.name.as_bytes() == name && operator.version == version {
                found = Some(operator);
                break;
            }
            number += operator.combinations.len() as u32;
        }
        let operator = found.ok_or_else(|| refuse(UnsupportedOperatorVersion))?;
        let is_any = outputs.iter().all(|&dtype| dtype == 0);
        let mut fitting = operator.combinations.iter().enumerate().filter(|(_, combination)| {
            combination.inputs.iter().map(|&dtype| dtype as u32).eq(dtypes.iter().copied())
                && (is_any || is_padded(combination.outputs, outputs))
        });
        let refused = Failure::new(UnsupportedDtypes).op(operator.id);
        match (fitting.next(), fitting.next()) {
            (Some((position, _)), None) => Ok(number + position as u32),
            (None, _) => Err(refused
                .expected(Fact::Words("one of the operator's declared combinations"))
                .actual(Fact::Nth("dtypes:", dtypes.len() as u64))),
            _ => Err(refused
                .expected(Fact::Words("output_dtypes, since these inputs leave a choice"))
                .actual(Fact::Words("zeros"))),
        }
    }
}

/// Whether the numbers are those of the dtypes, with zeros behind them.
fn is_padded(dtypes: &[Dtype], numbers: &[u32]) -> bool {
    let (used, unused) = numbers.split_at(dtypes.len());
    dtypes.iter().zip(used).all(|(&have, &want)| have as u32 == want) && unused.iter().all(|&rest| rest == 0)
}

/// `add@1` as name and version; a version has no sign and no leading zero.
fn split(op: &[u8]) -> Option<(&[u8], u32)> {
    let at = op.iter().position(|&byte| byte == b'@')?;
    let (name, number) = (&op[..at], &op[at + 1..]);
    if number.first().is_none_or(|&digit| digit == b'0') || !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some((name, str::from_utf8(number).ok()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_a_name_and_a_number() {
        assert_eq!(split(b"add@1"), Some((&b"add"[..], 1)));
        assert_eq!(split(b"add@4294967295"), Some((&b"add"[..], u32::MAX)));
        for bad in
            ["", "add", "add@", "add@0", "add@01", "add@+1", "add@-1", "add@1 ", "add@1@1", "add@4294967296"]
        {
            assert_eq!(split(bad.as_bytes()), None, "{bad}");
        }
    }
}
