-- A rule that holds for every row takes nothing from the version before.
SELECT 1;
