//! Files that are no ELF shared libraries: PE, Mach-O, archives and what is embedded in them.
//! Everything here reads ranges and keeps to a budget; nothing is mapped, nothing is loaded.

mod amdgpu;
mod archive;
mod fatbin;
mod gpu;
mod macho;
mod objects;
mod offload;
mod pe;
mod scan;
mod script;
mod sniff;
mod source;
mod trie;

pub use archive::read_archive;
pub use gpu::gpu_code;
pub use macho::read_macho;
pub use pe::read_pe;
pub use sniff::sniff;
