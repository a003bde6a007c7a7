//! `fields=id,title`: only these members of `data`, or of each row of it.

use std::fmt;

use domain::Failure;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::dto::page::bad_parameter;

/// Name of the parameter.
pub(crate) const PARAMETER: &str = "fields";
/// Longest list of names.
const LONGEST: usize = 1_000;

/// Reads the parameter; `None` when it is not given.
///
/// # Errors
/// `INVALID_FORMAT` when it is given twice, is empty, or holds an empty name.
pub(crate) fn asked_for(query: &str) -> Result<Option<Vec<String>>, Failure> {
    if !query.contains(PARAMETER) {
        return Ok(None);
    }
    let mut given = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == PARAMETER)
        .map(|(_, value)| value);
    let Some(value) = given.next() else {
        return Ok(None);
    };
    if given.next().is_some() {
        return Err(bad_parameter(PARAMETER, "is given twice".into()));
    }
    let names: Vec<String> = value.split(',').map(ToOwned::to_owned).collect();
    if value.len() > LONGEST || !names.iter().all(|name| is_name(name)) {
        let message = "must be names with commas between them, such as id,title";
        return Err(bad_parameter(PARAMETER, message.into()));
    }
    Ok(Some(names))
}

/// Whether a member could be called so at all: an empty list has no members to compare with.
fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    !text.is_empty() && text.bytes().all(letter)
}

/// The query without the parameter, for what knows its own parameters only.
pub(crate) fn without(query: &str) -> Option<String> {
    let is_ours = |pair: &&str| pair.split('=').next() == Some(PARAMETER);
    query.split('&').any(|pair| is_ours(&pair)).then(|| {
        let others: Vec<&str> = query.split('&').filter(|pair| !is_ours(pair)).collect();
        others.join("&")
    })
}

/// The members of an object in their order, unread.
struct Members<'json>(Vec<(String, &'json RawValue)>);

impl<'de: 'json, 'json> Deserialize<'de> for Members<'json> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// Writes `data` with the named members only.
///
/// # Errors
/// `INVALID_FORMAT` listing the members that there are, when one of the names is none of them.
pub(crate) fn select(data: &[u8], names: &[String]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::with_capacity(data.len() / 2);
    if data.first() == Some(&b'[') {
        let rows: Vec<Members<'_>> = serde_json::from_slice(data).map_err(Failure::internal)?;
        out.push(b'[');
        for (number, row) in rows.iter().enumerate() {
            if number > 0 {
                out.push(b',');
            }
            write(row, names, &mut out)?;
        }
        out.push(b']');
    } else if data.first() == Some(&b'{') {
        let row: Members<'_> = serde_json::from_slice(data).map_err(Failure::internal)?;
        write(&row, names, &mut out)?;
    } else {
        let message = "cannot be used here: the answer has no fields";
        return Err(bad_parameter(PARAMETER, message.into()));
    }
    Ok(out)
}

fn write(row: &Members<'_>, names: &[String], out: &mut Vec<u8>) -> Result<(), Failure> {
    for name in names {
        if !row.0.iter().any(|(member, _)| member == name) {
            let known: Vec<&str> = row.0.iter().map(|(member, _)| member.as_str()).collect();
            let message = format!("must be some of {}", known.join(", "));
            return Err(bad_parameter(PARAMETER, message));
        }
    }
    out.push(b'{');
    let mut first = true;
    for (member, value) in &row.0 {
        if names.contains(member) {
            if !first {
                out.push(b',');
            }
            first = false;
            serde_json::to_writer(&mut *out, member).map_err(Failure::internal)?;
            out.push(b':');
            out.extend_from_slice(value.get().as_bytes());
        }
    }
    out.push(b'}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str) -> Vec<String> {
        asked_for(&format!("fields={list}")).unwrap().unwrap()
    }

    #[test]
    fn members_keep_their_order_and_their_bytes() {
        let data = br#"{"id":"a","title":"x \" y","credits":3.50,"owner":{"id":1}}"#;

        let selected = select(data, &names("owner,credits,id")).unwrap();

        assert_eq!(
            String::from_utf8(selected).unwrap(),
            r#"{"id":"a","credits":3.50,"owner":{"id":1}}"#
        );
        let rows = select(br#"[{"a":1,"b":2},{"a":3,"b":4}]"#, &names("b")).unwrap();
        assert_eq!(rows, br#"[{"b":2},{"b":4}]"#);
        assert_eq!(select(b"[]", &names("b")).unwrap(), b"[]");
    }

    #[test]
    fn names_that_are_none_are_refused_with_those_that_are() {
        let failure = select(br#"{"id":1,"title":2}"#, &names("id,colour")).unwrap_err();

        assert_eq!(failure.fields[0].field, "fields");
        assert!(failure.message.contains("id, title"), "{failure}");
        for query in ["fields=", "fields=a,,b", "fields=a%20", "fields=a&fields=b"] {
            assert!(asked_for(query).is_err(), "{query}");
        }
        assert_eq!(asked_for("page=2").unwrap(), None);
    }

    #[test]
    fn the_parameter_is_taken_out_of_the_query() {
        assert_eq!(without("a=1&fields=id&b=2").as_deref(), Some("a=1&b=2"));
        assert_eq!(without("fields=id").as_deref(), Some(""));
        assert_eq!(without("afields=1"), None);
    }
}
