//! Windows of a list.

mod cursor;

pub use cursor::{KeyKind, Place, time_key};

use crate::failure::{Failure, FieldViolation};

/// Rows on a page when the caller does not say.
pub const DEFAULT_LIMIT: u32 = 20;
/// Most rows on a page.
pub const MAX_LIMIT: u32 = 100;
/// Deepest page: past it, filters find faster than scrolling.
pub const MAX_PAGE: u32 = 100_000;

/// Most rows before a page: each of them is read to be skipped, where a cursor finds the next row at once.
pub const MAX_SKIPPED: u64 = 100_000;

/// One key of a documented list of sort keys, with its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The key as the caller writes it, for example `createdAt`.
    pub key: &'static str,
    /// True for `-key`.
    pub descending: bool,
}

/// A window that has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Page number, from 1.
    pub page: u32,
    /// Rows on a page, 1 to 100.
    pub limit: u32,
    /// Order of the list.
    pub sort: Sort,
    /// The walk that this is a step of, if it is one.
    pub walk: Option<Walk>,
}

/// A step of a walk through a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Walk {
    /// From the beginning.
    Begin,
    /// After a row.
    After {
        /// The row.
        last: Place,
        /// Rows in the whole list, as counted when the walk began.
        total: Option<u64>,
    },
}

impl PageRequest {
    /// Checks a window; 0 and the empty text mean the defaults. `sortable` is the documented list, its first key the default.
    ///
    /// # Errors
    /// `INVALID_FORMAT` naming the parameter that is out of range or unknown.
    pub fn new(
        page: u32,
        limit: u32,
        sort: &str,
        sortable: &[&'static str],
        default: Sort,
    ) -> Result<Self, Failure> {
        let page = if page == 0 { 1 } else { page };
        let limit = if limit == 0 { DEFAULT_LIMIT } else { limit };
        if page > MAX_PAGE {
            return Err(Failure::malformed(format!(
                "page must be between 1 and {MAX_PAGE}"
            )));
        }
        if limit > MAX_LIMIT {
            return Err(Failure::malformed(format!(
                "limit must be between 1 and {MAX_LIMIT}"
            )));
        }
        if u64::from(page - 1) * u64::from(limit) > MAX_SKIPPED {
            return Err(Failure::malformed(format!(
                "page reaches too deep: at most {MAX_SKIPPED} rows may come before it; walk the list with cursor"
            ))
            .with_fields(vec![FieldViolation {
                field: "page".to_owned(),
                message: format!("leaves more than {MAX_SKIPPED} rows out; use cursor"),
            }]));
        }
        let sort = if sort.is_empty() {
            default
        } else {
            parse_sort(sort, sortable)?
        };
        Ok(Self {
            page,
            limit,
            sort,
            walk: None,
        })
    }

    /// Walks the list instead of counting pages: the empty text begins, then the cursor of the answer before.
    ///
    /// # Errors
    /// `INVALID_FORMAT` for a cursor that was not given for this order, or together with a page number.
    pub fn walking(mut self, cursor: &str) -> Result<Self, Failure> {
        if self.page != 1 {
            return Err(cursor::refuse("cannot be combined with page"));
        }
        self.walk = Some(if cursor.is_empty() {
            Walk::Begin
        } else {
            let (page, total, last) = cursor::read(cursor, self.sort)?;
            self.page = page.saturating_add(1);
            Walk::After { last, total }
        });
        Ok(self)
    }

    /// The row that a walk has last seen.
    #[must_use]
    pub const fn last_seen(&self) -> Option<&Place> {
        match &self.walk {
            Some(Walk::After { last, .. }) => Some(last),
            Some(Walk::Begin) | None => None,
        }
    }

    /// Rows in the whole list, where a walk knows it from its beginning: its later steps count nothing.
    #[must_use]
    pub const fn known_total(&self) -> Option<u64> {
        match &self.walk {
            Some(Walk::After { total, .. }) => *total,
            Some(Walk::Begin) | None => None,
        }
    }

    /// Rows before the window; a walk skips none.
    #[must_use]
    pub fn offset(&self) -> i64 {
        match self.walk {
            Some(_) => 0,
            None => i64::from(self.page.saturating_sub(1)) * i64::from(self.limit),
        }
    }

    /// Rows to read: a walk looks one row ahead.
    #[must_use]
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + i64::from(self.walk.is_some())
    }
}

fn parse_sort(text: &str, sortable: &[&'static str]) -> Result<Sort, Failure> {
    let (wanted, descending) = text
        .strip_prefix('-')
        .map_or((text, false), |key| (key, true));
    sortable
        .iter()
        .find(|key| **key == wanted)
        .map(|key| Sort { key, descending })
        .ok_or_else(|| {
            let message = format!(
                "must be one of {}, each with an optional -",
                sortable.join(", ")
            );
            Failure::malformed(format!("sort {message}")).with_fields(vec![FieldViolation {
                field: "sort".to_owned(),
                message,
            }])
        })
}

/// A window of a list and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Page number, from 1.
    pub page: u32,
    /// Rows asked for on a page.
    pub limit: u32,
    /// Rows in the whole list; on a walk, as counted when it began.
    pub total: u64,
    /// Where a walk goes on: empty at its end, `None` when this is no walk.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Joins rows with the window that they answer.
    #[must_use]
    pub fn new(items: Vec<T>, request: &PageRequest, total: u64) -> Self {
        Self {
            items,
            page: request.page,
            limit: request.limit,
            total,
            next_cursor: None,
        }
    }

    /// Joins the rows that [`PageRequest::rows`] asked for with the window that they answer; `place` is where a row stands.
    #[must_use]
    pub fn walked(
        mut items: Vec<T>,
        request: &PageRequest,
        total: u64,
        place: impl Fn(&T, Sort) -> Place,
    ) -> Self {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let goes_on = request.walk.is_some() && items.len() > limit;
        items.truncate(limit);
        let next_cursor = request.walk.as_ref().map(|_walk| {
            let last = items.last().filter(|_last| goes_on);
            last.map_or_else(String::new, |last| {
                cursor::write(request.sort, request.page, total, place(last, request.sort))
            })
        });
        Self {
            next_cursor,
            ..Self::new(items, request, total)
        }
    }

    /// The same page of other things, if every row is one.
    ///
    /// # Errors
    /// That of the first row that is none.
    pub fn try_map<U, E>(self, convert: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page {
            items: self
                .items
                .into_iter()
                .map(convert)
                .collect::<Result<_, _>>()?,
            page: self.page,
            limit: self.limit,
            total: self.total,
            next_cursor: self.next_cursor,
        })
    }

    /// The same page of other things.
    #[must_use]
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(convert).collect(),
            page: self.page,
            limit: self.limit,
            total: self.total,
            next_cursor: self.next_cursor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: Sort = Sort {
        key: "createdAt",
        descending: true,
    };

    #[test]
    fn zero_means_the_default() {
        let page = PageRequest::new(0, 0, "", &["createdAt"], DEFAULT).unwrap();

        assert_eq!((page.page, page.limit, page.sort), (1, 20, DEFAULT));
    }

    #[test]
    fn a_page_far_down_is_refused() {
        let page = |page| PageRequest::new(page, 100, "", &["createdAt"], DEFAULT);

        assert_eq!(page(1_001).unwrap().offset(), 100_000);
        let failure = page(1_002).unwrap_err();
        assert_eq!(failure.fields[0].field, "page");
    }

    #[test]
    fn an_unknown_sort_key_is_refused_with_the_list() {
        let failure =
            PageRequest::new(1, 20, "password", &["createdAt", "title"], DEFAULT).unwrap_err();

        assert!(failure.message.contains("createdAt, title"));
        assert_eq!(failure.fields[0].field, "sort");
    }

    #[test]
    fn a_window_past_the_limits_is_refused() {
        assert!(PageRequest::new(1, 101, "", &[], DEFAULT).is_err());
        assert!(PageRequest::new(u32::MAX, 100, "", &[], DEFAULT).is_err());
    }
}
