//! The C types of the contract, with their layouts asserted.
//! GENERATED from spec/ by `astra-abi generate`. Do not edit.

use core::ffi::{c_char, c_void};

use crate::boundary::{Bytes, Growable, GrowableIn};

/// The version of this contract.
pub const VERSION: u32 = 4097;

/// Every version that a caller may name with its layout hash, oldest first.
pub const HISTORY: [(u32, u64); 2] = [
    (4096, 0x196BA565E19E0EED),
    (4097, 0xB53F9206CB20FC3C),
];

/// What a device is. A program refuses a kind that it does not know.
pub type astra_device_kind = u32;

/// Where an event, or a tensor's contents, stands.
pub type astra_event_state = u32;

/// How the 64 bits of an attribute are read.
pub type astra_attribute_kind = u32;

/// Instruction sets that kernels are made for. All give the same bits.
pub type astra_isa = u32;

/// Limits on threads.
pub type astra_thread_limit = u32;

/// What a call returns. Zero is success; a program treats a value that it does not know as a failure.
pub type astra_status = i32;

/// Values of `astra_error.operand` that are not a parameter's index.
pub type astra_operand = u32;

/// Time limits with a meaning of their own. Every other value is a number of nanoseconds.
pub type astra_wait = u64;

/// Element types. A program refuses a dtype that it does not know.
pub type astra_dtype = u32;

/// Limits that layouts depend on.
pub type astra_limit = u32;

/// A device. Borrowed from its runtime; there is nothing to release.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_device {
    pub bits: u64,
}
const _: () = assert!(size_of::<astra_device>() == 8);

/// An event. Owned; released by astra_event_release.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_event {
    pub bits: u64,
}
const _: () = assert!(size_of::<astra_event>() == 8);

/// A kernel. Borrowed from its runtime; there is nothing to release.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_kernel {
    pub bits: u64,
}
const _: () = assert!(size_of::<astra_kernel>() == 8);

/// An open map. Owned; released by astra_map_release.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_map {
    pub bits: u64,
}
const _: () = assert!(size_of::<astra_map>() == 8);

/// A runtime. Owned; released by astra_runtime_release.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_runtime {
    pub bits: u64,
}
const _: () = assert!(size_of::<astra_runtime>() == 8);

/// A stream of one device. Owned; released by astra_stream_release.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_stream {
    pub bits: u64,
}
const _: () = assert!(size_of::<astra_stream>() == 8);

/// A tensor. Owned; released by astra_tensor_release.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_tensor {
    pub bits: u64,
}
const _: () = assert!(size_of::<astra_tensor>() == 8);

/// What a device is.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_device_info {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// What it is.
    pub kind: astra_device_kind,
    /// Its index in the runtime.
    pub index: u32,
    /// A name for people, ended by NUL.
    pub name: [c_char; 64],
}
const _: () = assert!(size_of::<astra_device_info>() == 80);
const _: () = assert!(core::mem::offset_of!(astra_device_info, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_device_info, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_device_info, kind) == 8);
const _: () = assert!(core::mem::offset_of!(astra_device_info, index) == 12);
const _: () = assert!(core::mem::offset_of!(astra_device_info, name) == 16);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_device_info {
    const FIRST_SIZE: u32 = 80;
    const ENDS: &'static [u32] = &[4, 8, 12, 16, 80];
}

/// A UTF-8 text of `len` bytes, not ended by NUL. `ptr` may be NULL where `len` is zero.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_string {
    /// First byte.
    pub ptr: *const c_char,
    #[cfg(target_pointer_width = "32")]
    pub ptr_padding: u32,
    /// Number of bytes.
    pub len: u64,
}
const _: () = assert!(size_of::<astra_string>() == 16);
const _: () = assert!(core::mem::offset_of!(astra_string, ptr) == 0);
const _: () = assert!(core::mem::offset_of!(astra_string, len) == 8);

/// Which kernel is wanted.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_kernel_query {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// Operator and version, such as add@1.
    pub op: astra_string,
    /// Number of inputs of the operator.
    pub dtype_count: u32,
    /// Zero.
    pub reserved: u32,
    /// Element type of each input; entries from `dtype_count` on are zero.
    pub dtypes: [astra_dtype; 8],
    /// Element type of each output, a part of the combination, and zero behind the last one. All zero names the combination that these inputs have, where they have one.
    pub output_dtypes: [astra_dtype; 8],
}
const _: () = assert!(size_of::<astra_kernel_query>() == 96);
const _: () = assert!(core::mem::offset_of!(astra_kernel_query, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_kernel_query, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_kernel_query, op) == 8);
const _: () = assert!(core::mem::offset_of!(astra_kernel_query, dtype_count) == 24);
const _: () = assert!(core::mem::offset_of!(astra_kernel_query, reserved) == 28);
const _: () = assert!(core::mem::offset_of!(astra_kernel_query, dtypes) == 32);
const _: () = assert!(core::mem::offset_of!(astra_kernel_query, output_dtypes) == 64);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_kernel_query {
    const FIRST_SIZE: u32 = 64;
    const ENDS: &'static [u32] = &[4, 8, 24, 28, 32, 64, 96];
}
// SAFETY: zero is a value of every member.
unsafe impl GrowableIn for astra_kernel_query {}

/// `astra_kernel_query` with the caller's memory as slices.
pub struct KernelQueryView<'a> {
    pub fields: &'a astra_kernel_query,
    /// `None` where the pointer is NULL.
    pub op: Option<Bytes<'a>>,
}

impl<'a> KernelQueryView<'a> {
    /// # Safety
    /// Each pointer in the struct is NULL or points to what its length says, for as long as `'a`.
    pub unsafe fn new(fields: &'a astra_kernel_query) -> Self {
        Self {
            fields,
            // SAFETY: the caller promises as many elements as it says.
            op: unsafe { Bytes::new(fields.op.ptr.cast(), fields.op.len) },
        }
    }
}

/// What a kernel is.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_kernel_info {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// Operator and version, such as add@1, ended by NUL.
    pub op: [c_char; 32],
    /// A name for the code that will run, such as portable, ended by NUL.
    pub implementation: [c_char; 32],
    /// Number of inputs.
    pub input_count: u32,
    /// Number of outputs.
    pub output_count: u32,
}
const _: () = assert!(size_of::<astra_kernel_info>() == 80);
const _: () = assert!(core::mem::offset_of!(astra_kernel_info, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_kernel_info, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_kernel_info, op) == 8);
const _: () = assert!(core::mem::offset_of!(astra_kernel_info, implementation) == 40);
const _: () = assert!(core::mem::offset_of!(astra_kernel_info, input_count) == 72);
const _: () = assert!(core::mem::offset_of!(astra_kernel_info, output_count) == 76);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_kernel_info {
    const FIRST_SIZE: u32 = 80;
    const ENDS: &'static [u32] = &[4, 8, 40, 72, 76, 80];
}

/// One attribute of a launch. Each operator declares the ids that it knows.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_attribute {
    /// The attribute's id in the operator's declaration.
    pub id: u32,
    /// How `bits` is read.
    pub kind: astra_attribute_kind,
    /// The value.
    pub bits: u64,
}
const _: () = assert!(size_of::<astra_attribute>() == 16);
const _: () = assert!(core::mem::offset_of!(astra_attribute, id) == 0);
const _: () = assert!(core::mem::offset_of!(astra_attribute, kind) == 4);
const _: () = assert!(core::mem::offset_of!(astra_attribute, bits) == 8);

/// What a launch is told besides its inputs.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_launch_options {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// The attributes, in any order; NULL is allowed where the count is zero.
    pub attributes: *const astra_attribute,
    #[cfg(target_pointer_width = "32")]
    pub attributes_padding: u32,
    /// How many.
    pub attribute_count: u32,
    /// Zero.
    pub reserved: u32,
}
const _: () = assert!(size_of::<astra_launch_options>() == 24);
const _: () = assert!(core::mem::offset_of!(astra_launch_options, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_launch_options, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_launch_options, attributes) == 8);
const _: () = assert!(core::mem::offset_of!(astra_launch_options, attribute_count) == 16);
const _: () = assert!(core::mem::offset_of!(astra_launch_options, reserved) == 20);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_launch_options {
    const FIRST_SIZE: u32 = 24;
    const ENDS: &'static [u32] = &[4, 8, 16, 20, 24];
}
// SAFETY: zero is a value of every member.
unsafe impl GrowableIn for astra_launch_options {}

/// `astra_launch_options` with the caller's memory as slices.
pub struct LaunchOptionsView<'a> {
    pub fields: &'a astra_launch_options,
    /// `None` where the pointer is NULL.
    pub attributes: Option<&'a [astra_attribute]>,
}

impl<'a> LaunchOptionsView<'a> {
    /// # Safety
    /// Each pointer in the struct is NULL or points to what its length says, for as long as `'a`.
    pub unsafe fn new(fields: &'a astra_launch_options) -> Self {
        Self {
            fields,
            // SAFETY: the caller promises as many elements as it says.
            attributes: unsafe { crate::boundary::slice(fields.attributes, fields.attribute_count as usize) },
        }
    }
}

/// How a runtime is to be made. Zero in every field is the default.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_runtime_config {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// Most bytes of tensor storage at any moment; 0 means no limit.
    pub memory_limit: u64,
    /// Zero, for ever: programs of 0.1.0 that try what an unknown field does write here.
    pub unknown: u64,
    /// Most threads that compute at the same time for one launch, the calling one included; at most ASTRA_MAX_THREADS, and 0 means 1.
    pub thread_count: u32,
    /// The instruction set of the CPU's kernels.
    pub isa: astra_isa,
}
const _: () = assert!(size_of::<astra_runtime_config>() == 32);
const _: () = assert!(core::mem::offset_of!(astra_runtime_config, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_runtime_config, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_runtime_config, memory_limit) == 8);
const _: () = assert!(core::mem::offset_of!(astra_runtime_config, unknown) == 16);
const _: () = assert!(core::mem::offset_of!(astra_runtime_config, thread_count) == 24);
const _: () = assert!(core::mem::offset_of!(astra_runtime_config, isa) == 28);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_runtime_config {
    const FIRST_SIZE: u32 = 16;
    const ENDS: &'static [u32] = &[4, 8, 16, 24, 28, 32];
}
// SAFETY: zero is a value of every member.
unsafe impl GrowableIn for astra_runtime_config {}

/// What a runtime is and holds at the moment of the call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_runtime_info {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// What astra_version returns.
    pub version: u32,
    /// Number of devices; at least 1.
    pub device_count: u32,
    /// Handles that the caller has yet to release, references to the runtime itself not counted.
    pub live_handles: u64,
    /// Bytes of tensor storage held now.
    pub memory_in_use: u64,
    /// The limit in force; 0 means none.
    pub memory_limit: u64,
    /// Most threads that compute for one launch; at least 1.
    pub thread_count: u32,
    /// The instruction set in force, which is not ASTRA_ISA_BEST.
    pub isa: astra_isa,
}
const _: () = assert!(size_of::<astra_runtime_info>() == 48);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, version) == 8);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, device_count) == 12);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, live_handles) == 16);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, memory_in_use) == 24);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, memory_limit) == 32);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, thread_count) == 40);
const _: () = assert!(core::mem::offset_of!(astra_runtime_info, isa) == 44);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_runtime_info {
    const FIRST_SIZE: u32 = 40;
    const ENDS: &'static [u32] = &[4, 8, 12, 16, 24, 32, 40, 44, 48];
}

/// The error record: caller-owned, inline, frozen for ever.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_error {
    /// The status that the call returned.
    pub code: astra_status,
    /// Zero-based index of the parameter at fault in the C signature, or ASTRA_OPERAND_NONE.
    pub operand: u32,
    /// The name of `code`, such as ASTRA_ERROR_NULL_POINTER.
    pub symbol: [c_char; 48],
    /// The operator of a query or launch that is refused after its handles, pointers and structs were found valid, such as add@1; `host_event` where a host event failed; else it may be empty.
    pub op: [c_char; 32],
    /// What the contract asks for, in words or a number; may be empty.
    pub expected: [c_char; 64],
    /// What was found instead; may be empty.
    pub actual: [c_char; 64],
    /// One sentence for people. Its wording may change in any release.
    pub message: [c_char; 296],
}
const _: () = assert!(size_of::<astra_error>() == 512);
const _: () = assert!(core::mem::offset_of!(astra_error, code) == 0);
const _: () = assert!(core::mem::offset_of!(astra_error, operand) == 4);
const _: () = assert!(core::mem::offset_of!(astra_error, symbol) == 8);
const _: () = assert!(core::mem::offset_of!(astra_error, op) == 56);
const _: () = assert!(core::mem::offset_of!(astra_error, expected) == 88);
const _: () = assert!(core::mem::offset_of!(astra_error, actual) == 152);
const _: () = assert!(core::mem::offset_of!(astra_error, message) == 216);

/// The shape of a tensor that is to be made.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_tensor_desc {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// Element type.
    pub dtype: astra_dtype,
    /// Number of dimensions, 0 to ASTRA_MAX_RANK. Rank 0 has one element.
    pub rank: u32,
    /// Dimensions, outermost first; entries from `rank` on are zero. A dimension may be zero.
    pub dims: [u64; 8],
}
const _: () = assert!(size_of::<astra_tensor_desc>() == 80);
const _: () = assert!(core::mem::offset_of!(astra_tensor_desc, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_tensor_desc, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_tensor_desc, dtype) == 8);
const _: () = assert!(core::mem::offset_of!(astra_tensor_desc, rank) == 12);
const _: () = assert!(core::mem::offset_of!(astra_tensor_desc, dims) == 16);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_tensor_desc {
    const FIRST_SIZE: u32 = 80;
    const ENDS: &'static [u32] = &[4, 8, 12, 16, 80];
}
// SAFETY: zero is a value of every member.
unsafe impl GrowableIn for astra_tensor_desc {}

/// What a tensor is at the moment of the call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_tensor_info {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// Element type.
    pub dtype: astra_dtype,
    /// Number of dimensions.
    pub rank: u32,
    /// Dimensions; entries from `rank` on are zero.
    pub dims: [u64; 8],
    /// Number of elements times the size of one, in bytes.
    pub byte_length: u64,
    /// Whether the contents are there: an astra_event_state value.
    pub state: astra_event_state,
    /// Zero.
    pub reserved: u32,
}
const _: () = assert!(size_of::<astra_tensor_info>() == 96);
const _: () = assert!(core::mem::offset_of!(astra_tensor_info, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_tensor_info, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_tensor_info, dtype) == 8);
const _: () = assert!(core::mem::offset_of!(astra_tensor_info, rank) == 12);
const _: () = assert!(core::mem::offset_of!(astra_tensor_info, dims) == 16);
const _: () = assert!(core::mem::offset_of!(astra_tensor_info, byte_length) == 80);
const _: () = assert!(core::mem::offset_of!(astra_tensor_info, state) == 88);
const _: () = assert!(core::mem::offset_of!(astra_tensor_info, reserved) == 92);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_tensor_info {
    const FIRST_SIZE: u32 = 96;
    const ENDS: &'static [u32] = &[4, 8, 12, 16, 80, 88, 92, 96];
}

/// What a caller was built with and needs. The header's ASTRA_HELLO_INIT fills it.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_hello {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// ASTRA_VERSION of the header that the caller was compiled with.
    pub built_version: u32,
    /// The oldest version whose functions and structs suffice for the caller.
    pub minimum_version: u32,
    /// ASTRA_LAYOUT_HASH of `minimum_version`.
    pub minimum_layout_hash: u64,
}
const _: () = assert!(size_of::<astra_hello>() == 24);
const _: () = assert!(core::mem::offset_of!(astra_hello, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_hello, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_hello, built_version) == 8);
const _: () = assert!(core::mem::offset_of!(astra_hello, minimum_version) == 12);
const _: () = assert!(core::mem::offset_of!(astra_hello, minimum_layout_hash) == 16);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_hello {
    const FIRST_SIZE: u32 = 24;
    const ENDS: &'static [u32] = &[4, 8, 12, 16, 24];
}
// SAFETY: zero is a value of every member.
unsafe impl GrowableIn for astra_hello {}

/// One pointer for every function of the contract that returns a status, except astra_get_api itself, oldest version first.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct astra_api {
    /// Size in bytes of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero: no flag is declared.
    pub flags: u32,
    /// astra_device_get.
    pub device_get: unsafe extern "C" fn(runtime: astra_runtime, index: u32, out_device: *mut astra_device, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub device_get_padding: u32,
    /// astra_device_describe.
    pub device_describe: unsafe extern "C" fn(device: astra_device, out_info: *mut astra_device_info, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub device_describe_padding: u32,
    /// astra_event_create.
    pub event_create: unsafe extern "C" fn(runtime: astra_runtime, out_event: *mut astra_event, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub event_create_padding: u32,
    /// astra_event_retain.
    pub event_retain: unsafe extern "C" fn(event: astra_event, out_event: *mut astra_event, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub event_retain_padding: u32,
    /// astra_event_release.
    pub event_release: unsafe extern "C" fn(event: astra_event, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub event_release_padding: u32,
    /// astra_event_signal.
    pub event_signal: unsafe extern "C" fn(event: astra_event, outcome: astra_event_state, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub event_signal_padding: u32,
    /// astra_event_wait.
    pub event_wait: unsafe extern "C" fn(event: astra_event, timeout_ns: u64, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub event_wait_padding: u32,
    /// astra_event_query.
    pub event_query: unsafe extern "C" fn(event: astra_event, out_state: *mut astra_event_state, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub event_query_padding: u32,
    /// astra_kernel_get.
    pub kernel_get: unsafe extern "C" fn(device: astra_device, query: *const astra_kernel_query, out_kernel: *mut astra_kernel, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub kernel_get_padding: u32,
    /// astra_kernel_describe.
    pub kernel_describe: unsafe extern "C" fn(kernel: astra_kernel, out_info: *mut astra_kernel_info, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub kernel_describe_padding: u32,
    /// astra_launch.
    pub launch: unsafe extern "C" fn(stream: astra_stream, kernel: astra_kernel, options: *const astra_launch_options, inputs: *const astra_tensor, input_count: u32, outputs: *mut astra_tensor, output_count: u32, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub launch_padding: u32,
    /// astra_tensor_map.
    pub tensor_map: unsafe extern "C" fn(tensor: astra_tensor, timeout_ns: u64, out_map: *mut astra_map, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub tensor_map_padding: u32,
    /// astra_map_get.
    pub map_get: unsafe extern "C" fn(map: astra_map, out_data: *mut *const c_void, out_length: *mut u64, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub map_get_padding: u32,
    /// astra_map_release.
    pub map_release: unsafe extern "C" fn(map: astra_map, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub map_release_padding: u32,
    /// astra_runtime_create.
    pub runtime_create: unsafe extern "C" fn(hello: *const astra_hello, config: *const astra_runtime_config, out_runtime: *mut astra_runtime, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub runtime_create_padding: u32,
    /// astra_runtime_retain.
    pub runtime_retain: unsafe extern "C" fn(runtime: astra_runtime, out_runtime: *mut astra_runtime, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub runtime_retain_padding: u32,
    /// astra_runtime_release.
    pub runtime_release: unsafe extern "C" fn(runtime: astra_runtime, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub runtime_release_padding: u32,
    /// astra_runtime_describe.
    pub runtime_describe: unsafe extern "C" fn(runtime: astra_runtime, out_info: *mut astra_runtime_info, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub runtime_describe_padding: u32,
    /// astra_stream_create.
    pub stream_create: unsafe extern "C" fn(device: astra_device, out_stream: *mut astra_stream, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub stream_create_padding: u32,
    /// astra_stream_retain.
    pub stream_retain: unsafe extern "C" fn(stream: astra_stream, out_stream: *mut astra_stream, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub stream_retain_padding: u32,
    /// astra_stream_release.
    pub stream_release: unsafe extern "C" fn(stream: astra_stream, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub stream_release_padding: u32,
    /// astra_stream_synchronize.
    pub stream_synchronize: unsafe extern "C" fn(stream: astra_stream, timeout_ns: u64, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub stream_synchronize_padding: u32,
    /// astra_stream_wait.
    pub stream_wait: unsafe extern "C" fn(stream: astra_stream, event: astra_event, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub stream_wait_padding: u32,
    /// astra_stream_record.
    pub stream_record: unsafe extern "C" fn(stream: astra_stream, out_event: *mut astra_event, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub stream_record_padding: u32,
    /// astra_tensor_create.
    pub tensor_create: unsafe extern "C" fn(device: astra_device, desc: *const astra_tensor_desc, data: *const c_void, data_length: u64, out_tensor: *mut astra_tensor, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub tensor_create_padding: u32,
    /// astra_tensor_retain.
    pub tensor_retain: unsafe extern "C" fn(tensor: astra_tensor, out_tensor: *mut astra_tensor, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub tensor_retain_padding: u32,
    /// astra_tensor_release.
    pub tensor_release: unsafe extern "C" fn(tensor: astra_tensor, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub tensor_release_padding: u32,
    /// astra_tensor_describe.
    pub tensor_describe: unsafe extern "C" fn(tensor: astra_tensor, out_info: *mut astra_tensor_info, error: *mut astra_error) -> astra_status,
    #[cfg(target_pointer_width = "32")]
    pub tensor_describe_padding: u32,
}
const _: () = assert!(size_of::<astra_api>() == 232);
const _: () = assert!(core::mem::offset_of!(astra_api, struct_size) == 0);
const _: () = assert!(core::mem::offset_of!(astra_api, flags) == 4);
const _: () = assert!(core::mem::offset_of!(astra_api, device_get) == 8);
const _: () = assert!(core::mem::offset_of!(astra_api, device_describe) == 16);
const _: () = assert!(core::mem::offset_of!(astra_api, event_create) == 24);
const _: () = assert!(core::mem::offset_of!(astra_api, event_retain) == 32);
const _: () = assert!(core::mem::offset_of!(astra_api, event_release) == 40);
const _: () = assert!(core::mem::offset_of!(astra_api, event_signal) == 48);
const _: () = assert!(core::mem::offset_of!(astra_api, event_wait) == 56);
const _: () = assert!(core::mem::offset_of!(astra_api, event_query) == 64);
const _: () = assert!(core::mem::offset_of!(astra_api, kernel_get) == 72);
const _: () = assert!(core::mem::offset_of!(astra_api, kernel_describe) == 80);
const _: () = assert!(core::mem::offset_of!(astra_api, launch) == 88);
const _: () = assert!(core::mem::offset_of!(astra_api, tensor_map) == 96);
const _: () = assert!(core::mem::offset_of!(astra_api, map_get) == 104);
const _: () = assert!(core::mem::offset_of!(astra_api, map_release) == 112);
const _: () = assert!(core::mem::offset_of!(astra_api, runtime_create) == 120);
const _: () = assert!(core::mem::offset_of!(astra_api, runtime_retain) == 128);
const _: () = assert!(core::mem::offset_of!(astra_api, runtime_release) == 136);
const _: () = assert!(core::mem::offset_of!(astra_api, runtime_describe) == 144);
const _: () = assert!(core::mem::offset_of!(astra_api, stream_create) == 152);
const _: () = assert!(core::mem::offset_of!(astra_api, stream_retain) == 160);
const _: () = assert!(core::mem::offset_of!(astra_api, stream_release) == 168);
const _: () = assert!(core::mem::offset_of!(astra_api, stream_synchronize) == 176);
const _: () = assert!(core::mem::offset_of!(astra_api, stream_wait) == 184);
const _: () = assert!(core::mem::offset_of!(astra_api, stream_record) == 192);
const _: () = assert!(core::mem::offset_of!(astra_api, tensor_create) == 200);
const _: () = assert!(core::mem::offset_of!(astra_api, tensor_retain) == 208);
const _: () = assert!(core::mem::offset_of!(astra_api, tensor_release) == 216);
const _: () = assert!(core::mem::offset_of!(astra_api, tensor_describe) == 224);
// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.
unsafe impl Growable for astra_api {
    const FIRST_SIZE: u32 = 232;
    const ENDS: &'static [u32] = &[4, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160, 168, 176, 184, 192, 200, 208, 216, 224, 232];
}
