//! Lists of a hundred thousand rows: no list reads more of them than it has to.
//!
//! The plans are those that PostgreSQL has carried out for the service, told through a relay, several times over the same
//! few connections: a plan for values that are not known yet has to hold as well.

mod plan;
mod rows;

use std::time::Duration;

use dev_stack::TestDatabase;
use diesel_async::SimpleAsyncConnection;
use domain::page::{Page, PageRequest, Place, Sort};
use domain::vocabulary::UserRole;
use protocol::convert::value::date_to_wire;
use protocol::pb::common::PageRequest as WirePage;
use protocol::pb::credential as pb;

use self::plan::Plan;
use crate::relay::Relay;
use crate::support::{Person, Service, decimal, outcome};

/// Times that each list is asked for, over four connections: after five on one PostgreSQL may make a plan for all values.
const TIMES: usize = 24;
/// Most rows that a step of a walk may look at to find its twenty.
const STEP: f64 = 200.0;
/// Most rows that a list may look at, and its count with it, where a filter leaves a few hundred.
const FEW: f64 = 2_500.0;

struct Bench {
    service: Service,
    relay: Relay,
    /// What was measured.
    lines: Vec<String>,
    wrong: Vec<String>,
}

impl Bench {
    async fn start() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        let address = url::Url::parse(database.url()).unwrap();
        let name = address.path().trim_start_matches('/');
        for setting in plan::EXPLAIN {
            let sql = format!("ALTER DATABASE {name} SET {setting}");
            connection.batch_execute(&sql).await.unwrap();
        }
        for statement in rows::ROWS {
            connection.batch_execute(statement).await.unwrap();
        }
        let (relay, url) = Relay::start(&database.roles().app).await;
        let few = [("DATABASE_POOL_SIZE", "4")];
        let service = Service::start_with(database, &url, &few).await;
        Self {
            service,
            relay,
            lines: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// Somebody who sees all; anew for each list, since tokens of a test hold for a minute.
    async fn admin(&self) -> Person {
        self.service.admin().await
    }

    fn visitor(&self) -> Person {
        self.service.anonymous()
    }

    async fn id(&self, name: &str) -> String {
        let sql = format!("SELECT md5('{name}')::uuid::text");
        self.service.text(&sql).await
    }

    /// Asks several times; no statement about the table may look at more rows than that. Gives the time of the count and of all.
    async fn holds(
        &mut self,
        name: &str,
        table: &str,
        most: f64,
        ask: impl AsyncFn(),
    ) -> (Duration, Duration) {
        self.relay.take_notices();
        for _ in 0..TIMES {
            ask().await;
        }
        let notices = self.relay.take_notices();
        let plans: Vec<Plan> = notices.iter().filter_map(|note| Plan::read(note)).collect();
        let of_table: Vec<&Plan> = plans
            .iter()
            .filter(|plan| plan.sql.contains(table))
            .collect();
        assert!(of_table.len() >= TIMES, "{name}: the plans are told");
        let worst = of_table
            .iter()
            .max_by(|one, other| one.rows_of(table).total_cmp(&other.rows_of(table)))
            .unwrap();
        let rows = worst.rows_of(table);
        let time = |counts_only: bool| -> Duration {
            let plans = of_table.iter();
            plans
                .filter(|plan| !counts_only || plan.is_count())
                .map(|plan| plan.took)
                .sum::<Duration>()
                / u32::try_from(TIMES).unwrap()
        };
        self.lines.push(format!(
            "{table} {name}: at most {rows} rows, {:?} of which the count {:?}",
            time(false),
            time(true)
        ));
        if rows > most {
            self.wrong
                .push(format!("{table} {name}: {rows} rows, {}", worst.shape()));
        }
        (time(true), time(false))
    }
}

/// The window that goes on after a row in the middle of a list, in this order.
async fn from_the_middle(
    service: &Service,
    table: &str,
    key: &'static str,
    down: bool,
) -> WirePage {
    let column = match key {
        "programCode" => "program_code",
        "createdAt" => "created_at",
        "updatedAt" => "updated_at",
        "publishedAt" => "published_at",
        "effectiveDate" => "effective_date",
        "creditValue" => "credit_value",
        "transferCredits" => "transfer_credits",
        same => same,
    };
    let text = if key.ends_with("At") {
        format!("to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
    } else {
        format!("{column}::text")
    };
    let row = format!(
        "FROM {table} WHERE {column} IS NOT NULL ORDER BY {column}, id OFFSET 45000 LIMIT 1"
    );
    let key_text = service.text(&format!("SELECT {text} {row}")).await;
    let id = service.text(&format!("SELECT id {row}")).await;
    let sort = Sort {
        key,
        descending: down,
    };
    window(sort, Some(key_text), &id)
}

fn window(sort: Sort, key: Option<String>, id: &str) -> WirePage {
    let text = format!("{}{}", if sort.descending { "-" } else { "" }, sort.key);
    let request = PageRequest::new(1, 1, &text, &[sort.key], sort).unwrap();
    let place = Place {
        key,
        id: id.parse().unwrap(),
    };
    let walked = Page::walked(
        vec![(), ()],
        &request.walking("").unwrap(),
        100_000,
        |(), _sort| place.clone(),
    );
    WirePage {
        limit: 20,
        sort: text,
        cursor: walked.next_cursor,
        ..Default::default()
    }
}

/// Asks for one list, in a way that [`Bench::holds`] can repeat.
macro_rules! asks {
    ($person:expr, $client:ident.$call:ident($request:expr)) => {{
        let (person, request) = ($person, $request);
        async move || {
            let ask = person.ask(request.clone());
            outcome(person.$client().$call(ask).await).unwrap();
        }
    }};
}

#[tokio::test]
async fn no_list_reads_more_than_it_has_to() {
    let mut bench = Bench::start().await;
    walks(&mut bench).await;
    credentials(&mut bench).await;
    decisions(&mut bench).await;
    ways(&mut bench).await;
    record(&mut bench).await;

    println!("{}", bench.lines.join("\n"));
    assert!(bench.wrong.is_empty(), "{:#?}", bench.wrong);
    // The judge judges: no index finds one letter, so that the list reads everything and its count once more.
    let odd = pb::ListMicroCredentialsRequest {
        search: Some("x".into()),
        ..Default::default()
    };
    let ask = asks!(bench.visitor(), credentials.list_micro_credentials(odd));
    bench
        .holds("one letter", "micro_credentials", FEW, ask)
        .await;
    assert_eq!(bench.wrong.len(), 1);
}

/// A walk goes on in the middle of its list as fast as anywhere else, in every order, for whoever sees less or all.
async fn walks(bench: &mut Bench) {
    for key in [
        "createdAt",
        "updatedAt",
        "title",
        "programCode",
        "credits",
        "publishedAt",
    ] {
        for down in [false, true] {
            let page = from_the_middle(&bench.service, "micro_credentials", key, down).await;
            let request = pb::ListMicroCredentialsRequest {
                page: Some(page),
                ..Default::default()
            };
            for (who, person) in [("visitor", bench.visitor()), ("admin", bench.admin().await)] {
                let ask = asks!(person, credentials.list_micro_credentials(request.clone()));
                let name = format!("by {key}, down: {down}, {who}");
                bench.holds(&name, "micro_credentials", STEP, ask).await;
            }
        }
    }
    let none = Sort {
        key: "credits",
        descending: false,
    };
    let id = bench.id("c50001").await;
    let request = pb::ListMicroCredentialsRequest {
        page: Some(window(none, None, &id)),
        ..Default::default()
    };
    let ask = asks!(bench.visitor(), credentials.list_micro_credentials(request));
    bench
        .holds("without credits", "micro_credentials", STEP, ask)
        .await;
    for key in ["createdAt", "updatedAt", "effectiveDate", "creditValue"] {
        let page = from_the_middle(&bench.service, "recognitions", key, true).await;
        let request = pb::ListRecognitionsRequest {
            page: Some(page),
            ..Default::default()
        };
        let ask = asks!(bench.visitor(), recognitions.list_recognitions(request));
        bench
            .holds(&format!("by {key}"), "recognitions", STEP, ask)
            .await;
    }
    for key in ["createdAt", "updatedAt", "name", "transferCredits"] {
        let page = from_the_middle(&bench.service, "pathways", key, true).await;
        let request = pb::ListPathwaysRequest {
            page: Some(page),
            ..Default::default()
        };
        for person in [bench.visitor(), bench.admin().await] {
            let ask = asks!(person, pathways.list_pathways(request.clone()));
            bench
                .holds(&format!("by {key}"), "pathways", STEP, ask)
                .await;
        }
    }
    let page = from_the_middle(&bench.service, "audit_logs", "createdAt", true).await;
    let request = pb::ListAuditEntriesRequest {
        page: Some(page),
        ..Default::default()
    };
    let ask = asks!(bench.admin().await, audit.list_audit_entries(request));
    bench.holds("by createdAt", "audit_logs", STEP, ask).await;
}

async fn credentials(bench: &mut Bench) {
    let all = pb::ListMicroCredentialsRequest::default;
    let institution = bench.id("i7").await;
    let word = bench.service.text("SELECT md5('77')").await;
    let cases = [
        (
            "of an institution",
            pb::ListMicroCredentialsRequest {
                institution_id: Some(institution),
                ..all()
            },
        ),
        (
            "with a word",
            pb::ListMicroCredentialsRequest {
                search: Some(word),
                ..all()
            },
        ),
        (
            "with many credits",
            pb::ListMicroCredentialsRequest {
                min_credits: Some(decimal("30")),
                ..all()
            },
        ),
        (
            "of a rare type",
            pb::ListMicroCredentialsRequest {
                credential_type: Some(protocol::pb::common::CredentialType::Diploma.into()),
                ..all()
            },
        ),
        (
            "of a rare level",
            pb::ListMicroCredentialsRequest {
                level: Some(protocol::pb::common::EducationLevel::Graduate.into()),
                ..all()
            },
        ),
        (
            "of a rare mode",
            pb::ListMicroCredentialsRequest {
                delivery_mode: Some(protocol::pb::common::DeliveryMode::SelfPaced.into()),
                ..all()
            },
        ),
        (
            "under review",
            pb::ListMicroCredentialsRequest {
                status: Some(pb::CredentialStatus::UnderReview.into()),
                ..all()
            },
        ),
    ];
    for (name, request) in cases {
        let ask = asks!(
            bench.admin().await,
            credentials.list_micro_credentials(request)
        );
        bench.holds(name, "micro_credentials", FEW, ask).await;
    }
    // Nobody can count without counting: what a page of everything costs, and how much of it the exact total.
    for (name, person) in [
        ("first page", bench.visitor()),
        ("first page, admin", bench.admin().await),
    ] {
        let ask = asks!(person, credentials.list_micro_credentials(all()));
        let (count, whole) = bench.holds(name, "micro_credentials", 100_000.0, ask).await;
        let share = count.as_secs_f64() / whole.as_secs_f64();
        bench.lines.push(format!(
            "{name}: the exact total is {:.0} % of the time in the database",
            share * 100.0
        ));
    }
}

async fn decisions(bench: &mut Bench) {
    let (credential, institution) = (bench.id("c7").await, bench.id("i7").await);
    let all = pb::ListRecognitionsRequest::default;
    let cases = [
        (
            "of a micro-credential",
            pb::ListRecognitionsRequest {
                micro_credential_id: Some(credential.clone()),
                ..all()
            },
        ),
        (
            "of an institution",
            pb::ListRecognitionsRequest {
                recognizing_institution_id: Some(institution.clone()),
                ..all()
            },
        ),
        (
            "of a rare type",
            pb::ListRecognitionsRequest {
                recognition_type: Some(protocol::pb::common::RecognitionType::Exemption.into()),
                ..all()
            },
        ),
        (
            "withdrawn",
            pb::ListRecognitionsRequest {
                is_active: Some(false),
                ..all()
            },
        ),
        (
            "in force long ago",
            pb::ListRecognitionsRequest {
                on_date: Some(date_to_wire(
                    chrono::NaiveDate::from_ymd_opt(2015, 1, 25).unwrap(),
                )),
                ..all()
            },
        ),
    ];
    for (name, request) in cases {
        let ask = asks!(bench.visitor(), recognitions.list_recognitions(request));
        bench.holds(name, "recognitions", FEW, ask).await;
    }
}

async fn ways(bench: &mut Bench) {
    let (credential, institution) = (bench.id("c7").await, bench.id("i7").await);
    let all = pb::ListPathwaysRequest::default;
    let cases = [
        (
            "from an institution",
            pb::ListPathwaysRequest {
                source_institution_id: Some(institution.clone()),
                ..all()
            },
        ),
        (
            "to an institution",
            pb::ListPathwaysRequest {
                target_institution_id: Some(institution),
                ..all()
            },
        ),
        (
            "of a micro-credential",
            pb::ListPathwaysRequest {
                micro_credential_id: Some(credential),
                ..all()
            },
        ),
        (
            "of a rare type",
            pb::ListPathwaysRequest {
                pathway_type: Some(pb::PathwayType::Internal.into()),
                ..all()
            },
        ),
        (
            "suggested",
            pb::ListPathwaysRequest {
                is_ai_suggested: Some(true),
                ..all()
            },
        ),
        (
            "under review",
            pb::ListPathwaysRequest {
                status: Some(pb::PathwayStatus::UnderReview.into()),
                ..all()
            },
        ),
    ];
    for (name, request) in cases {
        let ask = asks!(bench.admin().await, pathways.list_pathways(request));
        bench.holds(name, "pathways", FEW, ask).await;
    }
}

async fn record(bench: &mut Bench) {
    let (entity, user) = (bench.id("c7").await, bench.id("u7").await);
    let day = prost_types::Timestamp {
        seconds: chrono::Utc::now().timestamp() - 40 * 86_400,
        nanos: 0,
    };
    let all = pb::ListAuditEntriesRequest::default;
    let cases = [
        (
            "of an object",
            pb::ListAuditEntriesRequest {
                entity_id: Some(entity),
                ..all()
            },
        ),
        (
            "of a person",
            pb::ListAuditEntriesRequest {
                user_id: Some(user),
                ..all()
            },
        ),
        (
            "of a rare action",
            pb::ListAuditEntriesRequest {
                action: Some("ROLE_CHANGE".into()),
                ..all()
            },
        ),
        (
            "of a day",
            pb::ListAuditEntriesRequest {
                start_date: Some(day),
                end_date: Some(prost_types::Timestamp {
                    seconds: day.seconds + 86_400,
                    nanos: 0,
                }),
                ..all()
            },
        ),
    ];
    for (name, request) in cases {
        let ask = asks!(bench.admin().await, audit.list_audit_entries(request));
        bench.holds(name, "audit_logs", FEW, ask).await;
    }
    // Its own entries and those of the other end.
    let institution = bench.id("i8").await.parse().unwrap();
    let reader = bench
        .service
        .person(UserRole::InstitutionAdmin, Some(institution))
        .await;
    let ask = asks!(reader, audit.list_audit_entries(all()));
    bench
        .holds("of an institution", "audit_logs", FEW, ask)
        .await;
}
