//! Rows to begin with: the first administrator, or the demonstration catalogue and its accounts.

mod accounts;
mod administrator;
mod catalogue;
mod file;

use domain::Failure;
use serde::{Deserialize, Serialize};

pub use administrator::first_administrator;

use crate::secret::password::Passwords;
use crate::store::Mode;
use crate::store::pool::Database;

/// A demonstration account with its password, which is not kept anywhere else.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoAccount {
    /// What the person may do.
    pub role: String,
    /// E-mail to sign in with.
    pub email: String,
    /// Random password.
    pub password: String,
    /// Institution that the person acts for.
    pub institution_code: Option<String>,
}

/// What a seed has added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Institutions.
    pub institutions: usize,
    /// Micro-credentials.
    pub credentials: usize,
    /// Recognitions.
    pub recognitions: usize,
    /// Pathways.
    pub pathways: usize,
}

/// Adds what is missing of the demonstration catalogue; a second time it adds nothing.
///
/// # Errors
/// The database refuses, or the files in the program are broken.
pub async fn seed_demo(database: &Database) -> Result<Seeded, Failure> {
    let mut transaction = database.begin_background(Mode::Write).await?;
    let seeded = catalogue::add_missing(&mut transaction).await?;
    transaction.commit().await?;
    Ok(seeded)
}

/// Gives every demonstration account a new random password, making the accounts that are missing.
///
/// # Errors
/// The database refuses, or the demonstration catalogue is not there.
pub async fn reset_demo_accounts(database: &Database) -> Result<Vec<DemoAccount>, Failure> {
    let passwords = Passwords::new()?;
    let prepared = accounts::prepare(&passwords).await?;
    let mut transaction = database.begin_background(Mode::Write).await?;
    let accounts = accounts::write(&mut transaction, prepared).await?;
    transaction.commit().await?;
    Ok(accounts)
}

/// A password that nobody guesses: 20 of 54 characters that are not mistaken for each other.
fn random_password() -> String {
    const ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ234567";
    (0..20)
        .filter_map(|_| ALPHABET.get(rand::random_range(0..ALPHABET.len())))
        .map(|byte| char::from(*byte))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::random_password;

    #[test]
    fn passwords_are_long_and_never_repeat() {
        let (first, second) = (random_password(), random_password());

        assert_eq!(first.len(), 20);
        assert_ne!(first, second);
    }
}
