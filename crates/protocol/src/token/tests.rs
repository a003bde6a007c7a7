use base64::Engine as _;

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
fn a_token_is_as_old_as_what_it_says_and_holds_from_now_on() {
    let moment = Utc::now() - chrono::TimeDelta::seconds(90);
    let token = TokenSigner::new(&secret(KEY))
        .sign_as_of(&person(), Duration::from_secs(60), moment)
        .unwrap();

    let read = TokenVerifier::new(&secret(KEY), None).read(&token).unwrap();

    assert_eq!(read.signed_at.timestamp_millis(), moment.timestamp_millis());
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

type Forgery = (&'static str, String);

const STRANGER: &str = "another key of thirty-two bytes!";

/// The right claims under a header that is not ours.
fn forged_headers(good: &serde_json::Value) -> Vec<Forgery> {
    let headed = |field: &str, value: serde_json::Value| {
        let mut header = serde_json::json!({"typ": "JWT", "alg": "HS256"});
        header[field] = value;
        forge_raw(&header.to_string(), &good.to_string(), KEY)
    };
    let claimed =
        |header: serde_json::Value| forge_raw(&header.to_string(), &good.to_string(), STRANGER);
    let unsigned_as = |algorithm: &str| {
        let header = serde_json::json!({"typ": "JWT", "alg": algorithm});
        let signed = forge_raw(&header.to_string(), &good.to_string(), KEY);
        let (body, _signature) = signed.rsplit_once('.').unwrap();
        format!("{body}.")
    };
    vec![
        ("alg none in capitals", unsigned_as("NONE")),
        ("alg none in mixed case", unsigned_as("nOnE")),
        ("HS256 without a signature", unsigned_as("HS256")),
        ("an empty algorithm", unsigned_as("")),
        ("an algorithm with keys of its own", unsigned_as("RS256")),
        (
            "kid that is a path",
            headed("kid", "../../../../dev/null".into()),
        ),
        (
            "kid that is SQL",
            headed("kid", "' UNION SELECT 'key' --".into()),
        ),
        (
            "a stranger's kid",
            claimed(serde_json::json!({"typ": "JWT", "alg": "HS256", "kid": "1"})),
        ),
        ("jku", headed("jku", "https://evil.example/keys".into())),
        (
            "a stranger's jku",
            claimed(
                serde_json::json!({"typ": "JWT", "alg": "HS256", "jku": "https://evil.example/keys"}),
            ),
        ),
        (
            "x5u",
            headed("x5u", "https://evil.example/certificate".into()),
        ),
        (
            "a stranger's jwk",
            claimed(
                serde_json::json!({"typ": "JWT", "alg": "HS256", "jwk": {"kty": "oct", "k": "YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE"}}),
            ),
        ),
        ("crit", headed("crit", serde_json::json!(["exp"]))),
        ("another typ", headed("typ", "at+jwt".into())),
    ]
}

/// Claims that are not ours, under the right key.
fn forged_claims(good: &serde_json::Value) -> Vec<Forgery> {
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
    vec![
        ("not valid before", change("nbf", 4_000_000_000_u64.into())),
        ("expiry that is text", change("exp", "never".into())),
        ("expiry below zero", change("exp", (-1).into())),
        (
            "many audiences",
            change("aud", serde_json::json!(["elsewhere", "x"])),
        ),
        ("no audience", without("aud")),
        ("no issuer", without("iss")),
        ("no subject", without("sub")),
        ("no kind", without("kind")),
        (
            "a service that claims a session",
            change("kind", "SERVICE".into()),
        ),
        ("other issuer", change("iss", "evil".into())),
        ("other audience", change("aud", "elsewhere".into())),
        ("unknown kind", change("kind", "refresh".into())),
        ("unknown role", change("role", "ROOT".into())),
        ("subject that is no person", change("sub", "admin".into())),
        ("strange claim", change("admin", true.into())),
        ("no expiry", without("exp")),
        ("no session", without("session")),
        ("no role", without("role")),
    ]
}

/// Tokens that were cut, joined, or signed by somebody else.
fn forged_shapes(good: &serde_json::Value, valid: &str) -> Vec<Forgery> {
    let twice = {
        let text = good.to_string();
        let doubled = text.replacen('{', r#"{"role":"ADMIN","#, 1);
        forge_raw(r#"{"typ":"JWT","alg":"HS256"}"#, &doubled, KEY)
    };
    let unsigned = format!(
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.",
        valid.split('.').nth(1).unwrap()
    );
    let (head, rest) = valid.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    vec![
        ("HS512", forge(good, Algorithm::HS512, KEY)),
        ("a claim twice", twice),
        ("a refresh token", format!("bccbr_{}", "0".repeat(64))),
        ("two parts", format!("{head}.{body}")),
        ("four parts", format!("{valid}.x")),
        ("parts swapped", format!("{body}.{head}.{signature}")),
        (
            "the signature of another",
            format!(
                "{head}.{body}.{}",
                forge(good, Algorithm::HS256, STRANGER)
                    .rsplit('.')
                    .next()
                    .unwrap()
            ),
        ),
        ("padding", format!("{valid}=")),
        ("white space", format!(" {valid}")),
        ("other algorithm", forge(good, Algorithm::HS384, KEY)),
        (
            "other key",
            forge(good, Algorithm::HS256, "another key of thirty-two bytes!"),
        ),
        ("no signature", unsigned),
        ("trailing bytes", format!("{valid}x")),
        ("too long", "a".repeat(100_000)),
        ("empty", String::new()),
    ]
}

#[test]
fn forged_tokens_are_refused() {
    let verifier = TokenVerifier::new(&secret(KEY), None);
    let good = claims_of(&TokenSigner::new(&secret(KEY)), &person());
    let valid = forge(&good, Algorithm::HS256, KEY);
    let forgeries = [
        forged_headers(&good),
        forged_claims(&good),
        forged_shapes(&good, &valid),
    ]
    .concat();

    assert!(verifier.verify(&valid).is_ok());
    assert!(forgeries.len() >= 45, "{}", forgeries.len());
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

/// Signs whatever is given with HS256.
fn forge_raw(header: &str, claims: &str, key: &str) -> String {
    let text = |part: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(part);
    let message = format!("{}.{}", text(header), text(claims));
    let key = EncodingKey::from_secret(key.as_bytes());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn forge(claims: &serde_json::Value, algorithm: Algorithm, key: &str) -> String {
    jsonwebtoken::encode(
        &Header::new(algorithm),
        claims,
        &EncodingKey::from_secret(key.as_bytes()),
    )
    .unwrap()
}
