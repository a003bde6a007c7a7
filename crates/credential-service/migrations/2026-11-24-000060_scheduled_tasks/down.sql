SET LOCAL lock_timeout = '5s';

DROP TABLE outbox_pruned;
DROP TABLE scheduled_tasks;
