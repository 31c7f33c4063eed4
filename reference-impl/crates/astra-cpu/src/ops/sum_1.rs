//! placeholder
use astra_core::operator::{Arguments, Isa};
use astra_core::{Failure, Shape};
pub fn implementation(isa: Isa) -> &'static str { isa.name() }
pub fn shapes(_inputs: &[Shape], _: &[Option<u64>], _outputs: &mut [Shape]) -> Result<(), Failure> { todo!() }
pub fn run(_isa: Isa, _arguments: &mut Arguments<'_, '_>) { todo!() }
