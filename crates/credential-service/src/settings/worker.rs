//! Settings of the worker.

use std::time::Duration;

use service_runtime::settings::Reader;

use super::{AuditSettings, DatabaseSettings, MailSettings, StorageSettings, UpkeepSettings};

/// Settings of the process that does the jobs.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// How to reach the database.
    pub database: DatabaseSettings,
    /// Jobs done at the same time.
    pub concurrency: usize,
    /// Time after which the job of a dead worker is done again.
    pub lease: Duration,
    /// How the record of decisions is signed.
    pub audit: AuditSettings,
    /// What the scheduled tasks go by.
    pub upkeep: UpkeepSettings,
    /// Where reports are kept; none: no reports are made.
    pub storage: Option<StorageSettings>,
    /// How mail leaves.
    pub mail: MailSettings,
    /// Whether webhooks may lead to addresses that are not of the public internet.
    pub allow_private: bool,
}

/// Reads whether webhooks may lead to addresses that are not of the public internet.
pub(super) fn allow_private(reader: &mut Reader) -> bool {
    let allowed = reader.flag("WEBHOOK_ALLOW_PRIVATE");
    reader.check(
        !(allowed && reader.app_environment().is_production()),
        "WEBHOOK_ALLOW_PRIVATE",
        "is not for production",
        "unset it",
    );
    allowed
}

impl WorkerSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let database = DatabaseSettings::read(reader);
        let concurrency = reader.integer("JOB_CONCURRENCY", 1_usize..=64);
        let lease = reader.duration_seconds("JOB_LEASE", 3..=3_600);
        let allow_private = allow_private(reader);
        let audit = AuditSettings::read(reader);
        let upkeep = UpkeepSettings::read(reader);
        let storage = StorageSettings::read(reader);
        let mail = MailSettings::read(reader);
        Some(Self {
            database,
            concurrency,
            lease,
            audit,
            upkeep,
            storage,
            mail: mail?,
            allow_private,
        })
    }
}

#[cfg(test)]
mod tests {
    use service_runtime::settings::{Environment, load};

    use super::*;
    use crate::settings::SETTINGS;

    fn problems(settings: &[(&str, &str)]) -> String {
        let mut environment: Environment = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        environment.insert("DATABASE_URL".into(), "postgres://localhost/bccb".into());
        environment.insert("PUBLIC_URL".into(), "https://bccb.example.org".into());
        match load(SETTINGS, None, &environment, WorkerSettings::read) {
            Ok(_good) => String::new(),
            Err(problems) => problems.to_string(),
        }
    }

    #[test]
    fn mail_needs_a_way_out_and_production_a_mail_server() {
        assert!(problems(&[]).contains("SMTP_HOST"));
        assert!(problems(&[("MAIL_DIR", "/tmp/mail")]).contains("MAIL_DIR"));
        assert_eq!(
            problems(&[("APP_ENV", "development"), ("MAIL_DIR", "/tmp/mail")]),
            ""
        );
        assert_eq!(problems(&[("SMTP_HOST", "mail.example.org")]), "");
        let spanish = [("SMTP_HOST", "mail.example.org"), ("MAIL_LANGUAGE", "es")];
        assert!(problems(&spanish).contains("MAIL_LANGUAGE"));
    }

    #[test]
    fn a_storage_says_all_that_it_takes_to_reach_it() {
        let mail = ("SMTP_HOST", "mail.example.org");
        let bucket = ("AWS_BUCKET", "reports/bccb");
        let key = ("AWS_ACCESS_KEY_ID", "reports");
        let secret = ("AWS_SECRET_ACCESS_KEY", "hunter2-hunter2");

        let folder = ("STORAGE_DIR", "/srv/bccb");
        assert_eq!(problems(&[mail, folder]), "");
        assert_eq!(problems(&[mail, bucket, key, secret]), "");
        assert!(problems(&[mail, folder, bucket, key, secret]).contains("STORAGE_DIR"));
        let nameless = ("AWS_BUCKET", "/bccb");
        assert!(problems(&[mail, nameless, key, secret]).contains("AWS_BUCKET"));
        assert!(problems(&[mail, bucket]).contains("AWS_ACCESS_KEY_ID"));
        let open = ("AWS_ENDPOINT_URL", "http://storage.example.org");
        let open = problems(&[mail, bucket, key, secret, open]);
        assert!(
            open.contains("AWS_ENDPOINT_URL") && !open.contains("hunter2"),
            "{open}"
        );
    }

    #[test]
    fn a_password_never_travels_in_the_clear() {
        let server = ("SMTP_HOST", "mail.example.org");
        let user = ("SMTP_USER", "bccb");
        let password = ("SMTP_PASSWORD", "hunter2-hunter2");

        assert!(problems(&[server, user]).contains("SMTP_USER"));
        let open = problems(&[server, user, password, ("SMTP_TLS", "none")]);
        assert!(
            open.contains("SMTP_TLS") && !open.contains("hunter2"),
            "{open}"
        );
        assert!(problems(&[server, ("SMTP_TLS", "maybe")]).contains("SMTP_TLS"));
        assert_eq!(problems(&[server, user, password]), "");
    }
}
