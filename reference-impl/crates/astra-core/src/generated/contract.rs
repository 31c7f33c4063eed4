//! What the core knows of the contract.
//! GENERATED from spec/ by `astra-abi generate`. Do not edit.

use super::typed_handle;

/// What a call returns. Zero is success; a program treats a value that it does not know as a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// The call succeeded.
    Ok = 0,
    /// A pointer is NULL where the contract does not allow it.
    NullPointer = 1,
    /// A handle is zero.
    NullHandle = 2,
    /// A handle is of another kind than the parameter's.
    WrongKind = 3,
    /// A handle is used after its release.
    StaleHandle = 4,
    /// A handle is released a second time.
    DoubleRelease = 5,
    /// A handle was made by no runtime of this copy of the library.
    UnknownRuntime = 6,
    /// Handles of different runtimes meet in one call.
    MixedRuntimes = 7,
    /// A handle was made before this process was forked.
    ForkedProcess = 8,
    /// A `struct_size` is one that no version of the struct can have.
    StructSize = 9,
    /// A flag is set that this library does not know.
    UnknownFlags = 10,
    /// A caller set a field that this library is too old to know.
    NonzeroTail = 11,
    /// A reserved or unused field is not zero.
    NonzeroReserved = 12,
    /// A value is outside the declared set or range.
    InvalidValue = 13,
    /// An index is not smaller than the count it indexes.
    IndexOutOfRange = 14,
    /// The number of bytes of a shape does not fit in 63 bits.
    ShapeOverflow = 15,
    /// A buffer's length is not the length that its description asks for.
    LengthMismatch = 16,
    /// Memory or handle slots are exhausted.
    OutOfMemory = 17,
    /// The runtime's own memory limit would be exceeded.
    MemoryLimit = 18,
    /// The time limit of a wait passed first.
    Timeout = 19,
    /// What was waited for can never complete, because something that it depends on failed; `op` names the first thing that failed.
    ProducerFailed = 20,
    /// The last reference to a runtime is released while handles of it are alive.
    LiveHandles = 21,
    /// The last reference to a stream is released while work on it is pending.
    PendingWork = 22,
    /// A host event is signalled a second time.
    AlreadySignalled = 23,
    /// An event that a stream completes is signalled by hand.
    NotHostEvent = 24,
    /// No operator has this name.
    UnknownOperator = 25,
    /// The operator exists, this version of it does not.
    UnsupportedOperatorVersion = 26,
    /// The operator is not declared for these element types on this device.
    UnsupportedDtypes = 27,
    /// The number of inputs or outputs is not the operator's.
    OperandCount = 28,
    /// An input has another element type than the kernel's.
    OperandDtype = 29,
    /// The shapes of the inputs do not fit the operator.
    OperandShape = 30,
    /// The operator has no such attribute.
    UnknownAttribute = 31,
    /// An attribute is missing, given twice, or has a value that the operator refuses.
    InvalidAttribute = 32,
    /// The caller was built for a version or a line that this library does not serve.
    VersionMismatch = 33,
    /// The caller's layout hash is not the one of the version that it names.
    LayoutMismatch = 34,
    /// This process has created more runtimes than can be told apart.
    TooManyRuntimes = 35,
    /// The function is newer than the library; returned by the client loader, never by a library.
    NotInLibrary = 36,
    /// The implementation found a defect in itself.
    Internal = 37,
    /// The processor, or this library, does not have the instruction set that was asked for.
    UnsupportedIsa = 38,
}

impl Status {
    /// The constant's name in C.
    pub const fn symbol(self) -> &'static str {
        match self {
            Status::Ok => "ASTRA_OK",
            Status::NullPointer => "ASTRA_ERROR_NULL_POINTER",
            Status::NullHandle => "ASTRA_ERROR_NULL_HANDLE",
            Status::WrongKind => "ASTRA_ERROR_WRONG_KIND",
            Status::StaleHandle => "ASTRA_ERROR_STALE_HANDLE",
            Status::DoubleRelease => "ASTRA_ERROR_DOUBLE_RELEASE",
            Status::UnknownRuntime => "ASTRA_ERROR_UNKNOWN_RUNTIME",
            Status::MixedRuntimes => "ASTRA_ERROR_MIXED_RUNTIMES",
            Status::ForkedProcess => "ASTRA_ERROR_FORKED_PROCESS",
            Status::StructSize => "ASTRA_ERROR_STRUCT_SIZE",
            Status::UnknownFlags => "ASTRA_ERROR_UNKNOWN_FLAGS",
            Status::NonzeroTail => "ASTRA_ERROR_NONZERO_TAIL",
            Status::NonzeroReserved => "ASTRA_ERROR_NONZERO_RESERVED",
            Status::InvalidValue => "ASTRA_ERROR_INVALID_VALUE",
            Status::IndexOutOfRange => "ASTRA_ERROR_INDEX_OUT_OF_RANGE",
            Status::ShapeOverflow => "ASTRA_ERROR_SHAPE_OVERFLOW",
            Status::LengthMismatch => "ASTRA_ERROR_LENGTH_MISMATCH",
            Status::OutOfMemory => "ASTRA_ERROR_OUT_OF_MEMORY",
            Status::MemoryLimit => "ASTRA_ERROR_MEMORY_LIMIT",
            Status::Timeout => "ASTRA_ERROR_TIMEOUT",
            Status::ProducerFailed => "ASTRA_ERROR_PRODUCER_FAILED",
            Status::LiveHandles => "ASTRA_ERROR_LIVE_HANDLES",
            Status::PendingWork => "ASTRA_ERROR_PENDING_WORK",
            Status::AlreadySignalled => "ASTRA_ERROR_ALREADY_SIGNALLED",
            Status::NotHostEvent => "ASTRA_ERROR_NOT_HOST_EVENT",
            Status::UnknownOperator => "ASTRA_ERROR_UNKNOWN_OPERATOR",
            Status::UnsupportedOperatorVersion => "ASTRA_ERROR_UNSUPPORTED_OPERATOR_VERSION",
            Status::UnsupportedDtypes => "ASTRA_ERROR_UNSUPPORTED_DTYPES",
            Status::OperandCount => "ASTRA_ERROR_OPERAND_COUNT",
            Status::OperandDtype => "ASTRA_ERROR_OPERAND_DTYPE",
            Status::OperandShape => "ASTRA_ERROR_OPERAND_SHAPE",
            Status::UnknownAttribute => "ASTRA_ERROR_UNKNOWN_ATTRIBUTE",
            Status::InvalidAttribute => "ASTRA_ERROR_INVALID_ATTRIBUTE",
            Status::VersionMismatch => "ASTRA_ERROR_VERSION_MISMATCH",
            Status::LayoutMismatch => "ASTRA_ERROR_LAYOUT_MISMATCH",
            Status::TooManyRuntimes => "ASTRA_ERROR_TOO_MANY_RUNTIMES",
            Status::NotInLibrary => "ASTRA_ERROR_NOT_IN_LIBRARY",
            Status::Internal => "ASTRA_ERROR_INTERNAL",
            Status::UnsupportedIsa => "ASTRA_ERROR_UNSUPPORTED_ISA",
        }
    }

    /// What it says, without the full stop.
    pub const fn sentence(self) -> &'static str {
        match self {
            Status::Ok => "The call succeeded",
            Status::NullPointer => "A pointer is NULL where the contract does not allow it",
            Status::NullHandle => "A handle is zero",
            Status::WrongKind => "A handle is of another kind than the parameter's",
            Status::StaleHandle => "A handle is used after its release",
            Status::DoubleRelease => "A handle is released a second time",
            Status::UnknownRuntime => "A handle was made by no runtime of this copy of the library",
            Status::MixedRuntimes => "Handles of different runtimes meet in one call",
            Status::ForkedProcess => "A handle was made before this process was forked",
            Status::StructSize => "A `struct_size` is one that no version of the struct can have",
            Status::UnknownFlags => "A flag is set that this library does not know",
            Status::NonzeroTail => "A caller set a field that this library is too old to know",
            Status::NonzeroReserved => "A reserved or unused field is not zero",
            Status::InvalidValue => "A value is outside the declared set or range",
            Status::IndexOutOfRange => "An index is not smaller than the count it indexes",
            Status::ShapeOverflow => "The number of bytes of a shape does not fit in 63 bits",
            Status::LengthMismatch => "A buffer's length is not the length that its description asks for",
            Status::OutOfMemory => "Memory or handle slots are exhausted",
            Status::MemoryLimit => "The runtime's own memory limit would be exceeded",
            Status::Timeout => "The time limit of a wait passed first",
            Status::ProducerFailed => "What was waited for can never complete, because something that it depends on failed; `op` names the first thing that failed",
            Status::LiveHandles => "The last reference to a runtime is released while handles of it are alive",
            Status::PendingWork => "The last reference to a stream is released while work on it is pending",
            Status::AlreadySignalled => "A host event is signalled a second time",
            Status::NotHostEvent => "An event that a stream completes is signalled by hand",
            Status::UnknownOperator => "No operator has this name",
            Status::UnsupportedOperatorVersion => "The operator exists, this version of it does not",
            Status::UnsupportedDtypes => "The operator is not declared for these element types on this device",
            Status::OperandCount => "The number of inputs or outputs is not the operator's",
            Status::OperandDtype => "An input has another element type than the kernel's",
            Status::OperandShape => "The shapes of the inputs do not fit the operator",
            Status::UnknownAttribute => "The operator has no such attribute",
            Status::InvalidAttribute => "An attribute is missing, given twice, or has a value that the operator refuses",
            Status::VersionMismatch => "The caller was built for a version or a line that this library does not serve",
            Status::LayoutMismatch => "The caller's layout hash is not the one of the version that it names",
            Status::TooManyRuntimes => "This process has created more runtimes than can be told apart",
            Status::NotInLibrary => "The function is newer than the library; returned by the client loader, never by a library",
            Status::Internal => "The implementation found a defect in itself",
            Status::UnsupportedIsa => "The processor, or this library, does not have the instruction set that was asked for",
        }
    }
}

/// What a handle names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A device. Borrowed from its runtime; there is nothing to release.
    Device = 1,
    /// An event. Owned; released by astra_event_release.
    Event = 2,
    /// A kernel. Borrowed from its runtime; there is nothing to release.
    Kernel = 3,
    /// An open map. Owned; released by astra_map_release.
    Map = 4,
    /// A runtime. Owned; released by astra_runtime_release.
    Runtime = 5,
    /// A stream of one device. Owned; released by astra_stream_release.
    Stream = 6,
    /// A tensor. Owned; released by astra_tensor_release.
    Tensor = 7,
}

typed_handle!(DeviceHandle, Device);
typed_handle!(EventHandle, Event);
typed_handle!(KernelHandle, Kernel);
typed_handle!(MapHandle, Map);
typed_handle!(RuntimeHandle, Runtime);
typed_handle!(StreamHandle, Stream);
typed_handle!(TensorHandle, Tensor);

/// Element types. A program refuses a dtype that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Dtype {
    /// IEEE 754 binary32, 4 bytes, in the byte order of the machine.
    F32 = 1,
    /// IEEE 754 binary64, 8 bytes, in the byte order of the machine.
    F64 = 2,
    /// IEEE 754 binary16, 2 bytes, in the byte order of the machine.
    F16 = 3,
    /// The upper half of a binary32 (1 sign, 8 exponent and 7 fraction bits), 2 bytes, in the byte order of the machine.
    Bf16 = 4,
    /// Truth, 1 byte: 0 is false and every other value is true. Operators give 0 and 1.
    Bool = 5,
    /// A signed number in two's complement, 1 byte.
    I8 = 6,
    /// A signed number in two's complement, 2 bytes, in the byte order of the machine.
    I16 = 7,
    /// A signed number in two's complement, 4 bytes, in the byte order of the machine.
    I32 = 8,
    /// A signed number in two's complement, 8 bytes, in the byte order of the machine.
    I64 = 9,
    /// An unsigned number, 1 byte.
    U8 = 10,
    /// An unsigned number, 2 bytes, in the byte order of the machine.
    U16 = 11,
    /// An unsigned number, 4 bytes, in the byte order of the machine.
    U32 = 12,
    /// An unsigned number, 8 bytes, in the byte order of the machine.
    U64 = 13,
}

impl Dtype {
    pub const fn from_number(number: u32) -> Option<Dtype> {
        match number {
            1 => Some(Dtype::F32),
            2 => Some(Dtype::F64),
            3 => Some(Dtype::F16),
            4 => Some(Dtype::Bf16),
            5 => Some(Dtype::Bool),
            6 => Some(Dtype::I8),
            7 => Some(Dtype::I16),
            8 => Some(Dtype::I32),
            9 => Some(Dtype::I64),
            10 => Some(Dtype::U8),
            11 => Some(Dtype::U16),
            12 => Some(Dtype::U32),
            13 => Some(Dtype::U64),
            _ => None,
        }
    }

    /// Bytes of one element.
    pub const fn size(self) -> u64 {
        match self {
            Dtype::F32 => 4,
            Dtype::F64 => 8,
            Dtype::F16 => 2,
            Dtype::Bf16 => 2,
            Dtype::Bool => 1,
            Dtype::I8 => 1,
            Dtype::I16 => 2,
            Dtype::I32 => 4,
            Dtype::I64 => 8,
            Dtype::U8 => 1,
            Dtype::U16 => 2,
            Dtype::U32 => 4,
            Dtype::U64 => 8,
        }
    }
}

/// The processor that the process runs on.
pub const DEVICE_CPU: u32 = 1;
/// Not decided yet.
pub const STATE_PENDING: u32 = 1;
/// Complete.
pub const STATE_COMPLETE: u32 = 2;
/// Failed, for ever.
pub const STATE_FAILED: u32 = 3;
/// An unsigned number.
pub const ATTRIBUTE_U64: u32 = 1;
/// The fastest that the processor and the library have.
pub const ISA_BEST: u32 = 0;
/// What every processor of the architecture has; every library has kernels for it.
pub const ISA_PORTABLE: u32 = 1;
/// x86-64 with AVX2 and FMA.
pub const ISA_AVX2: u32 = 2;
/// x86-64 with AVX-512 F, BW, DQ and VL.
pub const ISA_AVX512: u32 = 3;
/// AArch64 with its SIMD instructions.
pub const ISA_NEON: u32 = 4;
/// Most threads of a runtime.
pub const MAX_THREADS: u32 = 1024;
/// The failure is not about one parameter.
pub const OPERAND_NONE: u32 = 4294967295;
/// Return at once.
pub const WAIT_POLL: u64 = 0;
/// No limit.
pub const WAIT_FOREVER: u64 = 18446744073709551615;
/// Most dimensions of a tensor.
pub const MAX_RANK: u32 = 8;
