#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| astra_abi_fuzz::survive(astra_abi_fuzz::DWARF, data));
