//! People are reminded of reviews, once for each date.

use domain::vocabulary::UserRole;

use super::{reached, start_worker};
use crate::support::{Service, credential};

/// Lets the reminders be sent now, and waits for them.
async fn remind(service: &Service, count: i64) {
    service
        .sql("UPDATE scheduled_tasks SET due_at = now(), last_count = NULL WHERE name = 'remind_of_reviews'")
        .await;
    let done = format!("name = 'remind_of_reviews' AND last_count = {count} AND lease IS NULL");
    reached(service, 1, &done).await;
}

/// Mails that were ever queued.
async fn mails(service: &Service) -> i64 {
    service
        .count("SELECT count(*) FROM jobs WHERE kind = 'mail'")
        .await
}

#[tokio::test]
async fn an_institution_hears_once_of_every_review_date() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let other = service.institution("UVIC").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(owner))
        .await;
    service
        .person(UserRole::InstitutionAdmin, Some(owner))
        .await;
    // None of these is reminded: no office, no access, no such institution.
    service.person(UserRole::User, Some(owner)).await;
    let gone = service
        .person(UserRole::InstitutionAdmin, Some(owner))
        .await;
    let gone = gone.principal.user_id().unwrap();
    for code in ["SOON", "PASSED", "LATER", "ARCHIVED"] {
        writer
            .create_credential(owner, credential(code))
            .await
            .unwrap();
    }
    service
        .sql(&format!(
            "UPDATE users SET is_active = false WHERE id = '{gone}'; \
             UPDATE micro_credentials SET next_review_date = current_date + CASE program_code \
                 WHEN 'SOON' THEN 10 WHEN 'PASSED' THEN -400 WHEN 'LATER' THEN 11 ELSE 1 END, \
                 status = CASE program_code WHEN 'ARCHIVED' THEN 'ARCHIVED' ELSE status END"
        ))
        .await;
    let _worker = start_worker(
        &service,
        &[("REVIEW_REMINDER_DAYS", "10"), ("JOB_CONCURRENCY", "1")],
    );

    reached(&service, 1, "name = 'remind_of_reviews' AND last_count = 2").await;
    assert_eq!(
        mails(&service).await,
        2,
        "one for each coordinator and administrator"
    );
    assert_eq!(
        service.count("SELECT count(*) FROM review_reminders").await,
        2
    );

    remind(&service, 0).await;
    assert_eq!(mails(&service).await, 2, "the same dates are no news");

    service
        .sql("UPDATE micro_credentials SET next_review_date = current_date + 5 WHERE program_code = 'SOON'")
        .await;
    remind(&service, 1).await;
    assert_eq!(mails(&service).await, 4, "another date is");

    // Without anybody to tell, the review waits for somebody.
    service
        .sql(&format!("UPDATE micro_credentials SET institution_id = '{other}', next_review_date = current_date WHERE program_code = 'LATER'"))
        .await;
    remind(&service, 0).await;
    service
        .person(UserRole::InstitutionAdmin, Some(other))
        .await;
    remind(&service, 1).await;
    assert_eq!(mails(&service).await, 5);
}

#[tokio::test]
async fn however_many_reviews_are_due_everybody_gets_one_mail() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    for role in [UserRole::ProgramCoordinator, UserRole::InstitutionAdmin] {
        service.person(role, Some(owner)).await;
    }
    // As an import leaves them, some of them with one date; and mails that wait, so that they can be read.
    service
        .sql(&format!(
            "CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN NEW.run_after := now() + interval '1 day'; RETURN NEW; END $$; \
             CREATE TRIGGER later BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION later(); \
             INSERT INTO micro_credentials (id, institution_id, title, program_code, credential_type, language, next_review_date) \
             SELECT gen_random_uuid(), '{owner}', 'Title ' || n, 'C-' || n, 'BADGE', 'English', current_date - (n + 1) / 2 \
             FROM generate_series(1, 2499) AS n"
        ))
        .await;

    let _worker = start_worker(&service, &[]);
    reached(
        &service,
        1,
        "name = 'remind_of_reviews' AND last_count = 2499",
    )
    .await;

    assert_eq!(mails(&service).await, 2, "one for each person");
    let said = "SELECT count(*) FROM jobs WHERE payload->>'detail' = '2499' \
         AND jsonb_array_length(payload->'items') = 20 AND payload->'items'->>0 LIKE '%(C-2499)'";
    assert_eq!(service.count(said).await, 2, "the number, and the earliest");
    assert_eq!(
        service.count("SELECT count(*) FROM review_reminders").await,
        2_499
    );
    remind(&service, 0).await;
    assert_eq!(mails(&service).await, 2);
}
