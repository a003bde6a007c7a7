//! What a password must be: long, and not one of those that everybody tries first.
//!
//! There is no rule of composition and no expiry (NIST SP 800-63B-4): length and a blocklist are what helps. The list
//! in `common_passwords.txt` holds about 3,000 entries in lower case: words that many people choose, walks over the
//! keyboard, rows of digits, and phrases. A password is looked up as it is, without the digits and signs around it,
//! with the usual disguises undone (`p@ssw0rd`), and as a repetition of something shorter.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use crate::validate::Violations;

/// Fewest characters of a password when nobody says otherwise: what NIST SP 800-63B-4 asks for where nothing is asked beside it.
pub const DEFAULT_MIN_PASSWORD_CHARACTERS: usize = 15;
/// Most characters of a password; longer ones are refused, never cut.
pub const MAX_PASSWORD_CHARACTERS: usize = 128;

/// Words of the field that are tried here first.
const OUR_WORDS: &[&str] = &["bccb", "microcredential", "credential"];
/// Shorter words about a person say too little to be looked for.
const SHORTEST_WORD: usize = 3;
/// What must be left of a password once the words about its owner are taken out.
const LEAST_REST: usize = 6;
/// A password that repeats something this short is none.
const SHORTEST_UNIT: usize = 5;

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// The rules for new passwords. Passwords that are on record already are not judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    min_characters: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::new(DEFAULT_MIN_PASSWORD_CHARACTERS)
    }
}

impl PasswordPolicy {
    /// Rules with a least length in characters.
    #[must_use]
    pub const fn new(min_characters: usize) -> Self {
        Self { min_characters }
    }

    /// Notes every rule that a new password breaks. `about` is what is known of its owner: e-mail, names.
    pub fn check(
        &self,
        violations: &mut Violations,
        field: &'static str,
        password: &str,
        about: &[&str],
    ) {
        let password = normalized(password);
        let length = password.chars().count();
        violations.require(
            (self.min_characters..=MAX_PASSWORD_CHARACTERS).contains(&length),
            field,
            format!(
                "must have {} to {MAX_PASSWORD_CHARACTERS} characters",
                self.min_characters
            ),
        );
        violations.require(
            !password.contains('\0'),
            field,
            "must not contain the NUL character",
        );
        // Longer texts are refused already; they are not worth the search.
        violations.require(
            length > MAX_PASSWORD_CHARACTERS || !is_guessable(&password, about),
            field,
            "is one that is tried first: too common, or too close to your name or address; choose another",
        );
    }
}

/// The one form in which a password is hashed and checked: Unicode NFC, so that two keyboards write the same one.
#[must_use]
pub fn normalized(password: &str) -> String {
    password.nfc().collect()
}

fn is_guessable(password: &str, about: &[&str]) -> bool {
    let folded = fold(password);
    let core = core_of(&folded);
    let plain = undisguised(core);
    if [folded.as_str(), core, plain.as_str()]
        .into_iter()
        .any(is_common)
    {
        return true;
    }
    let words = words(about);
    [folded.as_str(), plain.as_str()]
        .into_iter()
        .any(|text| is_made_of(text, &words))
}

fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// The text without the digits and signs around it.
fn core_of(text: &str) -> &str {
    text.trim_matches(|character: char| !character.is_alphabetic())
}

/// The text with the usual disguises undone.
fn undisguised(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

fn is_common(text: &str) -> bool {
    COMMON.contains(text)
        || repeated_unit(text)
            .is_some_and(|unit| unit.chars().count() < SHORTEST_UNIT || COMMON.contains(unit))
}

/// The shortest part that the text is a repetition of.
fn repeated_unit(text: &str) -> Option<&str> {
    text.char_indices()
        .map(|(at, _)| at)
        .skip(1)
        .take_while(|at| at * 2 <= text.len())
        .filter(|at| text.len().is_multiple_of(*at))
        .filter_map(|at| text.get(..at))
        .find(|unit| unit.repeat(text.len() / unit.len()) == text)
}

/// The words about the owner of a password that it must not be made of.
fn words(about: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = about
        .iter()
        // The host of an address is shared by thousands.
        .filter_map(|text| text.split('@').next())
        .flat_map(|text| {
            let folded = fold(text);
            folded
                .split(|character: char| !character.is_alphanumeric())
                .map(ToOwned::to_owned)
                .chain([folded.clone()])
                .collect::<Vec<_>>()
        })
        .chain(OUR_WORDS.iter().map(|word| (*word).to_owned()))
        .filter(|word| word.chars().count() >= SHORTEST_WORD)
        .collect();
    // The longest first, so that a short one inside of it does not tear it apart.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

fn is_made_of(text: &str, words: &[String]) -> bool {
    let rest = words
        .iter()
        .fold(text.to_owned(), |rest, word| rest.replace(word, ""));
    let core = core_of(&rest);
    rest != text && (core.chars().count() < LEAST_REST || is_common(core))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(password: &str, about: &[&str]) -> usize {
        let mut violations = Violations::new();
        PasswordPolicy::new(8).check(&mut violations, "password", password, about);
        violations
            .finish()
            .map_or_else(|failure| failure.fields.len(), |()| 0)
    }

    #[test]
    fn the_whole_list_is_refused_as_written_in_capitals_and_with_a_tail() {
        assert!(COMMON.len() >= 3_000, "{}", COMMON.len());
        for entry in COMMON.iter() {
            assert!(is_guessable(entry, &[]), "{entry}");
            assert!(is_guessable(&entry.to_uppercase(), &[]), "{entry}");
            let core = core_of(entry);
            if core.len() >= 4 && COMMON.contains(core) {
                assert!(is_guessable(&format!("{core}2026!"), &[]), "{entry}");
            }
        }
    }

    #[test]
    fn what_nobody_would_guess_is_accepted_whatever_its_letters() {
        for password in [
            "correct horse battery staple",
            "пароль с пробелами",
            "🦊🦉🐢🦋🐙🦀🐝🐬",
            "tall ships sail at noon",
            "kvjwqpzmxnrtbgh",
            "836251940273",
        ] {
            assert_eq!(problems(password, &["ada@example.org"]), 0, "{password}");
        }
    }

    #[test]
    fn random_lower_case_letters_are_never_taken_for_common_ones() {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..2_000 {
            let password: String = (0..15)
                .map(|_| {
                    seed ^= seed << 13;
                    seed ^= seed >> 7;
                    seed ^= seed << 17;
                    char::from(b'a' + u8::try_from(seed % 26).unwrap())
                })
                .collect();
            assert_eq!(
                problems(&password, &["ada@example.org", "Ada"]),
                0,
                "{password}"
            );
        }
    }

    #[test]
    fn names_addresses_disguises_and_repetitions_are_refused() {
        let about = ["ada.lovelace@example.org", "Ada", "Lovelace"];
        for password in [
            "P@ssw0rd2026!!",
            "passwordpassword",
            "abcabcabcabcabc",
            "zzzzzzzzzzzzzz",
            "lovelace-1815",
            "AdaLovelace1815",
            "ada.lovelace!!",
            "bccb-password",
            "BCCB20262026",
            "ｐａｓｓｗｏｒｄ１２３",
        ] {
            assert_eq!(problems(password, &about), 1, "{password}");
        }
        assert_eq!(problems("lovelace met a mathematician", &about), 0);
    }

    #[test]
    fn length_counts_characters_as_they_are_hashed_and_nothing_is_cut() {
        let short = PasswordPolicy::default();
        let fits = |password: &str| {
            let mut violations = Violations::new();
            short.check(&mut violations, "password", password, &[]);
            violations.is_empty()
        };
        let decomposed = |text: &str| text.nfd().collect::<String>();
        assert!(fits(&decomposed("áéíóúàèìòùâêîôû")));
        assert!(!fits(&decomposed("áéíóúàèìòùâêîô")));
        assert!(!fits("kx qw vz jp"));
        let long: String = (0_u16..128)
            .map(|at| char::from(b'a' + u8::try_from((at / 3 * 7 + at) % 26).unwrap_or(0)))
            .collect();
        assert!(fits(&long));
        assert!(!fits(&format!("{long}y")));
        assert!(!fits("kvjwqpz\0mxnrtbgh"));
        assert_eq!(normalized("e\u{301}"), normalized("é"));
    }
}
