//! Password hashing: argon2id, off the async threads, a bounded number at a time, and a bounded number that wait for it.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use domain::Failure;
use domain::account::password::{MAX_PASSWORD_CHARACTERS, normalized};
use secrecy::{ExposeSecret, SecretString};
use service_runtime::{BlockingError, BlockingPool};
use tokio::sync::Semaphore;

/// Memory of one hash in KiB, its passes and lanes: the floor of OWASP for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Most passwords that wait for each processor: about three seconds of work. Whoever comes then hears so at once.
const WAITING: usize = 128;

/// What came of a check.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The password fits; the hash to store instead, when the stored one was made with older parameters.
    Right {
        /// New hash.
        renewed: Option<String>,
    },
    /// The password does not fit, or there was no hash to fit.
    Wrong,
}

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    pool: BlockingPool,
    places: Arc<Semaphore>,
    /// Checked when there is no account, so that the answer takes as long.
    dummy: String,
}

impl Passwords {
    /// Makes a hasher that works on as many passwords at once as there are processors.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when nothing can be hashed at all.
    pub(crate) fn new() -> Result<Self, Failure> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            pool: BlockingPool::new(processors),
            places: Arc::new(Semaphore::new(processors * WAITING)),
            dummy: hash(&hex::encode(rand::random::<[u8; 16]>()))?,
        })
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when too many wait.
    pub(crate) async fn hash(&self, password: SecretString) -> Result<String, Failure> {
        self.run(move || hash(password.expose_secret())).await?
    }

    /// Checks a password against a stored hash; `None` stands for an account that does not exist.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when too many wait.
    pub(crate) async fn verify(
        &self,
        password: SecretString,
        stored: Option<String>,
    ) -> Result<Verdict, Failure> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy.clone());
        let work = move || verify(password.expose_secret(), &stored);
        let verdict = self.run(work).await??;
        Ok(if known { verdict } else { Verdict::Wrong })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let Ok(_place) = self.places.try_acquire() else {
            return Err(Failure::overloaded(Duration::from_secs(1)));
        };
        self.pool.run(work).await.map_err(stopped)
    }
}

fn stopped(error: BlockingError) -> Failure {
    Failure::internal(error)
}

fn argon2() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(to_failure)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn to_failure(error: impl std::fmt::Display) -> Failure {
    Failure::internal(error.to_string())
}

fn hash(password: &str) -> Result<String, Failure> {
    let hash: PasswordHash = argon2()?
        .hash_password(normalized(password).as_bytes())
        .map_err(to_failure)?;
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> Result<Verdict, Failure> {
    let parsed = PasswordHash::new(stored).map_err(to_failure)?;
    let normal = normalized(password);
    let fits = argon2()?
        .verify_password(normal.as_bytes(), &parsed)
        .is_ok();
    // Longer passwords are never accepted, and never cut.
    if !fits || normal.chars().count() > MAX_PASSWORD_CHARACTERS {
        return Ok(Verdict::Wrong);
    }
    let current = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    let renewed = if stored.starts_with(&current) {
        None
    } else {
        Some(hash(password)?)
    };
    Ok(Verdict::Right { renewed })
}

#[cfg(test)]
mod tests;
