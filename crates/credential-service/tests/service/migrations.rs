//! The schema, forwards, backwards and forwards again.

use credential_service::migration;
use dev_stack::TestDatabase;
use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use secrecy::SecretString;

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Everything that a migration of ours makes: columns, constraints and indexes.
async fn schema(database: &TestDatabase) -> Vec<String> {
    let sql = "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line \
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations' \
         UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint \
             WHERE connamespace = 'public'::regnamespace \
         UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
         ORDER BY line";
    let mut connection = database.connect().await.unwrap();
    diesel::sql_query(sql)
        .load::<Line>(&mut connection)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.line)
        .collect()
}

#[tokio::test]
async fn every_migration_can_be_taken_back_and_applied_again() {
    let database = TestDatabase::create().await.unwrap();
    let url = SecretString::from(database.url().to_owned());
    let count = migration::versions().unwrap().len();
    let before = schema(&database).await;

    let reverted = migration::down(&url, count).await.unwrap();
    let empty = schema(&database).await;
    let applied = migration::up(&url).await.unwrap();

    assert_eq!((reverted.len(), applied.len()), (count, count));
    let ours = empty
        .iter()
        .filter(|line| line.contains("micro_credentials"))
        .count();
    assert_eq!(ours, 0, "{empty:?}");
    assert_eq!(schema(&database).await, before);
    assert!(migration::up(&url).await.unwrap().is_empty());
}

#[tokio::test]
async fn every_foreign_key_has_an_index() {
    let database = TestDatabase::create().await.unwrap();
    let sql = "SELECT concat(conrelid::regclass, ' ', conname) AS line FROM pg_constraint AS reference \
         WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_index \
             WHERE indrelid = reference.conrelid AND indkey[0] = reference.conkey[1] AND indpred IS NULL)";
    let mut connection = database.connect().await.unwrap();

    let bare: Vec<String> = diesel::sql_query(sql)
        .load::<Line>(&mut connection)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.line)
        .collect();

    assert!(bare.is_empty(), "{bare:?}");
}

#[tokio::test]
async fn every_word_of_the_record_can_be_written() {
    let database = TestDatabase::create().await.unwrap();
    let sql = "SELECT pg_get_constraintdef(oid) AS line FROM pg_constraint \
         WHERE conname IN ('audit_logs_action_check', 'audit_logs_entity_type_check') ORDER BY conname";
    let mut connection = database.connect().await.unwrap();

    let checks = diesel::sql_query(sql)
        .load::<Line>(&mut connection)
        .await
        .unwrap();

    let (actions, entities) = (&checks[0].line, &checks[1].line);
    for action in domain::vocabulary::AuditAction::NAMES {
        assert!(actions.contains(&format!("'{action}'")), "{action}");
    }
    for entity in domain::vocabulary::EntityType::NAMES {
        assert!(entities.contains(&format!("'{entity}'")), "{entity}");
    }
}

#[tokio::test]
async fn two_migrators_at_once_do_not_collide() {
    let database = TestDatabase::create().await.unwrap();
    let url = SecretString::from(database.url().to_owned());
    let count = migration::versions().unwrap().len();
    migration::down(&url, count).await.unwrap();

    let (first, second) = futures::join!(migration::up(&url), migration::up(&url));

    assert_eq!(first.unwrap().len() + second.unwrap().len(), count);
    let mut connection = database.connect().await.unwrap();
    connection
        .batch_execute("SELECT count(*) FROM micro_credentials")
        .await
        .unwrap();
}
