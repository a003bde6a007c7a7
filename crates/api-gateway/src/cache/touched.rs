//! What a change touches.

use actix_web::http::Method;
use domain::vocabulary::EntityType;
use protocol::convert::feed::Entity;
use uuid::Uuid;

use super::generations::Mark;
use crate::follower::Change;

/// What a change touches that the feed tells of.
pub(super) fn by_change(change: &Change) -> Vec<Mark> {
    match change.entity_type {
        EntityType::Institution => vec![Mark::INSTITUTIONS],
        EntityType::MicroCredential => {
            vec![Mark::CREDENTIALS, Mark::credential(change.entity_id)]
        }
        EntityType::Recognition => vec![Mark::RECOGNITIONS, shown_with(change)],
        EntityType::Pathway => vec![Mark::PATHWAYS, shown_with(change)],
        // Nothing that is kept shows people.
        EntityType::User | EntityType::Webhook | EntityType::Report => Vec::new(),
    }
}

/// The micro-credential whose page shows what has changed. Only of what is new it is certain that no other page shows it.
fn shown_with(change: &Change) -> Mark {
    let shown = match &change.entity {
        Some(Entity::Recognition(recognition)) => Some(recognition.fields.micro_credential_id),
        Some(Entity::Pathway(pathway)) => Some(pathway.fields.micro_credential_id),
        Some(Entity::Institution(_) | Entity::MicroCredential(_)) | None => None,
    };
    match shown {
        Some(id) if change.is_new => Mark::credential(id.uuid()),
        Some(_) | None => Mark::CREDENTIAL_PARTS,
    }
}

/// What a request of this gateway may have touched, by its line in the table of routes and the identifier in its path.
pub(super) fn by_request(method: &Method, template: &str, id: Option<Uuid>) -> Vec<Mark> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Vec::new();
    }
    let under = |prefix: &str| {
        template
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if under("/institutions") {
        vec![Mark::INSTITUTIONS]
    } else if under("/credentials") {
        // Without an identifier it is a new one, or an import of many.
        let own = id.map_or(Mark::CREDENTIAL_PARTS, Mark::credential);
        vec![Mark::CREDENTIALS, own]
    } else if under("/recognitions") {
        vec![Mark::RECOGNITIONS, Mark::CREDENTIAL_PARTS]
    } else if under("/pathways") || under("/ai/pathways/suggest") {
        vec![Mark::PATHWAYS, Mark::CREDENTIAL_PARTS]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_the_catalogue_touches_its_table() {
        let id: Uuid = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4eff".parse().unwrap();
        let cases = [
            (Method::POST, "/institutions", None, Mark::INSTITUTIONS),
            (
                Method::PUT,
                "/credentials/{id}",
                Some(id),
                Mark::credential(id),
            ),
            (
                Method::POST,
                "/credentials/{id}/publish",
                Some(id),
                Mark::CREDENTIALS,
            ),
            (
                Method::POST,
                "/credentials/import",
                None,
                Mark::CREDENTIAL_PARTS,
            ),
            (
                Method::DELETE,
                "/recognitions/{id}",
                Some(id),
                Mark::RECOGNITIONS,
            ),
            (Method::POST, "/pathways", None, Mark::CREDENTIAL_PARTS),
            (Method::POST, "/ai/pathways/suggest", None, Mark::PATHWAYS),
        ];
        for (method, template, id, mark) in cases {
            let marks = by_request(&method, template, id);
            assert!(marks.contains(&mark), "{method} {template}");
        }
        for (method, template) in [
            (Method::GET, "/credentials/{id}"),
            (Method::POST, "/auth/login"),
            (Method::POST, "/ai/search/semantic"),
        ] {
            assert_eq!(by_request(&method, template, None), [], "{template}");
        }
    }
}
