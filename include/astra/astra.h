/*
 * The Astra tensor runtime ABI, version 0.1.1.
 * GENERATED from spec/ by `astra-abi generate`. Do not edit.
 */

#ifndef ASTRA_ASTRA_H
#define ASTRA_ASTRA_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(ASTRA_BUILD)
#define ASTRA_EXPORT __declspec(dllexport)
#elif defined(_WIN32)
#define ASTRA_EXPORT __declspec(dllimport)
#elif defined(__GNUC__)
#define ASTRA_EXPORT __attribute__((visibility("default")))
#else
#define ASTRA_EXPORT
#endif

/* A pointer inside a struct takes 8 bytes on every target, so that one layout holds everywhere. */
#if UINTPTR_MAX > 0xFFFFFFFFu
#define ASTRA_POINTER_PADDING(name)
#define ASTRA_NULL_SLOT ASTRA_NULL
#else
#define ASTRA_POINTER_PADDING(name) uint32_t name;
#define ASTRA_NULL_SLOT ASTRA_NULL, 0
#endif

#if defined(__cplusplus)
#define ASTRA_NULL nullptr
#define ASTRA_STATIC_ASSERT(name, condition) static_assert(condition, #name)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#define ASTRA_NULL nullptr
#define ASTRA_STATIC_ASSERT(name, condition) static_assert(condition, #name)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define ASTRA_NULL NULL
#define ASTRA_STATIC_ASSERT(name, condition) _Static_assert(condition, #name)
#else
#define ASTRA_NULL NULL
#define ASTRA_STATIC_ASSERT(name, condition) extern char name[(condition) ? 1 : -1]
#endif

/* The version of this header: major * 2^22 + minor * 2^12 + patch. */
#define ASTRA_VERSION UINT32_C(4097)
#define ASTRA_VERSION_STRING "0.1.1"
/* The hash of every layout, constant and signature of a version; a library refuses another one. */
#define ASTRA_LAYOUT_HASH UINT64_C(0xB53F9206CB20FC3C)
#define ASTRA_VERSION_0_1_0 UINT32_C(4096)
#define ASTRA_LAYOUT_HASH_0_1_0 UINT64_C(0x196BA565E19E0EED)
#define ASTRA_VERSION_0_1_1 UINT32_C(4097)
#define ASTRA_LAYOUT_HASH_0_1_1 UINT64_C(0xB53F9206CB20FC3C)

/* What a device is. A program refuses a kind that it does not know. */
typedef uint32_t astra_device_kind;
/* The processor that the process runs on. */
#define ASTRA_DEVICE_CPU UINT32_C(1)

/* Where an event, or a tensor's contents, stands. */
typedef uint32_t astra_event_state;
/* Not decided yet. */
#define ASTRA_STATE_PENDING UINT32_C(1)
/* Complete. */
#define ASTRA_STATE_COMPLETE UINT32_C(2)
/* Failed, for ever. */
#define ASTRA_STATE_FAILED UINT32_C(3)

/* How the 64 bits of an attribute are read. */
typedef uint32_t astra_attribute_kind;
/* An unsigned number. */
#define ASTRA_ATTRIBUTE_U64 UINT32_C(1)

/* Instruction sets that kernels are made for. All give the same bits. */
typedef uint32_t astra_isa;
/* The fastest that the processor and the library have. */
#define ASTRA_ISA_BEST UINT32_C(0)
/* What every processor of the architecture has; every library has kernels for it. */
#define ASTRA_ISA_PORTABLE UINT32_C(1)
/* x86-64 with AVX2 and FMA. */
#define ASTRA_ISA_AVX2 UINT32_C(2)
/* x86-64 with AVX-512 F, BW, DQ and VL. */
#define ASTRA_ISA_AVX512 UINT32_C(3)
/* AArch64 with its SIMD instructions. */
#define ASTRA_ISA_NEON UINT32_C(4)

/* Limits on threads. */
typedef uint32_t astra_thread_limit;
/* Most threads of a runtime. */
#define ASTRA_MAX_THREADS UINT32_C(1024)

/*
 * What a call returns. Zero is success; a program treats a value that it does not know as a
 * failure.
 */
typedef int32_t astra_status;
/* The call succeeded. */
#define ASTRA_OK INT32_C(0)
/* A pointer is NULL where the contract does not allow it. */
#define ASTRA_ERROR_NULL_POINTER INT32_C(1)
/* A handle is zero. */
#define ASTRA_ERROR_NULL_HANDLE INT32_C(2)
/* A handle is of another kind than the parameter's. */
#define ASTRA_ERROR_WRONG_KIND INT32_C(3)
/* A handle is used after its release. */
#define ASTRA_ERROR_STALE_HANDLE INT32_C(4)
/* A handle is released a second time. */
#define ASTRA_ERROR_DOUBLE_RELEASE INT32_C(5)
/* A handle was made by no runtime of this copy of the library. */
#define ASTRA_ERROR_UNKNOWN_RUNTIME INT32_C(6)
/* Handles of different runtimes meet in one call. */
#define ASTRA_ERROR_MIXED_RUNTIMES INT32_C(7)
/* A handle was made before this process was forked. */
#define ASTRA_ERROR_FORKED_PROCESS INT32_C(8)
/* A `struct_size` is one that no version of the struct can have. */
#define ASTRA_ERROR_STRUCT_SIZE INT32_C(9)
/* A flag is set that this library does not know. */
#define ASTRA_ERROR_UNKNOWN_FLAGS INT32_C(10)
/* A caller set a field that this library is too old to know. */
#define ASTRA_ERROR_NONZERO_TAIL INT32_C(11)
/* A reserved or unused field is not zero. */
#define ASTRA_ERROR_NONZERO_RESERVED INT32_C(12)
/* A value is outside the declared set or range. */
#define ASTRA_ERROR_INVALID_VALUE INT32_C(13)
/* An index is not smaller than the count it indexes. */
#define ASTRA_ERROR_INDEX_OUT_OF_RANGE INT32_C(14)
/* The number of bytes of a shape does not fit in 63 bits. */
#define ASTRA_ERROR_SHAPE_OVERFLOW INT32_C(15)
/* A buffer's length is not the length that its description asks for. */
#define ASTRA_ERROR_LENGTH_MISMATCH INT32_C(16)
/* Memory or handle slots are exhausted. */
#define ASTRA_ERROR_OUT_OF_MEMORY INT32_C(17)
/* The runtime's own memory limit would be exceeded. */
#define ASTRA_ERROR_MEMORY_LIMIT INT32_C(18)
/* The time limit of a wait passed first. */
#define ASTRA_ERROR_TIMEOUT INT32_C(19)
/*
 * What was waited for can never complete, because something that it depends on failed; `op`
 * names the first thing that failed.
 */
#define ASTRA_ERROR_PRODUCER_FAILED INT32_C(20)
/* The last reference to a runtime is released while handles of it are alive. */
#define ASTRA_ERROR_LIVE_HANDLES INT32_C(21)
/* The last reference to a stream is released while work on it is pending. */
#define ASTRA_ERROR_PENDING_WORK INT32_C(22)
/* A host event is signalled a second time. */
#define ASTRA_ERROR_ALREADY_SIGNALLED INT32_C(23)
/* An event that a stream completes is signalled by hand. */
#define ASTRA_ERROR_NOT_HOST_EVENT INT32_C(24)
/* No operator has this name. */
#define ASTRA_ERROR_UNKNOWN_OPERATOR INT32_C(25)
/* The operator exists, this version of it does not. */
#define ASTRA_ERROR_UNSUPPORTED_OPERATOR_VERSION INT32_C(26)
/* The operator is not declared for these element types on this device. */
#define ASTRA_ERROR_UNSUPPORTED_DTYPES INT32_C(27)
/* The number of inputs or outputs is not the operator's. */
#define ASTRA_ERROR_OPERAND_COUNT INT32_C(28)
/* An input has another element type than the kernel's. */
#define ASTRA_ERROR_OPERAND_DTYPE INT32_C(29)
/* The shapes of the inputs do not fit the operator. */
#define ASTRA_ERROR_OPERAND_SHAPE INT32_C(30)
/* The operator has no such attribute. */
#define ASTRA_ERROR_UNKNOWN_ATTRIBUTE INT32_C(31)
/* An attribute is missing, given twice, or has a value that the operator refuses. */
#define ASTRA_ERROR_INVALID_ATTRIBUTE INT32_C(32)
/* The caller was built for a version or a line that this library does not serve. */
#define ASTRA_ERROR_VERSION_MISMATCH INT32_C(33)
/* The caller's layout hash is not the one of the version that it names. */
#define ASTRA_ERROR_LAYOUT_MISMATCH INT32_C(34)
/* This process has created more runtimes than can be told apart. */
#define ASTRA_ERROR_TOO_MANY_RUNTIMES INT32_C(35)
/* The function is newer than the library; returned by the client loader, never by a library. */
#define ASTRA_ERROR_NOT_IN_LIBRARY INT32_C(36)
/* The implementation found a defect in itself. */
#define ASTRA_ERROR_INTERNAL INT32_C(37)
/* The processor, or this library, does not have the instruction set that was asked for. */
#define ASTRA_ERROR_UNSUPPORTED_ISA INT32_C(38)

/* Values of `astra_error.operand` that are not a parameter's index. */
typedef uint32_t astra_operand;
/* The failure is not about one parameter. */
#define ASTRA_OPERAND_NONE UINT32_C(0xFFFFFFFF)

/* Time limits with a meaning of their own. Every other value is a number of nanoseconds. */
typedef uint64_t astra_wait;
/* Return at once. */
#define ASTRA_WAIT_POLL UINT64_C(0)
/* No limit. */
#define ASTRA_WAIT_FOREVER UINT64_C(0xFFFFFFFFFFFFFFFF)

/* Element types. A program refuses a dtype that it does not know. */
typedef uint32_t astra_dtype;
/* IEEE 754 binary32, 4 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_F32 UINT32_C(1)
/* IEEE 754 binary64, 8 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_F64 UINT32_C(2)
/* IEEE 754 binary16, 2 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_F16 UINT32_C(3)
/*
 * The upper half of a binary32 (1 sign, 8 exponent and 7 fraction bits), 2 bytes, in the byte
 * order of the machine.
 */
#define ASTRA_DTYPE_BF16 UINT32_C(4)
/* Truth, 1 byte: 0 is false and every other value is true. Operators give 0 and 1. */
#define ASTRA_DTYPE_BOOL UINT32_C(5)
/* A signed number in two's complement, 1 byte. */
#define ASTRA_DTYPE_I8 UINT32_C(6)
/* A signed number in two's complement, 2 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_I16 UINT32_C(7)
/* A signed number in two's complement, 4 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_I32 UINT32_C(8)
/* A signed number in two's complement, 8 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_I64 UINT32_C(9)
/* An unsigned number, 1 byte. */
#define ASTRA_DTYPE_U8 UINT32_C(10)
/* An unsigned number, 2 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_U16 UINT32_C(11)
/* An unsigned number, 4 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_U32 UINT32_C(12)
/* An unsigned number, 8 bytes, in the byte order of the machine. */
#define ASTRA_DTYPE_U64 UINT32_C(13)

/* Limits that layouts depend on. */
typedef uint32_t astra_limit;
/* Most dimensions of a tensor. */
#define ASTRA_MAX_RANK UINT32_C(8)

/* A device. Borrowed from its runtime; there is nothing to release. */
typedef struct astra_device {
    uint64_t bits;
} astra_device;

/* An event. Owned; released by astra_event_release. */
typedef struct astra_event {
    uint64_t bits;
} astra_event;

/* A kernel. Borrowed from its runtime; there is nothing to release. */
typedef struct astra_kernel {
    uint64_t bits;
} astra_kernel;

/* An open map. Owned; released by astra_map_release. */
typedef struct astra_map {
    uint64_t bits;
} astra_map;

/* A runtime. Owned; released by astra_runtime_release. */
typedef struct astra_runtime {
    uint64_t bits;
} astra_runtime;

/* A stream of one device. Owned; released by astra_stream_release. */
typedef struct astra_stream {
    uint64_t bits;
} astra_stream;

/* A tensor. Owned; released by astra_tensor_release. */
typedef struct astra_tensor {
    uint64_t bits;
} astra_tensor;

/* What a device is. Growable: passed by pointer, and sized by the caller through struct_size. */
typedef struct astra_device_info {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* What it is. */
    astra_device_kind kind;
    /* Its index in the runtime. */
    uint32_t index;
    /* A name for people, ended by NUL. */
    char name[64];
} astra_device_info;
#define ASTRA_DEVICE_INFO_SIZE UINT32_C(80)
#define ASTRA_DEVICE_INFO_INIT { \
    ASTRA_DEVICE_INFO_SIZE, 0, 0, 0, {0} \
}

/*
 * A UTF-8 text of `len` bytes, not ended by NUL. `ptr` may be NULL where `len` is zero. Frozen:
 * it never changes.
 */
typedef struct astra_string {
    /* First byte. */
    const char *ptr;
    ASTRA_POINTER_PADDING(ptr_padding)
    /* Number of bytes. */
    uint64_t len;
} astra_string;
#define ASTRA_STRING_SIZE UINT32_C(16)

/*
 * Which kernel is wanted. Growable: passed by pointer, and sized by the caller through
 * struct_size.
 */
typedef struct astra_kernel_query {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* Operator and version, such as add@1. */
    astra_string op;
    /* Number of inputs of the operator. */
    uint32_t dtype_count;
    /* Zero. */
    uint32_t reserved;
    /* Element type of each input; entries from `dtype_count` on are zero. */
    astra_dtype dtypes[8];
    /*
     * Element type of each output, a part of the combination, and zero behind the last one. All
     * zero names the combination that these inputs have, where they have one.
     */
    astra_dtype output_dtypes[8];
} astra_kernel_query;
#define ASTRA_KERNEL_QUERY_SIZE UINT32_C(96)
#define ASTRA_KERNEL_QUERY_INIT { \
    ASTRA_KERNEL_QUERY_SIZE, 0, {ASTRA_NULL_SLOT, 0}, 0, 0, {0}, {0} \
}

/* What a kernel is. Growable: passed by pointer, and sized by the caller through struct_size. */
typedef struct astra_kernel_info {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* Operator and version, such as add@1, ended by NUL. */
    char op[32];
    /* A name for the code that will run, such as portable, ended by NUL. */
    char implementation[32];
    /* Number of inputs. */
    uint32_t input_count;
    /* Number of outputs. */
    uint32_t output_count;
} astra_kernel_info;
#define ASTRA_KERNEL_INFO_SIZE UINT32_C(80)
#define ASTRA_KERNEL_INFO_INIT { \
    ASTRA_KERNEL_INFO_SIZE, 0, {0}, {0}, 0, 0 \
}

/*
 * One attribute of a launch. Each operator declares the ids that it knows. Frozen: it never
 * changes.
 */
typedef struct astra_attribute {
    /* The attribute's id in the operator's declaration. */
    uint32_t id;
    /* How `bits` is read. */
    astra_attribute_kind kind;
    /* The value. */
    uint64_t bits;
} astra_attribute;
#define ASTRA_ATTRIBUTE_SIZE UINT32_C(16)

/*
 * What a launch is told besides its inputs. Growable: passed by pointer, and sized by the caller
 * through struct_size.
 */
typedef struct astra_launch_options {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* The attributes, in any order; NULL is allowed where the count is zero. */
    const astra_attribute *attributes;
    ASTRA_POINTER_PADDING(attributes_padding)
    /* How many. */
    uint32_t attribute_count;
    /* Zero. */
    uint32_t reserved;
} astra_launch_options;
#define ASTRA_LAUNCH_OPTIONS_SIZE UINT32_C(24)
#define ASTRA_LAUNCH_OPTIONS_INIT { \
    ASTRA_LAUNCH_OPTIONS_SIZE, 0, ASTRA_NULL_SLOT, 0, 0 \
}

/*
 * How a runtime is to be made. Zero in every field is the default. Growable: passed by pointer,
 * and sized by the caller through struct_size.
 */
typedef struct astra_runtime_config {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* Most bytes of tensor storage at any moment; 0 means no limit. */
    uint64_t memory_limit;
    /* Zero, for ever: programs of 0.1.0 that try what an unknown field does write here. */
    uint64_t unknown;
    /*
     * Most threads that compute at the same time for one launch, the calling one included; at
     * most ASTRA_MAX_THREADS, and 0 means 1.
     */
    uint32_t thread_count;
    /* The instruction set of the CPU's kernels. */
    astra_isa isa;
} astra_runtime_config;
#define ASTRA_RUNTIME_CONFIG_SIZE UINT32_C(32)
#define ASTRA_RUNTIME_CONFIG_INIT { \
    ASTRA_RUNTIME_CONFIG_SIZE, 0, 0, 0, 0, 0 \
}

/*
 * What a runtime is and holds at the moment of the call. Growable: passed by pointer, and sized
 * by the caller through struct_size.
 */
typedef struct astra_runtime_info {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* What astra_version returns. */
    uint32_t version;
    /* Number of devices; at least 1. */
    uint32_t device_count;
    /* Handles that the caller has yet to release, references to the runtime itself not counted. */
    uint64_t live_handles;
    /* Bytes of tensor storage held now. */
    uint64_t memory_in_use;
    /* The limit in force; 0 means none. */
    uint64_t memory_limit;
    /* Most threads that compute for one launch; at least 1. */
    uint32_t thread_count;
    /* The instruction set in force, which is not ASTRA_ISA_BEST. */
    astra_isa isa;
} astra_runtime_info;
#define ASTRA_RUNTIME_INFO_SIZE UINT32_C(48)
#define ASTRA_RUNTIME_INFO_INIT { \
    ASTRA_RUNTIME_INFO_SIZE, 0, 0, 0, 0, 0, 0, 0, 0 \
}

/* The error record: caller-owned, inline, frozen for ever. Frozen: it never changes. */
typedef struct astra_error {
    /* The status that the call returned. */
    astra_status code;
    /* Zero-based index of the parameter at fault in the C signature, or ASTRA_OPERAND_NONE. */
    uint32_t operand;
    /* The name of `code`, such as ASTRA_ERROR_NULL_POINTER. */
    char symbol[48];
    /*
     * The operator of a query or launch that is refused after its handles, pointers and structs
     * were found valid, such as add@1; `host_event` where a host event failed; else it may be
     * empty.
     */
    char op[32];
    /* What the contract asks for, in words or a number; may be empty. */
    char expected[64];
    /* What was found instead; may be empty. */
    char actual[64];
    /* One sentence for people. Its wording may change in any release. */
    char message[296];
} astra_error;
#define ASTRA_ERROR_SIZE UINT32_C(512)

/*
 * The shape of a tensor that is to be made. Growable: passed by pointer, and sized by the caller
 * through struct_size.
 */
typedef struct astra_tensor_desc {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* Element type. */
    astra_dtype dtype;
    /* Number of dimensions, 0 to ASTRA_MAX_RANK. Rank 0 has one element. */
    uint32_t rank;
    /* Dimensions, outermost first; entries from `rank` on are zero. A dimension may be zero. */
    uint64_t dims[8];
} astra_tensor_desc;
#define ASTRA_TENSOR_DESC_SIZE UINT32_C(80)
#define ASTRA_TENSOR_DESC_INIT { \
    ASTRA_TENSOR_DESC_SIZE, 0, 0, 0, {0} \
}

/*
 * What a tensor is at the moment of the call. Growable: passed by pointer, and sized by the
 * caller through struct_size.
 */
typedef struct astra_tensor_info {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* Element type. */
    astra_dtype dtype;
    /* Number of dimensions. */
    uint32_t rank;
    /* Dimensions; entries from `rank` on are zero. */
    uint64_t dims[8];
    /* Number of elements times the size of one, in bytes. */
    uint64_t byte_length;
    /* Whether the contents are there: an astra_event_state value. */
    astra_event_state state;
    /* Zero. */
    uint32_t reserved;
} astra_tensor_info;
#define ASTRA_TENSOR_INFO_SIZE UINT32_C(96)
#define ASTRA_TENSOR_INFO_INIT { \
    ASTRA_TENSOR_INFO_SIZE, 0, 0, 0, {0}, 0, 0, 0 \
}

/*
 * What a caller was built with and needs. The header's ASTRA_HELLO_INIT fills it. Growable:
 * passed by pointer, and sized by the caller through struct_size.
 */
typedef struct astra_hello {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* ASTRA_VERSION of the header that the caller was compiled with. */
    uint32_t built_version;
    /* The oldest version whose functions and structs suffice for the caller. */
    uint32_t minimum_version;
    /* ASTRA_LAYOUT_HASH of `minimum_version`. */
    uint64_t minimum_layout_hash;
} astra_hello;
#define ASTRA_HELLO_SIZE UINT32_C(24)
#define ASTRA_HELLO_INIT { \
    ASTRA_HELLO_SIZE, 0, ASTRA_VERSION, ASTRA_VERSION, ASTRA_LAYOUT_HASH \
}

/*
 * One pointer for every function of the contract that returns a status, except astra_get_api
 * itself, oldest version first. Growable: passed by pointer, and sized by the caller through
 * struct_size.
 */
typedef struct astra_api {
    /* Size in bytes of the struct that the caller knows. */
    uint32_t struct_size;
    /* Zero: no flag is declared. */
    uint32_t flags;
    /* astra_device_get. */
    astra_status (*device_get)(astra_runtime runtime, uint32_t index, astra_device *out_device, astra_error *error);
    ASTRA_POINTER_PADDING(device_get_padding)
    /* astra_device_describe. */
    astra_status (*device_describe)(astra_device device, astra_device_info *out_info, astra_error *error);
    ASTRA_POINTER_PADDING(device_describe_padding)
    /* astra_event_create. */
    astra_status (*event_create)(astra_runtime runtime, astra_event *out_event, astra_error *error);
    ASTRA_POINTER_PADDING(event_create_padding)
    /* astra_event_retain. */
    astra_status (*event_retain)(astra_event event, astra_event *out_event, astra_error *error);
    ASTRA_POINTER_PADDING(event_retain_padding)
    /* astra_event_release. */
    astra_status (*event_release)(astra_event event, astra_error *error);
    ASTRA_POINTER_PADDING(event_release_padding)
    /* astra_event_signal. */
    astra_status (*event_signal)(astra_event event, astra_event_state outcome, astra_error *error);
    ASTRA_POINTER_PADDING(event_signal_padding)
    /* astra_event_wait. */
    astra_status (*event_wait)(astra_event event, uint64_t timeout_ns, astra_error *error);
    ASTRA_POINTER_PADDING(event_wait_padding)
    /* astra_event_query. */
    astra_status (*event_query)(astra_event event, astra_event_state *out_state, astra_error *error);
    ASTRA_POINTER_PADDING(event_query_padding)
    /* astra_kernel_get. */
    astra_status (*kernel_get)(astra_device device, const astra_kernel_query *query, astra_kernel *out_kernel, astra_error *error);
    ASTRA_POINTER_PADDING(kernel_get_padding)
    /* astra_kernel_describe. */
    astra_status (*kernel_describe)(astra_kernel kernel, astra_kernel_info *out_info, astra_error *error);
    ASTRA_POINTER_PADDING(kernel_describe_padding)
    /* astra_launch. */
    astra_status (*launch)(astra_stream stream, astra_kernel kernel, const astra_launch_options *options, const astra_tensor *inputs, uint32_t input_count, astra_tensor *outputs, uint32_t output_count, astra_error *error);
    ASTRA_POINTER_PADDING(launch_padding)
    /* astra_tensor_map. */
    astra_status (*tensor_map)(astra_tensor tensor, uint64_t timeout_ns, astra_map *out_map, astra_error *error);
    ASTRA_POINTER_PADDING(tensor_map_padding)
    /* astra_map_get. */
    astra_status (*map_get)(astra_map map, const void **out_data, uint64_t *out_length, astra_error *error);
    ASTRA_POINTER_PADDING(map_get_padding)
    /* astra_map_release. */
    astra_status (*map_release)(astra_map map, astra_error *error);
    ASTRA_POINTER_PADDING(map_release_padding)
    /* astra_runtime_create. */
    astra_status (*runtime_create)(const astra_hello *hello, const astra_runtime_config *config, astra_runtime *out_runtime, astra_error *error);
    ASTRA_POINTER_PADDING(runtime_create_padding)
    /* astra_runtime_retain. */
    astra_status (*runtime_retain)(astra_runtime runtime, astra_runtime *out_runtime, astra_error *error);
    ASTRA_POINTER_PADDING(runtime_retain_padding)
    /* astra_runtime_release. */
    astra_status (*runtime_release)(astra_runtime runtime, astra_error *error);
    ASTRA_POINTER_PADDING(runtime_release_padding)
    /* astra_runtime_describe. */
    astra_status (*runtime_describe)(astra_runtime runtime, astra_runtime_info *out_info, astra_error *error);
    ASTRA_POINTER_PADDING(runtime_describe_padding)
    /* astra_stream_create. */
    astra_status (*stream_create)(astra_device device, astra_stream *out_stream, astra_error *error);
    ASTRA_POINTER_PADDING(stream_create_padding)
    /* astra_stream_retain. */
    astra_status (*stream_retain)(astra_stream stream, astra_stream *out_stream, astra_error *error);
    ASTRA_POINTER_PADDING(stream_retain_padding)
    /* astra_stream_release. */
    astra_status (*stream_release)(astra_stream stream, astra_error *error);
    ASTRA_POINTER_PADDING(stream_release_padding)
    /* astra_stream_synchronize. */
    astra_status (*stream_synchronize)(astra_stream stream, uint64_t timeout_ns, astra_error *error);
    ASTRA_POINTER_PADDING(stream_synchronize_padding)
    /* astra_stream_wait. */
    astra_status (*stream_wait)(astra_stream stream, astra_event event, astra_error *error);
    ASTRA_POINTER_PADDING(stream_wait_padding)
    /* astra_stream_record. */
    astra_status (*stream_record)(astra_stream stream, astra_event *out_event, astra_error *error);
    ASTRA_POINTER_PADDING(stream_record_padding)
    /* astra_tensor_create. */
    astra_status (*tensor_create)(astra_device device, const astra_tensor_desc *desc, const void *data, uint64_t data_length, astra_tensor *out_tensor, astra_error *error);
    ASTRA_POINTER_PADDING(tensor_create_padding)
    /* astra_tensor_retain. */
    astra_status (*tensor_retain)(astra_tensor tensor, astra_tensor *out_tensor, astra_error *error);
    ASTRA_POINTER_PADDING(tensor_retain_padding)
    /* astra_tensor_release. */
    astra_status (*tensor_release)(astra_tensor tensor, astra_error *error);
    ASTRA_POINTER_PADDING(tensor_release_padding)
    /* astra_tensor_describe. */
    astra_status (*tensor_describe)(astra_tensor tensor, astra_tensor_info *out_info, astra_error *error);
    ASTRA_POINTER_PADDING(tensor_describe_padding)
} astra_api;
#define ASTRA_API_SIZE UINT32_C(232)
#define ASTRA_API_INIT { \
    ASTRA_API_SIZE, 0, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, \
    ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, \
    ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, \
    ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, \
    ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, \
    ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT, ASTRA_NULL_SLOT \
}

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Borrows a device of a runtime.
 * runtime: The runtime.
 * index: 0 to device_count - 1.
 * out_device (out): The device.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * INDEX_OUT_OF_RANGE, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_device_get(astra_runtime runtime, uint32_t index, astra_device *out_device, astra_error *error);

/*
 * Says what a device is.
 * device: The device.
 * out_info (out): Filled up to the caller's size.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * STRUCT_SIZE, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_device_describe(astra_device device, astra_device_info *out_info, astra_error *error);

/*
 * Makes a pending host event.
 * runtime: The runtime that it belongs to.
 * out_event (out): The new event, pending.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_event_create(astra_runtime runtime, astra_event *out_event, astra_error *error);

/*
 * Makes a second reference, with a handle of its own.
 * event: The event.
 * out_event (out): A new handle to the same event.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_event_retain(astra_event event, astra_event *out_event, astra_error *error);

/*
 * Releases one reference. Releasing the caller's last handle to a pending host event fails the
 * event.
 * event (released on success): The reference to release.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, DOUBLE_RELEASE, WRONG_KIND, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_event_release(astra_event event, astra_error *error);

/*
 * Completes or fails a host event. Work that becomes ready may run before the call returns.
 * event: A host event.
 * outcome: ASTRA_STATE_COMPLETE or ASTRA_STATE_FAILED.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, INVALID_VALUE,
 * NOT_HOST_EVENT, ALREADY_SIGNALLED, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_event_signal(astra_event event, astra_event_state outcome, astra_error *error);

/*
 * Waits for an event.
 * event: The event.
 * timeout_ns: Longest wait in nanoseconds of a monotonic clock, or an astra_wait value.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND,
 * PRODUCER_FAILED, TIMEOUT, INTERNAL.
 * Since 0.1.0. Waits until complete, failed or timed out. Threads: any.
 */
ASTRA_EXPORT astra_status astra_event_wait(astra_event event, uint64_t timeout_ns, astra_error *error);

/*
 * Says where an event stands.
 * event: The event.
 * out_state (out): An astra_event_state value.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_event_query(astra_event event, astra_event_state *out_state, astra_error *error);

/*
 * Borrows the kernel for an operator version and element types on a device.
 * device: The device that it is to run on.
 * query (in): Operator version and element types.
 * out_kernel (out): The kernel.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * STRUCT_SIZE, UNKNOWN_FLAGS, NONZERO_TAIL, NONZERO_RESERVED, UNKNOWN_OPERATOR,
 * UNSUPPORTED_OPERATOR_VERSION, UNSUPPORTED_DTYPES, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_kernel_get(astra_device device, const astra_kernel_query *query, astra_kernel *out_kernel, astra_error *error);

/*
 * Says what a kernel is.
 * kernel: The kernel.
 * out_info (out): Filled up to the caller's size.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * STRUCT_SIZE, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_kernel_describe(astra_kernel kernel, astra_kernel_info *out_info, astra_error *error);

/*
 * Enqueues a kernel on a stream.
 * stream: The stream.
 * kernel: The kernel; of the stream's device.
 * options (in, may be NULL): Attributes; NULL means none.
 * inputs (in): The inputs. A tensor may appear more than once.
 * input_count: Number of inputs.
 * outputs (out): The new tensors, pending or complete.
 * output_count: Number of outputs.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND,
 * MIXED_RUNTIMES, STRUCT_SIZE, UNKNOWN_FLAGS, NONZERO_TAIL, NULL_POINTER, NONZERO_RESERVED,
 * OPERAND_COUNT, OPERAND_DTYPE, UNKNOWN_ATTRIBUTE, INVALID_ATTRIBUTE, OPERAND_SHAPE,
 * SHAPE_OVERFLOW, MEMORY_LIMIT, OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_launch(astra_stream stream, astra_kernel kernel, const astra_launch_options *options, const astra_tensor *inputs, uint32_t input_count, astra_tensor *outputs, uint32_t output_count, astra_error *error);

/*
 * Waits for a tensor's contents and opens a map on them.
 * tensor: The tensor.
 * timeout_ns: Longest wait in nanoseconds of a monotonic clock, or an astra_wait value.
 * out_map (out): The new map.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * PRODUCER_FAILED, TIMEOUT, OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Waits until complete, failed or timed out. Threads: any.
 */
ASTRA_EXPORT astra_status astra_tensor_map(astra_tensor tensor, uint64_t timeout_ns, astra_map *out_map, astra_error *error);

/*
 * Borrows the bytes of an open map.
 * map: The map.
 * out_data (out): First byte, aligned to 64 bytes; not NULL, also for zero bytes. Read only.
 * out_length (out): Number of bytes.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_map_get(astra_map map, const void **out_data, uint64_t *out_length, astra_error *error);

/*
 * Closes a map.
 * map (released on success): The map to close.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, DOUBLE_RELEASE, WRONG_KIND, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_map_release(astra_map map, astra_error *error);

/*
 * Makes a runtime.
 * hello (in): What the caller was built with.
 * config (in, may be NULL): How to make it; NULL means every default.
 * out_runtime (out): The new runtime.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_POINTER, STRUCT_SIZE, UNKNOWN_FLAGS, NONZERO_TAIL, VERSION_MISMATCH,
 * LAYOUT_MISMATCH, INVALID_VALUE, UNSUPPORTED_ISA, TOO_MANY_RUNTIMES, OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_runtime_create(const astra_hello *hello, const astra_runtime_config *config, astra_runtime *out_runtime, astra_error *error);

/*
 * Makes a second reference, with a handle of its own.
 * runtime: The runtime.
 * out_runtime (out): A new handle, different from every live one.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_runtime_retain(astra_runtime runtime, astra_runtime *out_runtime, astra_error *error);

/*
 * Releases one reference; the last one destroys the runtime.
 * runtime (released on success): The reference to release.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, DOUBLE_RELEASE, WRONG_KIND,
 * LIVE_HANDLES, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_runtime_release(astra_runtime runtime, astra_error *error);

/*
 * Says what a runtime is and holds.
 * runtime: The runtime.
 * out_info (out): Filled up to the caller's size.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * STRUCT_SIZE, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_runtime_describe(astra_runtime runtime, astra_runtime_info *out_info, astra_error *error);

/*
 * Makes an empty stream on a device.
 * device: The device that its launches run on.
 * out_stream (out): The new stream.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_stream_create(astra_device device, astra_stream *out_stream, astra_error *error);

/*
 * Makes a second reference, with a handle of its own.
 * stream: The stream.
 * out_stream (out): A new handle to the same stream.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_stream_retain(astra_stream stream, astra_stream *out_stream, astra_error *error);

/*
 * Releases one reference; the last one destroys the stream.
 * stream (released on success): The reference to release.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, DOUBLE_RELEASE, WRONG_KIND,
 * PENDING_WORK, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_stream_release(astra_stream stream, astra_error *error);

/*
 * Waits until everything enqueued on the stream before the call is complete.
 * stream: The stream.
 * timeout_ns: Longest wait in nanoseconds of a monotonic clock, or an astra_wait value.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND,
 * PRODUCER_FAILED, TIMEOUT, INTERNAL.
 * Since 0.1.0. Waits until complete, failed or timed out. Threads: any.
 */
ASTRA_EXPORT astra_status astra_stream_synchronize(astra_stream stream, uint64_t timeout_ns, astra_error *error);

/*
 * Makes everything enqueued later on the stream wait for an event.
 * stream: The stream that is to wait.
 * event: The event; the stream keeps a reference of its own until the wait is over.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND,
 * MIXED_RUNTIMES, OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_stream_wait(astra_stream stream, astra_event event, astra_error *error);

/*
 * Makes an event that completes when everything enqueued before it on the stream is complete.
 * stream: The stream.
 * out_event (out): A stream event. It fails when the stream has failed before it.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_stream_record(astra_stream stream, astra_event *out_event, astra_error *error);

/*
 * Makes a tensor from a copy of host memory.
 * device: Where the tensor is to live.
 * desc (in): Its dtype and shape.
 * data (in): The elements, row-major, at any alignment; copied before the call returns.
 * data_length: Bytes at `data`; exactly the tensor's byte length.
 * out_tensor (out): The new tensor, complete.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * STRUCT_SIZE, UNKNOWN_FLAGS, NONZERO_TAIL, INVALID_VALUE, NONZERO_RESERVED, SHAPE_OVERFLOW,
 * LENGTH_MISMATCH, MEMORY_LIMIT, OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_tensor_create(astra_device device, const astra_tensor_desc *desc, const void *data, uint64_t data_length, astra_tensor *out_tensor, astra_error *error);

/*
 * Makes a second reference, with a handle of its own.
 * tensor: The tensor.
 * out_tensor (out): A new handle to the same tensor.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * OUT_OF_MEMORY, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_tensor_retain(astra_tensor tensor, astra_tensor *out_tensor, astra_error *error);

/*
 * Releases one reference. Maps and pending launches that use the tensor keep it alive.
 * tensor (released on success): The reference to release.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, DOUBLE_RELEASE, WRONG_KIND, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_tensor_release(astra_tensor tensor, astra_error *error);

/*
 * Says what a tensor is.
 * tensor: The tensor.
 * out_info (out): Filled up to the caller's size.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_HANDLE, FORKED_PROCESS, UNKNOWN_RUNTIME, STALE_HANDLE, WRONG_KIND, NULL_POINTER,
 * STRUCT_SIZE, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_tensor_describe(astra_tensor tensor, astra_tensor_info *out_info, astra_error *error);

/*
 * The version of the contract that this library implements.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT uint32_t astra_version(void);

/*
 * Fills a caller-sized table with the library's functions.
 * hello (in): What the caller was built with.
 * table (out): Slots that fit in the caller's size are filled; a slot that this library does not
 * know is zero.
 * error (out, may be NULL): Filled on failure, zeroed on success; NULL is allowed.
 * Errors: NULL_POINTER, STRUCT_SIZE, UNKNOWN_FLAGS, NONZERO_TAIL, VERSION_MISMATCH,
 * LAYOUT_MISMATCH, INTERNAL.
 * Since 0.1.0. Never waits. Threads: any.
 */
ASTRA_EXPORT astra_status astra_get_api(const astra_hello *hello, astra_api *table, astra_error *error);

#ifdef __cplusplus
}
#endif

/* The layouts, proved by the compiler of every program. */
ASTRA_STATIC_ASSERT(astra_device_has_its_size, sizeof(astra_device) == 8);
ASTRA_STATIC_ASSERT(astra_event_has_its_size, sizeof(astra_event) == 8);
ASTRA_STATIC_ASSERT(astra_kernel_has_its_size, sizeof(astra_kernel) == 8);
ASTRA_STATIC_ASSERT(astra_map_has_its_size, sizeof(astra_map) == 8);
ASTRA_STATIC_ASSERT(astra_runtime_has_its_size, sizeof(astra_runtime) == 8);
ASTRA_STATIC_ASSERT(astra_stream_has_its_size, sizeof(astra_stream) == 8);
ASTRA_STATIC_ASSERT(astra_tensor_has_its_size, sizeof(astra_tensor) == 8);
ASTRA_STATIC_ASSERT(astra_device_info_has_its_size, sizeof(astra_device_info) == ASTRA_DEVICE_INFO_SIZE);
ASTRA_STATIC_ASSERT(astra_device_info_struct_size_has_its_place, offsetof(astra_device_info, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_device_info_flags_has_its_place, offsetof(astra_device_info, flags) == 4);
ASTRA_STATIC_ASSERT(astra_device_info_kind_has_its_place, offsetof(astra_device_info, kind) == 8);
ASTRA_STATIC_ASSERT(astra_device_info_index_has_its_place, offsetof(astra_device_info, index) == 12);
ASTRA_STATIC_ASSERT(astra_device_info_name_has_its_place, offsetof(astra_device_info, name) == 16);
ASTRA_STATIC_ASSERT(astra_kernel_query_has_its_size, sizeof(astra_kernel_query) == ASTRA_KERNEL_QUERY_SIZE);
ASTRA_STATIC_ASSERT(astra_kernel_query_struct_size_has_its_place, offsetof(astra_kernel_query, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_kernel_query_flags_has_its_place, offsetof(astra_kernel_query, flags) == 4);
ASTRA_STATIC_ASSERT(astra_kernel_query_op_has_its_place, offsetof(astra_kernel_query, op) == 8);
ASTRA_STATIC_ASSERT(astra_kernel_query_dtype_count_has_its_place, offsetof(astra_kernel_query, dtype_count) == 24);
ASTRA_STATIC_ASSERT(astra_kernel_query_reserved_has_its_place, offsetof(astra_kernel_query, reserved) == 28);
ASTRA_STATIC_ASSERT(astra_kernel_query_dtypes_has_its_place, offsetof(astra_kernel_query, dtypes) == 32);
ASTRA_STATIC_ASSERT(astra_kernel_query_output_dtypes_has_its_place, offsetof(astra_kernel_query, output_dtypes) == 64);
ASTRA_STATIC_ASSERT(astra_kernel_info_has_its_size, sizeof(astra_kernel_info) == ASTRA_KERNEL_INFO_SIZE);
ASTRA_STATIC_ASSERT(astra_kernel_info_struct_size_has_its_place, offsetof(astra_kernel_info, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_kernel_info_flags_has_its_place, offsetof(astra_kernel_info, flags) == 4);
ASTRA_STATIC_ASSERT(astra_kernel_info_op_has_its_place, offsetof(astra_kernel_info, op) == 8);
ASTRA_STATIC_ASSERT(astra_kernel_info_implementation_has_its_place, offsetof(astra_kernel_info, implementation) == 40);
ASTRA_STATIC_ASSERT(astra_kernel_info_input_count_has_its_place, offsetof(astra_kernel_info, input_count) == 72);
ASTRA_STATIC_ASSERT(astra_kernel_info_output_count_has_its_place, offsetof(astra_kernel_info, output_count) == 76);
ASTRA_STATIC_ASSERT(astra_attribute_has_its_size, sizeof(astra_attribute) == ASTRA_ATTRIBUTE_SIZE);
ASTRA_STATIC_ASSERT(astra_attribute_id_has_its_place, offsetof(astra_attribute, id) == 0);
ASTRA_STATIC_ASSERT(astra_attribute_kind_has_its_place, offsetof(astra_attribute, kind) == 4);
ASTRA_STATIC_ASSERT(astra_attribute_bits_has_its_place, offsetof(astra_attribute, bits) == 8);
ASTRA_STATIC_ASSERT(astra_launch_options_has_its_size, sizeof(astra_launch_options) == ASTRA_LAUNCH_OPTIONS_SIZE);
ASTRA_STATIC_ASSERT(astra_launch_options_struct_size_has_its_place, offsetof(astra_launch_options, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_launch_options_flags_has_its_place, offsetof(astra_launch_options, flags) == 4);
ASTRA_STATIC_ASSERT(astra_launch_options_attributes_has_its_place, offsetof(astra_launch_options, attributes) == 8);
ASTRA_STATIC_ASSERT(astra_launch_options_attribute_count_has_its_place, offsetof(astra_launch_options, attribute_count) == 16);
ASTRA_STATIC_ASSERT(astra_launch_options_reserved_has_its_place, offsetof(astra_launch_options, reserved) == 20);
ASTRA_STATIC_ASSERT(astra_runtime_config_has_its_size, sizeof(astra_runtime_config) == ASTRA_RUNTIME_CONFIG_SIZE);
ASTRA_STATIC_ASSERT(astra_runtime_config_struct_size_has_its_place, offsetof(astra_runtime_config, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_runtime_config_flags_has_its_place, offsetof(astra_runtime_config, flags) == 4);
ASTRA_STATIC_ASSERT(astra_runtime_config_memory_limit_has_its_place, offsetof(astra_runtime_config, memory_limit) == 8);
ASTRA_STATIC_ASSERT(astra_runtime_config_unknown_has_its_place, offsetof(astra_runtime_config, unknown) == 16);
ASTRA_STATIC_ASSERT(astra_runtime_config_thread_count_has_its_place, offsetof(astra_runtime_config, thread_count) == 24);
ASTRA_STATIC_ASSERT(astra_runtime_config_isa_has_its_place, offsetof(astra_runtime_config, isa) == 28);
ASTRA_STATIC_ASSERT(astra_runtime_info_has_its_size, sizeof(astra_runtime_info) == ASTRA_RUNTIME_INFO_SIZE);
ASTRA_STATIC_ASSERT(astra_runtime_info_struct_size_has_its_place, offsetof(astra_runtime_info, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_runtime_info_flags_has_its_place, offsetof(astra_runtime_info, flags) == 4);
ASTRA_STATIC_ASSERT(astra_runtime_info_version_has_its_place, offsetof(astra_runtime_info, version) == 8);
ASTRA_STATIC_ASSERT(astra_runtime_info_device_count_has_its_place, offsetof(astra_runtime_info, device_count) == 12);
ASTRA_STATIC_ASSERT(astra_runtime_info_live_handles_has_its_place, offsetof(astra_runtime_info, live_handles) == 16);
ASTRA_STATIC_ASSERT(astra_runtime_info_memory_in_use_has_its_place, offsetof(astra_runtime_info, memory_in_use) == 24);
ASTRA_STATIC_ASSERT(astra_runtime_info_memory_limit_has_its_place, offsetof(astra_runtime_info, memory_limit) == 32);
ASTRA_STATIC_ASSERT(astra_runtime_info_thread_count_has_its_place, offsetof(astra_runtime_info, thread_count) == 40);
ASTRA_STATIC_ASSERT(astra_runtime_info_isa_has_its_place, offsetof(astra_runtime_info, isa) == 44);
ASTRA_STATIC_ASSERT(astra_error_has_its_size, sizeof(astra_error) == ASTRA_ERROR_SIZE);
ASTRA_STATIC_ASSERT(astra_error_code_has_its_place, offsetof(astra_error, code) == 0);
ASTRA_STATIC_ASSERT(astra_error_operand_has_its_place, offsetof(astra_error, operand) == 4);
ASTRA_STATIC_ASSERT(astra_error_symbol_has_its_place, offsetof(astra_error, symbol) == 8);
ASTRA_STATIC_ASSERT(astra_error_op_has_its_place, offsetof(astra_error, op) == 56);
ASTRA_STATIC_ASSERT(astra_error_expected_has_its_place, offsetof(astra_error, expected) == 88);
ASTRA_STATIC_ASSERT(astra_error_actual_has_its_place, offsetof(astra_error, actual) == 152);
ASTRA_STATIC_ASSERT(astra_error_message_has_its_place, offsetof(astra_error, message) == 216);
ASTRA_STATIC_ASSERT(astra_tensor_desc_has_its_size, sizeof(astra_tensor_desc) == ASTRA_TENSOR_DESC_SIZE);
ASTRA_STATIC_ASSERT(astra_tensor_desc_struct_size_has_its_place, offsetof(astra_tensor_desc, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_tensor_desc_flags_has_its_place, offsetof(astra_tensor_desc, flags) == 4);
ASTRA_STATIC_ASSERT(astra_tensor_desc_dtype_has_its_place, offsetof(astra_tensor_desc, dtype) == 8);
ASTRA_STATIC_ASSERT(astra_tensor_desc_rank_has_its_place, offsetof(astra_tensor_desc, rank) == 12);
ASTRA_STATIC_ASSERT(astra_tensor_desc_dims_has_its_place, offsetof(astra_tensor_desc, dims) == 16);
ASTRA_STATIC_ASSERT(astra_tensor_info_has_its_size, sizeof(astra_tensor_info) == ASTRA_TENSOR_INFO_SIZE);
ASTRA_STATIC_ASSERT(astra_tensor_info_struct_size_has_its_place, offsetof(astra_tensor_info, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_tensor_info_flags_has_its_place, offsetof(astra_tensor_info, flags) == 4);
ASTRA_STATIC_ASSERT(astra_tensor_info_dtype_has_its_place, offsetof(astra_tensor_info, dtype) == 8);
ASTRA_STATIC_ASSERT(astra_tensor_info_rank_has_its_place, offsetof(astra_tensor_info, rank) == 12);
ASTRA_STATIC_ASSERT(astra_tensor_info_dims_has_its_place, offsetof(astra_tensor_info, dims) == 16);
ASTRA_STATIC_ASSERT(astra_tensor_info_byte_length_has_its_place, offsetof(astra_tensor_info, byte_length) == 80);
ASTRA_STATIC_ASSERT(astra_tensor_info_state_has_its_place, offsetof(astra_tensor_info, state) == 88);
ASTRA_STATIC_ASSERT(astra_tensor_info_reserved_has_its_place, offsetof(astra_tensor_info, reserved) == 92);
ASTRA_STATIC_ASSERT(astra_string_has_its_size, sizeof(astra_string) == ASTRA_STRING_SIZE);
ASTRA_STATIC_ASSERT(astra_string_ptr_has_its_place, offsetof(astra_string, ptr) == 0);
ASTRA_STATIC_ASSERT(astra_string_len_has_its_place, offsetof(astra_string, len) == 8);
ASTRA_STATIC_ASSERT(astra_hello_has_its_size, sizeof(astra_hello) == ASTRA_HELLO_SIZE);
ASTRA_STATIC_ASSERT(astra_hello_struct_size_has_its_place, offsetof(astra_hello, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_hello_flags_has_its_place, offsetof(astra_hello, flags) == 4);
ASTRA_STATIC_ASSERT(astra_hello_built_version_has_its_place, offsetof(astra_hello, built_version) == 8);
ASTRA_STATIC_ASSERT(astra_hello_minimum_version_has_its_place, offsetof(astra_hello, minimum_version) == 12);
ASTRA_STATIC_ASSERT(astra_hello_minimum_layout_hash_has_its_place, offsetof(astra_hello, minimum_layout_hash) == 16);
ASTRA_STATIC_ASSERT(astra_api_has_its_size, sizeof(astra_api) == ASTRA_API_SIZE);
ASTRA_STATIC_ASSERT(astra_api_struct_size_has_its_place, offsetof(astra_api, struct_size) == 0);
ASTRA_STATIC_ASSERT(astra_api_flags_has_its_place, offsetof(astra_api, flags) == 4);
ASTRA_STATIC_ASSERT(astra_api_device_get_has_its_place, offsetof(astra_api, device_get) == 8);
ASTRA_STATIC_ASSERT(astra_api_device_describe_has_its_place, offsetof(astra_api, device_describe) == 16);
ASTRA_STATIC_ASSERT(astra_api_event_create_has_its_place, offsetof(astra_api, event_create) == 24);
ASTRA_STATIC_ASSERT(astra_api_event_retain_has_its_place, offsetof(astra_api, event_retain) == 32);
ASTRA_STATIC_ASSERT(astra_api_event_release_has_its_place, offsetof(astra_api, event_release) == 40);
ASTRA_STATIC_ASSERT(astra_api_event_signal_has_its_place, offsetof(astra_api, event_signal) == 48);
ASTRA_STATIC_ASSERT(astra_api_event_wait_has_its_place, offsetof(astra_api, event_wait) == 56);
ASTRA_STATIC_ASSERT(astra_api_event_query_has_its_place, offsetof(astra_api, event_query) == 64);
ASTRA_STATIC_ASSERT(astra_api_kernel_get_has_its_place, offsetof(astra_api, kernel_get) == 72);
ASTRA_STATIC_ASSERT(astra_api_kernel_describe_has_its_place, offsetof(astra_api, kernel_describe) == 80);
ASTRA_STATIC_ASSERT(astra_api_launch_has_its_place, offsetof(astra_api, launch) == 88);
ASTRA_STATIC_ASSERT(astra_api_tensor_map_has_its_place, offsetof(astra_api, tensor_map) == 96);
ASTRA_STATIC_ASSERT(astra_api_map_get_has_its_place, offsetof(astra_api, map_get) == 104);
ASTRA_STATIC_ASSERT(astra_api_map_release_has_its_place, offsetof(astra_api, map_release) == 112);
ASTRA_STATIC_ASSERT(astra_api_runtime_create_has_its_place, offsetof(astra_api, runtime_create) == 120);
ASTRA_STATIC_ASSERT(astra_api_runtime_retain_has_its_place, offsetof(astra_api, runtime_retain) == 128);
ASTRA_STATIC_ASSERT(astra_api_runtime_release_has_its_place, offsetof(astra_api, runtime_release) == 136);
ASTRA_STATIC_ASSERT(astra_api_runtime_describe_has_its_place, offsetof(astra_api, runtime_describe) == 144);
ASTRA_STATIC_ASSERT(astra_api_stream_create_has_its_place, offsetof(astra_api, stream_create) == 152);
ASTRA_STATIC_ASSERT(astra_api_stream_retain_has_its_place, offsetof(astra_api, stream_retain) == 160);
ASTRA_STATIC_ASSERT(astra_api_stream_release_has_its_place, offsetof(astra_api, stream_release) == 168);
ASTRA_STATIC_ASSERT(astra_api_stream_synchronize_has_its_place, offsetof(astra_api, stream_synchronize) == 176);
ASTRA_STATIC_ASSERT(astra_api_stream_wait_has_its_place, offsetof(astra_api, stream_wait) == 184);
ASTRA_STATIC_ASSERT(astra_api_stream_record_has_its_place, offsetof(astra_api, stream_record) == 192);
ASTRA_STATIC_ASSERT(astra_api_tensor_create_has_its_place, offsetof(astra_api, tensor_create) == 200);
ASTRA_STATIC_ASSERT(astra_api_tensor_retain_has_its_place, offsetof(astra_api, tensor_retain) == 208);
ASTRA_STATIC_ASSERT(astra_api_tensor_release_has_its_place, offsetof(astra_api, tensor_release) == 216);
ASTRA_STATIC_ASSERT(astra_api_tensor_describe_has_its_place, offsetof(astra_api, tensor_describe) == 224);

#endif /* ASTRA_ASTRA_H */
