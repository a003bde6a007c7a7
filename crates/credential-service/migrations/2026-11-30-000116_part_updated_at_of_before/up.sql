-- Parts of before were written anew with every change. Apart from the column, so that no lock on a whole table is held meanwhile.
SET LOCAL lock_timeout = '5s';

UPDATE learning_outcomes SET updated_at = created_at WHERE created_at < updated_at;
UPDATE prerequisites SET updated_at = created_at WHERE created_at < updated_at;
