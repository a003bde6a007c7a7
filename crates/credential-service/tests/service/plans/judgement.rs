//! How a list is judged: by the rows that its plans have looked at.

use std::time::Duration;

use dev_stack::TestDatabase;
use diesel_async::SimpleAsyncConnection;

use super::plan::{self, Plan};
use super::rows;
use crate::relay::Relay;
use crate::support::{Person, Service};

/// Times that each list is asked for, over four connections: after five on one PostgreSQL may make a plan for all values.
const TIMES: usize = 24;
/// Most rows that a step of a walk may look at to find its twenty.
pub(super) const STEP: f64 = 200.0;
/// Most rows that a list may look at, and its count with it, where a filter leaves a few hundred.
pub(super) const FEW: f64 = 2_500.0;

/// Asks for one list, in a way that [`Bench::holds`] can repeat.
macro_rules! asks {
    ($person:expr, $client:ident.$call:ident($request:expr)) => {{
        let (person, request) = ($person, $request);
        async move || {
            let ask = person.ask(request.clone());
            $crate::support::outcome(person.$client().$call(ask).await).unwrap();
        }
    }};
}
pub(super) use asks;

/// The service over its rows, and what was found out about its plans.
pub(super) struct Bench {
    pub(super) service: Service,
    relay: Relay,
    /// What was measured.
    pub(super) lines: Vec<String>,
    /// What read too much.
    pub(super) wrong: Vec<String>,
}

impl Bench {
    pub(super) async fn start() -> Self {
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
    pub(super) async fn admin(&self) -> Person {
        self.service.admin().await
    }

    pub(super) fn visitor(&self) -> Person {
        self.service.anonymous()
    }

    pub(super) async fn id(&self, name: &str) -> String {
        let sql = format!("SELECT md5('{name}')::uuid::text");
        self.service.text(&sql).await
    }

    /// Asks several times; no statement about the table may look at more rows than that. Gives the time of the count and of all.
    pub(super) async fn holds(
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

    /// Asks several times, and gives the statements about a table that were planned for the values of a call, and those that were not.
    pub(super) async fn planned(
        &self,
        table: &str,
        ask: impl AsyncFn(),
    ) -> (Vec<String>, Vec<String>) {
        self.relay.take_notices();
        for _ in 0..TIMES {
            ask().await;
        }
        let notices = self.relay.take_notices();
        let plans = notices.iter().filter_map(|note| Plan::read(note));
        let plans = plans.filter(|plan| plan.sql.contains(table));
        let (kept, anew): (Vec<Plan>, Vec<Plan>) = plans.partition(Plan::is_for_every_value);
        let texts = |plans: Vec<Plan>| plans.into_iter().map(|plan| plan.sql).collect();
        (texts(anew), texts(kept))
    }
}
