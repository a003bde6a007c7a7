//! What is refused, and how it is said.

use domain::{ErrorCode, ErrorKind, Failure};
use protocol::pb::ai::{EmbedTextsRequest, FindSimilarRequest, SearchCatalogueRequest};
use protocol::status::from_status;

use crate::demo::Demo;
use crate::feed::Feed;
use crate::stack::{Database, Stack};

#[tokio::test(flavor = "multi_thread")]
async fn bad_questions_are_refused_by_field() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;
    let fair = SearchCatalogueRequest {
        query: "welding".into(),
        filters: None,
        limit: 10,
        min_similarity: 0.0,
    };
    let refuse = async |request: SearchCatalogueRequest| -> Failure {
        let request = stack.as_nobody(request);
        from_status(stack.search().search_catalogue(request).await.unwrap_err())
    };

    for query in ["", " \t", "weld\0ing", &"word ".repeat(10_000)] {
        let request = SearchCatalogueRequest {
            query: query.to_owned(),
            ..fair.clone()
        };
        let refused = refuse(request).await;
        assert_eq!(refused.kind(), ErrorKind::Invalid, "{refused}");
        assert_eq!(refused.fields[0].field, "query");
    }
    let much = refuse(SearchCatalogueRequest {
        limit: 101,
        ..fair.clone()
    })
    .await;
    let nan = refuse(SearchCatalogueRequest {
        min_similarity: f64::NAN,
        ..fair
    })
    .await;
    assert_eq!(
        (much.fields[0].field.as_str(), nan.fields[0].field.as_str()),
        ("limit", "minSimilarity")
    );

    let strange = [
        "!!! ???",
        "the of and",
        "日本語の授業",
        "\"unbalanced AND (",
        "%",
    ];
    for query in strange {
        let request = stack.as_nobody(SearchCatalogueRequest {
            query: query.into(),
            filters: None,
            limit: 3,
            min_similarity: 0.0,
        });
        let answer = stack
            .search()
            .search_catalogue(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.results.len(), 3, "{query}");
    }

    let malformed = stack.as_person(FindSimilarRequest {
        micro_credential_id: "not-a-uuid".into(),
        limit: 1,
        min_similarity: 0.0,
    });
    let malformed = stack.search().find_similar(malformed).await.unwrap_err();
    assert_eq!(from_status(malformed).code, ErrorCode::InvalidFormat);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_become_unit_vectors_and_bad_ones_are_named() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;
    let embed = async |texts: Vec<String>| {
        let request = stack.as_person(EmbedTextsRequest { texts });
        stack.embedding().embed_texts(request).await
    };

    let long = "Practise aseptic technique. ".repeat(700);
    let vectors = embed(vec!["welding".into(), long, "welding".into()])
        .await
        .unwrap()
        .into_inner();
    assert_eq!((vectors.dimension, vectors.embeddings.len()), (384, 3));
    assert_eq!(vectors.embeddings[0], vectors.embeddings[2]);
    for vector in &vectors.embeddings {
        let square: f64 = vector.values.iter().map(|it| f64::from(*it).powi(2)).sum();
        assert!((square - 1.0).abs() < 1e-4, "{square}");
    }

    let bad = embed(vec!["a".into(), "b".into(), "c".into(), " ".into()])
        .await
        .unwrap_err();
    let none = embed(vec![]).await.unwrap_err();
    let many = embed(vec!["x".into(); 65]).await.unwrap_err();
    let anonymous = stack.as_nobody(EmbedTextsRequest {
        texts: vec!["x".into()],
    });
    let anonymous = stack.embedding().embed_texts(anonymous).await.unwrap_err();
    assert_eq!(from_status(bad).fields[0].field, "texts[3]");
    assert_eq!(from_status(none).fields[0].field, "texts");
    assert_eq!(from_status(many).fields[0].field, "texts");
    assert_eq!(from_status(anonymous).code, ErrorCode::TokenMissing);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_queue_holds_is_refused_with_a_time_to_come_back() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let small = [("EMBEDDING_QUEUE_CAPACITY", "64")];
    let stack = Stack::start_with(&database, &Feed::new(demo.entities()), &small).await;
    let embed = async |caller: usize| {
        let texts = (0..40)
            .map(|text| format!("Text {text} of caller {caller}"))
            .collect();
        let request = stack.as_person(EmbedTextsRequest { texts });
        stack.embedding().embed_texts(request).await
    };

    let answers = futures::future::join_all((0..6).map(embed)).await;

    let refused: Vec<Failure> = answers
        .into_iter()
        .filter_map(Result::err)
        .map(from_status)
        .collect();
    assert!((1..6).contains(&refused.len()), "{refused:?}");
    for failure in refused {
        assert_eq!(failure.kind(), ErrorKind::Overloaded);
        assert!(failure.retry_after.is_some());
    }
    stack.stop().await;
}
