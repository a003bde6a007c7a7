//! Plans as PostgreSQL has carried them out, told by `auto_explain` for every statement that the service sends.

use std::time::Duration;

use serde_json::Value;

/// What a database is told, so that each statement of its sessions is followed by a note with its plan.
pub(super) const EXPLAIN: &[&str] = &[
    "session_preload_libraries = 'auto_explain'",
    "auto_explain.log_min_duration = 0",
    "auto_explain.log_analyze = on",
    "auto_explain.log_format = 'json'",
    "auto_explain.log_level = 'notice'",
];

/// One statement and what it took.
pub(super) struct Plan {
    pub(super) sql: String,
    pub(super) took: Duration,
    root: Value,
}

impl Plan {
    /// Reads a note such as `duration: 0.113 ms  plan:` and a line of JSON after it.
    pub(super) fn read(note: &str) -> Option<Self> {
        let (milliseconds, rest) = note.strip_prefix("duration: ")?.split_once(" ms")?;
        let (_, json) = rest.split_once("plan:")?;
        let mut explained: Value = serde_json::from_str(json).ok()?;
        Some(Self {
            sql: explained.get("Query Text")?.as_str()?.to_owned(),
            took: Duration::from_secs_f64(milliseconds.parse::<f64>().ok()? / 1_000.0),
            root: explained.get_mut("Plan")?.take(),
        })
    }

    pub(super) fn is_count(&self) -> bool {
        self.sql.starts_with("SELECT COUNT")
    }

    /// Whether it was made for whatever value may come: then its conditions name the place of a value and not the value.
    pub(super) fn is_for_every_value(&self) -> bool {
        self.root.to_string().contains("$1")
    }

    /// Rows of a table that were looked at, whether they were of use or not.
    pub(super) fn rows_of(&self, table: &str) -> f64 {
        let mut rows = 0.0;
        walk(&self.root, &mut |node| {
            if node["Relation Name"] == table {
                let number = |name: &str| node[name].as_f64().unwrap_or_default();
                let looked_at = number("Actual Rows")
                    + number("Rows Removed by Filter")
                    + number("Rows Removed by Index Recheck");
                rows += looked_at * number("Actual Loops");
            }
        });
        rows
    }

    /// The plan in one line, for whoever has to mend it.
    pub(super) fn shape(&self) -> String {
        let mut nodes = Vec::new();
        walk(&self.root, &mut |node| {
            let part = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
            nodes.push(format!("{} {}", part("Node Type"), part("Index Name")));
        });
        nodes.join(" < ")
    }
}

fn walk(node: &Value, visit: &mut impl FnMut(&Value)) {
    visit(node);
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, visit);
    }
}

#[test]
fn a_plan_that_reads_a_table_is_found_wherever_it_stands() {
    let note = r#"duration: 1.500 ms  plan:
        {"Query Text": "SELECT 1", "Plan": {"Node Type": "Limit", "Actual Rows": 2, "Actual Loops": 1, "Plans": [
            {"Node Type": "Seq Scan", "Relation Name": "rows", "Actual Rows": 2, "Rows Removed by Filter": 98, "Actual Loops": 3}]}}"#;

    let plan = Plan::read(note).unwrap();

    assert!((plan.rows_of("rows") - 300.0).abs() < 0.1);
    assert!(plan.rows_of("others") < 0.1);
    assert_eq!(plan.took, Duration::from_micros(1_500));
    assert!(Plan::read("a note of another kind").is_none());
}
