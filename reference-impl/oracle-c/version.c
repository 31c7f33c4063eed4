/* Versions, and the table of functions. */

#include "version.h"

#include <string.h>

uint32_t astra_version(void)
{
    return ASTRA_VERSION;
}

/* Before 1.0 a line is a major and a minor number, from then on a major number. */
static uint32_t line_of(uint32_t version)
{
    uint32_t major = version >> 22;
    return major == 0 ? version >> 12 : major << 10;
}

void call_hello(struct call *call, uint32_t parameter, const astra_hello *hello)
{
    bool is_known = false;
    uint64_t hash = 0;
#define X(version, layout_hash) \
    if (hello->minimum_version == version) { \
        is_known = true; \
        hash = layout_hash; \
    }
    ASTRA_HISTORY(X)
#undef X
    if (!call_ok(call))
        return;
    if (!is_known || hello->minimum_version > hello->built_version
        || line_of(hello->built_version) != line_of(ASTRA_VERSION)) {
        call_fail(call, ASTRA_ERROR_VERSION_MISMATCH, parameter,
                  "The caller was built for a version that this library does not serve.");
        call_expected(call, ASTRA_VERSION_STRING);
        call_actual_number(call, is_known ? hello->built_version : hello->minimum_version);
    } else if (hello->minimum_layout_hash != hash) {
        call_fail(call, ASTRA_ERROR_LAYOUT_MISMATCH, parameter,
                  "The caller's layout hash is not the one of its minimum version.");
        call_expected_number(call, hash);
        call_actual_number(call, hello->minimum_layout_hash);
    }
}

astra_status astra_get_api(const astra_hello *hello, astra_api *table, astra_error *error)
{
    struct call call = call_begin(error);
    astra_hello known;
    astra_api full;
    call_pointer(&call, 0, hello);
    call_growable_in(&call, 0, hello, ASTRA_HELLO_FIRST_SIZE, &known, sizeof known);
    call_growable_out(&call, 1, table, ASTRA_API_FIRST_SIZE);
    call_hello(&call, 0, &known);
    memset(&full, 0, sizeof full);
#define X(slot, function) full.slot = function;
    ASTRA_TABLE(X)
#undef X
    call_fill(&call, table, ASTRA_API_FIRST_SIZE, &full, sizeof full);
    return call_end(&call);
}
