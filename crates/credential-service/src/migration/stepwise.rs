//! Migrations that no transaction can hold, such as building an index while others write: each statement runs on its own.
//!
//! Several statements sent at once are a transaction to PostgreSQL, whatever `metadata.toml` says; so these are sent one by one.

use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationSource, Result};
use diesel::pg::Pg;
use diesel_migrations::EmbeddedMigrations;

/// A migration and its texts.
struct Texts {
    name: &'static str,
    up: &'static str,
    down: &'static str,
}

macro_rules! texts {
    ($name:literal) => {
        Texts {
            name: $name,
            up: include_str!(concat!("../../migrations/", $name, "/up.sql")),
            down: include_str!(concat!("../../migrations/", $name, "/down.sql")),
        }
    };
}

/// Those whose `metadata.toml` says `run_in_transaction = false`; a test compares.
const OUTSIDE: &[Texts] = &[
    texts!("2026-11-24-000070_list_indexes"),
    texts!("2026-11-24-000111_audit_counterpart_index"),
    texts!("2026-11-24-000112_export_order"),
    texts!("2026-11-24-000114_jobs_order"),
    texts!("2026-11-30-000116_part_updated_at_of_before"),
];

/// All migrations, those outside of transactions statement by statement.
pub(super) struct Stepwise(pub(super) EmbeddedMigrations);

impl MigrationSource<Pg> for Stepwise {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<Pg>>>> {
        let all: Vec<Box<dyn Migration<Pg>>> = self.0.migrations()?;
        Ok(all
            .into_iter()
            .map(|migration| {
                let name = migration.name().to_string();
                match OUTSIDE.iter().find(|texts| texts.name == name) {
                    Some(texts) => Box::new(Steps { migration, texts }),
                    None => migration,
                }
            })
            .collect())
    }
}

struct Steps {
    migration: Box<dyn Migration<Pg>>,
    texts: &'static Texts,
}

impl Migration<Pg> for Steps {
    fn run(&self, connection: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        run_each(self.texts.up, connection)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        run_each(self.texts.down, connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self.migration.metadata()
    }

    fn name(&self) -> &dyn MigrationName {
        self.migration.name()
    }
}

fn run_each(text: &str, connection: &mut dyn BoxableConnection<Pg>) -> Result<()> {
    for statement in statements(text) {
        connection
            .batch_execute(&statement)
            .map_err(|error| format!("`{statement}`: {error}"))?;
    }
    Ok(())
}

/// The statements of a text, without its comments: each ends with a semicolon at the end of a line, outside of `$$`.
fn statements(text: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with("--")) {
        current.push_str(line);
        current.push('\n');
        let quoted = current.matches("$$").count() % 2 == 1;
        if line.ends_with(';') && !quoted {
            statements.push(current.trim().trim_end_matches(';').to_owned());
            current.clear();
        }
    }
    let rest = current.trim();
    if !rest.is_empty() {
        statements.push(rest.to_owned());
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::MIGRATIONS;

    #[test]
    fn every_migration_outside_of_a_transaction_runs_stepwise_and_no_other() {
        let all: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().unwrap();
        let mut outside: Vec<String> = all
            .iter()
            .filter(|migration| !migration.metadata().run_in_transaction())
            .map(|migration| migration.name().to_string())
            .collect();
        outside.sort();

        let listed: Vec<&str> = OUTSIDE.iter().map(|texts| texts.name).collect();
        assert_eq!(outside, listed);
    }

    #[test]
    fn a_text_falls_into_its_statements() {
        let text = "-- Why; and how.\nDROP INDEX a;\n\nCREATE INDEX a\n    ON b (c);\n";

        assert_eq!(
            statements(text),
            ["DROP INDEX a", "CREATE INDEX a\n    ON b (c)"]
        );
    }

    #[test]
    fn a_block_is_one_statement() {
        let text = "DO $$\nBEGIN\n    COMMIT;\nEND $$;\n\nRESET lock_timeout;\n";

        assert_eq!(
            statements(text),
            ["DO $$\nBEGIN\n    COMMIT;\nEND $$", "RESET lock_timeout"]
        );
    }
}
