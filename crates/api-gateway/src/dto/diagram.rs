//! Diagrams.

use serde::Serialize;
use utoipa::ToSchema;

/// A diagram as source text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Diagram {
    /// Always `mermaid`.
    #[schema(example = "mermaid")]
    format: &'static str,
    /// Mermaid source.
    #[schema(example = "flowchart LR\n    source[\"BCIT\"]\n")]
    pub(crate) source: String,
}

impl Diagram {
    /// Mermaid source.
    pub(crate) const fn mermaid(source: String) -> Self {
        Self {
            format: "mermaid",
            source,
        }
    }
}
