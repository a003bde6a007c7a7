//! Every word of the record: what makes an entry under it, and that the entry says who, from where and in which request.

use domain::id::UserId;
use domain::vocabulary::{AuditAction, UserRole};
use protocol::pb::credential as pb;
use protocol::pb::credential::CredentialTransition as Step;
use protocol::pb::credential::PathwayTransition as Way;
use tokio::time::Instant;

use crate::accounts::{PASSWORD, holder, register, sign_in};
use crate::exchange::{CSV, THREE, export, import, options};
use crate::passwords::{change, forgot, reset, token};
use crate::pathways::{Parties, step};
use crate::registration::{confirm, request_account};
use crate::sessions::{after_grace, refresh};
use crate::support::{Person, Service, credential, outcome};
use crate::users::{invite, set_role, set_status};
use crate::withdrawal::delete_credential;

const NEW: &str = "another battery of correct horses";

fn id_of(person: &Person) -> Option<UserId> {
    person.principal.user_id()
}

/// Has an entry made under a word. Gives the person that it names; `None` where nobody has said who they are.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for every word of the record"
)]
async fn trigger(parties: &Parties, action: AuditAction) -> Option<UserId> {
    let Parties {
        service, reviewer, ..
    } = parties;
    match action {
        AuditAction::Create => offer(parties, &[]).await,
        AuditAction::Submit => offer(parties, &[Step::Submit]).await,
        AuditAction::Publish => offer(parties, &[Step::Submit, Step::Publish]).await,
        AuditAction::Archive => offer(parties, &[Step::Submit, Step::Publish, Step::Archive]).await,
        AuditAction::Update => update(parties).await,
        AuditAction::Delete => delete(parties).await,
        AuditAction::Approve => pathway(parties, &[Way::Approve], None).await,
        AuditAction::Reject => pathway(parties, &[Way::Reject], Some("Which program?")).await,
        AuditAction::Activate => pathway(parties, &[Way::Approve, Way::Activate], None).await,
        AuditAction::Suspend => {
            let ways = [Way::Approve, Way::Activate, Way::Suspend];
            pathway(parties, &ways, None).await
        }
        AuditAction::Import => {
            let done = import(&parties.stranger, options(CSV), THREE.as_bytes());
            done.await.unwrap();
            id_of(&parties.stranger)
        }
        AuditAction::Export => {
            export(&parties.stranger, CSV).await.unwrap();
            id_of(&parties.stranger)
        }
        AuditAction::Login => Learner::new(service, action).await.id(),
        AuditAction::LoginFailed => {
            let wrong = sign_in(service, "nobody@example.org", "a wrong password");
            wrong.await.unwrap_err();
            None
        }
        AuditAction::Logout => sign_out(&Learner::new(service, action).await).await,
        AuditAction::SessionEnd => end_session(&Learner::new(service, action).await).await,
        AuditAction::RefreshReuse => reuse(service, action).await,
        AuditAction::AccessRefused => refused(reviewer).await,
        AuditAction::RegistrationRequest => {
            request_account(service, "new@example.org").await.unwrap();
            None
        }
        AuditAction::PasswordChange => {
            let learner = Learner::new(service, action).await;
            change(&learner.person, PASSWORD, NEW).await.unwrap();
            learner.id()
        }
        AuditAction::PasswordResetRequest => {
            let learner = Learner::new(service, action).await;
            forgot(service, &learner.email).await.unwrap();
            None
        }
        AuditAction::PasswordReset => {
            let learner = Learner::new(service, action).await;
            forgot(service, &learner.email).await.unwrap();
            use_link(service, "password_reset").await;
            learner.id()
        }
        AuditAction::EmailChangeRequest => {
            let learner = Learner::new(service, action).await;
            ask_for_another_address(&learner).await;
            learner.id()
        }
        AuditAction::EmailChange => {
            let learner = Learner::new(service, action).await;
            ask_for_another_address(&learner).await;
            let link = token(service, "email_change").await;
            confirm(service, &link).await.unwrap();
            learner.id()
        }
        AuditAction::Invite => {
            invited(parties, "invited@example.org").await;
            id_of(reviewer)
        }
        AuditAction::InviteAccept => {
            let invited = invited(parties, "accepting@example.org").await;
            use_link(service, "invitation").await;
            invited.id.parse().ok()
        }
        AuditAction::RoleChange => {
            let coordinator = coordinator(parties).await;
            let (role, target) = (pb::UserRole::InstitutionAdmin, Some(parties.target));
            set_role(reviewer, &coordinator, role, target)
                .await
                .unwrap();
            id_of(reviewer)
        }
        AuditAction::AccountDisable => {
            set_status(reviewer, &coordinator(parties).await, false)
                .await
                .unwrap();
            id_of(reviewer)
        }
        AuditAction::AccountEnable => {
            let coordinator = coordinator(parties).await;
            set_status(reviewer, &coordinator, false).await.unwrap();
            set_status(reviewer, &coordinator, true).await.unwrap();
            id_of(reviewer)
        }
    }
}

/// A person with an account of their own, who has just signed in.
struct Learner {
    email: String,
    signed_in: pb::SignInResponse,
    person: Person,
}

impl Learner {
    async fn new(service: &Service, action: AuditAction) -> Self {
        let email = format!("{}@example.org", action.as_str().to_lowercase());
        register(service, &email).await.unwrap();
        let signed_in = sign_in(service, &email, PASSWORD).await.unwrap();
        Self {
            person: holder(service, &signed_in),
            email,
            signed_in,
        }
    }

    fn id(&self) -> Option<UserId> {
        id_of(&self.person)
    }
}

async fn made(parties: &Parties, code: &str) -> (Person, String) {
    let admin = parties.service.admin().await;
    let made = admin.create_credential(parties.source, credential(code));
    let id = made.await.unwrap().id;
    (admin, id)
}

async fn offer(parties: &Parties, steps: &[Step]) -> Option<UserId> {
    let (admin, id) = made(parties, &format!("STEPS-{}", steps.len())).await;
    for step in steps {
        admin.step(&id, *step).await.unwrap();
    }
    id_of(&admin)
}

async fn update(parties: &Parties) -> Option<UserId> {
    let (admin, id) = made(parties, "BEFORE").await;
    let after = admin.update(&id, credential("AFTER"), None).await;
    after.unwrap();
    id_of(&admin)
}

async fn delete(parties: &Parties) -> Option<UserId> {
    let (admin, id) = made(parties, "GONE").await;
    delete_credential(&admin, &id, None).await.unwrap();
    id_of(&admin)
}

async fn pathway(parties: &Parties, ways: &[Way], notes: Option<&str>) -> Option<UserId> {
    let id = parties.draft().await.id;
    step(&parties.writer, &id, Way::Submit, None).await.unwrap();
    for way in ways {
        step(&parties.reviewer, &id, *way, notes).await.unwrap();
    }
    id_of(&parties.reviewer)
}

async fn sign_out(learner: &Learner) -> Option<UserId> {
    let refresh_token = Some(learner.signed_in.session.clone()?.refresh_token);
    let request = learner.person.ask(pb::SignOutRequest { refresh_token });
    outcome(learner.person.accounts().sign_out(request).await).unwrap();
    learner.id()
}

async fn end_session(learner: &Learner) -> Option<UserId> {
    let id = Some(learner.signed_in.session.clone()?.id);
    let request = learner.person.ask(pb::EndOwnSessionsRequest { id });
    outcome(learner.person.accounts().end_own_sessions(request).await).unwrap();
    learner.id()
}

/// Whoever brings a used token may be the thief, so nobody is named.
async fn reuse(service: &Service, action: AuditAction) -> Option<UserId> {
    let session = Learner::new(service, action).await.signed_in.session?;
    refresh(service, &session.refresh_token).await.unwrap();
    after_grace(service).await;
    let again = refresh(service, &session.refresh_token).await;
    again.unwrap_err();
    None
}

async fn refused(person: &Person) -> Option<UserId> {
    let request = person.ask(pb::RecordRefusalRequest {
        operation: "DELETE /api/v1/institutions/{id}".into(),
        object_id: None,
    });
    outcome(person.audit().record_refusal(request).await).unwrap();
    id_of(person)
}

async fn use_link(service: &Service, template: &str) {
    let link = token(service, template).await;
    reset(service, &link, NEW).await.unwrap();
}

async fn ask_for_another_address(learner: &Learner) {
    let request = learner.person.ask(pb::UpdateOwnUserRequest {
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        email: Some(format!("new-{}", learner.email)),
        current_password: Some(PASSWORD.into()),
        expected_version: None,
    });
    outcome(learner.person.accounts().update_own_user(request).await).unwrap();
}

async fn invited(parties: &Parties, email: &str) -> pb::User {
    let (role, target) = (pb::UserRole::ProgramCoordinator, Some(parties.target));
    let invited = invite(&parties.reviewer, email, role, target).await;
    invited.unwrap()
}

async fn coordinator(parties: &Parties) -> Person {
    let (role, target) = (UserRole::ProgramCoordinator, Some(parties.target));
    parties.service.person(role, target).await
}

#[tokio::test]
async fn every_word_of_the_record_has_a_trigger_and_says_who_from_where_and_in_which_request() {
    let parties = Parties::gather().await;
    let service = &parties.service;
    let begun = Instant::now();

    for action in AuditAction::ALL {
        let last = "SELECT coalesce(max(sequence), 0) FROM audit_chain";
        let before = service.count(last).await;

        let person = trigger(&parties, *action).await;

        let author = person.map_or("user_id IS NULL AND user_email IS NULL".to_owned(), |id| {
            format!("user_id = '{id}' AND user_email <> ''")
        });
        let made = format!(
            "SELECT count(*) FROM audit_logs JOIN audit_chain ON entry_id = audit_logs.id \
             WHERE sequence > {before} AND action = '{action}'"
        );
        let place = "ip_address = '192.0.2.7' AND user_agent = 'test agent' AND request_id = 'request-of-a-test' \
             AND created_at BETWEEN now() - interval '1 minute' AND now() + interval '1 minute'";
        let all = service.count(&made).await;
        let placed = service.count(&format!("{made} AND {place}")).await;
        let by_author = service.count(&format!("{made} AND {author}")).await;
        assert!(all >= 1, "{action}: nothing is on record");
        assert_eq!(placed, all, "{action}: not from where");
        assert!(by_author >= 1, "{action}: not by {person:?}");
    }

    println!("{} words in {:?}", AuditAction::ALL.len(), begun.elapsed());
}
