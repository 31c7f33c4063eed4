//! The C boundary: the only crate that sees C types. The C functions themselves are generated; here is
//! what each of them does once its parameters have been checked, one file per file of spec/abi.

#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_macros))]

mod boundary;
mod call;
mod device;
mod event;
mod float;
mod guard;
mod kernel;
mod launch;
mod map;
mod process;
mod registry;
mod runtime;
mod stream;
mod tensor;
mod version;

#[rustfmt::skip]
#[allow(
    non_camel_case_types, // the types are named as in C, and so they are in the debug information
    dead_code,            // names that only C needs
    unused_imports,       // every file imports what the largest contract could need
    clippy::too_many_arguments,
    clippy::let_unit_value,
    clippy::redundant_closure,
    clippy::useless_conversion,
    clippy::missing_safety_doc
)]
mod generated {
    pub mod calls;
    pub mod exports;
    pub mod types;
}

/// What implements the contract.
struct Astra;

#[cfg(test)]
mod tests;
