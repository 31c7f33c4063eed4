/* Devices. There is one, the processor. */

#include "checks.h"

#include <string.h>

astra_status astra_device_get(astra_runtime runtime, uint32_t index, astra_device *out_device,
                              astra_error *error)
{
    struct call call = call_begin(error);
    struct runtime *known = call_handle(&call, 0, runtime.bits, KIND_RUNTIME);
    call_pointer(&call, 2, out_device);
    if (call_ok(&call) && index >= 1) {
        call_fail(&call, ASTRA_ERROR_INDEX_OUT_OF_RANGE, 1, "The runtime has no such device.");
        call_expected(&call, "smaller than 1");
        call_actual_number(&call, index);
    }
    if (out_device != NULL)
        out_device->bits = call_ok(&call) ? known->device.handle : 0;
    return call_end(&call);
}

astra_status astra_device_describe(astra_device device, astra_device_info *out_info,
                                   astra_error *error)
{
    static const char name[] = "CPU, as the oracle uses it";
    struct call call = call_begin(error);
    astra_device_info info = ASTRA_DEVICE_INFO_INIT;
    const struct device *known = call_handle(&call, 0, device.bits, KIND_DEVICE);
    call_growable_out(&call, 1, out_info, ASTRA_DEVICE_INFO_FIRST_SIZE);
    if (call_ok(&call)) {
        info.kind = ASTRA_DEVICE_CPU;
        info.index = known->index;
        memcpy(info.name, name, sizeof name);
    }
    call_fill(&call, out_info, ASTRA_DEVICE_INFO_FIRST_SIZE, &info, sizeof info);
    return call_end(&call);
}
