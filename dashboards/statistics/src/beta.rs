//! The incomplete beta function: the one road to Student's t and to the binomial distribution, exact for small samples.

use std::f64::consts::PI;

/// More than any sample of a call centre takes: about √max(a, b) steps are used.
const MOST_STEPS: u32 = 100_000;

/// ln Γ(x) for x > 0: Stirling's series (Abramowitz & Stegun 1964, 6.1.41) after x is moved up to where it is exact to the last digits.
pub fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut passed) = (x, 1.0);
    while x < 12.0 {
        passed *= x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = [-691.0 / 360_360.0, 1.0 / 1_188.0, -1.0 / 1_680.0, 1.0 / 1_260.0, -1.0 / 360.0, 1.0 / 12.0]
        .iter()
        .fold(0.0, |sum, term| sum * square + term)
        / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series - f64::ln(passed)
}

/// Iₓ(a, b) for a, b > 0 and y = 1 − x, by the continued fraction (Abramowitz & Stegun 1964, 26.5.8).
///
/// x and y both come from the caller, because 1 − x loses the digits of whichever is small.
pub fn incomplete(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let ln_of = |part: f64, rest: f64| if part > 0.5 { (-rest).ln_1p() } else { part.ln() };
    let front = (a * ln_of(x, y) + b * ln_of(y, x) + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b)).exp();
    // The fraction comes quickly to its end only on this side of the middle.
    let value =
        if x < (a + 1.0) / (a + b + 2.0) { front * fraction(a, b, x) / a } else { 1.0 - front * fraction(b, a, y) / b };
    value.clamp(0.0, 1.0)
}

/// Lentz's way to walk a continued fraction forward without dividing by nothing.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const NOTHING: f64 = 1e-300;
    let kept = |value: f64| if value.abs() < NOTHING { NOTHING } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut value = denominator;
    for step in 1..=MOST_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        denominator = 1.0 / kept(1.0 + even * denominator);
        numerator = kept(1.0 + even / numerator);
        value *= denominator * numerator;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        denominator = 1.0 / kept(1.0 + odd * denominator);
        numerator = kept(1.0 + odd / numerator);
        let change = denominator * numerator;
        value *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// P(X ≤ k) of a binomial X with n trials of probability p.
pub fn binomial_at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { incomplete((n - k) as f64, k as f64 + 1.0, 1.0 - p, p) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ln_gamma_meets_factorials_and_the_half() {
        let mut factorial: f64 = 1.0;
        for n in 1..=20 {
            factorial *= f64::from(n);
            assert!((ln_gamma(f64::from(n) + 1.0) - factorial.ln()).abs() < 1e-13 * factorial.ln().max(1.0));
        }
        assert!((ln_gamma(0.5) - PI.sqrt().ln()).abs() < 1e-14);
    }

    #[test]
    fn binomial_is_the_sum_of_its_terms() {
        for (n, p) in [(1_u64, 0.3_f64), (7, 0.85), (40, 0.02), (200, 0.5)] {
            let mut term = (1.0 - p).powi(n as i32);
            let mut sum = 0.0;
            for k in 0..=n {
                sum += term;
                assert!((binomial_at_most(k, n, p) - sum).abs() < 1e-12, "k {k} n {n} p {p}");
                term *= (n - k) as f64 / (k as f64 + 1.0) * p / (1.0 - p);
            }
        }
    }
}
