//! The rows after one row, in the order of a list: an index finds them, and rows that come and go elsewhere change nothing.

use domain::page::{KeyKind, PageRequest};
use uuid::Uuid;

/// A condition of SQL in three pieces, with the key of the last row between the first two and its identifier between the others.
#[derive(Debug)]
pub(super) struct Keyset {
    pub(super) before: String,
    pub(super) between: &'static str,
    pub(super) end: String,
    pub(super) key: Option<String>,
    pub(super) id: Uuid,
}

/// The condition for a step of a walk; `None` when all rows are after nothing.
///
/// Without a value a row stands last upwards and first downwards, as PostgreSQL orders it.
pub(super) fn keyset(table: &str, page: &PageRequest) -> Option<Keyset> {
    let last = page.last_seen()?;
    let (sort, key) = (page.sort, last.key.clone());
    let column = format!("{table}.{}", snake(sort.key));
    let id = format!("{table}.id");
    let beyond = if sort.descending { '<' } else { '>' };
    let or_null = match (sort.is_nullable(), sort.descending, key.is_some()) {
        (true, false, true) => format!(" OR {column} IS NULL"),
        (true, true, false) => format!(" OR {column} IS NOT NULL"),
        _other => String::new(),
    };
    let (before, between) = if key.is_some() {
        let between = match sort.kind() {
            KeyKind::Time => "::timestamptz, ",
            KeyKind::Day => "::date, ",
            KeyKind::Number => "::numeric, ",
            KeyKind::Text => "::text, ",
        };
        (format!("((({column}, {id}) {beyond} ("), between)
    } else {
        (
            format!("(({column} IS NULL AND {id} {beyond} coalesce("),
            "::uuid, ",
        )
    };
    Some(Keyset {
        before,
        between,
        end: format!(")){or_null})"),
        key,
        id: last.id,
    })
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
                    .sql(keyset.between)
                    .bind::<diesel::sql_types::Uuid, _>(keyset.id)
                    .sql(&keyset.end),
            ),
        }
    };
}
pub(super) use after;

#[cfg(test)]
mod tests {
    use domain::page::Sort;

    use super::*;

    #[test]
    fn sort_keys_name_their_columns() {
        assert_eq!(snake("createdAt"), "created_at");
        assert_eq!(snake("title"), "title");
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
