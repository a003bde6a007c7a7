SET LOCAL lock_timeout = '5s';

DROP INDEX micro_credentials_next_review_date_idx;
DROP TABLE review_reminders;
