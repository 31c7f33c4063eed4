#ifndef ASTRA_C_ASSERT_H
#define ASTRA_C_ASSERT_H

#define static_assert _Static_assert
#define assert(condition) ((void)0)

#endif
