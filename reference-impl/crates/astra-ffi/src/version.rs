//! spec/abi/version.toml

use astra_core::contract::Status;
use astra_core::{Fact, Failure};

use crate::Astra;
use crate::generated::calls::VersionCalls;
use crate::generated::exports::api_table;
use crate::generated::types::{HISTORY, VERSION, astra_api, astra_hello};

/// The compatibility line of a version: its major number, and the minor one below 1.0.
const fn line(version: u32) -> (u32, u32) {
    let (major, minor) = (version >> 22, version >> 12 & 1023);
    (major, if major == 0 { minor } else { 0 })
}

/// Whether a caller gets what it was built for.
pub fn served(hello: &astra_hello) -> Result<(), Failure> {
    let refuse =
        |status, expected, actual| Err(Failure::new(status).about("hello").expected(expected).actual(actual));
    let minimum = hello.minimum_version;
    let known = HISTORY.iter().find(|(version, _)| *version == minimum);
    let Some(&(_, hash)) = known.filter(|_| minimum <= hello.built_version) else {
        let expected = Fact::Words("a minimum_version of the library's history");
        return refuse(Status::VersionMismatch, expected, Fact::Number(u64::from(minimum)));
    };
    if line(hello.built_version) != line(VERSION) {
        let expected = Fact::Words("a built_version of the library's line");
        return refuse(Status::VersionMismatch, expected, Fact::Number(u64::from(hello.built_version)));
    }
    if hello.minimum_layout_hash != hash {
        return refuse(Status::LayoutMismatch, Fact::Hex(hash), Fact::Hex(hello.minimum_layout_hash));
    }
    Ok(())
}

impl VersionCalls for Astra {
    fn version() -> u32 {
        VERSION
    }

    fn get_api(hello: &astra_hello) -> Result<astra_api, Failure> {
        served(hello)?;
        Ok(api_table())
    }
}
