//! What the services of a stack have logged.

use dev_stack::TestStack;
use serde_json::{Map, Value};

/// One line.
pub(super) type Line = Map<String, Value>;

/// All that one service has logged so far; its libraries write lines of other kinds.
pub(super) fn lines(stack: &TestStack, service: &str) -> Vec<Line> {
    let log = stack.platform.folder.join(format!("{service}.log"));
    let bytes = std::fs::read(log).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let read = text.lines().map(serde_json::from_str);
    read.filter_map(Result::ok).collect()
}
