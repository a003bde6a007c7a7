//! Bad input: always our envelope, never 500, always told what would be right.

use domain::vocabulary::UserRole;
use reqwest::{Method, StatusCode};

use crate::support::{Ask, Gateway, settings, token, with_json, with_token};

const REGISTER: &str = "/api/v1/auth/register";
const LOGIN: &str = "/api/v1/auth/login";
/// Both answer alike.
const PREFIXES: [&str; 2] = ["/api/v1", "/api"];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_malformed() {
    let gateway = Gateway::start(settings());

    for body in ["", "{", "nope", r#"{"email":"a"}{"#, r#"{"email":1e999}"#] {
        let reply = gateway.post(LOGIN, body).await;
        assert_eq!(
            reply.status,
            StatusCode::BAD_REQUEST,
            "{body}: {}",
            reply.text
        );
        assert_eq!(reply.code(), "INVALID_FORMAT", "{body}");
    }
    let deep = "[".repeat(200_000);
    assert_eq!(
        gateway.post(LOGIN, &deep).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_json_and_breaks_a_rule_names_the_field() {
    let gateway = Gateway::start(settings());
    let admin = token(UserRole::Admin);

    let login = [
        (
            r#"{"email":"a@b.ca"}"#,
            "REQUIRED_FIELD_MISSING",
            "password",
        ),
        (
            r#"{"email":"a@b.ca","password":"x","admin":true}"#,
            "VALIDATION_ERROR",
            "admin",
        ),
        (
            r#"{"email":"a@b.ca","password":7}"#,
            "VALIDATION_ERROR",
            "password",
        ),
        (
            r#"{"email":" ","password":"x"}"#,
            "VALIDATION_ERROR",
            "email",
        ),
        (
            r#"{"email":"a\u0000@b.ca","password":"x"}"#,
            "VALIDATION_ERROR",
            "email",
        ),
    ];
    for prefix in PREFIXES {
        for (body, code, field) in login {
            let reply = gateway.post(&format!("{prefix}/auth/login"), body).await;
            assert_eq!(
                (reply.status, reply.code().as_str(), reply.fields()),
                (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    code,
                    vec![field.to_owned()]
                ),
                "{prefix}: {body}"
            );
        }

        let institution = with_json(r#"{"name":"A","type":"SCHOOL","code":"A"}"#).signed(&admin);
        let path = format!("{prefix}/institutions");
        let reply = gateway.ask(Method::POST, &path, institution).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(reply.code(), "INVALID_ENUM_VALUE");
        assert_eq!(reply.fields(), ["type"]);
        assert!(reply.text.contains("UNIVERSITY, COLLEGE"), "{}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_broken_rules_come_at_once_and_secrets_are_not_repeated() {
    let gateway = Gateway::start(settings());

    let body = r#"{"email":"nobody","password":"hunter2","firstName":"","lastName":"L"}"#;
    let reply = gateway.post(REGISTER, body).await;

    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The password is too short, and one that is tried first.
    assert_eq!(
        reply.fields(),
        ["email", "password", "password", "firstName"]
    );
    assert!(!reply.text.contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_unknown_or_of_another_type_comes_at_once_too() {
    let gateway = Gateway::start(settings());

    for prefix in PREFIXES {
        let register = format!("{prefix}/auth/register");
        let empty = gateway.post(&register, "{}").await;
        let mixed = r#"{"email":7,"password":"hunter2hunter2hunter2","colour":"red"}"#;
        let mixed = gateway.post(&register, mixed).await;

        assert_eq!(
            (empty.status, empty.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "REQUIRED_FIELD_MISSING")
        );
        let mut fields = empty.fields();
        fields.sort_unstable();
        assert_eq!(fields, ["email", "firstName", "lastName", "password"]);
        assert_eq!(mixed.code(), "VALIDATION_ERROR");
        let mut fields = mixed.fields();
        fields.sort_unstable();
        assert_eq!(fields, ["colour", "email", "firstName", "lastName"]);
        assert!(!mixed.text.contains("hunter2"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_numbers_within_their_range() {
    let gateway = Gateway::start(settings());
    let admin = token(UserRole::Admin);
    let id = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f";
    let body = |extra: &str| {
        format!(
            r#"{{"institutionId":"{id}","title":"T","programCode":"P","credentialType":"BADGE",{extra}}}"#
        )
    };

    for (extra, field) in [
        (r#""credits":"3""#, "credits"),
        (r#""credits":61"#, "credits"),
        (r#""duration":-3"#, "duration"),
        (r#""cost":1.234"#, "cost"),
        (
            r#""outcomes":[{"outcomeText":""}]"#,
            "outcomes[0].outcomeText",
        ),
        (
            r#""outcomes":[{"outcomeText":"Weld","bloomLevel":"DREAM"}]"#,
            "outcomes[0].bloomLevel",
        ),
        (r#""effectiveDate":"2026-02-30""#, "effectiveDate"),
    ] {
        for prefix in PREFIXES {
            let ask = with_json(body(extra)).signed(&admin);
            let path = format!("{prefix}/credentials");
            let reply = gateway.ask(Method::POST, &path, ask).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{extra}");
            assert_eq!(reply.fields(), [field], "{extra}: {}", reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_of_a_sane_size_is_read() {
    let gateway = Gateway::start(settings());
    let text = Ask {
        headers: vec![("content-type", "text/plain".into())],
        body: Some(b"{}".to_vec()),
        ..Ask::default()
    };
    let bare = Ask {
        body: Some(b"{}".to_vec()),
        ..Ask::default()
    };

    for ask in [
        text,
        bare,
        with_json("{}").header("content-encoding", "gzip"),
    ] {
        let reply = gateway.ask(Method::POST, LOGIN, ask).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(reply.code(), "UNSUPPORTED_MEDIA_TYPE");
    }
    let large = format!(r#"{{"email":"{}"}}"#, "a".repeat(10 * 1024 * 1024));
    let reply = gateway.post(LOGIN, &large).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(reply.code(), "PAYLOAD_TOO_LARGE");
    let charset = Ask {
        headers: vec![("content-type", "application/json; charset=utf-8".into())],
        body: Some(b"{}".to_vec()),
        ..Ask::default()
    };
    let reply = gateway.ask(Method::POST, LOGIN, charset).await;
    assert_eq!(reply.code(), "REQUIRED_FIELD_MISSING");
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_that_are_none_are_malformed() {
    let gateway = Gateway::start(settings());

    for id in [
        "7",
        "not-a-uuid",
        "%00",
        "%zz",
        "%",
        "%ff%fe",
        "01932b1e8f3a7c5e9d410a1b2c3d4e5f",
        "%7B01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f%7D",
        "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f%00",
        "..%2f..%2fetc%2fpasswd",
    ] {
        for collection in ["credentials", "institutions", "recognitions", "pathways"] {
            let reply = gateway.get(&format!("/api/v1/{collection}/{id}")).await;
            assert_eq!(
                reply.status,
                StatusCode::BAD_REQUEST,
                "{collection}/{id}: {}",
                reply.text
            );
            assert_eq!(reply.code(), "INVALID_FORMAT");
            assert_eq!(reply.fields(), ["id"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_are_read_in_full_or_refused() {
    let gateway = Gateway::start(settings());

    for (query, field) in [
        ("pge=1", "pge"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=4294967296", "page"),
        ("limit=101", "limit"),
        ("limit=", "limit"),
        ("sort=", "sort"),
        ("status=LIVE", "status"),
        ("institutionId=7", "institutionId"),
        ("minCredits=many", "minCredits"),
        ("minCredits=-1", "minCredits"),
        ("maxCredits=61", "maxCredits"),
    ] {
        let reply = gateway.get(&format!("/api/v1/credentials?{query}")).await;
        assert_eq!(
            reply.status,
            StatusCode::BAD_REQUEST,
            "{query}: {}",
            reply.text
        );
        assert_eq!(reply.code(), "INVALID_FORMAT", "{query}");
        assert_eq!(reply.fields(), [field], "{query}: {}", reply.text);
    }
    for query in ["search=%zz", "search=%00", "search=%ff", "%"] {
        let reply = gateway.get(&format!("/api/v1/credentials?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.code(), "INVALID_FORMAT", "{query}");
    }
    for (query, field) in [
        ("onDate=2026-02-30", "onDate"),
        ("isActive=yes", "isActive"),
    ] {
        let reply = gateway.get(&format!("/api/v1/recognitions?{query}")).await;
        assert_eq!(reply.fields(), [field], "{query}: {}", reply.text);
    }
    let id = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f";
    let alone = gateway
        .get(&format!("/api/v1/institutions/{id}?page=1"))
        .await;
    assert_eq!(alone.status, StatusCode::BAD_REQUEST, "{}", alone.text);
    assert_eq!(alone.fields(), ["page"]);
    let audit = gateway
        .ask(
            Method::GET,
            "/api/v1/audit?startDate=yesterday",
            with_token(&token(UserRole::Admin)),
        )
        .await;
    assert_eq!(audit.fields(), ["startDate"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_to_the_ai_have_bounds() {
    let gateway = Gateway::start(settings());
    let user = token(UserRole::User);

    for (path, body, field) in [
        ("search/semantic", r#"{"query":"  "}"#.to_owned(), "query"),
        (
            "search/semantic",
            format!(r#"{{"query":"{}"}}"#, "a".repeat(2_001)),
            "query",
        ),
        (
            "search/semantic",
            r#"{"query":"a","limit":0}"#.to_owned(),
            "limit",
        ),
        (
            "search/semantic",
            r#"{"query":"a","minSimilarity":2}"#.to_owned(),
            "minSimilarity",
        ),
        (
            "search/semantic",
            r#"{"query":"a","filters":{"level":"HARD"}}"#.to_owned(),
            "filters.level",
        ),
        ("embeddings", r#"{"texts":[]}"#.to_owned(), "texts"),
        ("embeddings", r#"{"texts":["a",""]}"#.to_owned(), "texts[1]"),
        (
            "pathways/similar",
            r#"{"limit":3}"#.to_owned(),
            "microCredentialId",
        ),
        (
            "credits/assess",
            r#"{"microCredentialId":"x","recognizingInstitutionId":"01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f","recognitionType":"EXEMPTION"}"#.to_owned(),
            "microCredentialId",
        ),
    ] {
        let ask = with_json(body.clone()).signed(&user);
        let reply = gateway
            .ask(Method::POST, &format!("/api/v1/ai/{path}"), ask)
            .await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}: {}",
            reply.text
        );
        assert_eq!(reply.fields(), [field], "{body}: {}", reply.text);
    }
}
