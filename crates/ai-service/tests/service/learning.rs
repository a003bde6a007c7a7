//! What people make of answers.

use diesel_async::SimpleAsyncConnection;
use domain::ErrorCode;
use domain::id::{PredictionId, SessionId, UserId};
use domain::policy::Principal;
use domain::vocabulary::UserRole;
use protocol::from_status;
use protocol::pb::ai::{FeedbackVerdict, RecordFeedbackRequest};

use crate::demo::Demo;
use crate::feed::Feed;
use crate::stack::{Database, Stack, eventually};

/// Statements that wait for somebody else's transaction.
const WAITING: &str = "SELECT count(*) AS count FROM pg_stat_activity \
     WHERE datname = current_database() AND wait_event_type = 'Lock'";

#[tokio::test(flavor = "multi_thread")]
async fn a_word_about_what_is_forgotten_meanwhile_is_about_nothing() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;
    let (prediction, person) = (PredictionId::generate(), UserId::generate());
    let mut retention = database.connect().await;
    retention
        .batch_execute(&format!(
            "INSERT INTO ai.predictions (id, kind, model_version, inputs, output, user_id) \
             VALUES ('{prediction}', 'credit_assessment', 'test', '{{}}', '{{}}', '{person}')"
        ))
        .await
        .unwrap();
    // It is still seen, and goes before the word is written.
    retention.batch_execute("BEGIN").await.unwrap();
    retention
        .batch_execute("DELETE FROM ai.predictions")
        .await
        .unwrap();
    let principal = Principal::User {
        user_id: person,
        session_id: SessionId::generate(),
        role: UserRole::User,
        institution_id: None,
    };
    let request = stack.request(
        &principal,
        RecordFeedbackRequest {
            prediction_id: prediction.to_string(),
            verdict: FeedbackVerdict::Accepted.into(),
            rating: None,
            comment: None,
        },
    );
    let mut client = stack.learning();

    let (answer, ()) = tokio::join!(client.record_feedback(request), async {
        eventually("the word waits", async || {
            database.count(WAITING).await == 1
        })
        .await;
        retention.batch_execute("COMMIT").await.unwrap();
    });

    assert_eq!(from_status(answer.unwrap_err()).code, ErrorCode::NotFound);
    stack.stop().await;
}
