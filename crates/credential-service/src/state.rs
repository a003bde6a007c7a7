//! What every request shares.

use chrono::TimeDelta;
use domain::Failure;

use crate::feed::Feed;
use crate::secret::password::Passwords;
use crate::settings::Settings;
use crate::store::pool::Database;
use crate::usecase::audit::refusal::Refusals;
use crate::usecase::audit::verify::Verifier;

/// What every request shares.
#[derive(Debug)]
pub(crate) struct State {
    /// The database.
    pub(crate) database: Database,
    /// Password hashing.
    pub(crate) passwords: Passwords,
    /// How long a session can be refreshed.
    pub(crate) refresh_lifetime: TimeDelta,
    /// Whether webhooks may lead to addresses that are not of the public internet.
    pub(crate) allow_private: bool,
    /// The change feed.
    pub(crate) feed: Feed,
    /// What verifications of the record share.
    pub(crate) audit: Verifier,
    /// Who was refused what of late.
    pub(crate) refusals: Refusals,
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
            allow_private: settings.allow_private,
            feed,
            audit: Verifier::new(settings.audit.key()?),
            refusals: Refusals::default(),
        })
    }
}
