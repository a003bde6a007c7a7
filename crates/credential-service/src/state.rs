//! What every request shares.

use chrono::TimeDelta;
use domain::Failure;
use protocol::suggestion::SuggestionVerifier;

use crate::feed::Feed;
use crate::secret::password::Passwords;
use crate::settings::Settings;
use crate::store::pool::Database;

/// What every request shares.
#[derive(Debug)]
pub(crate) struct State {
    /// The database.
    pub(crate) database: Database,
    /// Password hashing.
    pub(crate) passwords: Passwords,
    /// How long a session can be refreshed.
    pub(crate) refresh_lifetime: TimeDelta,
    /// The change feed.
    pub(crate) feed: Feed,
    /// Tells what the AI service has suggested from what anybody could write.
    pub(crate) suggestions: SuggestionVerifier,
}

impl State {
    /// Makes the state; nothing is connected yet.
    pub(crate) fn new(
        settings: &Settings,
        feed: Feed,
        database: Database,
    ) -> Result<Self, Failure> {
        Ok(Self {
            database,
            passwords: Passwords::new()?,
            refresh_lifetime: TimeDelta::from_std(settings.refresh_lifetime)
                .map_err(Failure::internal)?,
            feed,
            suggestions: SuggestionVerifier::new(
                &settings.jwt_secret,
                settings.jwt_secret_previous.as_ref(),
            ),
        })
    }
}
