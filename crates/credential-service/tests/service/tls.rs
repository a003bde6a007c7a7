//! TLS to PostgreSQL: a server that proves who it is, and what is refused.

use std::path::PathBuf;

use credential_service::migration;
use dev_stack::TestDatabase;
use dev_stack::certificates;
use dev_stack::postgres::{Durability, Postgres};
use dev_stack::test_services::TestServices;
use domain::ErrorCode;
use protocol::pb::credential as pb;
use secrecy::SecretString;

use crate::support::{Service, outcome, refusal};

struct Bench {
    server: Postgres,
    folder: PathBuf,
    database: TestDatabase,
}

impl Bench {
    async fn start() -> Self {
        let folder = TestServices::of_this_run().unwrap().own_folder().unwrap();
        certificates::make(&folder).await.unwrap();
        let file = |name: &str| folder.join(name).display().to_string();
        let settings = [
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", file("server.pem")),
            format!("ssl_key_file={}", file("server.key")),
        ];
        let server =
            Postgres::start_with(&folder.join("server"), Durability::Throwaway, &settings).await;
        let server = server.unwrap();
        let roles = server.ensure_database("bccb").await.unwrap();
        Self {
            database: TestDatabase::of_own_server(server.url("bccb"), roles),
            server,
            folder,
        }
    }

    fn query(&self, mode: &str, root: &str) -> String {
        let root = self.folder.join(root);
        format!("?sslmode={mode}&sslrootcert={}", root.display())
    }
}

#[tokio::test]
async fn everything_that_is_sent_is_encrypted() {
    let bench = Bench::start().await;
    let roles = bench.database.roles().clone();
    for mode in ["require", "verify-full"] {
        let query = bench.query(mode, "ca.pem");
        let owner = SecretString::from(format!("{}{query}", roles.owner));
        migration::up(&owner).await.unwrap();
        migration::grant(&owner, roles.app_role.as_ref().unwrap())
            .await
            .unwrap();
        let database = TestDatabase::of_own_server(bench.server.url("bccb"), roles.clone());
        let service = Service::start_on(database, &format!("{}{query}", roles.app)).await;
        let visitor = service.anonymous();

        let request = visitor.ask(pb::ListInstitutionsRequest::default());
        outcome(visitor.institutions().list_institutions(request).await).unwrap();

        let ours = "FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE application_name = 'credential-service'";
        assert!(
            service
                .count(&format!("SELECT count(*) {ours} AND ssl"))
                .await
                > 0
        );
        let clear = format!("SELECT count(*) {ours} AND NOT ssl");
        assert_eq!(service.count(&clear).await, 0);
    }
}

#[tokio::test]
async fn whoever_cannot_prove_who_it_is_is_told_nothing() {
    let bench = Bench::start().await;
    let app = bench.database.roles().app.clone();
    let plain = TestDatabase::create().await.unwrap().roles().app.clone();
    let by_name = app.replace("127.0.0.1", "localhost");
    for (why, url) in [
        (
            "signed by another",
            format!("{app}{}", bench.query("verify-full", "other.pem")),
        ),
        (
            "signed by another",
            format!("{app}{}", bench.query("require", "other.pem")),
        ),
        (
            "made out to another",
            format!("{by_name}{}", bench.query("verify-full", "ca.pem")),
        ),
        (
            "in the clear",
            format!("{plain}{}", bench.query("require", "ca.pem")),
        ),
    ] {
        let database =
            TestDatabase::of_own_server(bench.server.url("bccb"), bench.database.roles().clone());
        let service = Service::start_on(database, &url).await;
        let visitor = service.anonymous();

        let request = visitor.ask(pb::ListInstitutionsRequest::default());
        let refused = outcome(visitor.institutions().list_institutions(request).await);

        assert_eq!(refusal(refused), ErrorCode::DatabaseError, "{why}");
    }
}
