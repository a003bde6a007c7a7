//! Windows of a list.

use domain::Failure;
use domain::page::{Page, PageRequest, Sort};

use crate::pb::common;

/// Checks a window against the documented sort keys of a list.
///
/// # Errors
/// `INVALID_FORMAT` naming the parameter that is out of range.
pub fn page_from_wire(
    page: Option<&common::PageRequest>,
    sortable: &[&'static str],
    default: Sort,
) -> Result<PageRequest, Failure> {
    let empty = common::PageRequest::default();
    let page = page.unwrap_or(&empty);
    let request = PageRequest::new(page.page, page.limit, &page.sort, sortable, default)?;
    match &page.cursor {
        Some(cursor) => request.walking(cursor),
        None => Ok(request),
    }
}

/// Says where a page stands.
#[must_use]
pub fn info_to_wire<T>(page: &Page<T>) -> common::PageInfo {
    common::PageInfo {
        page: page.page,
        limit: page.limit,
        total: page.total,
        next_cursor: page.next_cursor.clone(),
    }
}

/// Joins rows from the wire with where their page stands.
///
/// # Errors
/// `INVALID_FORMAT` when the page does not say where it stands.
pub fn page_to_domain<T>(
    items: Vec<T>,
    info: Option<common::PageInfo>,
) -> Result<Page<T>, Failure> {
    let info = super::value::required(info, "page")?;
    Ok(Page {
        items,
        page: info.page,
        limit: info.limit,
        total: info.total,
        next_cursor: info.next_cursor,
    })
}
