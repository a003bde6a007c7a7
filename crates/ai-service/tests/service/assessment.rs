//! Credit assessment.

use domain::ErrorCode;
use domain::vocabulary::{RecognitionType, Recommendation};
use protocol::convert::WireEnum;
use protocol::pb::ai::{
    AssessCreditRequest, AssessCreditResponse, ComparisonBasis, EmbedTextsRequest,
    FindSimilarRequest,
};
use protocol::status::from_status;

use crate::demo::Demo;
use crate::feed::Feed;
use crate::stack::{Database, Stack};

fn question(demo: &Demo, source: &str, institution: &str) -> AssessCreditRequest {
    AssessCreditRequest {
        micro_credential_id: demo.id(source),
        recognizing_institution_id: demo.institution_id(institution),
        recognition_type: RecognitionType::Equivalency.to_wire(),
    }
}

async fn ask(stack: &Stack, request: AssessCreditRequest) -> AssessCreditResponse {
    stack
        .assessment()
        .assess_credit(stack.as_person(request))
        .await
        .unwrap()
        .into_inner()
}

fn advice(report: &AssessCreditResponse) -> Recommendation {
    Recommendation::from_wire(report.recommendation, "recommendation").unwrap()
}

fn credits(report: &AssessCreditResponse) -> f64 {
    report.credit_value.as_ref().unwrap().value.parse().unwrap()
}

async fn embed(stack: &Stack, texts: Vec<String>) -> Vec<Vec<f32>> {
    let request = stack.as_person(EmbedTextsRequest { texts });
    let answer = stack.embedding().embed_texts(request).await.unwrap();
    let embeddings = answer.into_inner().embeddings;
    embeddings.into_iter().map(|it| it.values).collect()
}

fn cosine(left: &[f32], right: &[f32]) -> f64 {
    let pairs = left.iter().zip(right);
    let sum: f64 = pairs
        .map(|(left, right)| f64::from(*left) * f64::from(*right))
        .sum();
    (sum * 1e6).round() / 1e6
}

#[tokio::test(flavor = "multi_thread")]
async fn every_similarity_of_the_matrix_can_be_recomputed() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;

    let report = ask(&stack, question(&demo, "BCIT-LAB-230", "UVIC")).await;

    let matrix = report.matrix.as_ref().unwrap();
    let texts = |side: &[protocol::pb::ai::AssessedOutcome]| -> Vec<String> {
        side.iter().map(|outcome| outcome.text.clone()).collect()
    };
    let sources = embed(&stack, texts(&matrix.source_outcomes)).await;
    let targets = embed(&stack, texts(&matrix.target_outcomes)).await;
    assert_eq!(matrix.rows.len(), targets.len());
    for (row, target) in matrix.rows.iter().zip(&targets) {
        assert_eq!(row.similarities.len(), sources.len());
        for (stated, source) in row.similarities.iter().zip(&sources) {
            let similar = cosine(source, target);
            assert!((stated - similar).abs() < 1e-9, "{stated} is not {similar}");
        }
    }
    for matched in report
        .matches
        .iter()
        .filter(|it| it.source_outcome.is_some())
    {
        let row = texts(&matrix.target_outcomes)
            .iter()
            .position(|text| *text == matched.target_outcome)
            .unwrap();
        let column = texts(&matrix.source_outcomes)
            .iter()
            .position(|text| Some(text) == matched.source_outcome.as_ref())
            .unwrap();
        let stated = matrix.rows[row].similarities[column];
        assert!((matched.similarity - stated).abs() < f64::EPSILON);
    }
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_has_the_same_answer_and_each_is_on_record() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let feed = Feed::new(demo.entities());
    let stack = Stack::start(&database, &feed).await;
    let request = question(&demo, "UBC-DAT-410", "SFU");

    let mut first = ask(&stack, request.clone()).await;
    let mut second = ask(&stack, request.clone()).await;
    stack.stop().await;
    let stack = Stack::start(&database, &feed).await;
    let mut after_restart = ask(&stack, request).await;

    assert_ne!(first.prediction_id, second.prediction_id);
    let id = first.prediction_id.clone();
    for report in [&mut first, &mut second, &mut after_restart] {
        report.prediction_id.clear();
    }
    assert_eq!(first, second);
    assert_eq!(first, after_restart);
    let kept = format!(
        "SELECT count(*) AS count FROM ai.predictions WHERE id = '{id}' AND kind = 'credit_assessment' \
         AND request_id = 'a-test' AND user_id IS NOT NULL AND output ->> 'modelVersion' = '{}'",
        first.model_version
    );
    assert_eq!(database.count(&kept).await, 1);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paraphrases_are_recognised_and_other_subjects_are_not() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;
    let paraphrases = [
        ("BCIT-CYB-110", "CAM-CYB-205"),
        ("UBC-DAT-410", "SFU-DAT-415"),
        ("BCIT-LAB-230", "UVIC-LAB-235"),
        ("OC-TRD-240", "CAM-TRD-245"),
        ("UBC-ENV-430", "RRU-ENV-520"),
        ("BCIT-PM-115", "DOUG-PM-118"),
        ("VIU-TOU-235", "RRU-TOU-240"),
        ("UBC-EDU-440", "SFU-EDU-445"),
        ("KPU-DES-245", "BCIT-DES-248"),
    ];
    for (one, other) in paraphrases {
        for (source, target) in [(one, other), (other, one)] {
            let institution = target.split('-').next().unwrap();
            let report = ask(&stack, question(&demo, source, institution)).await;
            let named = report.target_program.as_ref().unwrap();
            assert_eq!(named.micro_credential_id, demo.id(target), "{source}");
            assert!(
                matches!(
                    advice(&report),
                    Recommendation::Approve | Recommendation::Conditional
                ),
                "{source} for {target}: {:#?}",
                report.reasoning
            );
            assert!(credits(&report) > 0.0);
        }
    }

    let near_misses = [
        ("RRU-CYB-010", "BCIT"),
        ("DOUG-DAT-101", "UBC"),
        ("DOUG-LAB-105", "BCIT"),
        ("CAM-PM-020", "DOUG"),
    ];
    for (source, institution) in near_misses {
        let report = ask(&stack, question(&demo, source, institution)).await;
        assert!(
            matches!(
                advice(&report),
                Recommendation::Review | Recommendation::Conditional
            ),
            "{source} at {institution}: {:#?}",
            report.reasoning
        );
        assert!(!report.conditions.is_empty());
    }

    let mut only_poetry = demo.clone();
    only_poetry
        .offers
        .retain(|code, it| it.institution.code != "VIU" || code == "VIU-CRE-115");
    stack.stop().await;
    let stack = Stack::start(&database, &Feed::new(only_poetry.entities())).await;
    let poetry = ask(&stack, question(&demo, "TRU-TRD-125", "VIU")).await;
    assert_eq!(
        advice(&poetry),
        Recommendation::Deny,
        "{:#?}",
        poetry.reasoning
    );
    assert!(credits(&poetry).abs() < f64::EPSILON);
    assert!(poetry.conditions.is_empty());
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_stated_is_left_out_and_said() {
    let (mut demo, database) = (Demo::load(), Database::migrated().await);
    let bare = demo.offers.get_mut("BCIT-LAB-230").unwrap();
    bare.fields.credits = None;
    bare.fields.level = None;
    bare.fields.duration = Some(rust_decimal::Decimal::from(-5));
    bare.outcomes.clear();
    demo.offers.retain(|_, it| it.institution.code != "TRU");
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;

    let report = ask(&stack, question(&demo, "BCIT-LAB-230", "UVIC")).await;

    let analysis = report.analysis.as_ref().unwrap();
    assert_eq!(analysis.level_compatible, None);
    assert_eq!(analysis.credit_alignment, None);
    assert_eq!(analysis.duration_similarity, None);
    assert_eq!(analysis.basis(), ComparisonBasis::Topics);
    assert_ne!(advice(&report), Recommendation::Approve);
    assert!(credits(&report) >= 0.0);
    assert!(report.reasoning.iter().any(|it| it.contains("Left out")));

    let empty = ask(&stack, question(&demo, "BCIT-LAB-230", "TRU")).await;
    assert_eq!(advice(&empty), Recommendation::Review);
    assert_eq!(empty.target_program, None);
    assert!(empty.reasoning[0].contains("no published offer"));
    assert!(credits(&empty).abs() < f64::EPSILON);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn full_credit_needs_full_coverage_and_an_exemption_gives_no_credits() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;
    let with = |asked: RecognitionType| AssessCreditRequest {
        recognition_type: asked.to_wire(),
        ..question(&demo, "BCIT-CYB-110", "CAM")
    };

    let full = ask(&stack, with(RecognitionType::FullCredit)).await;
    let exempt = ask(&stack, with(RecognitionType::Exemption)).await;

    assert_eq!(advice(&full), Recommendation::Conditional);
    assert!(
        full.conditions[0].contains("partial credit"),
        "{:?}",
        full.conditions
    );
    assert!(credits(&full) < 3.0);
    assert!(credits(&exempt).abs() < f64::EPSILON);
    assert!(!full.precedents.is_empty());
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_without_an_answer_are_refused() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;
    let refuse = async |request: AssessCreditRequest| {
        let refused = stack
            .assessment()
            .assess_credit(stack.as_person(request))
            .await
            .unwrap_err();
        from_status(refused)
    };
    let fair = question(&demo, "BCIT-LAB-230", "UVIC");

    let own = refuse(question(&demo, "BCIT-LAB-230", "BCIT")).await;
    let nowhere = refuse(AssessCreditRequest {
        recognizing_institution_id: domain::id::InstitutionId::generate().to_string(),
        ..fair.clone()
    })
    .await;
    let malformed = refuse(AssessCreditRequest {
        micro_credential_id: "1\0".into(),
        ..fair.clone()
    })
    .await;
    let unspecified = refuse(AssessCreditRequest {
        recognition_type: 0,
        ..fair.clone()
    })
    .await;
    let anonymous = stack
        .assessment()
        .assess_credit(stack.as_nobody(fair))
        .await
        .unwrap_err();

    assert_eq!(own.code, ErrorCode::ValidationError);
    assert_eq!(own.fields[0].field, "recognizingInstitutionId");
    assert_eq!(nowhere.code, ErrorCode::NotFound);
    assert_eq!(malformed.code, ErrorCode::InvalidFormat);
    assert_eq!(unspecified.code, ErrorCode::RequiredFieldMissing);
    assert_eq!(from_status(anonymous).code, ErrorCode::TokenMissing);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_cannot_be_read_are_absent_and_only_those_of_the_source_are_refused() {
    let (mut demo, database) = (Demo::load(), Database::migrated().await);
    let candidate = demo.offers.get_mut("UVIC-LAB-235").unwrap();
    candidate.outcomes[0].fields.outcome_text = "\u{200b}".into();
    let source = demo.offers.get_mut("VIU-CRE-115").unwrap();
    source.fields.description = Some("word ".repeat(20_000));
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;

    let report = ask(&stack, question(&demo, "BCIT-LAB-230", "UVIC")).await;
    let unreadable = stack.as_person(question(&demo, "VIU-CRE-115", "UVIC"));
    let refused = stack.assessment().assess_credit(unreadable).await;
    let similar = stack.as_person(FindSimilarRequest {
        micro_credential_id: demo.id("VIU-CRE-115"),
        limit: 1,
        min_similarity: 0.0,
    });
    let not_similar = stack.search().find_similar(similar).await;

    let named = report.target_program.as_ref().unwrap();
    assert_eq!(named.micro_credential_id, demo.id("UVIC-LAB-235"));
    for refused in [refused.unwrap_err(), not_similar.unwrap_err()].map(from_status) {
        assert_eq!(refused.code, ErrorCode::ValidationError);
        assert_eq!(refused.fields[0].field, "microCredentialId");
    }
    stack.stop().await;
}
