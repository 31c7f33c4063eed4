/* Constants of the definitions, cut off behind their last limb. */

#include "real.h"

struct constant {
    int exponent;
    uint64_t limb[REAL_CONSTANT_LIMBS];
};

static const struct constant ln2 = { 0, {
    0xB17217F7D1CF79AB, 0xC9E3B39803F2F6AF, 0x40F343267298B62D, 0x8A0D175B8BAAFA2B,
    0xE7B876206DEBAC98, 0x559552FB4AFA1B10, 0xED2EAE35C1382144, 0x27573B291169B825,
    0x3E96CA16224AE8C5, 0x1ACBDA11317C387E, 0xB9EA9BC3B136603B, 0x256FA0EC7657F74B } };

static const struct constant half_pi = { 1, {
    0xC90FDAA22168C234, 0xC4C6628B80DC1CD1, 0x29024E088A67CC74, 0x020BBEA63B139B22,
    0x514A08798E3404DD, 0xEF9519B3CD3A431B, 0x302B0A6DF25F1437, 0x4FE1356D6D51C245,
    0xE485B576625E7EC6, 0xF44C42E9A637ED6B, 0x0BFF5CB6F406B7ED, 0xEE386BFB5A899FA5 } };

static const struct constant two_over_pi = { 0, {
    0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561,
    0xB7246E3A424DD2E0, 0x06492EEA09D1921C, 0xFE1DEB1CB129A73E, 0xE88235F52EBB4484,
    0xE99C7026B45F7E41, 0x3991D639835339F4, 0x9C845F8BBDF9283B, 0x1FF897FFDE05980F,
    0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7 } };

static const struct constant root_two_over_pi = { 0, {
    0xCC42299EA1B28468, 0x7E59E2805D5C717F, 0xA7053E60A24E0DB1, 0x808E369004C73A5D,
    0x3BF158AA88FA7B6E, 0x47EBA75766E9D11B, 0xD6284EF2E17C2A26, 0x4F1D32688BE119FF,
    0x30505C3FB28F9C96, 0x9D9B7ADCCB84672B, 0x9596A89BCD3DD465, 0x84ED26F6378ACED2 } };

static const struct constant two_over_root_pi = { 1, {
    0x906EBA8214DB688D, 0x71D48A7F6BFEC344, 0x1409A0EBAC3E7517, 0x39A15830CCE620B0,
    0xC0759CF859270F11, 0x40C036096CC79AEB, 0xBD1F4EEE48E1CA78, 0x74F76F877FFEC251,
    0x52561DCC244DC65E, 0x9C22F47F7B7FB57C, 0x9522F2F93E16B2A3, 0xD27A3282DADA7316 } };

static struct real constant_real(const struct constant *constant, int limbs)
{
    struct real x = { .kind = REAL_FINITE, .limbs = limbs, .exponent = constant->exponent };
    for (int i = 0; i < limbs; i++)
        x.limb[i] = constant->limb[i];
    return x;
}

struct real real_ln2(int limbs)
{
    return constant_real(&ln2, limbs);
}

struct real real_half_pi(int limbs)
{
    return constant_real(&half_pi, limbs);
}

struct real real_root_two_over_pi(int limbs)
{
    return constant_real(&root_two_over_pi, limbs);
}

struct real real_two_over_root_pi(int limbs)
{
    return constant_real(&two_over_root_pi, limbs);
}

/* Without the bits before the first one that is kept and set. */
struct real real_two_over_pi(int limbs, int skipped)
{
    while ((two_over_pi.limb[skipped / 64] << skipped % 64 >> 63) == 0)
        skipped++;
    int whole = skipped / 64, part = skipped % 64;
    struct real x = { .kind = REAL_FINITE, .limbs = limbs, .exponent = -skipped };
    for (int i = 0; i < limbs; i++) {
        uint64_t high = two_over_pi.limb[whole + i];
        uint64_t low = two_over_pi.limb[whole + i + 1];
        x.limb[i] = part == 0 ? high : high << part | low >> (64 - part);
    }
    return x;
}
