//! From the forecast to the roster, and back to how good it was.

use crate::{
    check,
    error::{Result, StatisticsError},
};

/// Weighted absolute percentage error: Σ|y − ŷ|/Σy, a share of the calls that came.
///
/// Source: Kolassa & Schütz 2007 (as MAD/mean). Hours without calls do no harm, unlike in MAPE.
///
/// # Errors
/// Lists of different length, a number of calls that is negative, or no calls at all.
pub fn wape(actual: &[f64], forecast: &[f64]) -> Result<f64> {
    check::same_length("forecast", forecast.len(), "actual", actual.len())?;
    let (mut missed, mut came) = (0.0, 0.0);
    for (index, (actual, forecast)) in actual.iter().zip(forecast).enumerate() {
        let calls = check::not_negative(check::at("actual", index), *actual)?;
        missed += (calls - check::not_negative(check::at("forecast", index), *forecast)?).abs();
        came += calls;
    }
    if came > 0.0 {
        Ok(missed / came)
    } else {
        Err(StatisticsError::Undefined { measure: "WAPE", reason: "no calls came", remedy: "take a period with calls" })
    }
}

/// People on the roster for `required` at the telephones: required/(1 − shrinkage), rounded up.
///
/// Source: Cleveland & Mayben 1997. `shrinkage` is the share of paid time away from the telephone (breaks, training, leave, illness).
///
/// # Errors
/// `shrinkage` is not 0 … 1, or is 1: then nobody ever sits there.
pub fn scheduled(required: u32, shrinkage: f64) -> Result<u64> {
    check::share("shrinkage", shrinkage)?;
    let present = 1.0 - shrinkage;
    if present <= 0.0 {
        return Err(StatisticsError::refused("shrinkage", shrinkage, "leaves nobody", "give a share below 1"));
    }
    let exact = f64::from(required) / present;
    // 8/(1 − 0.2) is 10 people and not 11, whatever the last digit says.
    Ok((exact - exact * 1e-12).ceil() as u64)
}
