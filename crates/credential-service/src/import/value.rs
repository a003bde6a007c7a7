//! One value of a mapping: where it comes from and what is done to it.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::cell::{separated, unguarded};

/// A part of the text of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Take {
    /// The number at its beginning: `3` of `3(3,0)`.
    Number,
    /// What follows the last slash: `01452-023` of `https://example.org/courses/01452-023`.
    Tail,
}

/// What becomes of a value that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Bad {
    /// It counts as not stated.
    Absent,
}

/// Where a value comes from and what is done to it, in this order: take, values, cut.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Value {
    column: Option<String>,
    text: Option<String>,
    template: Option<String>,
    take: Option<Take>,
    values: Option<BTreeMap<String, String>>,
    cut: Option<usize>,
    split: Option<String>,
    bad: Option<Bad>,
    /// Whether the column is one of our own files: its text counts as it is.
    #[serde(skip)]
    own: bool,
}

/// One row by column name.
pub(super) type Row<'row> = HashMap<&'row str, &'row str>;

impl Value {
    /// The text of a column of our own files, exactly.
    pub(super) fn own(column: &str) -> Self {
        Self {
            column: Some(column.to_owned()),
            text: None,
            template: None,
            take: None,
            values: None,
            cut: None,
            split: None,
            bad: None,
            own: true,
        }
    }

    /// Whether it says once where it comes from.
    pub(super) fn has_one_source(&self) -> bool {
        [&self.column, &self.text, &self.template]
            .into_iter()
            .flatten()
            .count()
            == 1
    }

    /// The one column it comes from.
    pub(super) fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// Every column it needs.
    pub(super) fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = self.column.iter().cloned().collect();
        if let Some(template) = &self.template {
            columns.extend(
                pieces(template)
                    .into_iter()
                    .filter_map(|piece| match piece {
                        Piece::Column { name, .. } => Some(name.to_owned()),
                        Piece::Text(_) => None,
                    }),
            );
        }
        columns
    }

    /// Whether a value that breaks a rule counts as not stated.
    pub(super) fn bad_is_absent(&self) -> bool {
        self.bad == Some(Bad::Absent)
    }

    /// The value in one row; `None` when it is not stated.
    ///
    /// # Errors
    /// The reason why it cannot be read.
    pub(super) fn of(&self, row: &Row<'_>, institution: &str) -> Result<Option<String>, String> {
        if self.own {
            let cell = self.column().and_then(|column| row.get(column));
            let text = cell.map(|cell| unguarded(cell)).unwrap_or_default();
            return Ok((!text.is_empty()).then(|| text.to_owned()));
        }
        let raw = match (&self.column, &self.text, &self.template) {
            (Some(column), _, _) => row
                .get(column.as_str())
                .copied()
                .unwrap_or_default()
                .to_owned(),
            (None, Some(text), _) => text.clone(),
            (None, None, Some(template)) => fill(template, row, institution),
            (None, None, None) => String::new(),
        };
        let raw = raw.trim();
        if raw.is_empty() {
            return Ok(None);
        }
        let taken = match self.take {
            None => raw,
            Some(Take::Tail) => tail(raw),
            Some(Take::Number) => match leading_number(raw) {
                Some(number) => number,
                None => return self.refuse(format!("`{raw}` does not begin with a number")),
            },
        };
        let chosen = match &self.values {
            None => taken.to_owned(),
            Some(values) => match values.get(taken) {
                Some(chosen) => chosen.clone(),
                None => {
                    let known = values.keys().cloned().collect::<Vec<_>>().join(", ");
                    return self.refuse(format!("`{taken}` is none of the values {known}"));
                }
            },
        };
        Ok(Some(match self.cut {
            Some(limit) => cut(&chosen, limit),
            None => chosen,
        }))
    }

    /// Several values of one row.
    ///
    /// # Errors
    /// The reason why they cannot be read.
    pub(super) fn list_of(&self, row: &Row<'_>, institution: &str) -> Result<Vec<String>, String> {
        let Some(text) = self.of(row, institution)? else {
            return Ok(Vec::new());
        };
        if self.own {
            return Ok(separated(&text));
        }
        let Some(separator) = &self.split else {
            return Ok(vec![text]);
        };
        Ok(text
            .split(separator.as_str())
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(ToOwned::to_owned)
            .collect())
    }

    fn refuse(&self, reason: String) -> Result<Option<String>, String> {
        if self.bad_is_absent() {
            Ok(None)
        } else {
            Err(reason)
        }
    }
}

enum Piece<'template> {
    Text(&'template str),
    Column { name: &'template str, tail: bool },
}

/// Reads `{column}` and `{column|tail}` out of a template.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        pieces.push(Piece::Text(text));
        let Some((name, after)) = after.split_once('}') else {
            pieces.push(Piece::Text(after));
            return pieces;
        };
        pieces.push(match name.strip_suffix("|tail") {
            Some(name) => Piece::Column { name, tail: true },
            None => Piece::Column { name, tail: false },
        });
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn fill(template: &str, row: &Row<'_>, institution: &str) -> String {
    pieces(template)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Column { name, tail: whole } => {
                let fallback = if name == "institution" {
                    institution
                } else {
                    ""
                };
                let text = row.get(name).copied().unwrap_or(fallback).trim();
                if whole { tail(text) } else { text }
            }
        })
        .collect()
}

fn tail(text: &str) -> &str {
    text.rsplit_once('/').map_or(text, |(_, tail)| tail)
}

fn leading_number(text: &str) -> Option<&str> {
    let end = text
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(text.len());
    text.get(..end).filter(|number| !number.is_empty())
}

/// Shortens a text at a word, with an ellipsis that counts.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    let whole_words = kept
        .rsplit_once(char::is_whitespace)
        .map_or(kept.as_str(), |(words, _)| words);
    format!("{}…", whole_words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(toml: &str) -> Value {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn templates_join_columns() {
        let row = Row::from([
            ("code", "ACG 2021"),
            ("url", "https://x.example/courses/01452-023"),
        ]);

        let code = value("template = \"{institution} {code} {url|tail}\"");

        assert_eq!(
            code.of(&row, "FIU").unwrap().unwrap(),
            "FIU ACG 2021 01452-023"
        );
        assert_eq!(code.columns(), ["institution", "code", "url"]);
    }

    #[test]
    fn numbers_are_taken_from_the_front() {
        let credits = value("column = \"credits\"\ntake = \"number\"");

        let of = |text| credits.of(&Row::from([("credits", text)]), "X");
        assert_eq!(of("3(3,0)").unwrap().unwrap(), "3");
        assert_eq!(of(" 0.25 ").unwrap().unwrap(), "0.25");
        assert_eq!(of("").unwrap(), None);
        assert!(of("VAR").unwrap_err().contains("VAR"));
    }

    #[test]
    fn long_texts_end_at_a_word() {
        assert_eq!(cut("one two three", 9), "one two…");
        assert_eq!(cut("one two", 7), "one two");
    }
}
