//! Administering accounts: who may, whom they reach, and what it ends.

use chrono::{DateTime, Utc};
use diesel_async::SimpleAsyncConnection;
use domain::id::InstitutionId;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::convert::value::required_time;
use protocol::pb::credential as pb;
use tokio::time::timeout;

use crate::accounts::{holder, registered};
use crate::passwords::{mail, mails, reset, token};
use crate::sessions::refresh;
use crate::support::{LIMIT, Person, Service, outcome, refusal};

fn id_of(person: &Person) -> String {
    person.principal.user_id().unwrap().to_string()
}

fn assignment(role: pb::UserRole, institution: Option<InstitutionId>) -> Option<pb::Assignment> {
    Some(pb::Assignment {
        role: role.into(),
        institution_id: institution.map(|id| id.to_string()),
    })
}

pub(crate) async fn set_role(
    by: &Person,
    whom: &Person,
    role: pb::UserRole,
    institution: Option<InstitutionId>,
) -> Result<pb::User, Failure> {
    let request = by.ask(pb::SetUserRoleRequest {
        id: id_of(whom),
        assignment: assignment(role, institution),
        expected_version: None,
    });
    outcome(by.accounts().set_user_role(request).await).map(|done| done.user.unwrap())
}

pub(crate) async fn set_status(
    by: &Person,
    whom: &Person,
    is_active: bool,
) -> Result<pb::User, Failure> {
    let request = by.ask(pb::SetUserStatusRequest {
        id: id_of(whom),
        is_active,
        expected_version: None,
    });
    outcome(by.accounts().set_user_status(request).await).map(|done| done.user.unwrap())
}

async fn list(by: &Person, request: pb::ListUsersRequest) -> Result<Vec<String>, Failure> {
    let request = by.ask(request);
    outcome(by.accounts().list_users(request).await)
        .map(|rows| rows.users.into_iter().map(|user| user.id).collect())
}

async fn own(person: &Person) -> Result<pb::User, Failure> {
    let request = person.ask(pb::GetOwnUserRequest {});
    outcome(person.accounts().get_own_user(request).await).map(|own| own.user.unwrap())
}

pub(crate) async fn invite(
    by: &Person,
    email: &str,
    role: pb::UserRole,
    institution: Option<InstitutionId>,
) -> Result<pb::User, Failure> {
    let request = by.ask(pb::InviteUserRequest {
        email: email.into(),
        first_name: "Grace".into(),
        last_name: "Hopper".into(),
        assignment: assignment(role, institution),
    });
    outcome(by.accounts().invite_user(request).await).map(|made| made.user.unwrap())
}

/// Two institutions with an administrator each, and a coordinator of the first.
struct Cast {
    service: Service,
    here: InstitutionId,
    there: InstitutionId,
    platform: Person,
    admin: Person,
    other_admin: Person,
    coordinator: Person,
    learner: Person,
}

async fn cast() -> Cast {
    let service = Service::start().await;
    let (here, there) = (
        service.institution("HERE").await,
        service.institution("THERE").await,
    );
    service.sql("DELETE FROM users").await;
    Cast {
        platform: service.admin().await,
        admin: service.person(UserRole::InstitutionAdmin, Some(here)).await,
        other_admin: service
            .person(UserRole::InstitutionAdmin, Some(there))
            .await,
        coordinator: service
            .person(UserRole::ProgramCoordinator, Some(here))
            .await,
        learner: service.person(UserRole::User, None).await,
        here,
        there,
        service,
    }
}

#[tokio::test]
async fn an_invited_person_chooses_the_password_and_has_the_role() {
    let cast = cast().await;
    let invited = invite(
        &cast.admin,
        "grace@example.org",
        pb::UserRole::ProgramCoordinator,
        Some(cast.here),
    )
    .await
    .unwrap();

    let link = mail(&cast.service, "invitation", "link").await;
    assert!(link.contains("/accept-invitation#token=bccbo_"), "{link}");
    assert_eq!(
        mail(&cast.service, "invitation", "name").await,
        "Grace Hopper"
    );
    let token = token(&cast.service, "invitation").await;
    let password = "compilers are a nice hobby";
    reset(&cast.service, &token, password).await.unwrap();
    let signed_in = crate::accounts::sign_in(&cast.service, "grace@example.org", password)
        .await
        .unwrap();

    assert_eq!(signed_in.user.unwrap().id, invited.id);
    assert_eq!(invited.role(), pb::UserRole::ProgramCoordinator);
    let again = invite(
        &cast.admin,
        "Grace@Example.org",
        pb::UserRole::User,
        Some(cast.here),
    )
    .await;
    assert_eq!(refusal(again), ErrorCode::DuplicateKey);
    assert_eq!(mails(&cast.service, "invitation").await, 1);
    for action in ["INVITE", "INVITE_ACCEPT"] {
        let sql = format!("SELECT count(*) FROM audit_logs WHERE action = '{action}'");
        assert_eq!(cast.service.count(&sql).await, 1, "{action}");
    }
}

#[tokio::test]
async fn nobody_acts_above_their_role_or_outside_their_institution() {
    let cast = cast().await;
    let (admin, role) = (&cast.admin, pb::UserRole::User);
    let here = Some(cast.here);

    // Up.
    let up = invite(admin, "a@example.org", pb::UserRole::Admin, here).await;
    assert_eq!(refusal(up), ErrorCode::AuthorizationError);
    let up = set_role(admin, &cast.coordinator, pb::UserRole::Admin, here).await;
    assert_eq!(refusal(up), ErrorCode::AuthorizationError);
    cast.service
        .sql(&format!(
            "UPDATE users SET institution_id = '{}' WHERE role = 'ADMIN'",
            cast.here
        ))
        .await;
    let above = set_status(admin, &cast.platform, false).await;
    assert_eq!(refusal(above), ErrorCode::AuthorizationError);
    // Out.
    let out = invite(admin, "a@example.org", role, Some(cast.there)).await;
    assert_eq!(refusal(out), ErrorCode::AuthorizationError);
    let out = set_role(admin, &cast.coordinator, role, None).await;
    assert_eq!(refusal(out), ErrorCode::AuthorizationError);
    for stranger in [&cast.other_admin, &cast.learner] {
        let request = admin.ask(pb::GetUserRequest {
            id: id_of(stranger),
        });
        let read = outcome(admin.accounts().get_user(request).await);
        assert_eq!(refusal(read), ErrorCode::NotFound);
        assert_eq!(
            refusal(set_status(admin, stranger, false).await),
            ErrorCode::NotFound
        );
        assert_eq!(
            refusal(set_role(admin, stranger, role, here).await),
            ErrorCode::NotFound
        );
        let request = admin.ask(pb::EndUserSessionsRequest {
            id: id_of(stranger),
        });
        let ended = outcome(admin.accounts().end_user_sessions(request).await);
        assert_eq!(refusal(ended), ErrorCode::NotFound);
    }
    // Not at all.
    for person in [&cast.coordinator, &cast.learner] {
        let listed = list(person, pb::ListUsersRequest::default()).await;
        assert_eq!(refusal(listed), ErrorCode::AuthorizationError);
        let invited = invite(person, "a@example.org", role, here).await;
        assert_eq!(refusal(invited), ErrorCode::AuthorizationError);
        assert_eq!(
            refusal(set_status(person, &cast.admin, false).await),
            ErrorCode::AuthorizationError
        );
    }
    let anonymous = cast.service.anonymous();
    let listed = list(&anonymous, pb::ListUsersRequest::default()).await;
    assert_eq!(refusal(listed), ErrorCode::TokenMissing);
    let needs = invite(
        &cast.platform,
        "a@example.org",
        pb::UserRole::InstitutionAdmin,
        None,
    )
    .await;
    assert_eq!(needs.unwrap_err().fields[0].field, "institutionId");
}

#[tokio::test]
async fn lists_show_one_s_own_people_and_filters_narrow_them() {
    let cast = cast().await;
    let everybody = list(&cast.platform, pb::ListUsersRequest::default())
        .await
        .unwrap();
    let own_people = list(&cast.admin, pb::ListUsersRequest::default())
        .await
        .unwrap();
    let elsewhere = pb::ListUsersRequest {
        institution_id: Some(cast.there.to_string()),
        ..Default::default()
    };
    let coordinators = pb::ListUsersRequest {
        role: Some(pb::UserRole::ProgramCoordinator.into()),
        is_active: Some(true),
        ..Default::default()
    };
    let percent = pb::ListUsersRequest {
        search: Some("%".into()),
        ..Default::default()
    };
    let words = pb::ListUsersRequest {
        search: Some(format!("a {}", &id_of(&cast.learner).to_uppercase())),
        ..Default::default()
    };

    assert_eq!(everybody.len(), 5);
    assert_eq!(own_people, [id_of(&cast.coordinator), id_of(&cast.admin)]);
    assert!(
        list(&cast.admin, elsewhere.clone())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        list(&cast.platform, elsewhere).await.unwrap(),
        [id_of(&cast.other_admin)]
    );
    assert_eq!(
        list(&cast.platform, coordinators).await.unwrap(),
        [id_of(&cast.coordinator)]
    );
    assert!(list(&cast.platform, percent).await.unwrap().is_empty());
    assert_eq!(
        list(&cast.platform, words).await.unwrap(),
        [id_of(&cast.learner)]
    );
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once_and_an_enabled_one_signs_in_again() {
    let cast = cast().await;

    let disabled = set_status(&cast.admin, &cast.coordinator, false)
        .await
        .unwrap();
    assert_eq!((disabled.is_active, disabled.version), (false, 2));
    assert_eq!(
        refusal(own(&cast.coordinator).await),
        ErrorCode::AccountDisabled
    );
    set_status(&cast.admin, &cast.coordinator, true)
        .await
        .unwrap();

    assert_eq!(
        refusal(own(&cast.coordinator).await),
        ErrorCode::TokenInvalid,
        "the session is over for good"
    );
    let reasons = "SELECT count(*) FROM sessions WHERE end_reason = 'ACCOUNT_DISABLED'";
    assert_eq!(cast.service.count(reasons).await, 1);
    let noted =
        "SELECT count(*) FROM audit_logs WHERE action IN ('ACCOUNT_DISABLE', 'ACCOUNT_ENABLE')";
    assert_eq!(cast.service.count(noted).await, 2);
}

#[tokio::test]
async fn the_last_administrator_stays_even_when_two_remove_each_other() {
    let cast = cast().await;
    let demote =
        async |by: &Person, whom: &Person| set_role(by, whom, pb::UserRole::User, None).await;

    assert_eq!(
        refusal(demote(&cast.platform, &cast.platform).await),
        ErrorCode::Conflict
    );
    assert_eq!(
        refusal(set_status(&cast.platform, &cast.platform, false).await),
        ErrorCode::Conflict
    );
    let second = cast.service.admin().await;
    let (one, other) = futures::join!(
        demote(&cast.platform, &second),
        set_status(&second, &cast.platform, false)
    );

    assert_eq!(
        u8::from(one.is_ok()) + u8::from(other.is_ok()),
        1,
        "{one:?} {other:?}"
    );
    let left = "SELECT count(*) FROM users WHERE role = 'ADMIN' AND is_active";
    assert_eq!(cast.service.count(left).await, 1);
}

#[tokio::test]
async fn followers_hear_which_tokens_are_worth_nothing_and_no_more() {
    let cast = cast().await;
    let follower = cast.service.follower();
    let since = prost_types::Timestamp::default();

    set_role(
        &cast.admin,
        &cast.coordinator,
        pb::UserRole::User,
        Some(cast.here),
    )
    .await
    .unwrap();
    let request = cast.platform.ask(pb::EndUserSessionsRequest {
        id: id_of(&cast.learner),
    });
    let ended = outcome(cast.platform.accounts().end_user_sessions(request).await).unwrap();

    assert_eq!(ended.ended, 1);
    let ask = |person: &Person| person.ask(pb::ListRevocationsRequest { since: Some(since) });
    let listed = outcome(follower.accounts().list_revocations(ask(&follower)).await).unwrap();
    assert_eq!(listed.ended_session_ids.len(), 1);
    assert_eq!(listed.renewed_users[0].user_id, id_of(&cast.coordinator));
    let nosy = outcome(
        cast.platform
            .accounts()
            .list_revocations(ask(&cast.platform))
            .await,
    );
    assert_eq!(refusal(nosy), ErrorCode::AuthorizationError);
    let personal = "SELECT count(*) FROM outbox_events WHERE payload::text LIKE '%@%'";
    assert_eq!(cast.service.count(personal).await, 0);
    let events = "SELECT count(*) FROM outbox_events WHERE event_type = 'user.revoked'";
    assert_eq!(cast.service.count(events).await, 2);
}

/// From when on the tokens of the one person count whose role has changed.
async fn tokens_valid_from(service: &Service) -> DateTime<Utc> {
    let moment =
        "to_char(tokens_valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    let sql = format!("SELECT {moment} FROM users WHERE tokens_valid_from IS NOT NULL");
    service.text(&sql).await.parse().unwrap()
}

fn read_at(session: Option<pb::Session>) -> DateTime<Utc> {
    required_time(session.unwrap().read_at, "read_at").unwrap()
}

#[tokio::test]
async fn a_token_is_as_old_as_the_role_it_says() {
    let service = Service::start().await;
    let owner = service.institution("OWN").await;
    let signed_in = registered(&service).await;
    let person = holder(&service, &signed_in);
    let token = signed_in.session.clone().unwrap().refresh_token;

    let role = pb::UserRole::ProgramCoordinator;
    set_role(&service.admin().await, &person, role, Some(owner))
        .await
        .unwrap();
    let renewed = refresh(&service, &token).await.unwrap();

    let changed_at = tokens_valid_from(&service).await;
    assert!(read_at(signed_in.session) < changed_at);
    assert_eq!(renewed.user.unwrap().role(), role);
    assert!(read_at(renewed.session) > changed_at);
}

#[tokio::test]
async fn a_session_renewed_while_the_role_changes_waits_for_the_new_one() {
    let service = Service::start().await;
    let token = registered(&service).await.session.unwrap().refresh_token;
    let mut changer = service.connect().await;
    changer
        .batch_execute(
            "BEGIN; UPDATE users SET role = 'ADMIN', tokens_valid_from = clock_timestamp()",
        )
        .await
        .unwrap();
    let blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

    let (renewed, ()) = futures::join!(refresh(&service, &token), async {
        timeout(LIMIT, async { while service.count(blocked).await < 1 {} })
            .await
            .unwrap();
        changer.batch_execute("COMMIT").await.unwrap();
    });

    let renewed = renewed.unwrap();
    assert_eq!(renewed.user.unwrap().role(), pb::UserRole::Admin);
    assert!(read_at(renewed.session) > tokens_valid_from(&service).await);
}
