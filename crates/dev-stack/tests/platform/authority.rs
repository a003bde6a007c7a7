//! Who may do what, route by route: every line of `authority/rules.txt` for every role, at the own institution and at another.
//!
//! What is expected follows from the policy in `domain`; the table only says which action a route is, and whose object it
//! is about. Every route of the OpenAPI document has a line, and every line has a route. Requests that can name a version of
//! an object name one that it does not have, so that whoever may ask is answered 412 and nothing changes. All else that is
//! sent is sound: an answer that only says that the body is bad tells nothing about authority.

mod drafts;
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
    let document = rules::document();
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
    wrong_rules_are_noticed(&stack, &world).await;
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

    println!("authority: {} rules, {cells} cells", rules.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cells > rules.len() * Person::ALL.len(), "{cells}");
}

/// A door that is less open than its rule says, and one that is more open.
async fn wrong_rules_are_noticed(stack: &TestStack, world: &World) {
    // A place that tells that something private is there.
    assert!(!fits(Verdict::Hidden, verdict(403)) && !fits(Verdict::Refused, verdict(200)));

    let new = r#"{"name":"New","type":"COLLEGE","code":"$unique"}"#;
    for (planted, expected) in [
        (
            format!("POST /api/v1/institutions ReadCatalogue - {new}"),
            "expected Heard, met 403",
        ),
        (
            "GET /api/v1/institutions CreateInstitution -".to_owned(),
            "expected Refused, met 200",
        ),
        (
            "POST /api/v1/ai/outcomes/extract AnalyzeOutcomes - {}".to_owned(),
            "expected Heard, met 422",
        ),
    ] {
        let rule = &rules::read(&planted)[0];
        let noticed = check(stack, world, rule, Person::User, true).await;
        let odd = noticed.unwrap_err();
        assert!(odd.contains(expected), "{planted}: {odd}");
    }
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
    let answer = ask(&actor, rule, world, (person, own), webhook.as_deref()).await;
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
    let unread = expected == Verdict::Heard
        && [400, 415, 422].contains(&answer.status)
        && !rule.needs_a_secret();
    if fits(expected, met) && answer.status < 500 && !unread {
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
    (person, own): (Person, bool),
    object: Option<&str>,
) -> dev_stack::actor::Answer {
    let actor = if rule.names_a_version(world.document()) {
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
    let body = world.fill_own(&body, person);
    if rule.sends_a_file() {
        let file = actor.post_file(path, "application/x-ndjson", body.into_bytes());
        return file.await.unwrap();
    }
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
