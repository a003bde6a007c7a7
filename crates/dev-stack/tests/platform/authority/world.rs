//! People of every role, and an object of every kind at two institutions.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dev_stack::demo::Account;
use dev_stack::test_stack::eventually;
use dev_stack::{Actor, TestStack};
use domain::id::{InstitutionId, SessionId, UserId};
use domain::policy::Principal;
use domain::vocabulary::UserRole;
use serde_json::{Value, json};

use super::rules::{self, Rule};

/// The institution of the demonstration's coordinator, another, and a third that both have to do with.
const PLACES: [&str; 3] = ["BCIT", "CAM", "UVIC"];

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Person {
    Visitor,
    User,
    Coordinator,
    InstitutionAdmin,
    Admin,
}

impl Person {
    pub(super) const ALL: &'static [Self] = &[
        Self::Visitor,
        Self::User,
        Self::Coordinator,
        Self::InstitutionAdmin,
        Self::Admin,
    ];

    fn role(self) -> Option<UserRole> {
        match self {
            Self::Visitor => None,
            Self::User => Some(UserRole::User),
            Self::Coordinator => Some(UserRole::ProgramCoordinator),
            Self::InstitutionAdmin => Some(UserRole::InstitutionAdmin),
            Self::Admin => Some(UserRole::Admin),
        }
    }

    fn account(self, stack: &TestStack) -> &Account {
        let role = self.role().unwrap();
        let place = self.acts_for_an_institution().then_some(PLACES[0]);
        stack.account(role.as_str(), place).unwrap()
    }

    fn acts_for_an_institution(self) -> bool {
        matches!(self, Self::Coordinator | Self::InstitutionAdmin)
    }
}

/// Everybody and everything that the table needs.
pub(super) struct World {
    actors: BTreeMap<Person, Actor>,
    institutions: [String; 3],
    objects: BTreeMap<(String, bool), String>,
    /// Email, password and an answer of the models, for whoever asks; visitors have somebody else's.
    secrets: BTreeMap<Person, [String; 3]>,
    document: Value,
    counter: AtomicU32,
}

/// Signs somebody in, or not.
pub(super) async fn sign_in(stack: &TestStack, person: Person) -> Actor {
    if person == Person::Visitor {
        return stack.visitor().unwrap();
    }
    stack.signed_in_as(person.account(stack)).await.unwrap()
}

impl World {
    pub(super) async fn make(stack: &TestStack) -> Self {
        let mut actors = BTreeMap::new();
        for person in Person::ALL {
            actors.insert(*person, sign_in(stack, *person).await);
        }
        let admin = actors[&Person::Admin].clone();
        let listed = admin.get("/institutions?limit=100").await.unwrap();
        let find = |code: &str| {
            let rows = listed.at("/data").as_array().unwrap();
            let row = rows.iter().find(|row| row["code"] == json!(code)).unwrap();
            row["id"].as_str().unwrap().to_owned()
        };
        let mut world = Self {
            actors,
            institutions: PLACES.map(find),
            objects: BTreeMap::new(),
            secrets: BTreeMap::new(),
            document: rules::document(),
            counter: AtomicU32::new(0),
        };
        for own in [true, false] {
            world.furnish(&admin, own).await;
        }
        for person in Person::ALL {
            world.equip(stack, *person).await;
        }
        world
    }

    /// Gives somebody what their own requests need.
    async fn equip(&mut self, stack: &TestStack, person: Person) {
        let known = if person == Person::Visitor {
            Person::User
        } else {
            person
        };
        let account = known.account(stack);
        let body = json!({"microCredentialId": self.object("published", true),
            "recognizingInstitutionId": self.institutions[1], "recognitionType": "PARTIAL_CREDIT"});
        let prediction = eventually(
            "the models knowing the offer",
            Duration::from_secs(60),
            async || {
                let asked = self.actor(known).post("/ai/credits/assess", &body).await;
                asked.ok()?.text("/data/predictionId").ok()
            },
        )
        .await
        .unwrap();
        let own = [account.email.clone(), account.password.clone(), prediction];
        self.secrets.insert(person, own);
    }

    /// Makes an object of every kind that belongs to an institution.
    async fn furnish(&mut self, admin: &Actor, own: bool) {
        let here = self.institutions[usize::from(!own)].clone();
        let there = self.institutions[usize::from(own)].clone();
        let draft = self.credential(admin, &here).await;
        let published = self.published(admin, &here).await;
        let third = self.institutions[2].clone();
        let foreign = self.published(admin, &there).await;
        let distant = self.published(admin, &third).await;
        let recognition = json!({"microCredentialId": foreign, "recognizingInstitutionId": here, "recognitionType": "PARTIAL_CREDIT",
            "creditValue": 1, "creditType": "ELECTIVE", "transcriptMethod": "NOT_RECORDED", "effectiveDate": "2026-11-23"});
        let pathway = |source: &str, target: &str, credential: &str| {
            json!({"name": "A way", "sourceInstitutionId": source, "targetInstitutionId": target, "microCredentialId": credential,
                "pathwayType": "EXTERNAL"})
        };
        let recognition = made(admin, "/recognitions", &recognition).await;
        let outgoing = made(admin, "/pathways", &pathway(&here, &third, &published)).await;
        // Put to the institution, which knows nothing of drafts.
        let incoming = made(admin, "/pathways", &pathway(&third, &here, &distant)).await;
        let submit = format!("/pathways/{incoming}/submit");
        let submitted = admin.post(&submit, &json!({})).await.unwrap();
        assert_eq!(submitted.status, 200, "{}", submitted.body);
        let person = json!({"email": format!("{}@people.example", self.unique()), "firstName": "A", "lastName": "B",
            "role": "USER", "institutionId": here});
        let person = made(admin, "/users/invite", &person).await;
        let report = json!({"kind": "CATALOGUE", "institutionId": here});
        let report = made(admin, "/reports", &report).await;
        for (kind, id) in [
            ("report", report),
            ("person", person),
            ("institution", here),
            ("draft", draft),
            ("published", published),
            ("recognition", recognition),
            ("pathway", outgoing),
            ("incoming", incoming),
        ] {
            self.objects.insert((kind.to_owned(), own), id);
        }
    }

    /// A webhook of an institution, made for one request that may remove it.
    pub(super) async fn webhook(&self, own: bool) -> String {
        let institution = &self.institutions[usize::from(!own)];
        let body = json!({"url": "https://hooks.example.org/bccb", "institutionId": institution});
        made(&self.actors[&Person::Admin], "/webhooks", &body).await
    }

    /// Takes a webhook away again.
    pub(super) async fn forget_webhook(&self, id: &str) {
        let path = format!("/webhooks/{id}");
        let gone = self.actors[&Person::Admin].delete(&path).await.unwrap();
        assert!([204, 200, 404].contains(&gone.status), "{}", gone.body);
    }

    async fn credential(&self, admin: &Actor, institution: &str) -> String {
        let body = json!({"title": "Soils", "programCode": self.unique(), "institutionId": institution,
            "credentialType": "MICRO_CREDENTIAL", "outcomes": [{"outcomeText": "Describe a soil", "isCore": true}]});
        made(admin, "/credentials", &body).await
    }

    async fn published(&self, admin: &Actor, institution: &str) -> String {
        let id = self.credential(admin, institution).await;
        for step in ["submit", "publish"] {
            let path = format!("/credentials/{id}/{step}");
            let answer = admin.post(&path, &Value::Null).await.unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        id
    }

    fn unique(&self) -> String {
        format!("WORLD-{}", self.counter.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn actor(&self, person: Person) -> &Actor {
        &self.actors[&person]
    }

    pub(super) fn document(&self) -> &Value {
        &self.document
    }

    pub(super) fn object(&self, kind: &str, own: bool) -> &str {
        &self.objects[&(kind.to_owned(), own)]
    }

    pub(super) fn institution(&self, own: bool) -> InstitutionId {
        self.institutions[usize::from(!own)].parse().unwrap()
    }

    pub(super) fn principal(&self, person: Person) -> Principal {
        let Some(role) = person.role() else {
            return Principal::Anonymous;
        };
        Principal::User {
            user_id: UserId::generate(),
            session_id: SessionId::generate(),
            role,
            institution_id: person
                .acts_for_an_institution()
                .then(|| self.institution(true)),
        }
    }

    /// Puts identifiers in the places that a line leaves open.
    pub(super) fn fill(&self, text: &str, rule: &Rule, own: bool) -> String {
        let nobody = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f".to_owned();
        let id = self
            .objects
            .get(&(rule.object.clone(), own))
            .unwrap_or(&nobody);
        let at = |kind: &str, own: bool| self.object(kind, own);
        text.replace("{id}", id)
            .replace("{outcomeId}", &nobody)
            .replace("{prerequisiteId}", &nobody)
            .replace("{deliveryId}", &nobody)
            .replace("$institution", at("institution", own))
            .replace("$other", at("institution", !own))
            .replace("$published", at("published", own))
            .replace("$foreign", at("published", !own))
            .replace("$unique", &self.unique())
    }

    /// Puts what belongs to whoever asks in the places that a body leaves open.
    pub(super) fn fill_own(&self, text: &str, person: Person) -> String {
        let [email, password, prediction] = &self.secrets[&person];
        text.replace("$email", email)
            .replace("$password", password)
            .replace("$prediction", prediction)
    }
}

async fn made(admin: &Actor, path: &str, body: &Value) -> String {
    let answer = admin.post(path, body).await.unwrap();
    assert!(
        [201, 202].contains(&answer.status),
        "{path}: {}",
        answer.body
    );
    answer.text("/data/id").unwrap()
}
