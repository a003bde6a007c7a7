//! Names of entries, how long they hold, and what they depend on.

use std::fmt::Debug;
use std::time::Duration;

use domain::id::{InstitutionId, MicroCredentialId, PathwayId, RecognitionId};
use sha2::{Digest as _, Sha256};

use super::generations::{MOST, Mark};

/// What kind of answer an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One institution, or a page of them.
    Institution,
    /// One micro-credential, or a page of them.
    Credential,
    /// One recognition, or a page of them.
    Recognition,
    /// One pathway, or a page of them.
    Pathway,
}

impl Kind {
    /// Every kind.
    pub(super) const ALL: [Self; 4] = [
        Self::Institution,
        Self::Credential,
        Self::Recognition,
        Self::Pathway,
    ];

    /// Name in keys and metrics.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Institution => "institution",
            Self::Credential => "credential",
            Self::Recognition => "recognition",
            Self::Pathway => "pathway",
        }
    }

    /// How long an entry holds at most, when no change drops it.
    pub(super) const fn lifetime(self) -> Duration {
        match self {
            Self::Institution => Duration::from_secs(3_600),
            Self::Credential | Self::Recognition => Duration::from_secs(900),
            Self::Pathway => Duration::from_secs(1_800),
        }
    }
}

/// Name of one entry.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// Name in both levels.
    pub(super) text: String,
    /// What kind of answer it is.
    pub(super) kind: Kind,
    /// What it depends on.
    pub(super) marks: [Mark; MOST],
}

impl Key {
    /// One institution with its figures, which count all the others.
    pub(crate) fn institution(id: InstitutionId) -> Self {
        Self {
            text: format!("bccb:institution:{id}:v1"),
            kind: Kind::Institution,
            marks: [
                Mark::EVERYTHING,
                Mark::INSTITUTIONS,
                Mark::CREDENTIALS,
                Mark::RECOGNITIONS,
                Mark::PATHWAYS,
            ],
        }
    }

    /// One micro-credential with its institution's name, its recognitions and its pathways.
    pub(crate) fn credential(id: MicroCredentialId) -> Self {
        let own = Mark::credential(id.uuid());
        Self {
            text: format!("bccb:credential:{id}:v1"),
            kind: Kind::Credential,
            marks: [
                Mark::EVERYTHING,
                own,
                Mark::CREDENTIAL_PARTS,
                Mark::INSTITUTIONS,
                Mark::EVERYTHING,
            ],
        }
    }

    /// A list that belongs to one micro-credential, such as its `outcomes`.
    pub(crate) fn list_of_credential(id: MicroCredentialId, list: &str) -> Self {
        Self {
            text: format!("bccb:credential:{id}:{list}:v1"),
            ..Self::credential(id)
        }
    }

    /// One recognition, which names a micro-credential and institutions.
    pub(crate) fn recognition(id: RecognitionId) -> Self {
        Self::naming(
            format!("bccb:recognition:{id}:v1"),
            Kind::Recognition,
            Mark::RECOGNITIONS,
        )
    }

    /// One pathway, which names a micro-credential and institutions.
    pub(crate) fn pathway(id: PathwayId) -> Self {
        Self::naming(
            format!("bccb:pathway:{id}:v1"),
            Kind::Pathway,
            Mark::PATHWAYS,
        )
    }

    /// A page of a list, by everything that was asked of it.
    ///
    /// `Debug` of a query names every parameter, so two queries have one key only when they ask for the same.
    pub(crate) fn list(kind: Kind, query: &impl Debug) -> Self {
        let digest = Sha256::digest(format!("{query:?}"));
        let hash = hex::encode(digest.get(..16).unwrap_or(&digest));
        let text = format!("bccb:{}s:list:{hash}:v1", kind.name());
        match kind {
            Kind::Institution => Self {
                text,
                kind,
                marks: [
                    Mark::EVERYTHING,
                    Mark::INSTITUTIONS,
                    Mark::EVERYTHING,
                    Mark::EVERYTHING,
                    Mark::EVERYTHING,
                ],
            },
            Kind::Credential => Self::naming(text, kind, Mark::CREDENTIALS),
            Kind::Recognition => Self::naming(text, kind, Mark::RECOGNITIONS),
            Kind::Pathway => Self::naming(text, kind, Mark::PATHWAYS),
        }
    }

    const fn naming(text: String, kind: Kind, own: Mark) -> Self {
        Self {
            text,
            kind,
            marks: [
                Mark::EVERYTHING,
                own,
                Mark::CREDENTIALS,
                Mark::INSTITUTIONS,
                Mark::EVERYTHING,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn keys_are_spelt_as_the_contract_has_them() {
        let id = Uuid::from_u128(7);
        let uuid = "00000000-0000-0000-0000-000000000007";

        for (key, text, kind) in [
            (
                Key::institution(InstitutionId::from(id)),
                format!("bccb:institution:{uuid}:v1"),
                Kind::Institution,
            ),
            (
                Key::credential(MicroCredentialId::from(id)),
                format!("bccb:credential:{uuid}:v1"),
                Kind::Credential,
            ),
            (
                Key::list_of_credential(MicroCredentialId::from(id), "outcomes"),
                format!("bccb:credential:{uuid}:outcomes:v1"),
                Kind::Credential,
            ),
            (
                Key::recognition(RecognitionId::from(id)),
                format!("bccb:recognition:{uuid}:v1"),
                Kind::Recognition,
            ),
            (
                Key::pathway(PathwayId::from(id)),
                format!("bccb:pathway:{uuid}:v1"),
                Kind::Pathway,
            ),
        ] {
            assert_eq!((key.text, key.kind), (text, kind));
        }
    }

    #[test]
    fn pages_of_lists_are_named_by_what_was_asked() {
        // The beginning of the SHA-256 of `"page=1"` with its quotes.
        let hash = "a7cce3130c5082141a41e0f0729c575e";

        for (kind, list) in [
            (Kind::Institution, "institutions"),
            (Kind::Credential, "credentials"),
            (Kind::Recognition, "recognitions"),
            (Kind::Pathway, "pathways"),
        ] {
            let key = Key::list(kind, &"page=1");
            assert_eq!(key.text, format!("bccb:{list}:list:{hash}:v1"));
            assert_eq!(key.kind, kind);
            assert_ne!(key.text, Key::list(kind, &"page=2").text);
        }
    }

    #[test]
    fn answers_hold_as_long_as_the_contract_says() {
        let seconds = Kind::ALL.map(|kind| (kind.name(), kind.lifetime().as_secs()));

        assert_eq!(
            seconds,
            [
                ("institution", 3_600),
                ("credential", 900),
                ("recognition", 900),
                ("pathway", 1_800)
            ]
        );
    }
}
