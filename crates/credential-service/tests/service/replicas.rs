//! Reads on replicas: nobody sees that they lag, and one that is away costs nothing.
//!
//! A real primary with real streaming replicas, reached through relays that count what they are asked for callers.

use credential_service::migration;
use dev_stack::TestDatabase;
use dev_stack::postgres::{Durability, Postgres};
use dev_stack::test_services::TestServices;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use protocol::pb::credential as pb;
use secrecy::SecretString;
use tokio::time::timeout;

use crate::relay::Relay;
use crate::support::{LIMIT, Person, Service, outcome};

struct Bench {
    service: Service,
    replica: Postgres,
    asked: Relay,
    visitor: Person,
    admin: Person,
    _primary: Postgres,
}

impl Bench {
    async fn start() -> Self {
        let folder = TestServices::of_this_run().unwrap().own_folder().unwrap();
        let primary = Postgres::start(&folder.join("primary"), Durability::Safe).await;
        let primary = primary.unwrap();
        let roles = primary.ensure_database("bccb").await.unwrap();
        let owner = SecretString::from(roles.owner.clone());
        migration::up(&owner).await.unwrap();
        migration::grant(&owner, roles.app_role.as_ref().unwrap())
            .await
            .unwrap();
        let replica = primary.start_replica(&folder.join("replica")).await;
        let replica = replica.unwrap();
        let (asked, url) = Relay::start(&replica.url("bccb")).await;
        let nowhere = "postgres://nobody@127.0.0.1:9/bccb";
        let urls = format!("{url}, {nowhere}, {}", primary.url("bccb"));
        let app = roles.app.clone();
        let database = TestDatabase::of_own_server(primary.url("bccb"), roles);
        // A second is much for a replica beside its primary, so that a slow machine tells the same story.
        let more = [
            ("DATABASE_REPLICA_URLS", urls.as_str()),
            ("DATABASE_REPLICA_MAX_LAG", "1000"),
        ];
        let service = Service::start_with(database, &app, &more).await;
        Self {
            visitor: service.anonymous(),
            admin: service.admin().await,
            service,
            replica,
            asked,
            _primary: primary,
        }
    }

    async fn on_replica(&self, sql: &str) {
        let mut connection = AsyncPgConnection::establish(&self.replica.url("bccb"))
            .await
            .unwrap();
        connection.batch_execute(sql).await.unwrap();
    }

    /// The codes of all institutions, as a visitor reads them.
    async fn codes(&self) -> Vec<String> {
        let request = pb::ListInstitutionsRequest::default();
        let ask = self.visitor.ask(request);
        let list = outcome(self.visitor.institutions().list_institutions(ask).await).unwrap();
        let all = list.institutions.into_iter();
        all.map(|it| it.fields.unwrap().code).collect()
    }

    /// Reads until the replica has been asked.
    async fn until_the_replica_answers(&self) {
        let before = self.asked.executed();
        let answered = timeout(LIMIT, async {
            while self.asked.executed() == before {
                self.codes().await;
            }
        });
        answered.await.expect("the replica is never asked");
    }

    async fn write(&self, code: &str) {
        self.admin.create_institution(code).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_just_written_is_read_from_a_replica_and_never_anything_older() {
    let bench = Bench::start().await;
    bench.until_the_replica_answers().await;
    let before = bench.asked.executed();

    for number in 0..20 {
        let code = format!("I{number}");
        bench.write(&code).await;
        assert!(bench.codes().await.contains(&code), "{code}");
    }

    assert!(bench.asked.executed() > before, "the replica has answered");
    // What needs authority is read from the primary alone.
    let before = bench.asked.executed();
    let own = bench.admin.ask(pb::GetOwnUserRequest {});
    outcome(bench.admin.accounts().get_own_user(own).await).unwrap();
    let list = pb::ListMicroCredentialsRequest::default();
    bench.admin.list_credentials(list).await.unwrap();
    assert_eq!(bench.asked.executed(), before);
}

#[tokio::test]
async fn a_replica_that_stands_still_is_left_alone_until_it_has_caught_up() {
    let bench = Bench::start().await;
    bench.until_the_replica_answers().await;
    bench.on_replica("SELECT pg_wal_replay_pause()").await;

    bench.write("NEW").await;
    assert!(bench.codes().await.contains(&"NEW".to_owned()));
    // That read has found out; the next ones do not even ask.
    let before = bench.asked.executed();
    for _ in 0..10 {
        assert!(bench.codes().await.contains(&"NEW".to_owned()));
    }
    assert_eq!(bench.asked.executed(), before);

    bench.on_replica("SELECT pg_wal_replay_resume()").await;
    bench.until_the_replica_answers().await;
    assert!(bench.codes().await.contains(&"NEW".to_owned()));
}

#[tokio::test]
async fn a_replica_that_dies_fails_no_read() {
    let bench = Bench::start().await;
    bench.until_the_replica_answers().await;
    bench.write("NEW").await;
    let Bench {
        service,
        replica,
        asked,
        visitor,
        admin,
        _primary,
    } = bench;

    replica.stop().await.unwrap();

    for _ in 0..30 {
        let request = visitor.ask(pb::ListInstitutionsRequest::default());
        let list = outcome(visitor.institutions().list_institutions(request).await).unwrap();
        assert_eq!(list.institutions.len(), 1);
    }
    admin.create_institution("NEXT").await.unwrap();
    drop((service, asked));
}
