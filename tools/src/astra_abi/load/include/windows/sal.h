#ifndef ASTRA_WINDOWS_SAL_H
#define ASTRA_WINDOWS_SAL_H

#define _In_
#define _In_z_
#define _In_opt_
#define _In_opt_z_
#define _Out_
#define _Out_opt_
#define _Inout_
#define _Inout_opt_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Must_inspect_result_
#define _Check_return_
#define _Printf_format_string_
#define _In_reads_(size)
#define _In_reads_bytes_(size)
#define _Out_writes_(size)
#define _Out_writes_bytes_(size)
#define _Inout_updates_(size)

#endif
