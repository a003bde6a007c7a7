//! The proof that a request with cookies was made by a page of ours (OWASP: signed double submit).
//!
//! A browser sends cookies with requests that another site has made it send. So what a cookie authorises and changes
//! something must also carry the header `X-CSRF-Token` with the value of the readable cookie. The value names the session
//! and is signed, so that the proof of one session does not do for another. What browsers say of themselves in
//! `Sec-Fetch-Site` is heeded too.

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use domain::id::SessionId;
use domain::{ErrorCode, Failure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::cookie;

/// Header that repeats the cookie.
pub(crate) const HEADER: &str = "x-csrf-token";
/// What access tokens sign never begins like this.
const LABEL: &str = "bccb csrf:";

/// Makes and checks proofs, with the keys of the access tokens.
#[derive(Clone)]
pub(crate) struct Csrf {
    keys: Vec<SecretString>,
}

impl std::fmt::Debug for Csrf {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Csrf")
    }
}

impl Csrf {
    /// Proofs signed with the first key; those of the others are still good.
    pub(crate) fn new(current: &SecretString, previous: Option<&SecretString>) -> Self {
        let keys = std::iter::once(current).chain(previous).cloned().collect();
        Self { keys }
    }

    /// The proof of a session.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when there is no key.
    pub(crate) fn issue(&self, session: SessionId) -> Result<String, Failure> {
        let claim = format!("{session}.{}", hex::encode(rand::random::<[u8; 16]>()));
        let key = self
            .keys
            .first()
            .ok_or_else(|| Failure::internal("there is no key to sign with"))?;
        let signature = mac(key, &claim)?.finalize().into_bytes();
        Ok(format!("{claim}.{}", hex::encode(signature)))
    }

    /// Insists that a request which a cookie authorises for a session comes from a page of ours.
    ///
    /// # Errors
    /// `AUTHORIZATION_ERROR`.
    pub(crate) fn require(
        &self,
        method: &Method,
        headers: &HeaderMap,
        session: SessionId,
    ) -> Result<(), Failure> {
        if method.is_safe() {
            return Ok(());
        }
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if text("sec-fetch-site").is_some_and(|site| site.eq_ignore_ascii_case("cross-site")) {
            return Err(forged("another site has made this request"));
        }
        let repeated =
            text(HEADER).filter(|header| Some(*header) == cookie::read(headers, cookie::CSRF));
        let Some(proof) = repeated else {
            return Err(forged(
                "with cookies, the header X-CSRF-Token must repeat the cookie __Host-bccb-csrf",
            ));
        };
        if self.session_of(proof) == Some(session) {
            Ok(())
        } else {
            Err(forged("the X-CSRF-Token is not of this session"))
        }
    }

    fn session_of(&self, proof: &str) -> Option<SessionId> {
        let (claim, signature) = proof.rsplit_once('.')?;
        let signature = hex::decode(signature).ok()?;
        let signed = self
            .keys
            .iter()
            .any(|key| mac(key, claim).is_ok_and(|mac| mac.verify_slice(&signature).is_ok()));
        if !signed {
            return None;
        }
        claim.split_once('.')?.0.parse().ok()
    }
}

fn mac(key: &SecretString, claim: &str) -> Result<Hmac<Sha256>, Failure> {
    let mut mac =
        Hmac::new_from_slice(key.expose_secret().as_bytes()).map_err(Failure::internal)?;
    mac.update(LABEL.as_bytes());
    mac.update(claim.as_bytes());
    Ok(mac)
}

/// Counts a request that is refused for want of a proof.
pub(crate) fn count_refused() {
    metrics::counter!("csrf_refused_total").increment(1);
}

fn forged(message: &'static str) -> Failure {
    Failure::new(ErrorCode::AuthorizationError, message)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_str(value).unwrap();
                (HeaderName::from_static(name), value)
            })
            .collect()
    }

    #[test]
    fn only_the_proof_of_the_same_session_under_a_known_key_is_good() {
        let (old, new) = ("the key before".into(), "the key of today".into());
        let csrf = Csrf::new(&new, Some(&old));
        let session = SessionId::generate();
        let good = csrf.issue(session).unwrap();
        let ask = |proof: &str, cookie: &str| {
            let cookie = format!("__Host-bccb-csrf={cookie}");
            let headers = headers(&[("x-csrf-token", proof), ("cookie", &cookie)]);
            csrf.require(&Method::POST, &headers, session).is_ok()
        };

        assert!(ask(&good, &good));
        let earlier = Csrf::new(&old, None).issue(session).unwrap();
        assert!(ask(&earlier, &earlier), "keys change with overlap");
        for bad in [
            csrf.issue(SessionId::generate()).unwrap(),
            Csrf::new(&"a strange key".into(), None)
                .issue(session)
                .unwrap(),
            format!("{good}0"),
            format!("{session}.00.00"),
            String::new(),
            "x".into(),
        ] {
            assert!(!ask(&bad, &bad), "{bad}");
        }
        assert!(!ask(&good, "something else"));
        assert!(
            csrf.require(&Method::POST, &HeaderMap::new(), session)
                .is_err()
        );
        assert!(
            csrf.require(&Method::GET, &HeaderMap::new(), session)
                .is_ok()
        );
        let cookie = format!("__Host-bccb-csrf={good}");
        let crossed = headers(&[
            ("x-csrf-token", &good),
            ("cookie", &cookie),
            ("sec-fetch-site", "cross-site"),
        ]);
        assert!(csrf.require(&Method::POST, &crossed, session).is_err());
    }
}
