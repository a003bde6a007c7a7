//! Texts that must be nowhere, and how they are looked for.

use std::collections::BTreeSet;

/// Shortest text that cannot be met by chance.
const SHORTEST: usize = 12;

/// What was said in confidence, and what it was.
#[derive(Debug, Default)]
pub(super) struct Book(Vec<(String, String)>);

impl Book {
    /// A text that nobody has seen before; whoever meets it has read what was `what`.
    pub(super) fn coin(&mut self, what: &str) -> String {
        let text = format!("canary{}", uuid::Uuid::now_v7().simple());
        self.keep(what, &text);
        text
    }

    /// An e-mail address that nobody has seen before.
    pub(super) fn coin_address(&mut self, what: &str) -> String {
        format!("{}@people.example", self.coin(what))
    }

    /// Keeps in mind what the platform has given out.
    pub(super) fn keep(&mut self, what: &str, text: &str) {
        assert!(text.len() >= SHORTEST, "{what} is too short to be sought");
        self.0.push((what.to_owned(), text.to_owned()));
    }

    /// Keeps a token in mind, and each part of it that is its own.
    pub(super) fn keep_token(&mut self, what: &str, token: &str) {
        self.keep(what, token);
        let parts = token.split('.').skip(1);
        for part in parts.filter(|part| part.len() >= SHORTEST) {
            self.keep(what, part);
        }
    }

    /// How many texts are kept in mind.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What of it stands in a text, in whatever form.
    pub(super) fn met_in(&self, text: &str) -> BTreeSet<&str> {
        self.0
            .iter()
            .filter(|(_what, canary)| forms(canary).iter().any(|form| text.contains(form)))
            .map(|(what, _canary)| what.as_str())
            .collect()
    }
}

/// How libraries write texts: as they are, as lists of bytes, in hexadecimal.
pub(super) fn forms(text: &str) -> [String; 3] {
    let bytes: Vec<String> = text.bytes().map(|byte| byte.to_string()).collect();
    [text.to_owned(), bytes.join(", "), hex::encode(text)]
}

#[test]
fn a_canary_is_met_in_every_form_and_no_other_text_is() {
    let mut book = Book::default();
    let canary = book.coin("password");

    for form in forms(&canary) {
        let line = format!("{{\"message\":\"executing with [{form}]\"}}");
        assert_eq!(book.met_in(&line), BTreeSet::from(["password"]));
    }
    assert!(book.met_in("canary").is_empty());
    assert!(book.met_in(&Book::default().coin("password")).is_empty());
}
