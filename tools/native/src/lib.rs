//! `astra_abi._native`: reads shared libraries for the gate. Every answer is a JSON document,
//! every refusal a `ReadError` with one sentence.

mod catalog;
mod containers;
mod debugfile;
mod document;
mod dwarf;
mod dynamic;
mod elf;
mod error;
mod files;
mod floatenv;
mod headers;
mod image;
mod layout;
mod lines;
mod lookup;
mod members;
mod model;
mod objects;
mod references;
mod relocations;
mod rust;
mod sameness;
mod scope;
mod search;
mod surface;
mod types;
mod units;
mod views;

use std::panic::{UnwindSafe, catch_unwind};
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::error::{Error, Result};

pyo3::create_exception!(
    astra_abi._native,
    ReadError,
    PyValueError,
    "The file cannot be read; the message says why in one sentence."
);

/// Runs without the interpreter lock. A panic is a defect of this reader: it must not take the
/// gate down with it, and must not pass for an answer.
fn read<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T> + Send + UnwindSafe,
) -> PyResult<T> {
    py.detach(|| catch_unwind(work).unwrap_or(Err(Error::Panicked)))
        .map_err(to_python)
}

fn to_python(error: Error) -> PyErr {
    ReadError::new_err(error.to_string())
}

/// What the dynamic loader sees: symbols with their versions, needs, notes, hardening, state.
#[pyfunction]
fn read_elf(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    read(py, move || elf::read_elf(&path))
}

/// What a program takes from other libraries, and in which way.
#[pyfunction]
fn read_references(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    read(py, move || references::read_references(&path))
}

/// The variables a library (or its debug file) can change while it runs.
#[pyfunction]
fn writable_objects(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    read(py, move || elf::writable_objects(&path))
}

/// Signatures of the named functions and the layout of every type they reach.
#[pyfunction]
fn read_dwarf(py: Python<'_>, path: PathBuf, functions: Vec<String>) -> PyResult<String> {
    read(py, move || dwarf::read_dwarf(&path, &functions))
}

/// Loads libclang ahead of time, so that processes forked later need not.
#[pyfunction]
fn load_libclang(py: Python<'_>, libclang: PathBuf) -> PyResult<()> {
    read(py, move || headers::load_libclang(&libclang))
}

/// What C headers declare on each of many targets. The options and the answer are JSON.
#[pyfunction]
fn read_headers(py: Python<'_>, libclang: PathBuf, options: String) -> PyResult<String> {
    read(py, move || headers::read_headers(&libclang, &options))
}

/// What users of a library can touch, by its debug information: functions, variables and types.
#[pyfunction]
fn read_surface(py: Python<'_>, path: PathBuf, options_json: String) -> PyResult<String> {
    read(py, move || surface::read_surface(&path, &options_json))
}

/// Which of the named symbols are the same in two builds, byte for byte.
#[pyfunction]
fn same_symbols(
    py: Python<'_>,
    old: PathBuf,
    new: PathBuf,
    names: Vec<String>,
) -> PyResult<String> {
    read(py, move || sameness::alike(&old, &new, &names))
}

/// Where a library's debug information is, verified to belong to it.
#[pyfunction]
#[pyo3(signature = (path, extra_dirs = Vec::new()))]
fn find_debug_file(py: Python<'_>, path: PathBuf, extra_dirs: Vec<PathBuf>) -> PyResult<String> {
    read(py, move || debugfile::find(&path, &extra_dirs))
}

/// Why a debug file cannot be the library's, as a JSON string, or null if it can.
#[pyfunction]
fn debug_file_differs(py: Python<'_>, path: PathBuf, debug: PathBuf) -> PyResult<String> {
    read(py, move || debugfile::differs(&path, &debug))
}

/// The build-id as a JSON string, or null.
#[pyfunction]
fn build_id(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    read(py, move || debugfile::build_id(&path))
}

/// What a file is: format, type, machine, word size, byte order.
#[pyfunction]
fn sniff(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    read(py, move || containers::sniff(&path))
}

/// What a DLL or Windows program exports and imports, or what an import library stands for.
#[pyfunction]
fn read_pe(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    read(py, move || containers::read_pe(&path))
}

/// What dyld sees of a Mach-O file: one architecture of it, or all.
#[pyfunction]
#[pyo3(signature = (path, arch = None))]
fn read_macho(py: Python<'_>, path: PathBuf, arch: Option<String>) -> PyResult<String> {
    read(py, move || containers::read_macho(&path, arch.as_deref()))
}

/// The members of a static library, their symbols, and its index.
#[pyfunction]
#[pyo3(signature = (path, arch = None))]
fn read_archive(py: Python<'_>, path: PathBuf, arch: Option<String>) -> PyResult<String> {
    read(py, move || containers::read_archive(&path, arch.as_deref()))
}

/// The code for GPUs in a file: kinds and architectures.
#[pyfunction]
fn gpu_code(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    read(py, move || containers::gpu_code(&path))
}

/// The calling thread's floating-point control register: MXCSR or FPCR.
#[pyfunction]
fn float_control() -> PyResult<u64> {
    floatenv::float_control().map_err(to_python)
}

/// Sets the calling thread's floating-point control register.
#[pyfunction]
fn set_float_control(value: u64) -> PyResult<()> {
    floatenv::set_float_control(value).map_err(to_python)
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("ReadError", module.py().get_type::<ReadError>())?;
    module.add_function(wrap_pyfunction!(read_elf, module)?)?;
    module.add_function(wrap_pyfunction!(read_references, module)?)?;
    module.add_function(wrap_pyfunction!(writable_objects, module)?)?;
    module.add_function(wrap_pyfunction!(read_dwarf, module)?)?;
    module.add_function(wrap_pyfunction!(load_libclang, module)?)?;
    module.add_function(wrap_pyfunction!(read_headers, module)?)?;
    module.add_function(wrap_pyfunction!(read_surface, module)?)?;
    module.add_function(wrap_pyfunction!(same_symbols, module)?)?;
    module.add_function(wrap_pyfunction!(find_debug_file, module)?)?;
    module.add_function(wrap_pyfunction!(debug_file_differs, module)?)?;
    module.add_function(wrap_pyfunction!(build_id, module)?)?;
    module.add_function(wrap_pyfunction!(sniff, module)?)?;
    module.add_function(wrap_pyfunction!(read_pe, module)?)?;
    module.add_function(wrap_pyfunction!(read_macho, module)?)?;
    module.add_function(wrap_pyfunction!(read_archive, module)?)?;
    module.add_function(wrap_pyfunction!(gpu_code, module)?)?;
    module.add_function(wrap_pyfunction!(float_control, module)?)?;
    module.add_function(wrap_pyfunction!(set_float_control, module)?)?;
    Ok(())
}
