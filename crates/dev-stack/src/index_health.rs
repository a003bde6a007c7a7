//! How far the AI service follows the catalogue, as its `GET /health` tells it.

use anyhow::Result;
use serde::Deserialize;

/// The state of the index.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct IndexHealth {
    /// True once the catalogue has been read and nothing waits.
    pub caught_up: bool,
    /// Offers that can be found.
    pub indexed: u64,
    /// Offers that cannot be found by meaning yet.
    pub backlog: u64,
    /// Offers whose outcomes or topics have no vectors yet.
    pub passage_backlog: u64,
}

impl IndexHealth {
    /// Asks the AI service at `url`.
    ///
    /// # Errors
    /// When it does not answer, or not as documented.
    pub async fn ask(url: &str) -> Result<Self> {
        Ok(reqwest::get(format!("{url}/health")).await?.json().await?)
    }
}
