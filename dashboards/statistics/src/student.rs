//! Student's t, backwards: the z of small samples.

use crate::{beta, check, error::Result, normal};

/// From here on t and z differ by less than what the beta function can tell.
const AS_GOOD_AS_NORMAL: f64 = 1e7;

/// The t of a two-sided interval with `degrees` of freedom: 2.262 for 0.95 and 9.
///
/// Source: Student 1908; P(|T| > t) = I(ν/(ν+t²); ν/2, ½), solved by halving. Relative error below 1e-9 up to a million degrees.
/// With few double-scored calls z would promise more than is known.
///
/// # Errors
/// `confidence` is not between 0 and 1, or `degrees` is not above 0.
pub fn t(confidence: f64, degrees: f64) -> Result<f64> {
    check::inner_share("confidence", confidence)?;
    check::positive("degrees", degrees)?;
    if degrees >= AS_GOOD_AS_NORMAL {
        return normal::z(confidence);
    }
    let outside = 1.0 - confidence;
    let tails = |t: f64| {
        let whole = degrees + t * t;
        beta::incomplete(degrees / 2.0, 0.5, degrees / whole, t * t / whole)
    };
    let (mut low, mut high) = (0.0, 1.0);
    while tails(high) > outside && high < f64::MAX.sqrt() / 4.0 {
        low = high;
        high *= 2.0;
    }
    // As many halvings as an f64 has digits to win.
    for _ in 0..60 {
        let middle = low + (high - low) / 2.0;
        if tails(middle) > outside {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low + (high - low) / 2.0)
}
