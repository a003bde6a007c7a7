//! Files of micro-credentials through the REST interface.

use dev_stack::TestStack;
use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use serde_json::json;

const FILE: &str = "programCode,title,credentialType,outcomeText,outcomeIsCore\n\
    EX-1,=1+1,BADGE,Weld a seam,true\n\
    EX-1,,,Grind a seam,false\n\
    EX-2,Two,DIPLOMA,,\n";

#[tokio::test]
async fn a_file_goes_in_comes_out_and_goes_in_again() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let import = async |path: &str, media: &str, file: &[u8]| {
        let path = format!("/credentials/import{path}");
        admin.post_file(&path, media, file.to_vec()).await.unwrap()
    };

    let dry = import("?dryRun=true", "text/csv", FILE.as_bytes()).await;
    let first = import("", "text/csv; charset=utf-8", FILE.as_bytes()).await;
    let csv = admin.get("/credentials/export?search=EX-").await.unwrap();
    let lines = admin
        .get("/credentials/export?format=jsonl&search=EX-")
        .await
        .unwrap();
    let again = import("", "text/csv", &csv.bytes).await;
    let also = import("", "application/x-ndjson", &lines.bytes).await;

    assert_eq!(
        (dry.status, dry.at("/data/created")),
        (200, &json!(2)),
        "{}",
        dry.body
    );
    assert_eq!(
        (first.status, first.at("/data/created")),
        (200, &json!(2)),
        "{}",
        first.body
    );
    assert_eq!(csv.status, 200, "{}", csv.body);
    assert!(
        csv.header("content-disposition")
            .contains("micro-credentials.csv")
    );
    assert!(csv.header("content-type").starts_with("text/csv"));
    let text = String::from_utf8(csv.bytes).unwrap();
    assert!(
        text.starts_with("institutionCode,programCode,status,title,"),
        "{text}"
    );
    assert!(text.contains(",'=1+1,"), "{text}");
    assert_eq!(lines.bytes.iter().filter(|byte| **byte == b'\n').count(), 2);
    for answer in [again, also] {
        assert_eq!(answer.at("/data/unchanged"), &json!(2), "{}", answer.body);
        assert_eq!(answer.at("/data/updated"), &json!(0), "{}", answer.body);
    }
}

#[tokio::test]
async fn what_is_no_such_file_is_refused_for_its_reason() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let coordinator = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let path = "/credentials/import";

    let bad = FILE.replace("DIPLOMA", "DOCTORATE");
    let bad = admin.post_file(path, "text/csv", bad.into()).await.unwrap();
    let media = admin
        .post_file(path, "application/json", b"{}".to_vec())
        .await
        .unwrap();
    let parameter = admin.post_file("/credentials/import?mode=MAYBE", "text/csv", FILE.into());
    let parameter = parameter.await.unwrap();
    let empty = admin.post_file(path, "text/csv", Vec::new()).await.unwrap();
    let refused = coordinator
        .post_file(path, "text/csv", FILE.into())
        .await
        .unwrap();
    let hidden = coordinator.get("/credentials/export").await.unwrap();
    let format = admin.get("/credentials/export?format=xlsx").await.unwrap();

    assert_eq!(bad.status, 422, "{}", bad.body);
    assert_eq!(
        bad.at("/error/details/0/field"),
        &json!("lines[4].credentialType")
    );
    let statuses = [&media, &parameter, &empty, &refused, &hidden, &format].map(|it| it.status);
    assert_eq!(statuses, [415, 400, 422, 403, 403, 400]);
    let nothing = admin.get("/credentials?search=EX-1").await.unwrap();
    assert_eq!(
        nothing.at("/pagination/total"),
        &json!(0),
        "{}",
        nothing.body
    );
}
