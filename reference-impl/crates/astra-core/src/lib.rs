#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_macros))]

//! What a runtime is: handles, tensors, events, streams, and what happens to them in which order.
//! Knows no C type, no processor and no other runtime. Every request for memory may be refused.

mod failure;
mod handle;
pub mod operator;
mod runtime;
mod shape;
mod slab;
mod text;

#[rustfmt::skip]
#[path = "generated/contract.rs"]
pub mod contract;

pub use failure::{Fact, Failure, OUT_OF_MEMORY};
pub(crate) use handle::typed_handle;
pub use handle::{Bits, TypedHandle, Use};
pub use runtime::{Given, Launched, Runtime, Session, Settings, Summary, TensorSummary};
pub use shape::Shape;
pub use text::Text;
