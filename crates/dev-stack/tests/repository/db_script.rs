//! `scripts/db` does to a database what it says.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dev_stack::test_database::TestDatabase;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn script(root: &Path, database: Option<&TestDatabase>, arguments: &[&str]) -> Output {
    let mut command = Command::new(root.join("scripts/db"));
    command.args(arguments).env_remove("DATABASE_URL");
    // With settings of a service in the way, the script would not be what is tested.
    command.env("LOG_LEVEL", "error").env("APP_ENV", "test");
    if let Some(database) = database {
        let roles = database.roles();
        command.env("DATABASE_URL", &roles.owner);
        command.env("DATABASE_APP_ROLE", roles.app_role.clone().unwrap());
    }
    command.output().unwrap()
}

fn done(database: &TestDatabase, arguments: &[&str]) -> String {
    let output = script(&root(), Some(database), arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {text}");
    String::from_utf8(output.stdout).unwrap()
}

async fn count(database: &TestDatabase, table: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let mut connection = database.connect().await.unwrap();
    let sql = format!("SELECT count(*) FROM {table}");
    let found: Count = sql_query(sql).get_result(&mut connection).await.unwrap();
    found.count
}

#[tokio::test]
async fn a_database_is_migrated_filled_emptied_and_taken_back() {
    let database = TestDatabase::create().await.unwrap();
    let migrations = "__diesel_schema_migrations";
    let all = count(&database, migrations).await;

    done(&database, &["rollback", "2"]);
    assert_eq!(count(&database, migrations).await, all - 2);
    done(&database, &["migrate"]);
    assert_eq!(count(&database, migrations).await, all);

    done(&database, &["seed"]);
    let seeded = count(&database, "micro_credentials").await;
    assert!(seeded > 0);

    let hasty = script(&root(), Some(&database), &["reset"]);
    assert!(!hasty.status.success());
    assert_eq!(count(&database, "micro_credentials").await, seeded);
    done(&database, &["reset", "--yes"]);
    assert_eq!(count(&database, "micro_credentials").await, 0);

    let address = done(&database, &["studio", "--url"]);
    assert_eq!(address.trim(), database.roles().owner);
}

#[test]
fn a_new_migration_comes_after_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let migrations = folder.path().join("crates/credential-service/migrations");
    std::fs::create_dir_all(migrations.join("2999-01-02-000041_later")).unwrap();
    std::fs::create_dir(folder.path().join("scripts")).unwrap();
    std::fs::copy(root().join("scripts/db"), folder.path().join("scripts/db")).unwrap();

    for name in ["Upper", "with space", "../out", ""] {
        let refused = script(folder.path(), None, &["migrate-create", name]);
        assert_eq!(refused.status.code(), Some(64), "{name:?}");
    }
    let made = script(folder.path(), None, &["migrate-create", "badges"]);

    assert!(made.status.success());
    for file in ["up.sql", "down.sql"] {
        let path = migrations.join("2999-01-02-000042_badges").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains("lock_timeout"), "{text}");
    }
    assert_eq!(std::fs::read_dir(migrations).unwrap().count(), 2);
}

#[test]
fn what_it_cannot_do_is_answered_with_its_usage() {
    for arguments in [&["explode"][..], &[]] {
        let refused = script(&root(), None, arguments);
        let text = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(64), "{arguments:?}");
        assert!(text.contains("scripts/db migrate-create NAME"), "{text}");
    }
}
