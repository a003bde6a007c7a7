//! What people say about themselves: accounts, passwords, tokens, cookies, links of mails.

use dev_stack::actor::Answer;
use dev_stack::{Actor, TestStack};
use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
use serde_json::{Value, json};

use super::book::Book;
use super::{accepted, failed, refused};

/// Who has registered, for the visits that follow.
struct Person {
    email: String,
    password: String,
}

#[derive(diesel::QueryableByName)]
struct Link {
    #[diesel(sql_type = Text)]
    link: String,
}

/// The token in the newest mail to an address, which waits for a worker.
async fn mailed(stack: &TestStack, to: &str, book: &mut Book) -> String {
    let mut connection = stack.database.connect().await.unwrap();
    let newest = "SELECT payload->>'link' AS link FROM jobs \
        WHERE kind = 'mail' AND payload->>'to' = $1 AND payload->>'link' LIKE '%#token=%' \
        ORDER BY created_at DESC LIMIT 1";
    let row: Link = diesel::sql_query(newest)
        .bind::<Text, _>(to)
        .get_result(&mut connection)
        .await
        .unwrap();
    let (_page, token) = row.link.split_once("#token=").unwrap();
    book.keep("link of a mail", token);
    token.to_owned()
}

fn keep_session(answer: &Answer, book: &mut Book) -> (String, String) {
    let access = answer.text("/data/access_token").unwrap();
    let refresh = answer.text("/data/refresh_token").unwrap();
    book.keep_token("access token", &access);
    book.keep("refresh token", &refresh);
    (access, refresh)
}

pub(super) async fn visit(stack: &TestStack, book: &mut Book) {
    let visitor = stack.visitor().unwrap();
    let person = register(stack, &visitor, book).await;
    sign_in(&visitor, &person, book).await;
    use_cookies(&visitor, &person, book).await;
    let person = choose_passwords(stack, &visitor, person, book).await;
    tell_names(stack, &visitor, &person, book).await;
    ask_others_in(stack, book).await;
}

async fn register(stack: &TestStack, visitor: &Actor, book: &mut Book) -> Person {
    let person = Person {
        email: book.coin_address("e-mail of a registration"),
        password: book.coin("password of a registration"),
    };
    let said = json!({"email": person.email, "password": person.password,
        "firstName": book.coin("given name"), "lastName": book.coin("family name")});
    let path = "/auth/register";
    accepted(&visitor.post(path, &said).await.unwrap());

    // Refused for a rule, for an unknown field, for a wrong type, for being no JSON.
    let mut odd = said.clone();
    odd["email"] = json!(format!("no address {}", book.coin("broken e-mail")));
    refused(&visitor.post(path, &odd).await.unwrap());
    let mut odd = said.clone();
    odd[book.coin("name of an unknown field")] = json!(book.coin("unknown field"));
    refused(&visitor.post(path, &odd).await.unwrap());
    for field in ["email", "password"] {
        let mut odd = said.clone();
        odd[field] = json!([{"in": book.coin("text of a wrong type")}]);
        refused(&visitor.post(path, &odd).await.unwrap());
    }
    let torn = format!("{{\"password\": \"{}", book.coin("body that breaks off"));
    let torn = visitor.post_file(path, "application/json", torn.into_bytes());
    refused(&torn.await.unwrap());

    let confirm = "/auth/email/confirm";
    let wrong = json!({"token": book.coin("wrong link of a mail")});
    refused(&visitor.post(confirm, &wrong).await.unwrap());
    let token = json!({"token": mailed(stack, &person.email, book).await});
    accepted(&visitor.post(confirm, &token).await.unwrap());
    refused(&visitor.post(confirm, &token).await.unwrap());
    // An address that has an account, and two that the mail server will not take.
    accepted(&visitor.post(path, &said).await.unwrap());
    for place in ["busy", "gone"] {
        let mut other = said.clone();
        other["email"] = json!(format!(
            "{place}-{}",
            book.coin_address("e-mail that is not taken")
        ));
        accepted(&visitor.post(path, &other).await.unwrap());
    }
    person
}

async fn sign_in(visitor: &Actor, person: &Person, book: &mut Book) {
    let path = "/auth/login";
    let wrong = json!({"email": person.email, "password": book.coin("wrong password")});
    refused(&visitor.post(path, &wrong).await.unwrap());
    let nobody = json!({"email": book.coin_address("e-mail of nobody"), "password": book.coin("password of nobody")});
    refused(&visitor.post(path, &nobody).await.unwrap());
    let typed = json!({"email": person.email, "password": 1, "hint": book.coin("hint")});
    refused(&visitor.post(path, &typed).await.unwrap());
    let forged =
        json!({"email": "a\r\n\u{1b}[31mforged@people.example", "password": "\u{1b}[2J\n"});
    refused(&visitor.post(path, &forged).await.unwrap());

    let right = json!({"email": person.email, "password": person.password});
    let session = visitor.post(path, &right).await.unwrap();
    accepted(&session);
    let (access, refresh) = keep_session(&session, book);
    let path = "/auth/refresh";
    // A second time within the grace: the same successor.
    for _time in 0..2 {
        let used = json!({"refresh_token": refresh});
        let renewed = visitor.post(path, &used).await.unwrap();
        accepted(&renewed);
        keep_session(&renewed, book);
    }
    let wrong = json!({"refresh_token": book.coin("wrong refresh token")});
    refused(&visitor.post(path, &wrong).await.unwrap());
    let altered = format!("{access}{}", book.coin("end of a forged token"));
    for token in [book.coin("wrong access token"), altered] {
        let forger = visitor.clone().with_token(&token);
        refused(&forger.get("/users/me").await.unwrap());
    }
}

async fn use_cookies(visitor: &Actor, person: &Person, book: &mut Book) {
    let right = json!({"email": person.email, "password": person.password});
    let browser = visitor.clone().with_header("X-Session-Mode", "cookie");
    let session = browser.post("/auth/login", &right).await.unwrap();
    accepted(&session);
    let (jar, proof) = jar(&session, book);
    assert!(!proof.is_empty(), "{:?}", session.headers);
    let bearing = visitor.clone().with_header("Cookie", jar);

    let forged = book.coin("wrong proof against forged requests");
    refused(&bearing.post("/auth/refresh", &json!({})).await.unwrap());
    let forger = bearing.clone().with_header("X-CSRF-Token", forged);
    refused(&forger.post("/auth/refresh", &json!({})).await.unwrap());
    let proven = bearing.with_header("X-CSRF-Token", proof);
    let renewed = proven.post("/auth/refresh", &json!({})).await.unwrap();
    accepted(&renewed);
    self::jar(&renewed, book);
    let odd = format!("__Host-bccb-access={}", book.coin("wrong cookie"));
    let odd = visitor.clone().with_header("Cookie", odd);
    refused(&odd.get("/users/me").await.unwrap());
}

/// The cookies of an answer as a browser sends them, and the proof among them.
fn jar(answer: &Answer, book: &mut Book) -> (String, String) {
    let (mut pairs, mut proof) = (Vec::new(), String::new());
    for cookie in answer.headers.get_all("set-cookie") {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        book.keep_token(name, value);
        if name == "__Host-bccb-csrf" {
            proof = value.to_owned();
        }
        pairs.push(pair.to_owned());
    }
    (pairs.join("; "), proof)
}

/// Changes the password, and sets it anew by mail; gives the person with the last one.
async fn choose_passwords(
    stack: &TestStack,
    visitor: &Actor,
    person: Person,
    book: &mut Book,
) -> Person {
    let signed_in = signed_in(visitor, &person, book).await;
    let path = "/auth/password/change";
    let next = book.coin("next password");
    let wrong =
        json!({"currentPassword": book.coin("wrong current password"), "newPassword": next});
    let answer = signed_in.post(path, &wrong).await.unwrap();
    refused(&answer);
    let right = json!({"currentPassword": person.password, "newPassword": next});
    accepted(&signed_in.post(path, &right).await.unwrap());

    let forgot = "/auth/password/forgot";
    let nobody = json!({"email": book.coin_address("forgetful e-mail of nobody")});
    accepted(&visitor.post(forgot, &nobody).await.unwrap());
    let asked = json!({"email": person.email});
    accepted(&visitor.post(forgot, &asked).await.unwrap());
    let token = mailed(stack, &person.email, book).await;
    let password = book.coin("password of a reset");
    let reset = "/auth/password/reset";
    let wrong = json!({"token": book.coin("wrong token of a reset"), "newPassword": password});
    refused(&visitor.post(reset, &wrong).await.unwrap());
    let right = json!({"token": token, "newPassword": password});
    accepted(&visitor.post(reset, &right).await.unwrap());
    refused(&visitor.post(reset, &right).await.unwrap());
    Person { password, ..person }
}

async fn signed_in(visitor: &Actor, person: &Person, book: &mut Book) -> Actor {
    let right = json!({"email": person.email, "password": person.password});
    let session = visitor.post("/auth/login", &right).await.unwrap();
    accepted(&session);
    let (access, _refresh) = keep_session(&session, book);
    visitor.clone().with_token(&access)
}

/// Changes names and address, the last time with a fault of the database in the way.
async fn tell_names(stack: &TestStack, visitor: &Actor, person: &Person, book: &mut Book) {
    let fault = "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS \
            'BEGIN RAISE EXCEPTION ''planted fault''; END'; \
        CREATE TRIGGER planted BEFORE UPDATE ON users FOR EACH ROW \
            WHEN (NEW.first_name LIKE 'Faulty%') EXECUTE FUNCTION planted()";
    let mut connection = stack.database.connect().await.unwrap();
    connection.batch_execute(fault).await.unwrap();
    let me = signed_in(visitor, person, book).await;

    let wrong = json!({"firstName": book.coin("other given name"), "lastName": "B",
        "email": book.coin_address("other e-mail"), "currentPassword": book.coin("wrong password again")});
    let answer = change(&me, &wrong).await;
    refused(&answer);
    let right = json!({"firstName": book.coin("other given name"), "lastName": book.coin("other family name")});
    accepted(&change(&me, &right).await);
    let faulty = format!("Faulty {}", book.coin("name in a failed statement"));
    let fault =
        json!({"firstName": faulty, "lastName": book.coin("family name in a failed statement")});
    failed(&change(&me, &fault).await);
}

async fn change(me: &Actor, body: &Value) -> Answer {
    let before = me.get("/users/me").await.unwrap();
    let seen = me.clone().with_header("If-Match", before.header("etag"));
    seen.put("/users/me", body).await.unwrap()
}

/// Invites somebody, twice, and looks for the address.
async fn ask_others_in(stack: &TestStack, book: &mut Book) {
    for role in ["ADMIN", "USER"] {
        let account = stack.account(role, None).unwrap();
        book.keep("e-mail of the demonstration", &account.email);
        book.keep("password of the demonstration", &account.password);
    }
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let email = book.coin_address("e-mail of an invitation");
    let body = json!({"email": email, "role": "USER",
        "firstName": book.coin("given name of an invitation"), "lastName": book.coin("family name of an invitation")});
    accepted(&admin.post("/users/invite", &body).await.unwrap());
    refused(&admin.post("/users/invite", &body).await.unwrap());
    let found = admin.get(&format!("/users?search={email}")).await.unwrap();
    accepted(&found);
    let user = stack.signed_in("USER").await.unwrap();
    let hidden = user.get(&format!("/users?search={email}")).await.unwrap();
    refused(&hidden);
}
