//! What handlers receive, checked before they run.

pub(crate) mod caller;
pub(crate) mod if_match;
pub(crate) mod path_id;
pub(crate) mod refresh_cookie;
pub(crate) mod rejection;
pub(crate) mod session_mode;
mod structure;
pub(crate) mod valid_json;
pub(crate) mod valid_query;

pub(crate) use self::caller::Caller;
pub(crate) use self::if_match::IfMatch;
pub(crate) use self::path_id::{PartId, PathId};
pub(crate) use self::refresh_cookie::RefreshCookie;
pub(crate) use self::session_mode::SessionMode;
pub(crate) use self::valid_json::ValidJson;
pub(crate) use self::valid_query::ValidQuery;
