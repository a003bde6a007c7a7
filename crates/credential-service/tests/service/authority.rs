//! Who may call, and whether they still are who their token says.

use std::time::Duration;

use domain::ErrorCode;
use domain::policy::Principal;
use domain::vocabulary::UserRole;
use protocol::pb::credential as pb;
use protocol::token::TokenSigner;
use secrecy::SecretString;
use tonic::{Code, Request};

use crate::support::{Service, credential, institution, outcome, refusal};

#[tokio::test]
async fn a_call_without_a_good_token_is_unauthenticated() {
    let service = Service::start().await;
    let forger = TokenSigner::new(&SecretString::from(
        "another-secret-of-forty-characters-here!",
    ));
    let forged = forger
        .sign(&Principal::Anonymous, Duration::from_secs(60))
        .unwrap();
    let mut clients = service.anonymous().institutions();

    for token in [None, Some("nonsense"), Some(forged.as_str())] {
        let mut request = Request::new(pb::ListInstitutionsRequest::default());
        if let Some(token) = token {
            let bearer = format!("Bearer {token}").parse().unwrap();
            request.metadata_mut().insert("authorization", bearer);
        }
        let refused = clients.list_institutions(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated, "{token:?}");
    }
}

#[tokio::test]
async fn roles_may_do_what_the_table_says() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let coordinator = service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;
    let decider = service.person(UserRole::InstitutionAdmin, Some(own)).await;
    let learner = service.person(UserRole::User, Some(own)).await;
    let (anonymous, follower) = (service.anonymous(), service.follower());

    for (place, person) in [&coordinator, &decider, &learner, &follower]
        .into_iter()
        .enumerate()
    {
        let refused = person.create_institution("NEW").await;
        assert_eq!(refusal(refused), ErrorCode::AuthorizationError, "{place}");
        let refused = person.create_credential(other, credential("NEW-1")).await;
        assert_eq!(refusal(refused), ErrorCode::AuthorizationError, "{place}");
    }
    assert_eq!(
        refusal(anonymous.create_institution("NEW").await),
        ErrorCode::TokenMissing
    );
    assert_eq!(
        refusal(learner.create_credential(own, credential("NEW-1")).await),
        ErrorCode::AuthorizationError
    );
    assert!(
        coordinator
            .create_credential(own, credential("NEW-1"))
            .await
            .is_ok()
    );
    assert!(
        decider
            .create_credential(own, credential("NEW-2"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn nobody_changes_the_offers_of_another_institution() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let stranger = service
        .person(UserRole::InstitutionAdmin, Some(other))
        .await;
    let admin = service.admin().await;
    let public = admin.publish_new(own, "OWN-1").await;
    let hidden = admin
        .create_credential(own, credential("OWN-2"))
        .await
        .unwrap();

    let archive = pb::CredentialTransition::Archive;
    assert_eq!(
        refusal(stranger.step(&public.id, archive).await),
        ErrorCode::AuthorizationError
    );
    assert_eq!(
        refusal(stranger.update(&public.id, credential("X"), None).await),
        ErrorCode::AuthorizationError
    );
    assert_eq!(
        refusal(stranger.update(&hidden.id, credential("X"), None).await),
        ErrorCode::NotFound
    );
    let learner = service.person(UserRole::User, None).await;
    assert_eq!(
        refusal(learner.update(&hidden.id, credential("X"), None).await),
        ErrorCode::AuthorizationError
    );
}

#[tokio::test]
async fn a_token_is_worth_no_more_than_the_person_behind_it() {
    let service = Service::start().await;
    let own = service.institution("OWN").await;
    for (change, expected) in [
        (
            "DELETE FROM users WHERE id = '{id}'",
            ErrorCode::TokenInvalid,
        ),
        (
            "UPDATE users SET is_active = false WHERE id = '{id}'",
            ErrorCode::AccountDisabled,
        ),
        (
            "UPDATE users SET role = 'USER' WHERE id = '{id}'",
            ErrorCode::TokenExpired,
        ),
        (
            "UPDATE sessions SET ended_at = now(), end_reason = 'SIGN_OUT' WHERE user_id = '{id}'",
            ErrorCode::TokenInvalid,
        ),
        (
            "UPDATE sessions SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE user_id = '{id}'",
            ErrorCode::TokenInvalid,
        ),
    ] {
        let person = service
            .person(UserRole::ProgramCoordinator, Some(own))
            .await;
        let id = person.principal.user_id().unwrap();
        service.sql(&change.replace("{id}", &id.to_string())).await;

        let written = person.create_credential(own, credential("GONE-1")).await;
        let read = person
            .list_credentials(pb::ListMicroCredentialsRequest::default())
            .await;

        assert_eq!(refusal(written), expected, "{change}");
        assert_eq!(refusal(read), expected, "{change}");
    }
    assert_eq!(
        service
            .count("SELECT count(*) FROM micro_credentials")
            .await,
        0
    );
}

#[tokio::test]
async fn the_feed_is_for_services() {
    let service = Service::start().await;
    for person in [service.admin().await, service.anonymous()] {
        let request = person
            .outgoing
            .stream_request(pb::WatchRequest::default())
            .unwrap();
        let refused = person.feed().watch(request).await.unwrap_err();
        assert!(
            matches!(
                refused.code(),
                Code::PermissionDenied | Code::Unauthenticated
            ),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn too_little_time_is_refused() {
    let service = Service::start().await;
    let admin = service.admin().await;
    let draft = institution("LATE");

    let request = pb::CreateInstitutionRequest { draft: Some(draft) };
    let request = admin
        .outgoing
        .request(request, Duration::from_millis(90))
        .unwrap();
    let refused = outcome(admin.institutions().create_institution(request).await);

    assert_eq!(refusal(refused), ErrorCode::RequestTimeout);
    assert_eq!(service.count("SELECT count(*) FROM institutions").await, 0);
}
