use std::{fs, path::Path};

use secrecy::ExposeSecret as _;

use super::{
    AppEnvironment, CommonSettings, Environment, Problems, Reader, Setting, Source, load,
    settings_file,
};

const STRONG_KEY: &str = "f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3";

const DEFINITIONS: &[Setting] = &[
    Setting::new("API_PORT", "Port of the REST interface.").default("3000"),
    Setting::new("DATABASE_URL", "Where PostgreSQL is.").secret(),
    Setting::new("DATABASE_POOL_SIZE", "Connections kept open.")
        .unit("connections")
        .default("10"),
    Setting::new("JWT_SECRET", "Key that signs access tokens.").secret(),
    Setting::new("JWT_SECRET_PREVIOUS", "Key that signed them before.").secret(),
    Setting::new("JWT_EXPIRES_IN", "Life of an access token.")
        .unit("s")
        .default("900"),
    Setting::new("ALLOWED_ORIGINS", "Web origins that may call."),
    Setting::new("ENABLE_AI_RECOMMENDATIONS", "Whether the AI answers.").default("true"),
];

#[derive(Debug)]
struct Sample {
    port: u16,
    database_url: String,
    pool_size: u32,
    jwt_secret: String,
    jwt_secret_previous: Option<String>,
    life_seconds: u64,
    origins: Vec<String>,
    recommendations: bool,
}

fn read(reader: &mut Reader) -> Option<Sample> {
    let port = reader.required("API_PORT");
    let database_url = reader.secret("DATABASE_URL");
    let pool_size = reader.integer("DATABASE_POOL_SIZE", 1..=500);
    let jwt_secret = reader.jwt_secret("JWT_SECRET");
    let previous = reader.optional_jwt_secret("JWT_SECRET_PREVIOUS");
    let life = reader.duration_seconds("JWT_EXPIRES_IN", 60..=86_400);
    let origins = reader.list("ALLOWED_ORIGINS");
    let recommendations = reader.flag("ENABLE_AI_RECOMMENDATIONS");
    Some(Sample {
        port: port?,
        database_url: database_url.expose_secret().to_owned(),
        pool_size,
        jwt_secret: jwt_secret.expose_secret().to_owned(),
        jwt_secret_previous: previous.map(|secret| secret.expose_secret().to_owned()),
        life_seconds: life.as_secs(),
        origins,
        recommendations,
    })
}

fn environment(pairs: &[(&str, &str)]) -> Environment {
    let mut environment = Environment::from([
        ("APP_ENV".to_owned(), "test".to_owned()),
        (
            "DATABASE_URL".to_owned(),
            "postgres://ada:hunter2@db/bccb".to_owned(),
        ),
        ("JWT_SECRET".to_owned(), STRONG_KEY.to_owned()),
        ("PATH".to_owned(), "/usr/bin".to_owned()),
    ]);
    for (name, value) in pairs {
        if *value == "(unset)" {
            environment.remove(*name);
        } else {
            environment.insert((*name).to_owned(), (*value).to_owned());
        }
    }
    environment
}

fn loaded(
    file: Option<&Path>,
    pairs: &[(&str, &str)],
) -> Result<(CommonSettings, Sample), Problems> {
    load(DEFINITIONS, file, &environment(pairs), read)
}

fn keys(problems: &Problems) -> Vec<&str> {
    problems
        .iter()
        .map(|problem| problem.key.as_str())
        .collect()
}

#[test]
fn defaults_fill_what_nobody_sets() {
    let (common, own) = loaded(None, &[("DATABASE_POOL_SIZE", "")]).unwrap();

    assert_eq!(common.app_environment, AppEnvironment::Test);
    assert_eq!(own.port, 3000);
    assert_eq!(own.database_url, "postgres://ada:hunter2@db/bccb");
    assert_eq!(own.pool_size, 10, "an empty value counts as unset");
    assert_eq!(own.life_seconds, 900);
    assert_eq!(own.jwt_secret_previous, None);
    assert!(own.origins.is_empty());
    assert!(own.recommendations);
}

#[test]
fn the_environment_wins_over_the_file_which_wins_over_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    fs::write(
        &file,
        "API_PORT = 4000\nDATABASE_POOL_SIZE = 20\nENABLE_AI_RECOMMENDATIONS = false\n\
         ALLOWED_ORIGINS = [\"https://a.example\", \"https://b.example\"]\n",
    )
    .unwrap();

    let (_, own) = loaded(Some(&file), &[("API_PORT", "0")]).unwrap();

    assert_eq!(own.port, 0);
    assert_eq!(own.pool_size, 20);
    assert!(!own.recommendations);
    assert_eq!(own.origins, ["https://a.example", "https://b.example"]);
}

#[test]
fn all_problems_are_reported_at_once() {
    let problems = loaded(
        None,
        &[
            ("DATABASE_URL", "(unset)"),
            ("JWT_SECRET", "short"),
            ("API_PORT", "70000"),
            ("DATABASE_POOL_SIZE", "0"),
            ("ENABLE_AI_RECOMMENDATIONS", "perhaps"),
            ("LOG_LEVEL", "info,=="),
            ("LOG_FORMAT", "xml"),
        ],
    )
    .unwrap_err();

    assert_eq!(
        keys(&problems),
        [
            "LOG_LEVEL",
            "LOG_FORMAT",
            "API_PORT",
            "DATABASE_URL",
            "DATABASE_POOL_SIZE",
            "JWT_SECRET",
            "ENABLE_AI_RECOMMENDATIONS",
        ]
    );
    let text = problems.to_string();
    assert_eq!(text.lines().count(), problems.len());
    assert!(
        text.contains("`DATABASE_POOL_SIZE`: must be between 1 and 500 connections"),
        "{text}"
    );
    assert!(
        text.contains("`DATABASE_URL_FILE`"),
        "the hint names the file: {text}"
    );
}

#[test]
fn a_secret_is_never_printed() {
    let problems = loaded(
        None,
        &[
            ("JWT_SECRET", "hunter2"),
            ("JWT_SECRET_PREVIOUS", "hunter2"),
        ],
    )
    .unwrap_err();

    let shown = format!("{problems} {problems:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert_eq!(keys(&problems), ["JWT_SECRET", "JWT_SECRET_PREVIOUS"]);
}

#[test]
fn a_broken_file_does_not_print_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    fs::write(&file, "JWT_SECRET = \"hunter2\n").unwrap();

    let problems = loaded(Some(&file), &[]).unwrap_err();

    assert_eq!(problems.len(), 1);
    assert!(!problems.to_string().contains("hunter2"), "{problems}");
}

#[test]
fn a_missing_file_is_a_problem() {
    let problems = loaded(Some(Path::new("/no/such/settings.toml")), &[]).unwrap_err();

    assert_eq!(keys(&problems), ["/no/such/settings.toml"]);
}

#[test]
fn an_unknown_key_in_the_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    fs::write(&file, "API_PROT = 4000\n[database]\nurl = \"x\"\n").unwrap();

    let problems = loaded(Some(&file), &[("SOME_FOREIGN_NAME", "1")]).unwrap_err();

    assert_eq!(keys(&problems), ["API_PROT", "database"]);
}

#[test]
fn a_secret_can_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwt");
    fs::write(&file, format!("{STRONG_KEY}\n")).unwrap();
    let path = file.to_str().unwrap();

    let (_, own) = loaded(
        None,
        &[("JWT_SECRET", "(unset)"), ("JWT_SECRET_FILE", path)],
    )
    .unwrap();

    assert_eq!(own.jwt_secret, STRONG_KEY);
}

#[test]
fn a_secret_set_twice_or_from_nowhere_is_refused_once() {
    let twice = loaded(None, &[("JWT_SECRET_FILE", "/run/secrets/jwt")]).unwrap_err();
    let nowhere = loaded(
        None,
        &[
            ("JWT_SECRET", "(unset)"),
            ("JWT_SECRET_FILE", "/no/such/secret"),
        ],
    )
    .unwrap_err();

    assert_eq!(keys(&twice), ["JWT_SECRET_FILE"]);
    assert_eq!(keys(&nowhere), ["JWT_SECRET_FILE"]);
}

#[test]
fn an_ordinary_setting_has_no_file() {
    let (_, own) = loaded(None, &[("API_PORT_FILE", "/no/such/file")]).unwrap();

    assert_eq!(own.port, 3000);
}

#[test]
fn a_placeholder_key_stops_production_only() {
    let placeholder = "please-change-me-please-change-me-please";

    let production = loaded(
        None,
        &[("APP_ENV", "production"), ("JWT_SECRET", placeholder)],
    )
    .unwrap_err();

    assert_eq!(keys(&production), ["JWT_SECRET"]);
    assert!(loaded(None, &[("JWT_SECRET", placeholder)]).is_ok());
    let unset = loaded(None, &[("APP_ENV", "(unset)"), ("JWT_SECRET", placeholder)]);
    assert!(unset.is_err(), "unset means production");
}

#[test]
fn rules_between_settings_are_checked() {
    let source = Source::load(&[DEFINITIONS], None, &environment(&[]));
    let mut reader = Reader::new(source);

    reader.check(true, "API_PORT", "never said", "");
    reader.check(
        false,
        "API_PORT",
        "must differ from the admin port",
        "choose another one",
    );

    let problems = reader.finish().unwrap_err();
    assert_eq!(
        problems.to_string(),
        "`API_PORT`: must differ from the admin port (choose another one)"
    );
}

#[test]
fn reading_what_is_not_defined_is_a_problem() {
    let mut reader = Reader::new(Source::load(&[DEFINITIONS], None, &environment(&[])));

    reader.optional::<String>("REDIS_URL");

    assert_eq!(keys(&reader.finish().unwrap_err()), ["REDIS_URL"]);
}

#[test]
fn every_definition_is_read() {
    let mut reader = Reader::new(Source::load(
        &[super::COMMON, DEFINITIONS],
        None,
        &environment(&[]),
    ));

    CommonSettings::read(&mut reader);
    read(&mut reader);

    assert_eq!(reader.unread(), Vec::<&str>::new());
}

#[test]
fn the_settings_file_is_the_only_argument() {
    let arguments = |list: &[&str]| settings_file(list.iter().map(|text| (*text).to_owned()));

    assert_eq!(arguments(&[]).unwrap(), None);
    assert_eq!(
        arguments(&["--settings", "a.toml"]).unwrap(),
        Some("a.toml".into())
    );
    assert_eq!(
        arguments(&["--settings=a.toml"]).unwrap(),
        Some("a.toml".into())
    );
    assert!(arguments(&["--settings"]).is_err());
    assert!(arguments(&["--port=1"]).is_err());
}
