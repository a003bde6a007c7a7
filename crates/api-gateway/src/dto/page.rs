//! Windows of lists.

use domain::page::{MAX_LIMIT, MAX_PAGE};
use domain::{Failure, FieldViolation};

/// A window that was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    /// Page number, from 1.
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    pub(crate) limit: Option<u32>,
    /// Key, with `-` for descending.
    pub(crate) sort: Option<String>,
    /// Walks the list: empty at its beginning, then what the answer before has given.
    pub(crate) cursor: Option<String>,
}

impl Window {
    /// Checks the numbers; the keys of a list are known to the service that answers it.
    ///
    /// # Errors
    /// `INVALID_FORMAT` naming the parameter.
    pub(crate) fn checked(
        page: Option<u32>,
        limit: Option<u32>,
        sort: Option<&str>,
    ) -> Result<Self, Failure> {
        within("page", page, MAX_PAGE)?;
        within("limit", limit, MAX_LIMIT)?;
        if sort == Some("") {
            return Err(bad_parameter("sort", "must not be empty".into()));
        }
        Ok(Self {
            page,
            limit,
            sort: sort.map(ToOwned::to_owned),
            cursor: None,
        })
    }

    /// Walks the list from a cursor, if there is one. What is in it is known to the service that has given it.
    ///
    /// # Errors
    /// `INVALID_FORMAT` when pages are counted as well.
    pub(crate) fn walking(mut self, cursor: Option<&str>) -> Result<Self, Failure> {
        if cursor.is_some() && self.page.is_some() {
            let message = "cannot be combined with page".to_owned();
            return Err(bad_parameter("cursor", message));
        }
        self.cursor = cursor.map(ToOwned::to_owned);
        Ok(self)
    }
}

fn within(field: &str, value: Option<u32>, max: u32) -> Result<(), Failure> {
    if value.is_none_or(|value| (1..=max).contains(&value)) {
        return Ok(());
    }
    Err(bad_parameter(field, format!("must be between 1 and {max}")))
}

/// A query parameter that cannot be read as it stands.
pub(crate) fn bad_parameter(field: &str, message: String) -> Failure {
    malformed("query parameter", field, message)
}

/// A header that cannot be read as it stands.
pub(crate) fn bad_header(name: &str, message: String) -> Failure {
    malformed("header", name, message)
}

fn malformed(what: &str, field: &str, message: String) -> Failure {
    let violation = FieldViolation {
        field: field.into(),
        message,
    };
    Failure::malformed(format!("{what} `{field}` {}", violation.message))
        .with_fields(vec![violation])
}

/// Gives query types their `window()`; after `=> cursor`, one that can also walk its list.
macro_rules! windowed {
    ($($query:ty $(=> $cursor:ident)?),+) => {$(
        impl $query {
            /// The window, checked.
            pub(crate) fn window(&self) -> Result<$crate::dto::page::Window, domain::Failure> {
                let sort = self.sort.as_deref();
                let window = $crate::dto::page::Window::checked(self.page, self.limit, sort)?;
                $(let window = window.walking(self.$cursor.as_deref())?;)?
                Ok(window)
            }
        }
    )+};
}
pub(crate) use windowed;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_inside() {
        assert!(Window::checked(Some(1), Some(100), None).is_ok());
        assert!(Window::checked(None, None, None).is_ok());
        for (page, limit, field) in [(Some(0), None, "page"), (None, Some(101), "limit")] {
            let failure = Window::checked(page, limit, None).unwrap_err();
            assert_eq!(failure.fields[0].field, field);
        }
    }
}
