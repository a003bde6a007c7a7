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
    PageRequest::new(page.page, page.limit, &page.sort, sortable, default)
}

/// Says where a page stands.
#[must_use]
pub const fn info_to_wire<T>(page: &Page<T>) -> common::PageInfo {
    common::PageInfo {
        page: page.page,
        limit: page.limit,
        total: page.total,
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
    })
}
