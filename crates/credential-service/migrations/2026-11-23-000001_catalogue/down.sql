-- The extension stays: others may use it.
SET LOCAL lock_timeout = '5s';
DROP TABLE pathways;
DROP TABLE recognitions;
DROP TABLE prerequisites;
DROP TABLE learning_outcomes;
DROP TABLE micro_credentials;
DROP TABLE institutions;
