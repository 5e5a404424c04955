//! Rounding as people do it: half up, in decimal.

/// The digits that the arithmetic of a double can be trusted for; the rest is noise (91.35 may be 91.349999999999994).
const DIGITS: usize = 15;

/// The number that its first fifteen digits say. Such a number survives being written and read.
pub fn exact(value: f64) -> f64 {
    format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value)
}

/// Mantissa and exponent: value = 0.d₁d₂d₃… × 10^exponent, with fifteen digits.
fn scientific(value: f64) -> (u128, i32) {
    let text = format!("{:.*e}", DIGITS - 1, value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(0), exponent.parse::<i32>().unwrap_or(0) + 1)
}

/// `1234.5`, `0.1`, `-3`: rounded half up (away from zero), with a plain point and no grouping.
pub fn rounded(value: f64, places: u8) -> String {
    let (mantissa, exponent) = scientific(value);
    let kept = exponent + i32::from(places);
    let scaled = match kept - DIGITS as i32 {
        more @ 0..=20 => mantissa * 10u128.pow(more as u32),
        21.. => return format!("{value:.*}", usize::from(places)),
        _ if kept < 0 => 0,
        fewer => {
            let step = 10u128.pow(fewer.unsigned_abs());
            (mantissa + step / 2) / step
        }
    };
    let mut text = format!("{scaled:0width$}", width = usize::from(places) + 1);
    if places > 0 {
        text.insert(text.len() - usize::from(places), '.');
    }
    if value < 0.0 && scaled > 0 {
        text.insert(0, '-');
    }
    text
}

/// As many places as the first digit that is not 0 needs, if `places` would show nothing but zeros.
pub fn places_to_first_digit(value: f64, places: u8) -> u8 {
    let shows_nothing = rounded(value, places).chars().all(|c| !('1'..='9').contains(&c));
    let (mantissa, exponent) = scientific(value);
    if mantissa == 0 || !shows_nothing {
        return places;
    }
    u8::try_from(1 - exponent).unwrap_or(places).min(12)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up_whatever_binary_makes_of_them() {
        assert_eq!(rounded(91.35, 1), "91.4");
        assert_eq!(rounded(0.25, 1), "0.3");
        assert_eq!(rounded(2.5, 0), "3");
        assert_eq!(rounded(-2.5, 0), "-3");
        assert_eq!(rounded(100.0 * 913.5 / 1000.0, 1), "91.4");
    }

    #[test]
    fn nothing_is_lost_or_invented() {
        assert_eq!(rounded(0.0, 1), "0.0");
        assert_eq!(rounded(-0.01, 1), "0.0");
        assert_eq!(rounded(0.049, 1), "0.0");
        assert_eq!(rounded(0.05, 1), "0.1");
        assert_eq!(rounded(9.96, 1), "10.0");
        assert_eq!(rounded(561_994.0, 0), "561994");
        assert_eq!(rounded(1e21, 0), "1000000000000000000000");
        assert_eq!(rounded(1e-300, 2), "0.00");
        assert_eq!(rounded(123_456_789_012_345_680.0, 1), "123456789012346000.0");
    }

    #[test]
    fn a_small_share_is_shown_to_its_first_digit() {
        assert_eq!(places_to_first_digit(0.002, 1), 3);
        assert_eq!(places_to_first_digit(0.03, 1), 2);
        assert_eq!(places_to_first_digit(0.07, 1), 1);
        assert_eq!(places_to_first_digit(0.0, 1), 1);
        assert_eq!(places_to_first_digit(1.2, 1), 1);
    }

    #[test]
    fn exact_numbers_survive_being_written_and_read() {
        for value in [100.0 / 3.0, 0.1 + 0.2, 1.1 * 83.05, 1e-9 / 7.0] {
            let kept = exact(value);
            assert_eq!(kept, exact(kept));
            assert_eq!(serde_json::from_str::<f64>(&serde_json::to_string(&kept).unwrap()).unwrap(), kept);
        }
    }
}
