//! From numbers to places.

/// A stretch of numbers that a chart lays out from one edge of its plot to the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
}

impl Scale {
    /// A scale without a length would divide by nothing: it is made one long.
    pub fn new(low: f64, high: f64) -> Scale {
        let low = if low.is_finite() { low } else { 0.0 };
        Scale { low, high: if high.is_finite() && high > low { high } else { low + 1.0 } }
    }

    /// From nothing to a little above the most, so that the highest column does not touch the edge.
    pub fn of_counts(most: f64) -> Scale {
        Scale::new(0.0, if most > 0.0 { most * 1.06 } else { 1.0 })
    }

    /// As far below zero as above it.
    pub fn around_zero(reach: f64) -> Scale {
        Scale::new(-reach, reach)
    }

    /// From the left, as a share of the way. What lies outside stands at the edge.
    pub fn along(&self, value: f64) -> f64 {
        let value = if value.is_finite() { value } else { self.low };
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// From above, as a share of the way.
    pub fn down(&self, value: f64) -> f64 {
        1.0 - self.along(value)
    }

    /// Round numbers that lie in it, at most `most` steps apart; what is counted has no halves, so its steps are at least 1.
    pub fn round(&self, most: usize, least_step: f64) -> Vec<f64> {
        let rough = (self.high - self.low) / most.max(1) as f64;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| *step >= rough * 0.999);
        self.every(step.unwrap_or(rough).max(least_step))
    }

    /// The multiples of a step that lie in it.
    pub fn every(&self, step: f64) -> Vec<f64> {
        let (first, last) = ((self.low / step - 1e-9).ceil() as i64, (self.high / step + 1e-9).floor() as i64);
        (first..=last).map(|place| place as f64 * step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_whole_levels_at_round_numbers() {
        let levels = |most: f64| Scale::of_counts(most).round(6, 1.0);
        assert_eq!(levels(2058.0), [0.0, 500.0, 1000.0, 1500.0, 2000.0]);
        assert_eq!(levels(76.0), [0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(levels(3.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(levels(1.0), [0.0, 1.0]);
        assert_eq!(levels(0.0), [0.0, 1.0], "all zero, or no data: an axis all the same");
        assert_eq!(levels(101_000.0).len(), 6);
    }

    #[test]
    fn no_number_leaves_the_plot() {
        let scale = Scale::of_counts(100.0);
        assert!(scale.down(100.0) > 0.0 && scale.down(100.0) < 0.1);
        assert_eq!((scale.down(0.0), scale.down(-5.0), scale.down(500.0)), (1.0, 1.0, 0.0));
        assert_eq!(scale.along(f64::NAN), 0.0);
        let none = Scale::new(f64::NAN, f64::INFINITY);
        assert_eq!((none.low, none.high), (0.0, 1.0));
        assert_eq!(Scale::new(40.0, 40.0).along(40.0), 0.0);
    }

    #[test]
    fn differences_lie_around_zero() {
        let scale = Scale::around_zero(3.0);
        assert_eq!(scale.down(0.0), 0.5);
        assert_eq!(scale.round(6, 0.0), [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]);
        assert_eq!(Scale::around_zero(0.3).round(6, 0.0).len(), 7);
        assert_eq!(Scale::new(60.0, 95.0).every(10.0), [60.0, 70.0, 80.0, 90.0]);
    }
}
