//! Pictures of the catalogue as Mermaid source (<https://mermaid.js.org>): what opens what, and what is taught.

mod label;
#[cfg(test)]
mod tests;

use domain::institution::InstitutionSummary;
use domain::pathway::Pathway;

use self::label::label;
use crate::upstream::credential::micro_credential::CredentialDetail;

/// Draws the way of a pathway: who offers the micro-credential, what it leads to, what else is asked for.
pub(crate) fn of_pathway(pathway: &Pathway) -> String {
    let fields = &pathway.fields;
    let mut picture = Picture::new();
    picture.node("source", &of_institution(&pathway.source_institution));
    picture.rounded("offer", &pathway.micro_credential_title);
    picture.node("target", &of_institution(&pathway.target_institution));
    picture.arrow("source", "offers", "offer");
    let credits = fields
        .transfer_credits
        .map_or_else(String::new, |credits| format!(", {credits} credits"));
    picture.arrow("offer", &format!("{}{credits}", fields.name), "target");
    if let Some(requirements) = &fields.additional_requirements {
        picture.rounded("requirements", requirements);
        picture.dotted("requirements", "also asked for", "target");
    }
    picture.finish()
}

/// Draws a micro-credential: what it asks for, what it teaches, who recognises it, where it leads.
pub(crate) fn of_credential(detail: &CredentialDetail) -> String {
    let credential = &detail.credential;
    let mut picture = Picture::new();
    picture.node("institution", &of_institution(&credential.institution));
    picture.rounded("offer", &credential.fields.title);
    picture.arrow("institution", "offers", "offer");
    for need in &credential.prerequisites {
        let name = format!("prerequisite{}", need.order_index);
        picture.rounded(&name, &need.fields.description);
        let kind = if need.fields.is_mandatory {
            "needed"
        } else {
            "advised"
        };
        picture.dotted(&name, kind, "offer");
    }
    for outcome in &credential.outcomes {
        let name = format!("outcome{}", outcome.order_index);
        picture.rounded(&name, &outcome.fields.outcome_text);
        let kind = if outcome.fields.is_core {
            "core outcome"
        } else {
            "outcome"
        };
        picture.arrow("offer", kind, &name);
    }
    let in_force = detail.recognitions.iter().filter(|it| it.is_active);
    for (place, recognition) in in_force.enumerate() {
        let name = format!("recognition{place}");
        picture.node(&name, &of_institution(&recognition.recognizing_institution));
        let fields = &recognition.fields;
        let gives = format!(
            "{}, {} credits",
            fields.recognition_type, fields.credit_value
        );
        picture.arrow("offer", &gives, &name);
    }
    for (place, pathway) in detail.pathways.iter().enumerate() {
        let name = format!("pathway{place}");
        picture.node(&name, &of_institution(&pathway.target_institution));
        picture.arrow("offer", &pathway.fields.name, &name);
    }
    picture.finish()
}

fn of_institution(institution: &InstitutionSummary) -> String {
    format!("{}, {}", institution.code, institution.name)
}

/// A flowchart from left to right. Names are ours, labels are anybody's.
struct Picture(String);

impl Picture {
    fn new() -> Self {
        Self("flowchart LR\n".to_owned())
    }

    fn line(&mut self, line: &str) {
        self.0.push_str("    ");
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn node(&mut self, name: &str, text: &str) {
        self.line(&format!("{name}[\"{}\"]", label(text)));
    }

    fn rounded(&mut self, name: &str, text: &str) {
        self.line(&format!("{name}(\"{}\")", label(text)));
    }

    fn arrow(&mut self, from: &str, text: &str, to: &str) {
        self.line(&format!("{from} -->|\"{}\"| {to}", label(text)));
    }

    fn dotted(&mut self, from: &str, text: &str, to: &str) {
        self.line(&format!("{from} -.->|\"{}\"| {to}", label(text)));
    }

    fn finish(self) -> String {
        self.0
    }
}
