-- A check that has been validated stays so.
SELECT 1;
