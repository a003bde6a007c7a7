//! What every request shares.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::Failure;
use domain::account::password::PasswordPolicy;
use protocol::suggestion::SuggestionVerifier;
use tokio::sync::Semaphore;

use crate::feed::Feed;
use crate::secret::password::Passwords;
use crate::settings::Settings;
use crate::storage::Storage;
use crate::store::pool::Database;
use crate::store::sign_in_failures::PauseRules;
use crate::usecase::audit::refusal::Refusals;
use crate::usecase::audit::verify::Verifier;

/// Imports at the same time.
const IMPORTS: usize = 2;
/// Exports at the same time.
const EXPORTS: usize = 4;

/// What every request shares.
#[derive(Debug)]
pub(crate) struct State {
    /// The database.
    pub(crate) database: Database,
    /// Password hashing.
    pub(crate) passwords: Passwords,
    /// What new passwords must be.
    pub(crate) password_policy: PasswordPolicy,
    /// When too many wrong passwords pause an account.
    pub(crate) pause_rules: PauseRules,
    /// How long a session can be refreshed.
    pub(crate) refresh_lifetime: TimeDelta,
    /// How long a used refresh token is answered with the same successor.
    pub(crate) refresh_grace: TimeDelta,
    /// Address of the web app, for links in mails.
    pub(crate) public_url: String,
    /// Whether webhooks may lead to addresses that are not of the public internet.
    pub(crate) allow_private: bool,
    /// The change feed.
    pub(crate) feed: Feed,
    /// What verifications of the record share.
    pub(crate) audit: Verifier,
    /// Places for imports, each of which may hold a whole file and a connection.
    pub(crate) imports: Arc<Semaphore>,
    /// Places for exports.
    pub(crate) exports: Arc<Semaphore>,
    /// Where reports are kept; none: there are no reports.
    pub(crate) storage: Option<Storage>,
    /// Who was refused what of late.
    pub(crate) refusals: Refusals,
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
        let span = |duration| TimeDelta::from_std(duration).map_err(Failure::internal);
        Ok(Self {
            database,
            passwords: Passwords::new()?,
            password_policy: PasswordPolicy::new(settings.password_min_length),
            pause_rules: PauseRules {
                max_failures: settings.login.max_failures,
                window: span(settings.login.failure_window)?,
                pause: span(settings.login.pause)?,
            },
            refresh_lifetime: span(settings.refresh_lifetime)?,
            refresh_grace: span(settings.refresh_grace)?,
            public_url: settings.public_url.clone(),
            allow_private: settings.allow_private,
            feed,
            audit: Verifier::new(settings.audit.key()?),
            imports: Arc::new(Semaphore::new(IMPORTS)),
            exports: Arc::new(Semaphore::new(EXPORTS)),
            storage: settings.storage.as_ref().map(Storage::new).transpose()?,
            refusals: Refusals::default(),
            suggestions: SuggestionVerifier::new(
                &settings.jwt_secret,
                settings.jwt_secret_previous.as_ref(),
            ),
        })
    }
}
