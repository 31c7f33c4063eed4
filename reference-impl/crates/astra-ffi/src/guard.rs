//! What surrounds every call: the caller's floating-point environment, panics, and the error record.

use core::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use astra_core::contract::{OPERAND_NONE, Status};
use astra_core::{Failure, Text};

use crate::float::Environment;
use crate::generated::types::{astra_error, astra_status};
use crate::registry::silence;

/// A function's name and those of its parameters in C.
pub struct Signature {
    pub function: &'static str,
    pub params: &'static [&'static str],
}

/// Runs a call that returns a status. `undo` zeroes what a failed call would have written.
///
/// # Safety
/// `error` is NULL or points to an error record.
#[inline]
pub unsafe fn call(
    signature: &'static Signature,
    error: *mut astra_error,
    run: impl FnOnce() -> Result<(), Failure>,
    undo: impl FnOnce(),
) -> astra_status {
    silence();
    let environment = Environment::enter();
    let result = catch_unwind(AssertUnwindSafe(run)).unwrap_or(Err(Failure::new(Status::Internal)));
    let status = match result {
        Ok(()) => {
            if !error.is_null() {
                // SAFETY: the caller's record; zero is a value of each of its members.
                unsafe { error.cast::<u8>().write_bytes(0, size_of::<astra_error>()) };
            }
            Status::Ok
        }
        Err(failure) => {
            undo();
            // SAFETY: as the caller of this function promises.
            unsafe { record(signature, error, &failure) };
            failure.status
        }
    };
    environment.leave();
    status as astra_status
}

/// Runs a call that cannot fail; its defect would be a zero.
pub fn plain(run: impl FnOnce() -> u32) -> u32 {
    silence();
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(0)
}

/// # Safety
/// `error` is NULL or points to an error record.
#[cold]
unsafe fn record(signature: &'static Signature, error: *mut astra_error, failure: &Failure) {
    if error.is_null() {
        return;
    }
    let filled = catch_unwind(AssertUnwindSafe(|| fill(signature, failure)));
    // A record cannot fail to be filled; if a defect says otherwise, it says no more than the code.
    let record = filled.unwrap_or_else(|_| astra_error {
        code: failure.status as astra_status,
        operand: OPERAND_NONE,
        symbol: chars(&Text::new()),
        op: chars(&Text::new()),
        expected: chars(&Text::new()),
        actual: chars(&Text::new()),
        message: chars(&Text::new()),
    });
    // SAFETY: the caller's record, at whatever alignment.
    unsafe { error.write_unaligned(record) };
}

fn fill(signature: &Signature, failure: &Failure) -> astra_error {
    let Failure { status, param, op, expected, actual } = *failure;
    let operand = signature.params.iter().position(|&name| name == param);
    let mut message = Text::<296>::new();
    // Writing to an array cannot fail.
    let mut say = |words: core::fmt::Arguments<'_>| {
        let _ = core::fmt::Write::write_fmt(&mut message, words);
    };
    say(format_args!("{}: {}", signature.function, status.sentence()));
    if !param.is_empty() {
        say(format_args!("; parameter {param}"));
    }
    if !op.is_empty() {
        say(format_args!("; {op}"));
    }
    if !expected.is_nothing() {
        say(format_args!("; expected: {expected}"));
    }
    if !actual.is_nothing() {
        say(format_args!("; found: {actual}"));
    }
    say(format_args!("."));
    astra_error {
        code: status as astra_status,
        operand: operand.map_or(OPERAND_NONE, |index| index as u32),
        symbol: chars(&Text::of(format_args!("{}", status.symbol()))),
        op: chars(&Text::of(format_args!("{op}"))),
        expected: chars(&Text::of(format_args!("{expected}"))),
        actual: chars(&Text::of(format_args!("{actual}"))),
        message: chars(&message),
    }
}

/// A text as C has it.
pub fn chars<const N: usize>(text: &Text<N>) -> [c_char; N] {
    text.bytes().map(|byte| byte as c_char)
}
