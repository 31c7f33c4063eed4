//! One call of the library on one runtime.

use astra_core::contract::Status;
use astra_core::{Bits, Failure, Session, TypedHandle};

use crate::registry::{self, Pin, Use};

/// The runtime of the call's first handle, locked until the call is dropped.
pub struct Call<'p> {
    pin: &'p Pin,
    /// `None` after a handle of another runtime was met: the call has failed then.
    session: Option<Session<'p>>,
}

impl<'p> Call<'p> {
    pub fn open(pin: &'p Pin) -> Self {
        Self { pin, session: Some(pin.runtime().open()) }
    }

    pub fn pin(&self) -> &'p Pin {
        self.pin
    }

    pub fn session(&mut self) -> &mut Session<'p> {
        self.session.as_mut().expect("the call goes on after a failure")
    }

    /// Checks a handle: alive, of the right kind, of this runtime.
    #[inline]
    pub fn handle<H: TypedHandle>(
        &mut self,
        handle: u64,
        how: Use,
        param: &'static str,
    ) -> Result<H, Failure> {
        if handle != 0 && Bits::of(handle).tag == self.pin.tag {
            return self.session().check(handle, how).map_err(|failure| failure.about(param));
        }
        self.refuse(handle, how, param, |other| other.check::<H>(handle, how).map(|_| ()))
    }

    /// What is wrong with a handle of another runtime: its own errors come first. Two runtimes are never
    /// locked at once, or two such calls could wait for each other for ever.
    #[cold]
    fn refuse<H>(
        &mut self,
        handle: u64,
        how: Use,
        param: &'static str,
        check: impl FnOnce(&mut Session<'_>) -> Result<(), Failure>,
    ) -> Result<H, Failure> {
        self.session = None;
        let other = registry::pin(handle, how, param)?;
        check(&mut other.runtime().open()).map_err(|failure| failure.about(param))?;
        Err(Failure::new(Status::MixedRuntimes).about(param))
    }
}
