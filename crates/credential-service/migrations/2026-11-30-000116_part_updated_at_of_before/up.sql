-- Parts of before were written anew with every change. Apart from the column, so that no lock on a whole table is held meanwhile,
-- and some rows at a time (hence metadata.toml), so that who changes an offer waits for a moment and not until all is done.
-- What breaks off has done its part; running the migration again does the rest.
SET lock_timeout = '5s';

DO $$
DECLARE
    done_to uuid := '00000000-0000-0000-0000-000000000000';
    part_to uuid;
BEGIN
    LOOP
        SELECT id INTO part_to FROM (SELECT id FROM learning_outcomes WHERE id > done_to ORDER BY id LIMIT 1000) AS part ORDER BY id DESC LIMIT 1;
        EXIT WHEN part_to IS NULL;
        UPDATE learning_outcomes SET updated_at = created_at WHERE id > done_to AND id <= part_to AND created_at < updated_at;
        COMMIT;
        done_to := part_to;
    END LOOP;
END $$;

DO $$
DECLARE
    done_to uuid := '00000000-0000-0000-0000-000000000000';
    part_to uuid;
BEGIN
    LOOP
        SELECT id INTO part_to FROM (SELECT id FROM prerequisites WHERE id > done_to ORDER BY id LIMIT 1000) AS part ORDER BY id DESC LIMIT 1;
        EXIT WHEN part_to IS NULL;
        UPDATE prerequisites SET updated_at = created_at WHERE id > done_to AND id <= part_to AND created_at < updated_at;
        COMMIT;
        done_to := part_to;
    END LOOP;
END $$;

RESET lock_timeout;
