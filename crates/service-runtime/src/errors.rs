//! Errors told with their causes.

use std::error::Error;

/// Any error, on its way out of the process.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Joins the messages of an error and its causes with colons, leaving out repetitions.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.ends_with(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
pub(crate) mod tests {
    use super::chain;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    pub(crate) struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("inner")]
    pub(crate) struct Inner;

    pub(crate) fn nested() -> Outer {
        Outer(Inner)
    }

    #[test]
    fn causes_follow_the_error() {
        assert_eq!(chain(&nested()), "outer: inner");
        assert_eq!(chain(&Inner), "inner");
    }
}
