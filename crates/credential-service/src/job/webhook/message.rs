//! What is said of a change, and to whom it may be said.

use domain::account::User;
use domain::id::InstitutionId;
use domain::institution::Institution;
use domain::micro_credential::MicroCredential;
use domain::pathway::Pathway;
use domain::recognition::Recognition;
use domain::workflow::PathwayStatus;
use serde_json::{Value, json};

use crate::store::outbox_events::EventRow;
use crate::usecase::pathway::is_put_to_target;

/// Who may hear of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Anyone.
    Public,
    /// These institutions, and the platform.
    Institutions(Vec<InstitutionId>),
}

impl Audience {
    /// Whether the webhook of an institution (`None`: of the platform) may hear of it.
    pub(super) fn includes(&self, institution: Option<InstitutionId>) -> bool {
        match (self, institution) {
            (Self::Public, _) | (_, None) => true,
            (Self::Institutions(these), Some(institution)) => these.contains(&institution),
        }
    }
}

/// An object as a message shows it.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) audience: Audience,
    data: Value,
}

impl From<&Institution> for Shown {
    fn from(institution: &Institution) -> Self {
        Self {
            audience: Audience::Public,
            data: json!({
                "id": institution.id,
                "name": institution.fields.name,
                "code": institution.fields.code,
                "isActive": institution.is_active,
            }),
        }
    }
}

impl From<&MicroCredential> for Shown {
    fn from(credential: &MicroCredential) -> Self {
        let audience = if credential.published_at.is_some() {
            Audience::Public
        } else {
            Audience::Institutions(vec![credential.institution.id])
        };
        Self {
            audience,
            data: json!({
                "id": credential.id,
                "title": credential.fields.title,
                "programCode": credential.fields.program_code,
                "institutionId": credential.institution.id,
                "status": credential.status.as_str(),
                "version": credential.version,
            }),
        }
    }
}

impl From<&Recognition> for Shown {
    fn from(recognition: &Recognition) -> Self {
        Self {
            audience: Audience::Public,
            data: json!({
                "id": recognition.id,
                "microCredentialId": recognition.fields.micro_credential_id,
                "recognizingInstitutionId": recognition.fields.recognizing_institution_id,
                "recognitionType": recognition.fields.recognition_type,
                "isActive": recognition.is_active,
                "version": recognition.version,
            }),
        }
    }
}

impl From<&Pathway> for Shown {
    fn from(pathway: &Pathway) -> Self {
        let fields = &pathway.fields;
        let (source, target) = (fields.source_institution_id, fields.target_institution_id);
        let audience = if pathway.status == PathwayStatus::Active {
            Audience::Public
        } else if is_put_to_target(pathway) {
            Audience::Institutions(vec![source, target])
        } else {
            Audience::Institutions(vec![source])
        };
        Self {
            audience,
            data: json!({
                "id": pathway.id,
                "name": fields.name,
                "sourceInstitutionId": fields.source_institution_id,
                "targetInstitutionId": fields.target_institution_id,
                "microCredentialId": fields.micro_credential_id,
                "status": pathway.status.as_str(),
            }),
        }
    }
}

impl From<&User> for Shown {
    fn from(user: &User) -> Self {
        Self {
            audience: Audience::Institutions(user.institution_id.into_iter().collect()),
            // No name and no address: whoever may know them asks for them.
            data: json!({
                "id": user.id,
                "role": user.role,
                "institutionId": user.institution_id,
                "isActive": user.is_active,
            }),
        }
    }
}

impl Shown {
    /// An object that is gone: nobody can say any longer who could read it, so the platform alone hears of it.
    pub(super) fn gone(event: &EventRow) -> Self {
        Self {
            audience: Audience::Institutions(Vec::new()),
            data: json!({ "id": event.entity_id }),
        }
    }

    /// The message.
    pub(super) fn body(&self, event: &EventRow) -> String {
        json!({
            "type": event.event_type,
            "timestamp": event.created_at,
            "data": self.data,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_is_heard_by_its_institutions_and_the_platform() {
        let (own, other) = (InstitutionId::generate(), InstitutionId::generate());
        let private = Audience::Institutions(vec![own]);

        assert!(private.includes(Some(own)) && private.includes(None));
        assert!(!private.includes(Some(other)));
        assert!(Audience::Public.includes(Some(other)));
        let nobody = Audience::Institutions(Vec::new());
        assert!(nobody.includes(None) && !nobody.includes(Some(own)));
    }
}
