"""The correctly rounded functions against bounds in integer arithmetic: what both bounds round to is the result."""

from fractions import Fraction
from math import isqrt

import numpy as np

from astra_abi import enclosed
from astra_abi.conform import compute, requires
from astra_abi.elements import CARRIERS
from astra_abi.enclosed import Enclosed, enclose
from astra_abi.exact import NAN, Real, decode, encode, finite, infinity
from astra_abi.patterns import FORMATS, SPECIAL, drawn

ENOUGH = (192, 384, 768, 1536, 3072)
"""Numbers of bits to try in turn."""


def plain(x: Fraction, bits: int) -> Enclosed:
    return enclosed.exp(enclose(x, bits))


def logistic(y: Enclosed) -> Enclosed:
    return (enclose(1, y.bits) + enclosed.exp(-y)).inverse()


def twice_logistic(x, bits):
    """1 - tanh is twice the logistic function of -2x."""
    return enclose(2, bits) * logistic(enclose(2 * x, bits)) - enclose(1, bits)


def error_function(x, bits):
    if abs(x) > 30:  # 1 - erf 30 < 2^-1298
        return enclose(1, bits).wider(1 << max(bits - 1298, 0)) if x > 0 else enclose(-1, bits).wider(1 << max(bits - 1298, 0))
    return enclose(2 * x, bits) * enclosed.pi(bits).root().inverse() * enclosed.erf_sum(x * x, bits)


def normal_gate(x, bits):
    if abs(x) > 40:  # the normal distribution is 2^-1154 away from its limits
        return enclose(x - Fraction(1, 1 << 1000), bits, x) if x > 0 else enclose(x / 2**1100, bits, 0)
    spread = (enclose(2, bits) * enclosed.pi(bits)).root().inverse()
    return enclose(x, bits) * (enclose(Fraction(1, 2), bits) + enclose(x, bits) * spread * enclosed.erf_sum(x * x / 2, bits))


def tanh_gate(x, bits):
    if abs(x) > 40:  # the logistic function of 4600
        return enclose(x - Fraction(1, 1 << 1000), bits, x) if x > 0 else enclose(x / 2**1100, bits, 0)
    scale = (enclose(2, bits) * enclosed.pi(bits).inverse()).root()
    return enclose(x, bits) * logistic(enclose(2 * x + Fraction(2 * 44715, 1000000) * x**3, bits) * scale)


def sigmoid_gate(x, bits):
    if abs(x) > 2000:
        return enclose(x - Fraction(1, 1 << 1000), bits, x) if x > 0 else enclose(x / 2**1100, bits, 0)
    return enclose(x, bits) * logistic(enclose(x, bits))


FUNCTIONS = {
    "exp": plain,
    "exp2": lambda x, bits: enclosed.exp(enclose(x, bits) * enclosed.ln2(bits)),
    "expm1": lambda x, bits: plain(x, bits) - enclose(1, bits),
    "log": enclosed.log,
    "log2": lambda x, bits: enclosed.log(x, bits) * enclosed.ln2(bits).inverse(),
    "log1p": lambda x, bits: enclosed.log(1 + x, bits),
    "sin": enclosed.sin,
    "cos": lambda x, bits: enclosed.sin(x, bits, 1),
    "tanh": twice_logistic,
    "erf": error_function,
    "sigmoid": lambda x, bits: logistic(enclose(x, bits)),
    "silu": sigmoid_gate,
    "gelu": normal_gate,
    "gelu_tanh": tanh_gate,
    "rsqrt": lambda x, bits: Enclosed(root := isqrt((1 << 2 * bits) * x.denominator // x.numerator), root + 1, bits),
}

HARD = {  # f32 whose result lies closest to a tie, found among 2^26 with results in f64
    "exp": """
        38E69CC1 356FFFF9 BF81EADF 3DFB09D6 B4B00002 B616000B 3A3FFA00 BEED01AF BFFC842D C03359CB 42B4FD8C 3C96E1F8
        BE715290 C0DD1236 BE47BE83 B4900001 B6E90035 BBEA1345 BE11F570 C0B06073 C1C2873D 3E4C80CA 4034A897 B93C0C51""",
    "exp2": """
        3A07857C BAEC2B40 3D036455 B63B8CF0 39E14097 B873A3D9 3FA5A5D7 414CD272 417CD272 41C66939 41EE6939 BF996C70
        C0865B1C C1032D8E C1632D8E C18196C7 C1E196C7 C1E996C7 B7605712 3B36DEE0 BD25A167 3A6D963A 3BDCAFDF 3A032659""",
    "expm1": """
        B675CBFC 36322B1B 37B61385 35C542DE 3FE67199 BC6CA2B1 3DCAAE2A B689A326 40A470E2 3D28E0DD BF72FFEC 394A2E79
        42D09220 BFEEFBAB B800BF9C BAC6FB84 B80ACBAB BD2438C3 3F605640 35544393 B5A32B2D BA34B82B BFA76BF1 B8C2BBCD""",
    "log": """
        38D62464 395AFDDF 3983B91D 3C4A5B39 40C6DB3B 3490D04A 3F554D38 389251F4 3FCAF728 3D85B183 42488436 3B4233F7
        39D65BB8 40336103 380ED73C 3F04CBFC 3ED959AE 42984888 4164A1EF 426E208D 41EE3C39 410DE066 41FE9992 38EEF2F9""",
    "log2": """
        397FC006 3B7FC006 36F50F8C 385F57D9 3A5F57D9 3B5F57D9 3829DA4D 3AAD9642 3DDE248E 415E248E 395B1BD1 3BAA85AB
        381977ED 417A6EB9 38C72E10 3565032E 35A429D5 36A429D5 3F2B1D0F 3D21B91E 3DD061A1 3F0F0703 3534299E 35B4299E""",
    "log1p": """
        3EBE9143 36DEDACE B7C6E012 4016EE45 BC4D092C 3B60C8EE 3E99B02C 38427CA8 3BA212CC 3FEEA90F 3C0C852D B8AAEC18
        B50F1BBB BAEA6D83 B637D36A B8F7CBEF BCE96596 B6D09D32 B49CC46F BE64118B 3C7FDFC1 42448436 BDEDAE9E 3EE21F18""",
    "sin": """
        BEF3830F 3A1285FF C01F2100 3AB09237 3BF2BDFB C0241807 3B2A0680 BA128600 3E3ECC86 3F27EB40 BDF7D1B5 BA1285FE
        3D81047A BD81047A 3F166A85 3F62E967 3E3503F5 3F50CD91 B9E8976B BD7E9BE3 3A5352C6 42DCF37F 3F357550 3E659FC6""",
    "cos": """
        39800000 B9800000 3EFEC12E BE0E4199 419CC99C 3AB7D376 408E7809 3CAEBCC6 428A5291 B97FFFFD C28A5291 C2795AFE
        4207159B BF0333DF C05FE077 3BA86176 C0B75A77 41821C03 3E8E9940 3C7DB606 BC7DB606 C137DE9A BF53D4A1 3A2953FD""",
    "tanh": """
        3AC37DE2 BCD41B91 BE150CD4 3C4E34B0 4053EEA7 3D35A6AC 3AFC9F57 BC15F90E BEECFF89 3EB018D6 39B89BA1 39B89BA4
        3DDCA6FC 3F965DE8 BBB5ECFF 408D5D7F C08D5D7F BE631B54 3BAC8A00 BE09EBB6 C0DBB3AD C05038D9 B9B89BA0 39B89BA5""",
    "erf": """
        B940EAD6 3F043A75 BC7C9E9F 3E1FCC60 3F44DDFD 3548643B 3682B82E B682B82E BB13E8A5 38E1B0AF BB636D88 3B7C1894
        BC45AAF6 3613D7CD 3AB2E0CF 3506A3DC BECE26EC BEEC27CB B493F92E BAFCDDD1 3A35E3EE 3B2AFBFC 3642C578 407AD445""",
    "sigmoid": """
        35D00000 36480000 36840000 37020000 37060000 373A0000 374A0000 B5300000 B65C0000 B69A0000 B6A20000 B6CE0000
        37810000 378F0000 37950000 37970000 37B30000 B7010000 B70F0000 B7190000 B7210000 B7650000 B7670000 B7868000""",
    "silu": """
        35400000 36600000 37100000 37700000 B711C456 3958EC88 B95F8905 BB456D0F 3B456D0F BECDCD66 3E956E2D 3ECDCD66
        B735B99E B8480000 3916FF27 BF90B82D 39F17216 B8580000 387FDFFE B87FDFFE 349CC471 367DFDFC B67DFDFC BFD88686""",
    "gelu": """
        37F5C377 3E60B687 B7F5C377 372A66DE BCBE36A9 B85F1874 37EF259A 3E8EC5CB B5F05165 36D4B233 39ACA347 BD0FE3FE
        C1A9FE1C 36086A63 BFFA2F0C 36C9DC58 C15A6674 3AE36EBA BBB5C20B BFB4057D 39296D9D BFF8122B BEFA211E 39097A29""",
    "gelu_tanh": """
        38028E89 3F414D8F 34BD90BB 3D057C93 3B56D07D BD9832D1 377A738A 3BDC2638 BF0AB4BA BCD36831 C0262EC8 BB2209BE
        B91B493C BE5E7537 B4A03643 BC13AFF9 3C698750 36D4B233 B818E943 3528081F B987CECF 3D035348 3B14ED59 B7D3C04E""",
    "rsqrt": """
        3D3A18E3 413A18E3 3709F038 367FFFFE 407FFFFE 427FFFFE 3ABA2A39 34D2208F 35ED3230 38D2208F 40ED3230 3B8A5C86
        3F8A5C86 37DAE942 40DAE942 42DAE942 3D7DE1E1 367DBBAC 397DBBAC 427DBBAC 401DD16A 3B42ED16 3D42ED16 36D19305""",
}

SAME, NEGATIVE_ZERO, ZERO, ONE = "same", finite(0, True), finite(0), finite(1)
ENDS = {  # of zeros, of +infinity, of -infinity; `same` is the argument
    "exp": (ONE, SAME, ZERO), "exp2": (ONE, SAME, ZERO), "expm1": (SAME, SAME, finite(-1)),
    "log": (infinity(True), SAME, NAN), "log2": (infinity(True), SAME, NAN), "log1p": (SAME, SAME, NAN),
    "sin": (SAME, NAN, NAN), "cos": (ONE, NAN, NAN), "tanh": (SAME, ONE, finite(-1)), "erf": (SAME, ONE, finite(-1)),
    "sigmoid": (finite(Fraction(1, 2)), ONE, ZERO), "silu": (SAME, SAME, NEGATIVE_ZERO), "gelu": (SAME, SAME, NEGATIVE_ZERO),
    "gelu_tanh": (SAME, SAME, NEGATIVE_ZERO), "rsqrt": ("infinity with the sign", ZERO, NAN),
}
DOMAINS = {"log": 0, "log2": 0, "rsqrt": 0, "log1p": -1}
"""Below these there is no result; at -1 log1p is -infinity."""


def at_an_end(op, x):
    """The result where the function has no formula, or None."""
    zero, above, below = ENDS[op]
    if x.kind == "nan":
        return x
    if x.kind == "finite" and x.value != 0:
        if op in DOMAINS and x.value <= DOMAINS[op]:
            return infinity(True) if x.value == DOMAINS[op] else NAN
        return ZERO if op in ("log", "log2") and x.value == 1 else None
    found = zero if x.kind == "finite" else below if x.is_negative else above
    return infinity(x.is_negative) if found == "infinity with the sign" else x if found == SAME else found


def rounded(bounds, dtype):
    """The bits that both bounds round to, or None. A bound that is zero has the sign of the other one."""
    low, high = bounds.ends
    ends = {encode(Real(end, low < 0 and high <= 0), dtype) for end in (low, high)}
    return ends.pop() if len(ends) == 1 and not low < 0 < high else None


def reference(op, bits, dtype):
    x = decode(bits, dtype)
    found = at_an_end(op, x)
    if found is not None:
        return encode(found, dtype)
    if op == "exp2" and x.value.denominator == 1:  # exact, and half of the smallest number is a tie
        return encode(finite(Fraction(2) ** max(min(int(x.value), 2000), -2000)), dtype)
    return first(lambda precision: rounded(FUNCTIONS[op](x.value, precision), dtype))


def first(decide):
    """What the smallest number of bits decides."""
    return next(found for precision in ENOUGH if (found := decide(precision)) is not None)


def samples(op, dtype):
    """Special values, any bits, moderate numbers, tiny ones, and every exponent."""
    form = FORMATS[dtype]
    exponents = np.arange(0, 1 << form.width, 1 << form.fraction, dtype=np.uint64)
    fractions = (exponents * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(11)) % np.uint64(1 << form.fraction)
    every = (exponents | fractions).astype(CARRIERS[dtype])[::4 if form.width == 64 else 1]
    seed = sum(op.encode())
    return np.concatenate([SPECIAL[dtype], drawn("bits", seed, 60, dtype), drawn("normal-range", seed, 250, dtype), every])


def check(astra, op, dtype, inputs):
    actual = compute(astra, f"{op}@1", [inputs], dtypes=[dtype])[0]
    for x, y in zip(inputs.tolist(), actual.tolist()):
        expected = reference(op, x, dtype)
        assert y == expected, f"{op} of {dtype} {x:x} is {y:x}, not {expected:x}"


def all_types(astra, op):
    for dtype, _ in astra.abi.operators[f"{op}@1"].dtypes:
        check(astra, op, dtype, samples(op, dtype))
    check(astra, op, "f32", np.array([int(word, 16) for word in HARD[op].split()], np.uint32))


@requires("exp@1/correctly-rounded", "exp@1/correctly-rounded-16-bit")
def test_exp(astra):
    all_types(astra, "exp")


@requires("exp2@1/correctly-rounded")
def test_exp2(astra):
    all_types(astra, "exp2")


@requires("expm1@1/correctly-rounded")
def test_expm1(astra):
    all_types(astra, "expm1")


@requires("log@1/correctly-rounded")
def test_log(astra):
    all_types(astra, "log")


@requires("log2@1/correctly-rounded")
def test_log2(astra):
    all_types(astra, "log2")


@requires("log1p@1/correctly-rounded")
def test_log1p(astra):
    all_types(astra, "log1p")


@requires("sin@1/correctly-rounded")
def test_sin(astra):
    all_types(astra, "sin")


@requires("cos@1/correctly-rounded")
def test_cos(astra):
    all_types(astra, "cos")


@requires("tanh@1/correctly-rounded")
def test_tanh(astra):
    all_types(astra, "tanh")


@requires("erf@1/correctly-rounded")
def test_erf(astra):
    all_types(astra, "erf")


@requires("sigmoid@1/correctly-rounded")
def test_sigmoid(astra):
    all_types(astra, "sigmoid")


@requires("silu@1/correctly-rounded")
def test_silu(astra):
    all_types(astra, "silu")


@requires("gelu@1/correctly-rounded")
def test_gelu(astra):
    all_types(astra, "gelu")


@requires("gelu_tanh@1/correctly-rounded")
def test_gelu_tanh(astra):
    all_types(astra, "gelu_tanh")


@requires("rsqrt@1/correctly-rounded")
def test_rsqrt(astra):
    all_types(astra, "rsqrt")
