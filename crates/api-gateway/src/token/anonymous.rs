//! The short-lived token that the gateway presents for visitors, signed anew before it ends.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::Failure;
use domain::policy::Principal;
use protocol::token::{SERVICE_TOKEN_LIFETIME, TokenSigner};

/// A token with less left than this is not handed out any more.
const LEAST_LEFT: Duration = Duration::from_secs(60);

/// The current token, if one was signed.
#[derive(Debug, Default)]
pub(crate) struct AnonymousToken {
    current: Mutex<Option<Signed>>,
}

struct Signed {
    token: String,
    signed_at: Instant,
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Signed")
    }
}

impl AnonymousToken {
    /// A token that is good for another minute at least.
    pub(crate) fn current(&self, signer: &TokenSigner) -> Result<String, Failure> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signed) = current.as_ref()
            && signed.signed_at.elapsed() + LEAST_LEFT < SERVICE_TOKEN_LIFETIME
        {
            return Ok(signed.token.clone());
        }
        let token = signer.sign(&Principal::Anonymous, SERVICE_TOKEN_LIFETIME)?;
        *current = Some(Signed {
            token: token.clone(),
            signed_at: Instant::now(),
        });
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use protocol::token::{TokenSigner, TokenVerifier};

    use super::*;

    #[test]
    fn visitors_share_one_token_that_our_services_accept() {
        let secret = "0123456789abcdef0123456789abcdef".into();
        let signer = TokenSigner::new(&secret);
        let anonymous = AnonymousToken::default();

        let first = anonymous.current(&signer).unwrap();

        assert_eq!(anonymous.current(&signer).unwrap(), first);
        assert_eq!(
            TokenVerifier::new(&secret, None).verify(&first).unwrap(),
            Principal::Anonymous
        );
    }
}
