//! What is told about the model that made a vector.

use crate::Precision;

/// Describes the model behind an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// Public name of the model, such as `all-MiniLM-L6-v2`.
    pub name: String,
    /// Full revision of the weights.
    pub revision: String,
    /// Numeric format of the file that serves.
    pub precision: Precision,
    /// Numbers in each vector.
    pub dimension: usize,
    /// Word pieces in one window, both special pieces included.
    pub max_tokens: usize,
    /// Short identity stored beside every vector, such as `all-MiniLM-L6-v2@1110a24-int8`.
    pub version: String,
}

impl ModelInfo {
    /// Fills in the version from name, first seven characters of the revision, and precision.
    #[must_use]
    pub fn new(
        name: &str,
        revision: &str,
        precision: Precision,
        dimension: usize,
        max_tokens: usize,
    ) -> Self {
        let short: String = revision.chars().take(7).collect();
        Self {
            name: name.to_owned(),
            revision: revision.to_owned(),
            precision,
            dimension,
            max_tokens,
            version: format!("{name}@{short}-{precision}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ModelInfo;
    use crate::Precision;

    #[test]
    fn the_version_names_model_revision_and_precision() {
        let info = ModelInfo::new(
            "all-MiniLM-L6-v2",
            "1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
            Precision::Int8,
            384,
            256,
        );

        assert_eq!(info.version, "all-MiniLM-L6-v2@1110a24-int8");
    }
}
