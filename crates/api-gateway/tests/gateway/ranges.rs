//! Numbers out of their ranges are told apart from everything else that can be wrong with a field.

use domain::vocabulary::UserRole;
use reqwest::{Method, StatusCode};

use crate::support::document::ID;
use crate::support::{Gateway, Reply, settings, token, with_json};

const OUT_OF_RANGE: &str = "VALUE_OUT_OF_RANGE";
const INVALID: &str = "VALIDATION_ERROR";

async fn ask(gateway: &Gateway, path: &str, body: &str) -> Reply {
    let ask = with_json(body).signed(&token(UserRole::Admin));
    let path = format!("/api/v1/{path}");
    let reply = gateway.ask(Method::POST, &path, ask).await;
    assert_eq!(
        reply.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{body}: {}",
        reply.text
    );
    reply
}

fn credential(extra: &str) -> String {
    format!(
        r#"{{"institutionId":"{ID}","title":"T","programCode":"P","credentialType":"BADGE",{extra}}}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_a_credential_have_ranges() {
    let gateway = Gateway::start(settings());

    for (extra, field, code) in [
        (r#""credits":61"#, "credits", OUT_OF_RANGE),
        (r#""credits":-0.5"#, "credits", OUT_OF_RANGE),
        (r#""credits":1e300"#, "credits", OUT_OF_RANGE),
        (r#""duration":-3"#, "duration", OUT_OF_RANGE),
        (r#""cost":-1"#, "cost", OUT_OF_RANGE),
        (r#""credits":"3""#, "credits", INVALID),
        (r#""cost":1.234"#, "cost", INVALID),
        (r#""shortTitle":"""#, "shortTitle", INVALID),
        (r#""level":"HARD""#, "level", "INVALID_ENUM_VALUE"),
    ] {
        let reply = ask(&gateway, "credentials", &credential(extra)).await;
        assert_eq!(
            (reply.fields(), reply.code().as_str()),
            (vec![field.to_owned()], code),
            "{extra}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_rules_of_one_kind_keep_its_code_and_of_several_kinds_do_not() {
    let gateway = Gateway::start(settings());

    for (extra, code) in [
        (r#""credits":61,"duration":-3"#, OUT_OF_RANGE),
        (r#""credits":61,"shortTitle":"""#, INVALID),
    ] {
        let reply = ask(&gateway, "credentials", &credential(extra)).await;
        assert_eq!(
            (reply.fields().len(), reply.code().as_str()),
            (2, code),
            "{extra}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_in_questions_to_the_ai_have_ranges() {
    let gateway = Gateway::start(settings());
    let offer = format!(r#""microCredentialId":"{ID}""#);
    let search = |extra: &str| format!(r#"{{"query":"a",{extra}}}"#);

    for (path, body, field, code) in [
        (
            "search/semantic",
            search(r#""limit":0"#),
            "limit",
            OUT_OF_RANGE,
        ),
        (
            "search/semantic",
            search(r#""limit":101"#),
            "limit",
            OUT_OF_RANGE,
        ),
        (
            "search/semantic",
            search(r#""limit":-1"#),
            "limit",
            OUT_OF_RANGE,
        ),
        (
            "search/semantic",
            search(r#""limit":1.5"#),
            "limit",
            INVALID,
        ),
        (
            "search/semantic",
            search(r#""minSimilarity":2"#),
            "minSimilarity",
            OUT_OF_RANGE,
        ),
        (
            "pathways/recommend",
            format!(r#"{{{offer},"limit":21}}"#),
            "limit",
            OUT_OF_RANGE,
        ),
        (
            "pathways/recommend",
            format!(r#"{{{offer},"minConfidence":-0.1}}"#),
            "minConfidence",
            OUT_OF_RANGE,
        ),
        (
            "pathways/similar",
            format!(r#"{{{offer},"limit":0}}"#),
            "limit",
            OUT_OF_RANGE,
        ),
        (
            "outcomes/extract",
            r#"{"text":"a","minConfidence":1.1}"#.to_owned(),
            "minConfidence",
            OUT_OF_RANGE,
        ),
        (
            "feedback",
            format!(r#"{{"predictionId":"{ID}","verdict":"ACCEPTED","rating":0}}"#),
            "rating",
            OUT_OF_RANGE,
        ),
        (
            "feedback",
            format!(r#"{{"predictionId":"{ID}","verdict":"ACCEPTED","rating":6}}"#),
            "rating",
            OUT_OF_RANGE,
        ),
    ] {
        let reply = ask(&gateway, &format!("ai/{path}"), &body).await;
        assert_eq!(
            (reply.fields(), reply.code().as_str()),
            (vec![field.to_owned()], code),
            "{body}"
        );
    }
}
