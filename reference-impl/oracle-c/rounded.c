/*
 * Elementwise functions rounded once: computed with more and more bits until the result is certain.
 *
 * An operator's function gives results that are exact where they may be a float or a tie, or says
 * by real_inside and real_outside on which side of one they are. Every other result has a distance
 * to the nearest tie, and enough bits find it. The 2^32 inputs of one argument, and the 2^64 of
 * two, make by chance runs of some 40 or 70 equal bits behind the round bit; 512 bits would not
 * decide about a run of more than 400. (Of rsqrt in f64 256 bits are proven to suffice.)
 */

#include "functions.h"
#include "number.h"

enum { FIRST_LIMBS = 2, LAST_LIMBS = 8 };

void map_unary_function(const struct operand *in, const struct operand *out, unary_function *f)
{
    uint64_t count = shape_elements(&out[0].shape);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t bits;
        bool decided = false;
        for (int limbs = FIRST_LIMBS; limbs <= LAST_LIMBS && !decided; limbs *= 2)
            decided = real_round(f(real_of_element(&in[0], i, limbs)), out->dtype, &bits);
        bits_set(out, i, bits);
    }
}

void map_binary_function(const struct operand *in, const struct operand *out, binary_function *f)
{
    uint64_t count = shape_elements(&out[0].shape);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t bits;
        bool decided = false;
        for (int limbs = FIRST_LIMBS; limbs <= LAST_LIMBS && !decided; limbs *= 2)
            decided = real_round(f(real_of_element(&in[0], i, limbs),
                                   real_of_element(&in[1], i, limbs)), out->dtype, &bits);
        bits_set(out, i, bits);
    }
}
