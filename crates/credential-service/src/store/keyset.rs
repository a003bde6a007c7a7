//! The rows after one row, in the order of a list: an index finds them, and rows that come and go elsewhere change nothing.

use domain::page::{KeyKind, PageRequest, Sort};
use uuid::Uuid;

/// A condition of SQL in three pieces, with the key of the last row between the first two and its identifier between the others.
#[derive(Debug)]
pub(super) struct Keyset {
    pub(super) before: String,
    pub(super) between: String,
    pub(super) end: &'static str,
    pub(super) key: Option<String>,
    pub(super) id: Uuid,
}

/// The condition for a step of a walk; `None` when all rows are after nothing.
pub(super) fn keyset(table: &str, page: &PageRequest) -> Option<Keyset> {
    let last = page.last_seen()?;
    let beyond = if page.sort.descending { '<' } else { '>' };
    let column = ordered_by(table, page.sort);
    let kind = match page.sort.kind() {
        KeyKind::Time => "::timestamptz",
        KeyKind::Day => "::date",
        KeyKind::Number => "::numeric",
        KeyKind::Text => "::text",
    };
    let (opened, closed) = match beyond_all(page.sort) {
        Some(beyond_all) => ("coalesce(", format!(", {beyond_all})")),
        None => ("", String::new()),
    };
    Some(Keyset {
        before: format!("(({column}, {table}.id) {beyond} ({opened}"),
        between: format!("{kind}{closed}, "),
        end: "))",
        key: last.key.clone(),
        id: last.id,
    })
}

/// What a list is ordered by: the column, or, where a row may have no value, an expression that puts such rows last
/// upwards and first downwards. An index on that expression finds the next row of a walk; one on the column could not.
pub(super) fn ordered_by(table: &str, sort: Sort) -> String {
    let column = format!("{table}.{}", snake(sort.key));
    match beyond_all(sort) {
        Some(beyond_all) => format!("coalesce({column}, {beyond_all})"),
        None => column,
    }
}

/// What stands for no value: greater than all there are.
fn beyond_all(sort: Sort) -> Option<&'static str> {
    match sort.kind() {
        KeyKind::Time if sort.is_nullable() => Some("'infinity'::timestamptz"),
        KeyKind::Number if sort.is_nullable() => Some("'Infinity'::numeric"),
        KeyKind::Time | KeyKind::Day | KeyKind::Number | KeyKind::Text => None,
    }
}

/// The column of a sort key.
fn snake(key: &str) -> String {
    let mut column = String::with_capacity(key.len() + 4);
    for character in key.chars() {
        if character.is_ascii_uppercase() {
            column.push('_');
        }
        column.push(character.to_ascii_lowercase());
    }
    column
}

/// Narrows a boxed query to the rows after the last one seen.
macro_rules! after {
    ($query:expr, $table:literal, $page:expr) => {
        match $crate::store::keyset::keyset($table, $page) {
            None => $query,
            Some(keyset) => $query.filter(
                diesel::dsl::sql::<diesel::sql_types::Bool>(&keyset.before)
                    .bind::<diesel::sql_types::Nullable<diesel::sql_types::Text>, _>(keyset.key)
                    .sql(&keyset.between)
                    .bind::<diesel::sql_types::Uuid, _>(keyset.id)
                    .sql(keyset.end),
            ),
        }
    };
}
pub(super) use after;

/// The expression that a list is ordered by where rows may have no value.
macro_rules! or_last {
    ($kind:ty, $table:literal, $page:expr) => {
        diesel::dsl::sql::<$kind>(&$crate::store::keyset::ordered_by($table, $page.sort))
    };
}
pub(super) use or_last;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_keys_name_their_columns() {
        assert_eq!(snake("createdAt"), "created_at");
        assert_eq!(snake("title"), "title");
    }

    #[test]
    fn rows_without_a_value_stand_beyond_all() {
        let sort = |key| Sort {
            key,
            descending: true,
        };

        assert_eq!(
            ordered_by("pathways", sort("transferCredits")),
            "coalesce(pathways.transfer_credits, 'Infinity'::numeric)"
        );
        assert_eq!(ordered_by("pathways", sort("name")), "pathways.name");
    }

    #[test]
    fn nothing_seen_is_no_condition() {
        let sort = Sort {
            key: "title",
            descending: false,
        };
        let page = PageRequest::new(1, 20, "", &[], sort).unwrap();

        assert!(keyset("micro_credentials", &page).is_none());
        let begun = page.walking("").unwrap();
        assert!(keyset("micro_credentials", &begun).is_none());
    }
}
