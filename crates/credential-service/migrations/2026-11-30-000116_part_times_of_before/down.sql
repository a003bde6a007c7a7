-- Nothing to take back: the columns go with 000115.
SELECT 1;
