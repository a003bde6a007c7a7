-- Parts of before are as old as their micro-credentials. Apart from the columns, so that no lock on a whole table is held meanwhile.
SET LOCAL lock_timeout = '5s';

UPDATE learning_outcomes AS part SET created_at = owner.created_at, updated_at = owner.updated_at
FROM micro_credentials AS owner WHERE owner.id = part.micro_credential_id AND owner.updated_at < part.created_at;
UPDATE prerequisites AS part SET created_at = owner.created_at, updated_at = owner.updated_at
FROM micro_credentials AS owner WHERE owner.id = part.micro_credential_id AND owner.updated_at < part.created_at;
