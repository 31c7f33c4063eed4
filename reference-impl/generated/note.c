/*
 * The ELF note of astra 0.1.1.
 * GENERATED from spec/ by `astra-abi generate`. Do not edit.
 */

#include <stdint.h>

struct astra_note_layout {
    uint32_t owner_size;
    uint32_t text_size;
    uint32_t type;
    char owner[8];
    char text[8120];
};

extern const struct astra_note_layout astra_note;

__attribute__((used, section(".note.astra"), aligned(4), visibility("hidden")))
const struct astra_note_layout astra_note = {
    .owner_size = 6,
    .text_size = 8119,
    .type = 1,
    .owner = "Astra",
    .text =
        "{\"constants\":{\"ASTRA_ATTRIBUTE_U64\":1,\"ASTRA_DEVICE_CPU\":1,\"ASTRA_DTYPE_BF16\":4,"
        "\"ASTRA_DTYPE_BOOL\":5,\"ASTRA_DTYPE_F16\":3,\"ASTRA_DTYPE_F32\":1,\"ASTRA_DTYPE_F64\":2,"
        "\"ASTRA_DTYPE_I16\":7,\"ASTRA_DTYPE_I32\":8,\"ASTRA_DTYPE_I64\":9,\"ASTRA_DTYPE_I8\":6,"
        "\"ASTRA_DTYPE_U16\":11,\"ASTRA_DTYPE_U32\":12,\"ASTRA_DTYPE_U64\":13,\"ASTRA_DTYPE_U8\":10,"
        "\"ASTRA_ERROR_ALREADY_SIGNALLED\":23,\"ASTRA_ERROR_DOUBLE_RELEASE\":5,"
        "\"ASTRA_ERROR_FORKED_PROCESS\":8,\"ASTRA_ERROR_INDEX_OUT_OF_RANGE\":14,"
        "\"ASTRA_ERROR_INTERNAL\":37,\"ASTRA_ERROR_INVALID_ATTRIBUTE\":32,"
        "\"ASTRA_ERROR_INVALID_VALUE\":13,\"ASTRA_ERROR_LAYOUT_MISMATCH\":34,"
        "\"ASTRA_ERROR_LENGTH_MISMATCH\":16,\"ASTRA_ERROR_LIVE_HANDLES\":21,"
        "\"ASTRA_ERROR_MEMORY_LIMIT\":18,\"ASTRA_ERROR_MIXED_RUNTIMES\":7,"
        "\"ASTRA_ERROR_NONZERO_RESERVED\":12,\"ASTRA_ERROR_NONZERO_TAIL\":11,"
        "\"ASTRA_ERROR_NOT_HOST_EVENT\":24,\"ASTRA_ERROR_NOT_IN_LIBRARY\":36,"
        "\"ASTRA_ERROR_NULL_HANDLE\":2,\"ASTRA_ERROR_NULL_POINTER\":1,\"ASTRA_ERROR_OPERAND_COUNT\":28,"
        "\"ASTRA_ERROR_OPERAND_DTYPE\":29,\"ASTRA_ERROR_OPERAND_SHAPE\":30,"
        "\"ASTRA_ERROR_OUT_OF_MEMORY\":17,\"ASTRA_ERROR_PENDING_WORK\":22,"
        "\"ASTRA_ERROR_PRODUCER_FAILED\":20,\"ASTRA_ERROR_SHAPE_OVERFLOW\":15,"
        "\"ASTRA_ERROR_STALE_HANDLE\":4,\"ASTRA_ERROR_STRUCT_SIZE\":9,\"ASTRA_ERROR_TIMEOUT\":19,"
        "\"ASTRA_ERROR_TOO_MANY_RUNTIMES\":35,\"ASTRA_ERROR_UNKNOWN_ATTRIBUTE\":31,"
        "\"ASTRA_ERROR_UNKNOWN_FLAGS\":10,\"ASTRA_ERROR_UNKNOWN_OPERATOR\":25,"
        "\"ASTRA_ERROR_UNKNOWN_RUNTIME\":6,\"ASTRA_ERROR_UNSUPPORTED_DTYPES\":27,"
        "\"ASTRA_ERROR_UNSUPPORTED_OPERATOR_VERSION\":26,\"ASTRA_ERROR_VERSION_MISMATCH\":33,"
        "\"ASTRA_ERROR_WRONG_KIND\":3,\"ASTRA_MAX_RANK\":8,\"ASTRA_OK\":0,\"ASTRA_OPERAND_NONE\":4294967295,"
        "\"ASTRA_STATE_COMPLETE\":2,\"ASTRA_STATE_FAILED\":3,\"ASTRA_STATE_PENDING\":1,"
        "\"ASTRA_WAIT_FOREVER\":18446744073709551615,\"ASTRA_WAIT_POLL\":0},\"contract\":\"astra\","
        "\"format\":1,\"functions\":{\"astra_device_describe\":[\"astra_status\",\"astra_device\","
        "\"astra_device_info*\",\"astra_error*\"],\"astra_device_get\":[\"astra_status\",\"astra_runtime\","
        "\"u32\",\"astra_device*\",\"astra_error*\"],\"astra_event_create\":[\"astra_status\",\"astra_runtime\","
        "\"astra_event*\",\"astra_error*\"],\"astra_event_query\":[\"astra_status\",\"astra_event\","
        "\"astra_event_state*\",\"astra_error*\"],\"astra_event_release\":[\"astra_status\",\"astra_event\","
        "\"astra_error*\"],\"astra_event_retain\":[\"astra_status\",\"astra_event\",\"astra_event*\","
        "\"astra_error*\"],\"astra_event_signal\":[\"astra_status\",\"astra_event\",\"astra_event_state\","
        "\"astra_error*\"],\"astra_event_wait\":[\"astra_status\",\"astra_event\",\"u64\",\"astra_error*\"],"
        "\"astra_get_api\":[\"astra_status\",\"const astra_hello*\",\"astra_api*\",\"astra_error*\"],"
        "\"astra_kernel_describe\":[\"astra_status\",\"astra_kernel\",\"astra_kernel_info*\","
        "\"astra_error*\"],\"astra_kernel_get\":[\"astra_status\",\"astra_device\","
        "\"const astra_kernel_query*\",\"astra_kernel*\",\"astra_error*\"],\"astra_launch\":[\"astra_status\","
        "\"astra_stream\",\"astra_kernel\",\"const astra_launch_options*\",\"const astra_tensor*\",\"u32\","
        "\"astra_tensor*\",\"u32\",\"astra_error*\"],\"astra_map_get\":[\"astra_status\",\"astra_map\","
        "\"const void**\",\"u64*\",\"astra_error*\"],\"astra_map_release\":[\"astra_status\",\"astra_map\","
        "\"astra_error*\"],\"astra_runtime_create\":[\"astra_status\",\"const astra_hello*\","
        "\"const astra_runtime_config*\",\"astra_runtime*\",\"astra_error*\"],"
        "\"astra_runtime_describe\":[\"astra_status\",\"astra_runtime\",\"astra_runtime_info*\","
        "\"astra_error*\"],\"astra_runtime_release\":[\"astra_status\",\"astra_runtime\",\"astra_error*\"],"
        "\"astra_runtime_retain\":[\"astra_status\",\"astra_runtime\",\"astra_runtime*\",\"astra_error*\"],"
        "\"astra_stream_create\":[\"astra_status\",\"astra_device\",\"astra_stream*\",\"astra_error*\"],"
        "\"astra_stream_record\":[\"astra_status\",\"astra_stream\",\"astra_event*\",\"astra_error*\"],"
        "\"astra_stream_release\":[\"astra_status\",\"astra_stream\",\"astra_error*\"],"
        "\"astra_stream_retain\":[\"astra_status\",\"astra_stream\",\"astra_stream*\",\"astra_error*\"],"
        "\"astra_stream_synchronize\":[\"astra_status\",\"astra_stream\",\"u64\",\"astra_error*\"],"
        "\"astra_stream_wait\":[\"astra_status\",\"astra_stream\",\"astra_event\",\"astra_error*\"],"
        "\"astra_tensor_create\":[\"astra_status\",\"astra_device\",\"const astra_tensor_desc*\","
        "\"const void*\",\"u64\",\"astra_tensor*\",\"astra_error*\"],"
        "\"astra_tensor_describe\":[\"astra_status\",\"astra_tensor\",\"astra_tensor_info*\","
        "\"astra_error*\"],\"astra_tensor_map\":[\"astra_status\",\"astra_tensor\",\"u64\",\"astra_map*\","
        "\"astra_error*\"],\"astra_tensor_release\":[\"astra_status\",\"astra_tensor\",\"astra_error*\"],"
        "\"astra_tensor_retain\":[\"astra_status\",\"astra_tensor\",\"astra_tensor*\",\"astra_error*\"],"
        "\"astra_version\":[\"u32\"]},\"history\":{\"0.1.0\":\"196ba565e19e0eed\",\"0.1.1\":\"35afa4671ac39109\"},"
        "\"line\":\"0.1\","
        "\"operators\":{\"add@1\":\"544ca48a4670c17da15223fbec3460c021f29da4fb062dafd570b0a21f3464a6\","
        "\"exp@1\":\"f60d630a262d4b0df321e53929d782f1c6c6c73e17a45707e25a36e25566b794\","
        "\"matmul@1\":\"311699438767e65ab17b2653f37f404def45417450fcb549218242a2842cec28\","
        "\"mul@1\":\"a1c638e8a416373c78ab35def365c66d00f6a72cea03abd5f0fa2c219c3a3dab\","
        "\"sum@1\":\"6c88641d668b7713adc023924d2bf56d6d2baddb53cc17edb3f9787bc63e78cc\"},"
        "\"structs\":{\"astra_api\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\",\"u32\",4,4],"
        "[\"device_get\",\"function\",8,8],[\"device_describe\",\"function\",16,8],[\"event_create\","
        "\"function\",24,8],[\"event_retain\",\"function\",32,8],[\"event_release\",\"function\",40,8],"
        "[\"event_signal\",\"function\",48,8],[\"event_wait\",\"function\",56,8],[\"event_query\",\"function\","
        "64,8],[\"kernel_get\",\"function\",72,8],[\"kernel_describe\",\"function\",80,8],[\"launch\","
        "\"function\",88,8],[\"tensor_map\",\"function\",96,8],[\"map_get\",\"function\",104,8],"
        "[\"map_release\",\"function\",112,8],[\"runtime_create\",\"function\",120,8],[\"runtime_retain\","
        "\"function\",128,8],[\"runtime_release\",\"function\",136,8],[\"runtime_describe\",\"function\",144,"
        "8],[\"stream_create\",\"function\",152,8],[\"stream_retain\",\"function\",160,8],[\"stream_release\","
        "\"function\",168,8],[\"stream_synchronize\",\"function\",176,8],[\"stream_wait\",\"function\",184,8],"
        "[\"stream_record\",\"function\",192,8],[\"tensor_create\",\"function\",200,8],[\"tensor_retain\","
        "\"function\",208,8],[\"tensor_release\",\"function\",216,8],[\"tensor_describe\",\"function\",224,"
        "8]],\"growth\":\"growable\"},\"astra_attribute\":{\"fields\":[[\"id\",\"u32\",0,4],[\"kind\","
        "\"astra_attribute_kind\",4,4],[\"bits\",\"u64\",8,8]],\"growth\":\"frozen\"},"
        "\"astra_device_info\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\",\"u32\",4,4],[\"kind\","
        "\"astra_device_kind\",8,4],[\"index\",\"u32\",12,4],[\"name\",\"char[64]\",16,64]],"
        "\"growth\":\"growable\"},\"astra_error\":{\"fields\":[[\"code\",\"astra_status\",0,4],[\"operand\",\"u32\","
        "4,4],[\"symbol\",\"char[48]\",8,48],[\"op\",\"char[32]\",56,32],[\"expected\",\"char[64]\",88,64],"
        "[\"actual\",\"char[64]\",152,64],[\"message\",\"char[296]\",216,296]],\"growth\":\"frozen\"},"
        "\"astra_hello\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\",\"u32\",4,4],[\"built_version\","
        "\"u32\",8,4],[\"minimum_version\",\"u32\",12,4],[\"minimum_layout_hash\",\"u64\",16,8]],"
        "\"growth\":\"growable\"},\"astra_kernel_info\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\","
        "\"u32\",4,4],[\"op\",\"char[32]\",8,32],[\"implementation\",\"char[32]\",40,32],[\"input_count\",\"u32\","
        "72,4],[\"output_count\",\"u32\",76,4]],\"growth\":\"growable\"},"
        "\"astra_kernel_query\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\",\"u32\",4,4],[\"op\","
        "\"astra_string\",8,16],[\"dtype_count\",\"u32\",24,4],[\"reserved\",\"u32\",28,4],[\"dtypes\","
        "\"astra_dtype[8]\",32,32]],\"growth\":\"growable\"},"
        "\"astra_launch_options\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\",\"u32\",4,4],"
        "[\"attributes\",\"const astra_attribute*\",8,8],[\"attribute_count\",\"u32\",16,4],[\"reserved\","
        "\"u32\",20,4]],\"growth\":\"growable\"},\"astra_runtime_config\":{\"fields\":[[\"struct_size\",\"u32\",0,"
        "4],[\"flags\",\"u32\",4,4],[\"memory_limit\",\"u64\",8,8]],\"growth\":\"growable\"},"
        "\"astra_runtime_info\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\",\"u32\",4,4],[\"version\","
        "\"u32\",8,4],[\"device_count\",\"u32\",12,4],[\"live_handles\",\"u64\",16,8],[\"memory_in_use\",\"u64\","
        "24,8],[\"memory_limit\",\"u64\",32,8]],\"growth\":\"growable\"},\"astra_string\":{\"fields\":[[\"ptr\","
        "\"const char*\",0,8],[\"len\",\"u64\",8,8]],\"growth\":\"frozen\"},"
        "\"astra_tensor_desc\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\",\"u32\",4,4],[\"dtype\","
        "\"astra_dtype\",8,4],[\"rank\",\"u32\",12,4],[\"dims\",\"u64[8]\",16,64]],\"growth\":\"growable\"},"
        "\"astra_tensor_info\":{\"fields\":[[\"struct_size\",\"u32\",0,4],[\"flags\",\"u32\",4,4],[\"dtype\","
        "\"astra_dtype\",8,4],[\"rank\",\"u32\",12,4],[\"dims\",\"u64[8]\",16,64],[\"byte_length\",\"u64\",80,8],"
        "[\"state\",\"astra_event_state\",88,4],[\"reserved\",\"u32\",92,4]],\"growth\":\"growable\"}},"
        "\"version\":\"0.1.1\"}",
};
