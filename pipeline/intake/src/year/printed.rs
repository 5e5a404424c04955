//! Values as a report printed them, and what rounds (half up) to them.

use serde_json::Number;
use std::fmt;

/// A printed value: `45.0` is 450 tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    units: u64,
    decimals: u32,
}

/// Whole numbers from `lo` to `hi`, both included; empty when `lo` is above `hi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    pub lo: u64,
    pub hi: u64,
}

impl Band {
    pub fn is_empty(self) -> bool {
        self.lo > self.hi
    }

    pub fn holds(self, n: u64) -> bool {
        (self.lo..=self.hi).contains(&n)
    }

    pub fn within(self, lo: u64, hi: u64) -> Self {
        Self { lo: self.lo.max(lo), hi: self.hi.min(hi) }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() { f.write_str("nothing") } else { write!(f, "{} to {}", self.lo, self.hi) }
    }
}

impl Printed {
    /// With the decimals that it is written with; a whole number has `least_decimals` (JSON cannot tell `45` from `45.0` everywhere).
    pub fn read(number: &Number, least_decimals: u32) -> Option<Self> {
        let value = number.as_f64().filter(|v| v.is_finite() && (0.0..1e9).contains(v))?;
        // The shortest decimals that give the same number, never with an exponent.
        let text = value.to_string();
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
        let written = if number.is_f64() { 1 } else { 0 };
        let decimals = u32::try_from(fraction.len()).ok()?.max(written).max(least_decimals);
        if decimals > 9 {
            return None;
        }
        let digits = text.replace('.', "");
        let missing = decimals - u32::try_from(fraction.len()).ok()?;
        Some(Self { units: digits.parse::<u64>().ok()?.checked_mul(10u64.pow(missing))?, decimals })
    }

    /// The numerators whose `factor × numerator / denominator` is printed as this value.
    pub fn band(self, factor: u64, denominator: u64) -> Band {
        let (units, denominator) = (u128::from(self.units), u128::from(denominator));
        let step = 2 * u128::from(factor) * 10u128.pow(self.decimals);
        let lo = ((2 * units).saturating_sub(1) * denominator).div_ceil(step);
        let above = ((2 * units + 1) * denominator).div_ceil(step);
        let whole = |n: u128| u64::try_from(n).unwrap_or(u64::MAX);
        // Nothing of nothing has no percentage; it contradicts none either.
        Band { lo: whole(lo), hi: whole(above.saturating_sub(1)) }
    }

    /// Whether `factor × numerator / denominator` is this value or off by no more than a unit of its last decimal.
    pub fn nearly(self, factor: u64, numerator: u64, denominator: u64) -> bool {
        let exact = u128::from(factor) * 10u128.pow(self.decimals) * u128::from(numerator);
        exact.abs_diff(u128::from(self.units) * u128::from(denominator)) <= u128::from(denominator)
    }

    /// The shares, of 1, between which it is printed as a percentage.
    pub fn edges(self) -> (f64, f64) {
        let step = 200.0 * 10f64.powi(self.decimals.cast_signed());
        ((2.0 * self.units as f64 - 1.0).max(0.0) / step, ((2 * self.units + 1) as f64 / step).min(1.0))
    }

    /// Units of its last decimal; `with_units` makes another value of as many decimals.
    pub fn units(self) -> u64 {
        self.units
    }

    pub fn with_units(self, units: u64) -> Self {
        Self { units, ..self }
    }

    /// A share, rounded half up to as many decimals as this value has.
    pub fn like(self, factor: u64, numerator: u64, denominator: u64) -> Self {
        let step = u128::from(factor) * 10u128.pow(self.decimals);
        let denominator = u128::from(denominator.max(1));
        let units = (2 * step * u128::from(numerator) + denominator) / (2 * denominator);
        self.with_units(u64::try_from(units).unwrap_or(u64::MAX))
    }

    /// The numerator that is nearest to the printed value itself.
    pub fn aim(self, factor: u64, denominator: u64) -> u64 {
        let step = u128::from(factor) * 10u128.pow(self.decimals);
        let exact = (2 * u128::from(self.units) * u128::from(denominator) + step) / (2 * step);
        u64::try_from(exact).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10u64.pow(self.decimals);
        if self.decimals == 0 {
            return write!(f, "{}", self.units);
        }
        write!(f, "{}.{:0width$}", self.units / scale, self.units % scale, width = self.decimals as usize)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> Printed {
        Printed::read(&serde_json::from_str(text).unwrap(), 1).unwrap()
    }

    #[test]
    fn a_value_keeps_the_decimals_that_it_is_written_with() {
        for text in ["45.0", "0.002", "98.2", "0.03", "100.0", "0.00001"] {
            assert_eq!(read(text).to_string(), text);
        }
        assert_eq!(read("45").to_string(), "45.0");
        assert_eq!(Printed::read(&5.into(), 0).unwrap().to_string(), "5");
    }

    #[test]
    fn a_band_holds_what_rounds_half_up_to_the_value_and_nothing_else() {
        for (text, of) in [("45.0", 4_321u64), ("0.002", 84_830), ("0.0", 777), ("100.0", 52), ("98.9", 647)] {
            let printed = read(text);
            let band = printed.band(100, of);
            let scale = 10f64.powi(i32::try_from(printed.decimals).unwrap());
            for n in 0..=of {
                let rounded = (100.0 * n as f64 / of as f64 * scale + 0.5 + 1e-9).floor();
                assert_eq!(band.holds(n), rounded == printed.units as f64, "{n} of {of} as {text}");
            }
            assert!(band.is_empty() || band.holds(printed.aim(100, of)), "{text} of {of}");
        }
    }
}
