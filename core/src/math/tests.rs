//! Errors in units in the last place, over dense ranges.
//!
//! `f32` is compared with `f64` of the standard library, `f64` with the standard library (itself within 1 ulp) or with
//! tables.

use crate::element::Element;

/// The distance of two floats, counted in floats between them.
fn ulps32(a: f32, b: f32) -> u32 {
    let key = |x: f32| {
        if x < 0.0 { -i64::from(x.abs().to_bits()) } else { i64::from(x.to_bits()) }
    };
    if a.is_nan() && b.is_nan() { 0 } else { u32::try_from((key(a) - key(b)).abs()).unwrap_or(u32::MAX) }
}

fn ulps64(a: f64, b: f64) -> u64 {
    let key = |x: f64| {
        if x < 0.0 { -i128::from(x.abs().to_bits()) } else { i128::from(x.to_bits()) }
    };
    if a.is_nan() && b.is_nan() { 0 } else { u64::try_from((key(a) - key(b)).abs()).unwrap_or(u64::MAX) }
}

/// Every 97th float from one to the other, both signs, and what lies at the edges.
fn check32(name: &str, from: f32, to: f32, bound: u32, ours: impl Fn(f32) -> f32, theirs: impl Fn(f64) -> f64) {
    let special = [0.0, f32::MIN_POSITIVE, 1e-45, f32::MAX, f32::INFINITY, f32::NAN];
    let range = (from.to_bits()..=to.to_bits()).step_by(97).map(f32::from_bits);
    let mut worst = (0, 0.0);
    for x in special.into_iter().chain(range).flat_map(|x| [x, -x]) {
        #[allow(clippy::cast_possible_truncation, reason = "the reference, rounded")]
        let expected = theirs(f64::from(x)) as f32;
        let error = ulps32(ours(x), expected);
        if error > worst.0 {
            worst = (error, x);
        }
    }
    std::println!("{name} f32: {} ulp at {:e}", worst.0, worst.1);
    assert!(worst.0 <= bound, "{name}({:e}) is {:e}, {} ulp off", worst.1, ours(worst.1), worst.0);
}

/// Evenly spaced numbers of both signs, numbers of all magnitudes, and what lies at the edges.
fn check64(name: &str, to: f64, bound: u64, ours: impl Fn(f64) -> f64, theirs: impl Fn(f64) -> f64) {
    let special = [0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::INFINITY, f64::NAN];
    let even = (0..200_000).map(|i| f64::from(i) / 200_000.0 * to);
    let magnitudes = (0..200_000).map(|i| to * (-f64::from(i) / 300.0).exp());
    let mut worst = (0, 0.0);
    for x in special.into_iter().chain(even).chain(magnitudes).flat_map(|x| [x, -x]) {
        let error = ulps64(ours(x), theirs(x));
        if error > worst.0 {
            worst = (error, x);
        }
    }
    std::println!("{name} f64: {} ulp at {:e}", worst.0, worst.1);
    assert!(worst.0 <= bound, "{name}({:e}) is {:e}, {} ulp off", worst.1, ours(worst.1), worst.0);
}

fn logistic(x: f64) -> f64 {
    if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }
}

#[test]
fn exp() {
    check32("exp", 1e-9, 110.0, 1, <f32 as Element>::exp, f64::exp);
    check64("exp", 760.0, 1, <f64 as Element>::exp, f64::exp);
}

#[test]
fn ln() {
    check32("ln", 1e-44, f32::MAX, 1, <f32 as Element>::ln, f64::ln);
    check64("ln", 4.0, 1, <f64 as Element>::ln, f64::ln);
    check64("ln", 1e300, 1, <f64 as Element>::ln, f64::ln);
}

#[test]
fn ln_1p() {
    check32("ln_1p", 1e-9, f32::MAX, 2, <f32 as Element>::ln_1p, f64::ln_1p);
    check64("ln_1p", 4.0, 1, <f64 as Element>::ln_1p, f64::ln_1p);
}

#[test]
fn tanh() {
    check32("tanh", 1e-9, 20.0, 1, <f32 as Element>::tanh, f64::tanh);
    check64("tanh", 25.0, 2, <f64 as Element>::tanh, f64::tanh);
}

#[test]
fn sigmoid() {
    check32("sigmoid", 1e-9, 110.0, 3, <f32 as Element>::sigmoid, logistic);
    check64("sigmoid", 760.0, 2, <f64 as Element>::sigmoid, logistic);
}

#[test]
fn sqrt() {
    check32("sqrt", 1e-45, f32::MAX, 0, <f32 as Element>::sqrt, f64::sqrt);
    check64("sqrt", 1e300, 0, <f64 as Element>::sqrt, f64::sqrt);
    check64("sqrt", 1e-290, 0, <f64 as Element>::sqrt, f64::sqrt);
}

#[test]
fn erf() {
    for (x, expected) in ERF {
        for (x, expected) in [(x, expected), (-x, -expected)] {
            let y = Element::erf(x);
            assert!(ulps64(y, expected) <= 2, "erf({x}) is {y}, not {expected}");
        }
    }
    for (x, expected) in [(0.0, 0.0), (6.0, 1.0), (f64::INFINITY, 1.0), (f64::MAX, 1.0)] {
        assert_eq!((Element::erf(x), Element::erf(-x)), (expected, -expected));
    }
    assert!(Element::erf(f64::NAN).is_nan());
    check32("erf", 1e-30, 10.0, 2, <f32 as Element>::erf, <f64 as Element>::erf);
}

#[test]
fn floor() {
    check32("floor", 1e-45, f32::MAX, 0, <f32 as Element>::floor, f64::floor);
    check64("floor", 1e17, 0, <f64 as Element>::floor, f64::floor);
    check64("floor", 40.0, 0, <f64 as Element>::floor, f64::floor);
    assert!(Element::floor(-0.0_f32).is_sign_negative() && Element::floor(-0.0_f64).is_sign_negative());
}

/// NaN beyond 2⁴⁰, as it is documented.
fn near(function: impl Fn(f64) -> f64) -> impl Fn(f64) -> f64 {
    move |x| if x.abs() <= 1_099_511_627_776.0 { function(x) } else { f64::NAN }
}

#[test]
fn sin() {
    check32("sin", 1e-20, 1.2e12, 1, <f32 as Element>::sin, near(f64::sin));
    check64("sin", 8.0, 1, <f64 as Element>::sin, near(f64::sin));
    check64("sin", 1.2e12, 1, <f64 as Element>::sin, near(f64::sin));
    assert!(Element::sin(-0.0_f32).is_sign_negative() && Element::sin(-0.0_f64).is_sign_negative());
}

#[test]
fn cos() {
    check32("cos", 1e-20, 1.2e12, 1, <f32 as Element>::cos, near(f64::cos));
    check64("cos", 8.0, 1, <f64 as Element>::cos, near(f64::cos));
    check64("cos", 1.2e12, 1, <f64 as Element>::cos, near(f64::cos));
}

/// Next to a multiple of π/2, nothing of the result is left but what the multiple's later digits say.
#[test]
fn sin_and_cos_near_their_zeros() {
    let large = (0..20).map(|power| f64::from(1 << power) * 524_287.0);
    for n in (0..2000).map(f64::from).chain(large) {
        let x = n * core::f64::consts::FRAC_PI_2;
        for x in [x.next_down(), x, x.next_up()] {
            assert!(ulps64(Element::sin(x), x.sin()) <= 1, "sin({x})");
            assert!(ulps64(Element::cos(x), x.cos()) <= 1, "cos({x})");
            #[allow(clippy::cast_possible_truncation, reason = "another number near it")]
            let x = x as f32;
            #[allow(clippy::cast_possible_truncation, reason = "the reference, rounded")]
            let expected = (f64::from(x).sin() as f32, f64::from(x).cos() as f32);
            assert!(ulps32(Element::sin(x), expected.0) <= 1, "sin({x})");
            assert!(ulps32(Element::cos(x), expected.1) <= 1, "cos({x})");
        }
    }
}

/// Bases and powers of all magnitudes, and what lies at the edges.
fn arguments() -> impl Iterator<Item = (f64, f64)> {
    let special = [
        0.0,
        1.0,
        2.0,
        3.0,
        0.5,
        1.5,
        0.1,
        7.0,
        51.0,
        4_503_599_627_370_497.0,
        1e20,
        1e300,
        5e-324,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ];
    let special = move || special.into_iter().flat_map(|x| [x, -x]);
    let edges = special().flat_map(move |x| special().map(move |y| (x, y)));
    // The results are from 10⁻³⁰⁰ to 10³⁰⁰.
    let spread = (0..400_000_u32).map(|i| {
        let x = (f64::from(i % 631) * 0.37 - 116.0).exp() * (1.0 + f64::from(i) * 1e-7);
        let power = f64::from(i.wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 23) - 1.0;
        (x, power * 690.0 / x.ln().abs().max(1e-3))
    });
    let near_one = (0..100_000).map(|i| (1.0 + (f64::from(i) - 50_000.0) * 1e-9, 1e6 + f64::from(i) * 100.0));
    edges.chain(spread).chain(near_one)
}

#[test]
fn powf() {
    let (mut worst, mut worst_single) = ((0, 0.0, 0.0), (0, 0.0, 0.0));
    for (x, y) in arguments() {
        let error = ulps64(Element::powf(x, y), x.powf(y));
        if error > worst.0 {
            worst = (error, x, y);
        }
        #[allow(clippy::cast_possible_truncation, reason = "arguments of single precision, and the reference, rounded")]
        let (x, y) = (x as f32, (y / 8.0) as f32);
        #[allow(clippy::cast_possible_truncation, reason = "the reference, rounded")]
        let expected = f64::from(x).powf(f64::from(y)) as f32;
        let error = ulps32(Element::powf(x, y), expected);
        if error > worst_single.0 {
            worst_single = (error, x, y);
        }
    }
    std::println!("powf f32: {} ulp, f64: {} ulp", worst_single.0, worst.0);
    assert!(worst.0 <= 1, "{worst:?}: {:e}, not {:e}", Element::powf(worst.1, worst.2), worst.1.powf(worst.2));
    assert!(worst_single.0 <= 1, "{worst_single:?}: {:e}", Element::powf(worst_single.1, worst_single.2));
}

#[test]
fn powi() {
    for (x, power, expected) in [
        (3.0, 4, 81.0),
        (-2.0, 3, -8.0),
        (2.0, -2, 0.25),
        (0.0, 0, 1.0),
        (f64::NAN, 0, 1.0),
        (7.0, 1, 7.0),
        (-1.0, i32::MIN, 1.0),
        (0.0, -1, f64::INFINITY),
    ] {
        assert_eq!(ulps64(Element::powi(x, power), expected), 0, "{x} to the power {power}");
    }
    for power in -40..40 {
        let (ours, theirs) = (Element::powi(1.7, power), 1.7_f64.powi(power));
        assert!(ulps64(ours, theirs) <= 16, "1.7 to the power {power}");
    }
}

#[test]
fn signs_and_extremes() {
    let nan = f64::NAN;
    for (x, expected) in [(3.0, 1.0), (-2.5, -1.0), (0.0, 0.0), (-0.0, -0.0), (nan, nan), (f64::INFINITY, 1.0)] {
        assert_eq!(Element::sign(x).to_bits() & !(1 << 51), expected.to_bits() & !(1 << 51), "the sign of {x}");
    }
    for (a, b, minimum, maximum) in
        [(1.0, 2.0, 1.0, 2.0), (2.0, 1.0, 1.0, 2.0), (nan, 1.0, nan, nan), (1.0, nan, nan, nan)]
    {
        assert_eq!(
            (ulps64(Element::minimum(a, b), minimum), ulps64(Element::maximum(a, b), maximum)),
            (0, 0),
            "{a} and {b}"
        );
    }
}

/// x and erf(x), by mpmath 1.3 with 200 bits.
#[allow(clippy::unreadable_literal, clippy::excessive_precision, reason = "printed by the program that made them")]
const ERF: [(f64, f64); 62] = [
    (1e-300, 1.1283791670955126e-300),
    (1e-10, 1.1283791670955126e-10),
    (0.001, 0.0011283787909692365),
    (0.1, 0.1124629160182849),
    (0.25, 0.27632639016823696),
    (0.5, 0.5204998778130465),
    (0.75, 0.7111556336535151),
    (0.84, 0.7651427114549945),
    (0.8437499999, 0.7672256611769716),
    (0.84375, 0.7672256612323416),
    (0.9, 0.7969082124228322),
    (1.0, 0.8427007929497149),
    (1.1, 0.8802050695740817),
    (1.2, 0.9103139782296353),
    (1.2499999, 0.922900104604343),
    (1.25, 0.9229001282564583),
    (1.3, 0.9340079449406524),
    (1.5, 0.9661051464753108),
    (1.75, 0.9866716712191824),
    (2.0, 0.9953222650189527),
    (2.25, 0.9985372834133188),
    (2.5, 0.999593047982555),
    (2.75, 0.9998993780778803),
    (2.8571, 0.9999466739079402),
    (2.858, 0.9999469625944368),
    (3.0, 0.9999779095030014),
    (3.5, 0.9999992569016276),
    (4.0, 0.9999999845827421),
    (4.5, 0.9999999998033839),
    (5.0, 0.9999999999984626),
    (5.5, 0.9999999999999927),
    (5.9, 0.9999999999999999),
    (0.5374569764496049, 0.5527926028448853),
    (3.3897349477489307, 0.999998363560261),
    (3.055098475906456, 0.99998443674682),
    (1.0202761029576868, 0.850948061056732),
    (1.9817403483677638, 0.9949308142663454),
    (1.7979642591549525, 0.9890002084036495),
    (2.606371890891052, 0.9997721636569963),
    (3.1548934045420527, 0.9999918685351228),
    (0.3754383470969396, 0.40454657358320933),
    (0.11338990608802524, 0.12740056749246625),
    (3.3430604156794788, 0.9999977303596362),
    (1.7310682716202135, 0.9856388299571486),
    (3.049120329831768, 0.999983829409718),
    (0.00842421340444277, 0.009505482044516287),
    (1.7815487762192057, 0.9882475168699767),
    (2.8861601293631303, 0.9999552822809884),
    (0.9150488850818106, 0.8043603263820918),
    (3.781082782215689, 0.9999999107035858),
    (3.6057098304459343, 0.999999658986807),
    (0.12235993213421414, 0.1373824310497428),
    (0.1017834439738432, 0.11445493592039685),
    (2.1656498911739863, 0.9978064388947715),
    (3.7565966511140423, 0.99999989194567),
    (1.5248169507528497, 0.968948866913425),
    (0.8663975885224535, 0.7795269518010826),
    (1.6884663023308693, 0.9830528324718714),
    (0.11616315029947177, 0.1304888829798371),
    (0.8867666650921402, 0.7901861421858918),
    (1.7515503746022882, 0.9867532705750718),
    (1.9832489655274026, 0.9949642440488992),
];
