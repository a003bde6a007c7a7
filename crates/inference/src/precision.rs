//! Which of the two model files serves.

use std::fmt;
use std::str::FromStr;

/// Names the numeric format of the model file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32-bit floats: the reference, about 90 MB.
    Fp32,
    /// Static 8-bit integers: about a quarter of the size and clearly faster, a little less exact.
    Int8,
}

impl Precision {
    /// The word used in settings, in the manifest and in the model version.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fp32 => "fp32",
            Self::Int8 => "int8",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Precision {
    type Err = UnknownPrecision;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "fp32" => Ok(Self::Fp32),
            "int8" => Ok(Self::Int8),
            _ => Err(UnknownPrecision),
        }
    }
}

/// Refuses a word that names no precision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a precision is fp32 or int8")]
pub struct UnknownPrecision;

#[cfg(test)]
mod tests {
    use super::Precision;

    #[test]
    fn every_precision_is_read_back_from_its_word() {
        for precision in [Precision::Fp32, Precision::Int8] {
            assert_eq!(precision.as_str().parse(), Ok(precision));
        }
    }

    #[test]
    fn an_unknown_word_is_refused_and_not_repeated() {
        let refused = "fp16".parse::<Precision>().unwrap_err();

        assert_eq!(refused.to_string(), "a precision is fp32 or int8");
    }
}
