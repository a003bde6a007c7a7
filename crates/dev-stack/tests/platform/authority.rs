//! Who may do what, route by route: every line of `authority/rules.txt` for every role, at the own institution and at another.
//!
//! What is expected follows from the policy in `domain`; the table only says which action a route is, and whose object it
//! is about. Every route of the OpenAPI document has a line, and every line has a route. Requests about an object name a
//! version that it does not have, so that whoever may ask is answered 412 and nothing changes.

mod rules;
mod world;

use std::collections::BTreeSet;

use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use dev_stack::{Actor, TestStack};
use domain::policy::{Principal, permits};

use self::rules::Rule;
use self::world::{Person, World};

const RULES: &str = include_str!("authority/rules.txt");

/// What an answer says about authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The question was heard, whatever came of it.
    Heard,
    /// Sign in first.
    SignIn,
    /// Not allowed.
    Refused,
    /// Not there, as far as the caller may know.
    Hidden,
}

fn verdict(status: u16) -> Verdict {
    match status {
        401 => Verdict::SignIn,
        403 => Verdict::Refused,
        404 => Verdict::Hidden,
        _other => Verdict::Heard,
    }
}

/// Whoever may do such a thing at home must not learn that another institution's private object exists. Those who may do it
/// nowhere are refused before anything is looked for, or are told that it is not there: neither gives anything away.
fn fits(expected: Verdict, met: Verdict) -> bool {
    met == expected || (expected, met) == (Verdict::Refused, Verdict::Hidden)
}

#[test]
fn every_route_has_a_rule_and_every_rule_a_route() {
    let document: serde_json::Value = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../api-gateway/openapi.json"
    )))
    .unwrap();
    let mut routes = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            routes.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let ruled: BTreeSet<_> = rules::read(RULES)
        .iter()
        .map(|rule| format!("{} {}", rule.method, rule.path))
        .collect();

    let without: Vec<_> = routes.difference(&ruled).collect();
    let astray: Vec<_> = ruled.difference(&routes).collect();
    assert!(without.is_empty(), "routes without a rule: {without:#?}");
    assert!(astray.is_empty(), "rules without a route: {astray:#?}");
}

#[tokio::test]
async fn every_role_gets_what_the_policy_says_on_every_route() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let world = World::make(&stack).await;
    let rules = rules::read(RULES);
    let mut cells = 0;
    let mut wrong = Vec::new();
    for rule in &rules {
        for person in Person::ALL {
            for own in rule.places() {
                cells += 1;
                if let Err(odd) = check(&stack, &world, rule, *person, *own).await {
                    wrong.push(odd);
                }
            }
        }
    }

    // A place that tells that something private is there.
    assert!(!fits(Verdict::Hidden, verdict(403)) && !fits(Verdict::Refused, verdict(200)));

    // A door that is less open than its rule says, and one that is more open: both must be noticed.
    for planted in [
        "POST /api/v1/institutions ReadCatalogue - {}",
        "GET /api/v1/institutions CreateInstitution -",
    ] {
        let rule = &rules::read(planted)[0];
        let noticed = check(&stack, &world, rule, Person::User, true).await;
        assert!(noticed.is_err(), "{planted}");
    }

    println!("authority: {} rules, {cells} cells", rules.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cells > rules.len() * Person::ALL.len(), "{cells}");
}

async fn check(
    stack: &TestStack,
    world: &World,
    rule: &Rule,
    person: Person,
    own: bool,
) -> Result<(), String> {
    let principal = world.principal(person);
    let owner = rule.has_owner().then(|| world.institution(own));
    let allowed = permits(&principal, rule.action, owner);
    let expected = match (allowed, person, rule.is_hidden()) {
        (true, _, _) => Verdict::Heard,
        (false, _, _) if rule.is_private() && could_at_home(world, rule, &principal) => {
            Verdict::Hidden
        }
        (false, Person::Visitor, false) => Verdict::SignIn,
        (false, _, _) => Verdict::Refused,
    };
    // A session of its own where the request may end it.
    let actor = if rule.ends_session() {
        world::sign_in(stack, person).await
    } else {
        world.actor(person).clone()
    };
    // Removing one cannot be undone, so that each request has one of its own.
    let webhook = match rule.object.as_str() {
        "webhook" => Some(world.webhook(own).await),
        _others => None,
    };
    let answer = ask(&actor, rule, world, own, webhook.as_deref()).await;
    if let Some(id) = &webhook {
        world.forget_webhook(id).await;
    }
    // Whoever may ask is told that the webhook has no such delivery; others, that there is no such webhook.
    let of_part = answer.status == 404
        && rule.path.contains("{deliveryId}")
        && answer.body["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("delivery"));
    // Whoever may ask for what no institution owns is told that it is not there.
    let absent = !rule.has_owner() && rule.path.contains('{') && answer.status == 404;
    let met = if absent || of_part {
        Verdict::Heard
    } else {
        verdict(answer.status)
    };
    if fits(expected, met) && answer.status < 500 {
        Ok(())
    } else {
        Err(format!(
            "{} {} by {person:?} at {}: expected {expected:?}, met {} {}",
            rule.method,
            rule.path,
            if own {
                "the own institution"
            } else {
                "another"
            },
            answer.status,
            answer.body["error"]["message"]
        ))
    }
}

fn could_at_home(world: &World, rule: &Rule, principal: &Principal) -> bool {
    permits(principal, rule.action, Some(world.institution(true)))
}

async fn ask(
    actor: &Actor,
    rule: &Rule,
    world: &World,
    own: bool,
    object: Option<&str>,
) -> dev_stack::actor::Answer {
    let actor = if rule.names_a_version() {
        actor.clone().with_header("If-Match", "\"999999999\"")
    } else {
        actor.clone()
    };
    let path = match object {
        Some(id) => rule.path.replace("{id}", id),
        None => rule.path.clone(),
    };
    let path = world.fill(&path, rule, own);
    let path = path.strip_prefix("/api/v1").unwrap_or(&path);
    let body = world.fill(&rule.body, rule, own);
    let body = serde_json::from_str(&body).unwrap_or(serde_json::Value::Null);
    let answer = match rule.method.as_str() {
        "GET" if path.starts_with("/health") => actor.get_outside(path).await,
        "GET" => actor.get(path).await,
        "POST" => actor.post(path, &body).await,
        "PUT" => actor.put(path, &body).await,
        "DELETE" => actor.delete(path).await,
        other => unreachable!("{other}"),
    };
    answer.unwrap()
}
