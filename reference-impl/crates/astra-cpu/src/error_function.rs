//! The error function and the normal distribution in f64, of numbers that have the 24 bits of an f32.

use crate::exponential::{power, within};
use crate::function::{Steps, polynomial};

/// (erf(x) / x - 2 / sqrt(pi)) / x^2 in x^2, for |x| <= 1.
const BELOW_ONE: [f64; 11] = [
    -0.3761263890318375,
    0.11283791670954388,
    -0.026866170644835378,
    0.005223977620813342,
    -0.0008548326651491142,
    0.00012055315509827725,
    -1.4925137231361603e-05,
    1.6452392414414235e-06,
    -1.624658795725963e-07,
    1.3884625209147687e-08,
    -8.101869549660952e-10,
];

/// erf(MIDDLE + t) for 1 <= x <= 3.9375, with an error of 2^-53; from there on erf is 1 in f32.
const BEYOND_ONE: [f64; 27] = [
    0.9995193952912413,
    0.0025441865040153346,
    -0.006280960431787392,
    0.009489351875958976,
    -0.009619765244627352,
    0.006652712616609012,
    -0.002909357358929287,
    0.00046815679724065566,
    0.0003344931975764787,
    -0.00027453716174950034,
    7.608726016716684e-05,
    1.0771427181722242e-05,
    -1.5960347292227037e-05,
    4.54287237733362e-06,
    5.024503337948592e-07,
    -7.279118802968368e-07,
    1.6605836428421551e-07,
    3.2115675049054755e-08,
    -2.6218496826390856e-08,
    3.5837122738121564e-09,
    1.6258334036483907e-09,
    -6.914582548587579e-10,
    3.306595560428331e-12,
    5.2695874595109346e-11,
    -8.114425302935661e-12,
    -1.8186370113406307e-12,
    4.750743026646836e-13,
];
const MIDDLE: f64 = 2.468_75;
const END: f64 = 3.937_5;

/// (a + 6) e^(a^2 / 2) times the part of the normal distribution beyond a, in (a - 6) / (a + 6), for a <= 14.5.
const TAIL: [f64; 21] = [
    0.7773517718933622,
    -0.7010090295908656,
    0.5689688918147832,
    -0.41390358577557695,
    0.2679742458416915,
    -0.15268023206505899,
    0.07517191566773136,
    -0.030985315496951455,
    0.010029820664554205,
    -0.002131605311566345,
    3.286973594520259e-05,
    0.00018136086218753847,
    -6.475008729490076e-05,
    1.0755234763790233e-06,
    6.789735644713494e-06,
    -1.8063082172628523e-06,
    -4.2186244640894944e-07,
    3.2977141646191636e-07,
    1.694090101186509e-08,
    -5.286638730689897e-08,
    -1.160241563994439e-08,
];

#[inline(always)]
pub fn erf<S: Steps>(x: f64) -> f64 {
    /// 2 / sqrt(pi) in two parts; the first has 29 bits, so that its product with x is exact.
    const HIGH: f64 = f64::from_bits(0x3FF2_0DD7_5000_0000);
    const LOW: f64 = f64::from_bits(0x3E10_A6DB_446B_8EA4);
    let a = x.abs();
    let z = a * a;
    let below = S::step(a, HIGH, a * S::step(z, polynomial::<S, 11>(z, &BELOW_ONE), LOW));
    let beyond = polynomial::<S, 27>((if a > END { END } else { a }) - MIDDLE, &BEYOND_ONE);
    (if a < 1.0 { below } else { beyond }).copysign(x)
}

/// x times the part of the normal distribution below x.
#[inline(always)]
pub fn normal<S: Steps>(x: f64) -> f64 {
    /// Beyond it the product is zero below and x above.
    const END: f64 = 14.5;
    /// Results of smaller x are just above x / 2, which may lie in the middle of two numbers: never on it.
    const START: f64 = f64::EPSILON * 4096.0; // 2^-40
    let x = if x < -END { -END } else { x };
    let a = within(x.abs(), END);
    let a = if a < START { START } else { a };
    let inverse = 1.0 / (a + 6.0);
    let tail = polynomial::<S, 21>((a - 6.0) * inverse, &TAIL) * inverse;
    // The square of 24 bits is exact.
    let tail = power::<S>(a * a * -0.5).value() * tail;
    // 1 - tail has lost nothing that shows: tail <= 1/2.
    x * (if x > 0.0 { 1.0 - tail } else { tail })
}
