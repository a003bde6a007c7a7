use super::*;

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn person() -> Principal {
    Principal::User {
        user_id: UserId::generate(),
        session_id: SessionId::generate(),
        role: UserRole::ProgramCoordinator,
        institution_id: Some(InstitutionId::generate()),
    }
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn a_person_comes_back_as_signed() {
    let principal = person();
    let token = TokenSigner::new(&secret(KEY))
        .sign(&principal, Duration::from_secs(60))
        .unwrap();

    assert_eq!(
        TokenVerifier::new(&secret(KEY), None)
            .verify(&token)
            .unwrap(),
        principal
    );
}

#[test]
fn the_previous_key_still_verifies_and_a_strange_one_does_not() {
    let token = TokenSigner::new(&secret(KEY))
        .sign(&person(), Duration::from_secs(60))
        .unwrap();
    let other = secret("ffffffffffffffffffffffffffffffff");

    assert!(
        TokenVerifier::new(&other, Some(&secret(KEY)))
            .verify(&token)
            .is_ok()
    );
    let failure = TokenVerifier::new(&other, None).verify(&token).unwrap_err();
    assert_eq!(failure.code, ErrorCode::TokenInvalid);
}

#[test]
fn an_old_token_is_called_expired_not_invalid() {
    let signer = TokenSigner::new(&secret(KEY));
    let verifier = TokenVerifier::new(&secret(KEY), None);
    let mut claims = claims_of(&signer, &person());
    claims["iat"] = 1_000.into();
    claims["exp"] = 1_900.into();

    let failure = verifier
        .verify(&forge(&claims, Algorithm::HS256, KEY))
        .unwrap_err();

    assert_eq!(failure.code, ErrorCode::TokenExpired);
}

#[test]
fn forged_tokens_are_refused() {
    let signer = TokenSigner::new(&secret(KEY));
    let verifier = TokenVerifier::new(&secret(KEY), None);
    let good = claims_of(&signer, &person());
    let change = |field: &str, value: serde_json::Value| {
        let mut claims = good.clone();
        claims[field] = value;
        forge(&claims, Algorithm::HS256, KEY)
    };
    let without = |field: &str| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(field);
        forge(&claims, Algorithm::HS256, KEY)
    };
    let valid = forge(&good, Algorithm::HS256, KEY);
    let unsigned = format!(
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.",
        valid.split('.').nth(1).unwrap()
    );
    let forgeries = [
        ("other algorithm", forge(&good, Algorithm::HS384, KEY)),
        (
            "other key",
            forge(&good, Algorithm::HS256, "another key of thirty-two bytes!"),
        ),
        ("no signature", unsigned),
        ("other issuer", change("iss", "evil".into())),
        ("other audience", change("aud", "elsewhere".into())),
        ("unknown kind", change("kind", "refresh".into())),
        ("unknown role", change("role", "ROOT".into())),
        ("subject that is no person", change("sub", "admin".into())),
        ("strange claim", change("admin", true.into())),
        ("no expiry", without("exp")),
        ("no session", without("session")),
        ("no role", without("role")),
        ("trailing bytes", format!("{valid}x")),
        ("too long", "a".repeat(100_000)),
        ("empty", String::new()),
    ];

    assert!(verifier.verify(&valid).is_ok());
    for (what, token) in forgeries {
        assert_eq!(
            verifier.verify(&token).map_err(|failure| failure.code),
            Err(ErrorCode::TokenInvalid),
            "{what}"
        );
    }
}

fn claims_of(signer: &TokenSigner, principal: &Principal) -> serde_json::Value {
    let token = signer.sign(principal, Duration::from_secs(600)).unwrap();
    jsonwebtoken::dangerous::insecure_decode_claims(token).unwrap()
}

fn forge(claims: &serde_json::Value, algorithm: Algorithm, key: &str) -> String {
    jsonwebtoken::encode(
        &Header::new(algorithm),
        claims,
        &EncodingKey::from_secret(key.as_bytes()),
    )
    .unwrap()
}
