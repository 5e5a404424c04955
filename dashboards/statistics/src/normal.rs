//! The normal distribution, backwards.

use crate::{check, error::Result};

/// The x below which a standard normal value lies with probability `p`.
///
/// Source: Wichura 1988, algorithm AS 241 (PPND16), about 16 digits. `p` is a probability.
///
/// # Errors
/// `p` is not between 0 and 1.
pub fn quantile(p: f64) -> Result<f64> {
    check::inner_share("p", p)?;
    let from_middle = p - 0.5;
    if from_middle.abs() <= 0.425 {
        return Ok(from_middle * ratio(&MIDDLE, 0.180625 - from_middle * from_middle));
    }
    let tail = if from_middle < 0.0 { p } else { 1.0 - p };
    let distance = (-tail.ln()).sqrt();
    let x = if distance <= 5.0 { ratio(&TAIL, distance - 1.6) } else { ratio(&FAR_TAIL, distance - 5.0) };
    Ok(if from_middle < 0.0 { -x } else { x })
}

/// The z of a two-sided interval: 1.96 for 0.95.
///
/// z = Φ⁻¹(1 − (1 − c)/2), taken from the lower tail, where small probabilities keep their digits.
///
/// # Errors
/// `confidence` is not between 0 and 1.
pub fn z(confidence: f64) -> Result<f64> {
    check::inner_share("confidence", confidence)?;
    Ok(-quantile((1.0 - confidence) / 2.0)?)
}

/// Coefficients of a ratio of polynomials, highest power first.
struct Ratio {
    above: [f64; 8],
    below: [f64; 8],
}

fn ratio(coefficients: &Ratio, r: f64) -> f64 {
    let polynomial = |terms: &[f64; 8]| terms.iter().fold(0.0, |sum, term| sum * r + term);
    polynomial(&coefficients.above) / polynomial(&coefficients.below)
}

const MIDDLE: Ratio = Ratio {
    above: [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    below: [
        5_226.495_278_852_854,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
};

const TAIL: Ratio = Ratio {
    above: [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    below: [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
};

const FAR_TAIL: Ratio = Ratio {
    above: [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    below: [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
};
