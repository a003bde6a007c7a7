//! Writes `.env.example` from the definitions, so that it cannot go stale.

use std::{collections::BTreeSet, fmt::Write as _};

use super::Setting;

/// Longest line of a comment.
const COMMENT_WIDTH: usize = 100;

/// Renders `.env.example`: one heading per group; a name that several groups define appears once.
#[must_use]
pub fn render(groups: &[(&str, &[Setting])]) -> String {
    let mut text = String::from(
        "# Every setting of the platform: meaning, unit, default. Written from the definitions in the code.\n\
         # An empty value counts as unset.\n",
    );
    let mut seen = BTreeSet::new();
    for (heading, settings) in groups {
        let fresh: Vec<_> = settings
            .iter()
            .filter(|setting| seen.insert(setting.name))
            .collect();
        if fresh.is_empty() {
            continue;
        }
        // Writing into a String cannot fail.
        let _ = writeln!(text, "\n# ===== {heading} =====");
        for setting in fresh {
            push_setting(&mut text, setting);
        }
    }
    text
}

fn push_setting(text: &mut String, setting: &Setting) {
    text.push('\n');
    for line in wrap(setting.meaning) {
        text.push_str("# ");
        text.push_str(&line);
        text.push('\n');
    }
    let mut facts = Vec::new();
    if let Some(unit) = setting.unit {
        facts.push(format!("unit: {unit}"));
    }
    facts.push(match setting.default {
        Some(default) if !default.is_empty() => format!("default: {default}"),
        Some(_) | None => "no default".to_owned(),
    });
    if setting.secret {
        facts.push(format!("secret, or {}_FILE=/path", setting.name));
    }
    let facts = facts.join(" · ");
    let value = if setting.secret {
        ""
    } else {
        setting.default.unwrap_or_default()
    };
    let _ = writeln!(text, "# {facts}\n{}={value}", setting.name);
}

fn wrap(paragraph: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + word.chars().count() < COMMENT_WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Setting, render};

    const GATEWAY: &[Setting] = &[
        Setting::new("JWT_SECRET", "Key that signs access tokens.").secret(),
        Setting::new("JWT_EXPIRES_IN", "Life of an access token.")
            .unit("s")
            .default("900"),
    ];
    const AI: &[Setting] = &[
        Setting::new("JWT_SECRET", "Key that signs access tokens.").secret(),
        Setting::new("MODEL_DIR", "Folder with the models."),
    ];
    const NOTHING_NEW: &[Setting] = &[Setting::new("MODEL_DIR", "Folder with the models.")];

    #[test]
    fn each_setting_appears_once_with_meaning_unit_and_default() {
        let text = render(&[
            ("api-gateway", GATEWAY),
            ("ai-service", AI),
            ("worker", NOTHING_NEW),
        ]);

        assert!(text.contains("# ===== api-gateway =====\n\n# Key that signs access tokens.\n"));
        assert!(text.contains("# no default · secret, or JWT_SECRET_FILE=/path\nJWT_SECRET=\n"));
        assert!(text.contains(
            "# Life of an access token.\n# unit: s · default: 900\nJWT_EXPIRES_IN=900\n"
        ));
        assert!(text.contains(
            "# ===== ai-service =====\n\n# Folder with the models.\n# no default\nMODEL_DIR=\n"
        ));
        assert_eq!(text.matches("JWT_SECRET=").count(), 1);
        assert!(
            !text.contains("worker"),
            "a group without news has no heading"
        );
    }

    #[test]
    fn long_meanings_are_wrapped() {
        const LONG: &[Setting] = &[Setting::new(
            "LONG",
            "A meaning that goes on and on, because what breaks when the value is too low and what breaks when it is too high must both be said.",
        )];

        let text = render(&[("all", LONG)]);

        assert!(text.lines().skip(1).all(|line| line.chars().count() <= 102));
    }
}
