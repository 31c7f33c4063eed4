/* Elements as numbers: loading, storing, and the two operations that rounding depends on. */

#include "number.h"

#include <math.h>
#include <string.h>

struct format format_of(astra_dtype dtype)
{
    switch (dtype) {
    case ASTRA_DTYPE_F16: return (struct format){10, 15};
    case ASTRA_DTYPE_BF16: return (struct format){7, 127};
    case ASTRA_DTYPE_F32: return (struct format){23, 127};
    default: return (struct format){52, 1023};
    }
}

bool dtype_is_float(astra_dtype dtype)
{
    return dtype == ASTRA_DTYPE_F16 || dtype == ASTRA_DTYPE_BF16 || dtype == ASTRA_DTYPE_F32 ||
           dtype == ASTRA_DTYPE_F64;
}

bool dtype_is_signed(astra_dtype dtype)
{
    return dtype == ASTRA_DTYPE_I8 || dtype == ASTRA_DTYPE_I16 || dtype == ASTRA_DTYPE_I32 ||
           dtype == ASTRA_DTYPE_I64;
}

uint64_t integer_width(astra_dtype dtype)
{
    return 8 * dtype_size(dtype);
}

uint64_t sign_bit(astra_dtype dtype)
{
    return UINT64_C(1) << (integer_width(dtype) - 1);
}

/* The element's bytes are in the byte order of the machine. */
uint64_t bits_get(const struct operand *from, uint64_t i)
{
    const unsigned char *data = from->data;
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (dtype_size(from->dtype)) {
    case 1: memcpy(&one, data + i, 1); return one;
    case 2: memcpy(&two, data + 2 * i, 2); return two;
    case 4: memcpy(&four, data + 4 * i, 4); return four;
    default: memcpy(&eight, data + 8 * i, 8); return eight;
    }
}

void bits_set(const struct operand *to, uint64_t i, uint64_t bits)
{
    unsigned char *data = to->data;
    uint8_t one = (uint8_t)bits;
    uint16_t two = (uint16_t)bits;
    uint32_t four = (uint32_t)bits;
    switch (dtype_size(to->dtype)) {
    case 1: memcpy(data + i, &one, 1); break;
    case 2: memcpy(data + 2 * i, &two, 2); break;
    case 4: memcpy(data + 4 * i, &four, 4); break;
    default: memcpy(data + 8 * i, &bits, 8); break;
    }
}

static double double_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

bool float_is_negative(double value)
{
    return double_bits(value) >> 63 != 0;
}

/* 2^n, for what f64 has as a normal number. */
static double power_of_two(int n)
{
    return double_from_bits((uint64_t)(n + 1023) << 52);
}

double float_get(const struct operand *from, uint64_t i)
{
    uint64_t bits = bits_get(from, i);
    struct format format = format_of(from->dtype);
    if (from->dtype == ASTRA_DTYPE_F64)
        return double_from_bits(bits);
    int largest = 2 * format.bias + 1;
    uint64_t fraction = bits & ((UINT64_C(1) << format.fraction) - 1);
    int exponent = (int)(bits >> format.fraction) & largest;
    bool negative = (bits & sign_bit(from->dtype)) != 0;
    double value;
    if (exponent == largest)
        value = double_from_bits(UINT64_C(0x7FF) << 52 | fraction << (52 - format.fraction));
    else if (exponent == 0)
        value = (double)fraction * power_of_two(1 - format.bias - format.fraction);
    else
        value = double_from_bits((uint64_t)(exponent - format.bias + 1023) << 52 |
                                 fraction << (52 - format.fraction));
    return negative ? -value : value;
}

/*
 * The magnitude of a finite f64 as an integer number of the format's steps: a step is the distance
 * of neighbours at this exponent, which is that of subnormals for everything smaller.
 */
static uint64_t rounded(uint64_t magnitude, struct format format)
{
    int exponent = (int)(magnitude >> 52) - 1023;
    uint64_t significand = (magnitude & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    int lowest = 1 - format.bias;
    int drop = 52 - format.fraction + (exponent < lowest ? lowest - exponent : 0);
    uint64_t field = exponent < lowest ? 0 : (uint64_t)(exponent - lowest);
    if (magnitude >> 52 == 0 || drop > 54)
        return 0; /* zero, a subnormal of f64, or less than half of the smallest number */
    uint64_t kept = significand >> drop;
    uint64_t lost = significand & ((UINT64_C(1) << drop) - 1);
    uint64_t half = UINT64_C(1) << (drop - 1);
    if (lost > half || (lost == half && kept % 2 == 1))
        kept++;
    /* A carry goes into the exponent field, and from the largest one to infinity. */
    return (field << format.fraction) + kept;
}

void float_set(const struct operand *to, uint64_t i, double value)
{
    struct format format = format_of(to->dtype);
    uint64_t infinity = (uint64_t)(2 * format.bias + 1) << format.fraction;
    uint64_t sign = float_is_negative(value) ? sign_bit(to->dtype) : 0;
    uint64_t magnitude = double_bits(value) & (UINT64_MAX >> 1);
    uint64_t bits;
    if (value != value) {
        bits_set(to, i, infinity | UINT64_C(1) << (format.fraction - 1));
        return;
    }
    if (to->dtype == ASTRA_DTYPE_F64)
        bits = magnitude;
    else if (value - value != 0)
        bits = infinity;
    else
        bits = rounded(magnitude, format);
    bits_set(to, i, sign | (bits < infinity ? bits : infinity));
}

uint64_t integer_get(const struct operand *from, uint64_t i)
{
    uint64_t bits = bits_get(from, i);
    uint64_t sign = sign_bit(from->dtype);
    if (from->dtype == ASTRA_DTYPE_BOOL)
        return bits != 0;
    return dtype_is_signed(from->dtype) ? (bits ^ sign) - sign : bits;
}

void integer_set(const struct operand *to, uint64_t i, uint64_t value)
{
    bits_set(to, i, to->dtype == ASTRA_DTYPE_BOOL ? value != 0 : value);
}

bool integer_less(astra_dtype dtype, uint64_t a, uint64_t b)
{
    uint64_t flip = dtype_is_signed(dtype) ? UINT64_C(1) << 63 : 0;
    return (a ^ flip) < (b ^ flip);
}

double float_min(double a, double b)
{
    return a != a || a < b || (a == b && float_is_negative(a)) ? a : b;
}

double float_max(double a, double b)
{
    return a != a || a > b || (a == b && !float_is_negative(a)) ? a : b;
}

/* From 2^52 on nothing has a fraction; below, the conversion to an integer drops it. */
double float_floor(double value)
{
    if (!(value > -0x1p52 && value < 0x1p52) || value == 0)
        return value;
    double whole = (double)(int64_t)value;
    if (whole > value)
        whole -= 1;
    return whole == 0 && value < 0 ? -0.0 : whole;
}

double float_nearest(double value)
{
    double below = float_floor(value);
    double fraction = value - below;
    if (fraction == 0 || value - value != 0)
        return value;
    bool is_odd = float_floor(below / 2) * 2 != below;
    double whole = fraction > 0.5 || (fraction == 0.5 && is_odd) ? below + 1 : below;
    return whole == 0 && value < 0 ? -0.0 : whole;
}

/* The largest integer whose square is not larger, with 1 in its last bit if its square is smaller. */
static uint64_t root_to_odd(unsigned __int128 square)
{
    uint64_t root = 0;
    for (int bit = 63; bit >= 0; bit--) {
        unsigned __int128 next = root | UINT64_C(1) << bit;
        if (next * next <= square)
            root = (uint64_t)next;
    }
    return (unsigned __int128)root * root == square ? root : root | 1;
}

/* 2^(2k) times the value is an integer of 120 bits or so: its root has more than the 55 that one
 * rounding needs, and is 2^k times the value's. */
double float_sqrt(double value)
{
    if (value == 0 || value != value || value < 0 || value - value != 0)
        return value < 0 ? (double)NAN : value;
    int k = 0;
    for (; value < 0x1p118; k++)
        value *= 4;
    for (; value >= 0x1p120; k--)
        value /= 4;
    double root = (double)root_to_odd((unsigned __int128)value);
    for (; k > 0; k--)
        root /= 2;
    for (; k < 0; k++)
        root *= 2;
    return root;
}

/*
 * What an addition lost is exactly `lost` (Knuth's two-sum). Where something was lost, the exact
 * sum lies strictly between s and its neighbour in the direction of `lost`, and of these two the
 * one with an odd last bit is taken. Such a rounding to odd with at least two bits more than the
 * final format never turns a value into a tie or away from one.
 */
double float_add(astra_dtype dtype, double a, double b)
{
    double s = a + b;
    if (dtype == ASTRA_DTYPE_F64 || !(s - s == 0))
        return s;
    double part = s - a;
    double lost = (a - (s - part)) + (b - part);
    uint64_t bits = double_bits(s);
    if (lost != 0 && bits % 2 == 0)
        bits = (lost > 0) == (s > 0) ? bits + 1 : bits - 1;
    return double_from_bits(bits);
}

/* Two factors of 24 bits have a product of 48, and its exponent is far from both ends of f64. */
double float_mul(astra_dtype dtype, double a, double b)
{
    (void)dtype;
    return a * b;
}
