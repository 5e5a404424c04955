//! How much of an agreement two different marks still are.

/// Weights of a weighted coefficient: 1 for the same category, less the further apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// Only the same mark agrees. For names without order, and where "not applicable" is a category.
    Identity,
    /// 1 − |i−j|/(q−1). Source: Cicchetti & Allison 1971.
    Linear,
    /// 1 − ((i−j)/(q−1))². Source: Fleiss & Cohen 1973.
    Quadratic,
}

impl Weights {
    /// The weight of categories `i` and `j` out of two or more.
    pub(crate) fn of(self, i: usize, j: usize, categories: usize) -> f64 {
        let distance = i.abs_diff(j) as f64 / (categories as f64 - 1.0);
        match self {
            Self::Identity => f64::from(u8::from(i == j)),
            Self::Linear => 1.0 - distance,
            Self::Quadratic => 1.0 - distance * distance,
        }
    }
}
