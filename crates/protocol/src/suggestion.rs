//! Signed statements of the AI service about pathways that it suggests.
//!
//! `isAiSuggested`, `confidenceScore` and `aiReasoning` are claims of a method, not of a person. The credential service therefore
//! reads them out of a statement that the AI service has signed, and out of nothing else. A statement names the person who asked
//! and the hash of the draft: it holds for that person and that draft alone. Its audience differs from that of access tokens, so
//! neither passes for the other.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::Failure;
use domain::id::{PredictionId, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use prost::Message;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::pb::credential as pb;

const ISSUER: &str = "bccb-ai";
const AUDIENCE: &str = "bccb-suggestions";
/// Longest statement that is looked at; the reasons are a few sentences.
const MAX_BYTES: usize = 32_768;
/// How long a statement holds: longer than an answer is kept for its `Idempotency-Key`, so that a request that broke off between
/// the two services can be repeated for as long as the key counts.
pub const STATEMENT_LIFETIME: Duration = Duration::from_secs(25 * 3_600);

/// What a method says of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// Who asked.
    pub asked_by: UserId,
    /// The stored prediction.
    pub prediction_id: PredictionId,
    /// 0 to 1.
    pub confidence_score: f64,
    /// Why.
    pub ai_reasoning: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    iat: u64,
    exp: u64,
    draft: String,
    suggestion: Suggestion,
}

/// Signs statements.
#[derive(Clone)]
pub struct SuggestionSigner(EncodingKey);

impl std::fmt::Debug for SuggestionSigner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SuggestionSigner")
    }
}

impl SuggestionSigner {
    /// A signer with this key.
    #[must_use]
    pub fn new(secret: &SecretString) -> Self {
        Self(EncodingKey::from_secret(secret.expose_secret().as_bytes()))
    }

    /// Signs what a method says of a draft, for [`STATEMENT_LIFETIME`].
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when signing fails.
    pub fn sign(
        &self,
        draft: &pb::PathwayDraft,
        suggestion: Suggestion,
    ) -> Result<String, Failure> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(Failure::internal)?;
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            iat: now.as_secs(),
            exp: (now + STATEMENT_LIFETIME).as_secs(),
            draft: hash(draft),
            suggestion,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.0)
            .map_err(Failure::internal)
    }
}

/// Verifies statements signed with the current key or, while keys change, with the one before.
#[derive(Clone)]
pub struct SuggestionVerifier {
    keys: Vec<DecodingKey>,
    validation: Validation,
}

impl std::fmt::Debug for SuggestionVerifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SuggestionVerifier")
    }
}

impl SuggestionVerifier {
    /// A verifier with these keys.
    #[must_use]
    pub fn new(current: &SecretString, previous: Option<&SecretString>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let keys = std::iter::once(current)
            .chain(previous)
            .map(|secret| DecodingKey::from_secret(secret.expose_secret().as_bytes()))
            .collect();
        Self { keys, validation }
    }

    /// Reads what a method said of this draft to this person; `None` when the statement is not ours, is too old, or speaks of
    /// another draft or to another person.
    #[must_use]
    pub fn verify(
        &self,
        statement: &str,
        draft: &pb::PathwayDraft,
        caller: UserId,
    ) -> Option<Suggestion> {
        if statement.len() > MAX_BYTES {
            return None;
        }
        let claims = self.keys.iter().find_map(|key| {
            jsonwebtoken::decode::<Claims>(statement, key, &self.validation).ok()
        })?;
        let claims = claims.claims;
        (claims.draft == hash(draft) && claims.suggestion.asked_by == caller)
            .then_some(claims.suggestion)
    }
}

fn hash(draft: &pb::PathwayDraft) -> String {
    hex::encode(Sha256::digest(draft.encode_to_vec()))
}

#[cfg(test)]
mod tests {
    use domain::policy::Principal;

    use super::*;
    use crate::token::{TokenSigner, TokenVerifier};

    fn key(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    fn suggestion(asked_by: UserId) -> Suggestion {
        Suggestion {
            asked_by,
            prediction_id: PredictionId::generate(),
            confidence_score: 0.75,
            ai_reasoning: "Every outcome is covered.".into(),
        }
    }

    #[test]
    fn a_statement_holds_for_its_draft_and_its_person_alone() {
        let (secret, person) = (key("a key of the tests"), UserId::generate());
        let draft = pb::PathwayDraft {
            name: "Welding to Metal Trades".into(),
            ..pb::PathwayDraft::default()
        };
        let said = suggestion(person);
        let statement = SuggestionSigner::new(&secret)
            .sign(&draft, said.clone())
            .unwrap();
        let verifier = SuggestionVerifier::new(&secret, None);
        let changed = pb::PathwayDraft {
            name: "Something else".into(),
            ..draft.clone()
        };
        let other = SuggestionVerifier::new(&key("another key"), None);
        let rotated = SuggestionVerifier::new(&key("another key"), Some(&secret));
        let (head, _signature) = statement.rsplit_once('.').unwrap();

        assert_eq!(verifier.verify(&statement, &draft, person), Some(said));
        assert!(rotated.verify(&statement, &draft, person).is_some());
        assert!(verifier.verify(&statement, &changed, person).is_none());
        assert!(
            verifier
                .verify(&statement, &draft, UserId::generate())
                .is_none()
        );
        assert!(other.verify(&statement, &draft, person).is_none());
        assert!(
            verifier
                .verify(&format!("{head}."), &draft, person)
                .is_none()
        );
        assert!(
            verifier
                .verify(&"x".repeat(MAX_BYTES + 1), &draft, person)
                .is_none()
        );
    }

    #[test]
    fn a_statement_is_no_token_and_a_token_no_statement() {
        let secret = key("a key of the tests");
        let draft = pb::PathwayDraft::default();
        let person = UserId::generate();
        let statement = SuggestionSigner::new(&secret)
            .sign(&draft, suggestion(person))
            .unwrap();
        let token = TokenSigner::new(&secret)
            .sign(&Principal::Service("ai-service".into()), STATEMENT_LIFETIME)
            .unwrap();

        assert!(
            TokenVerifier::new(&secret, None)
                .verify(&statement)
                .is_err()
        );
        let verifier = SuggestionVerifier::new(&secret, None);
        assert!(verifier.verify(&token, &draft, person).is_none());
    }
}
