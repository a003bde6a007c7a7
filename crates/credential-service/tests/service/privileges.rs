//! What the role of the service may do, and what nobody may.

use credential_service::{Database, migration, reset_everything};
use dev_stack::TestDatabase;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::ErrorKind;
use protocol::pb::credential as pb;
use secrecy::SecretString;

use crate::support::{Service, credential, outcome};

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn lines(connection: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    diesel::sql_query(sql)
        .load::<Line>(connection)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.line)
        .collect()
}

#[tokio::test]
async fn the_role_of_the_service_reads_and_writes_rows_and_nothing_else() {
    let database = TestDatabase::create().await.unwrap();
    let mut app = AsyncPgConnection::establish(&database.roles().app)
        .await
        .unwrap();

    let rights = lines(
        &mut app,
        "SELECT concat(tablename, ' ', string_agg(action, ' ' ORDER BY place)) AS line \
         FROM pg_tables, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) \
             WITH ORDINALITY AS actions (action, place) \
         WHERE schemaname = 'public' AND has_table_privilege(quote_ident(tablename), action) GROUP BY tablename ORDER BY 1",
    )
    .await;
    let more = lines(
        &mut app,
        "SELECT rolname AS line FROM pg_roles WHERE rolname = current_user \
             AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication) \
         UNION ALL SELECT nspname FROM pg_namespace WHERE has_schema_privilege(nspname, 'CREATE') AND nspname NOT LIKE 'pg_temp%' \
         UNION ALL SELECT tablename FROM pg_tables WHERE pg_has_role(current_user, tableowner, 'MEMBER') \
         UNION ALL SELECT 'schema ai' WHERE has_schema_privilege('ai', 'USAGE')",
    )
    .await;

    assert!(rights.len() >= 14, "{rights:?}");
    for line in rights {
        let (table, rights) = line.split_once(' ').unwrap();
        let expected = match table {
            "audit_chain" | "__diesel_schema_migrations" => "SELECT",
            "audit_logs" | "audit_anchors" => "SELECT INSERT",
            _ => "SELECT INSERT UPDATE DELETE",
        };
        assert_eq!(rights, expected, "{table}");
    }
    assert!(more.is_empty(), "{more:?}");
}

#[tokio::test]
async fn nobody_changes_the_record() {
    let service = Service::start().await;
    service.institution("BCIT").await;
    let roles = service.database.roles().clone();
    let mut passed = Vec::new();
    for url in [&roles.app, &roles.owner] {
        let mut connection = AsyncPgConnection::establish(url).await.unwrap();
        for table in ["audit_logs", "audit_chain"] {
            for sql in [
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table}"),
                match table {
                    "audit_logs" => "UPDATE audit_logs SET user_email = 'x'".to_owned(),
                    _ => "UPDATE audit_chain SET sequence = sequence + 1".to_owned(),
                },
            ] {
                if connection.batch_execute(&sql).await.is_ok() {
                    passed.push(sql);
                }
            }
        }
    }
    let mut app = AsyncPgConnection::establish(&roles.app).await.unwrap();
    for sql in [
        "INSERT INTO audit_chain VALUES (2, gen_random_uuid(), 1, sha256(''), sha256(''))",
        "SELECT audit_link(entry) FROM audit_logs AS entry",
        "ALTER TABLE audit_logs DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id int)",
        "DROP TRIGGER audit_logs_link ON audit_logs",
        "CREATE OR REPLACE FUNCTION audit_link_new() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ] {
        if app.batch_execute(sql).await.is_ok() {
            passed.push(sql.to_owned());
        }
    }

    assert!(passed.is_empty(), "{passed:?}");
    assert_eq!(service.count("SELECT count(*) FROM audit_chain").await, 1);
}

#[tokio::test]
async fn without_the_right_to_record_nothing_is_done_and_everything_is_read() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let made = admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let role = service.database.roles().app_role.clone().unwrap();
    service
        .sql(&format!("REVOKE INSERT ON audit_logs FROM {role}"))
        .await;
    let before = service
        .count("SELECT sum(version) FROM micro_credentials")
        .await;

    let refused = [
        admin.create_institution("NEW").await.err(),
        admin
            .create_credential(owner, credential("B-2"))
            .await
            .err(),
        admin.update(&made.id, credential("B-3"), None).await.err(),
        admin
            .step(&made.id, pb::CredentialTransition::Submit)
            .await
            .err(),
    ];

    for failure in refused {
        assert_eq!(failure.unwrap().kind(), ErrorKind::Internal);
    }
    let written =
        "SELECT (SELECT count(*) FROM institutions) + (SELECT count(*) FROM micro_credentials)";
    assert_eq!(service.count(written).await, 2);
    assert_eq!(
        service
            .count("SELECT sum(version) FROM micro_credentials")
            .await,
        before
    );
    assert!(admin.credential(&made.id).await.is_ok());
    let request = admin.ask(pb::ListAuditEntriesRequest::default());
    let list = outcome(admin.audit().list_audit_entries(request).await).unwrap();
    assert_eq!(list.entries.len(), 2);
}

#[tokio::test]
async fn only_the_owner_empties_the_record() {
    let service = Service::start().await;
    service.institution("BCIT").await;
    let roles = service.database.roles();
    let open = |url: &str| Database::new(&SecretString::from(url.to_owned()), 2, false).unwrap();

    assert!(reset_everything(&open(&roles.app)).await.is_err());
    assert_eq!(service.count("SELECT count(*) FROM audit_logs").await, 1);
    reset_everything(&open(&roles.owner)).await.unwrap();

    assert_eq!(service.count("SELECT count(*) FROM audit_logs").await, 0);
    service.institution("BCIT").await;
    assert_eq!(
        service.count("SELECT max(sequence) FROM audit_chain").await,
        1
    );
    let mut owner = AsyncPgConnection::establish(&roles.owner).await.unwrap();
    assert!(owner.batch_execute("DELETE FROM audit_logs").await.is_err());
}

#[tokio::test]
async fn rights_are_granted_to_a_role_that_grants_can_hold() {
    let database = TestDatabase::create().await.unwrap();
    let owner = SecretString::from(database.roles().owner.clone());
    let name = |url: &str| {
        let (user, _rest) = url
            .trim_start_matches("postgres://")
            .split_once(':')
            .unwrap();
        user.to_owned()
    };

    let absent = migration::grant(&owner, "nobody_here").await.unwrap_err();
    let superuser = migration::grant(&owner, &name(database.url()))
        .await
        .unwrap_err();
    let itself = migration::grant(&owner, &name(&database.roles().owner))
        .await
        .unwrap_err();

    assert!(absent.to_string().contains("CREATE ROLE nobody_here LOGIN"));
    assert!(superuser.to_string().contains("name another role"));
    assert!(itself.to_string().contains("name another role"));
}

#[tokio::test]
async fn a_server_that_speaks_another_language_is_told_how_to_speak_english() {
    let database = TestDatabase::create().await.unwrap();
    let address = url::Url::parse(database.url()).unwrap();
    let name = address.path().trim_start_matches('/');
    let mut superuser = database.connect().await.unwrap();
    // No other language is installed here: an operator of our own says what a server would say in French.
    superuser
        .batch_execute(&format!(
            "CREATE FUNCTION quotient(integer, integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN \
                 RAISE EXCEPTION 'division par zéro' USING ERRCODE = 'division_by_zero'; \
             END $$; \
             CREATE OPERATOR / (LEFTARG = integer, RIGHTARG = integer, FUNCTION = quotient); \
             ALTER DATABASE {name} SET search_path = public, pg_catalog"
        ))
        .await
        .unwrap();
    let url = SecretString::from(database.roles().app.clone());

    let refused = reset_everything(&Database::new(&url, 2, false).unwrap())
        .await
        .unwrap_err();

    let why = format!("{refused}: {}", refused.cause_chain().unwrap_or_default());
    assert!(why.contains("division par zéro"), "{why}");
    assert!(why.contains("SET lc_messages = 'C'"), "{why}");
}
