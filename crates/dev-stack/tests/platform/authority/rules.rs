//! The table as it is written.

use domain::policy::Action;
use serde_json::Value;

/// One line: a route, the action that it is, whose object it is about, what is sent.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) action: Action,
    /// Kind of object in the path or the body; `self` for the own institution as a whole, `-` for none.
    pub(super) object: String,
    pub(super) body: String,
}

impl Rule {
    /// Whether an institution owns what the request is about.
    pub(super) fn has_owner(&self) -> bool {
        self.object != "-"
    }

    /// Where the object stands: at the own institution, and at another.
    pub(super) fn places(&self) -> &'static [bool] {
        if self.has_owner() && self.object != "self" {
            &[true, false]
        } else {
            &[true]
        }
    }

    /// Whether those who may not see it are told that it is not there, even before they sign in.
    pub(super) fn is_hidden(&self) -> bool {
        self.method == "GET" && ["draft", "pathway"].contains(&self.object.as_str())
    }

    /// Whether nobody outside of its institution may know that the object is there.
    pub(super) fn is_private(&self) -> bool {
        let private = [
            "draft", "pathway", "incoming", "webhook", "person", "report",
        ];
        self.path.contains("{id}") && private.contains(&self.object.as_str())
    }

    /// Whether asking may end the session.
    pub(super) fn ends_session(&self) -> bool {
        self.action == Action::OwnAccount && self.method != "GET"
    }

    /// Whether a sound body needs what only a mail or a cookie brings.
    pub(super) fn needs_a_secret(&self) -> bool {
        let secret = [
            "/auth/refresh",
            "/auth/password/reset",
            "/auth/email/confirm",
        ];
        secret.iter().any(|end| self.path.ends_with(end))
    }

    /// Whether what is sent is a file.
    pub(super) fn sends_a_file(&self) -> bool {
        self.path.ends_with("/import")
    }

    /// Whether the document says that the request can name a version of an object.
    pub(super) fn names_a_version(&self, document: &Value) -> bool {
        let operation = &document["paths"][&self.path][self.method.to_lowercase()];
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.into_iter().any(|it| it["name"] == "If-Match")
    }
}

/// The OpenAPI document.
pub(super) fn document() -> Value {
    serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../api-gateway/openapi.json"
    )))
    .unwrap()
}

/// Reads the table.
pub(super) fn read(text: &str) -> Vec<Rule> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut words = line.splitn(5, char::is_whitespace).map(str::to_owned);
            let mut next = || words.next().unwrap_or_else(|| "-".to_owned());
            let (method, path, action, object, body) = (next(), next(), next(), next(), next());
            let action = Action::ALL
                .iter()
                .copied()
                .find(|known| format!("{known:?}") == action)
                .unwrap_or_else(|| unreachable!("no action {action} in `{line}`"));
            Rule {
                method,
                path,
                action,
                object,
                body,
            }
        })
        .collect()
}
