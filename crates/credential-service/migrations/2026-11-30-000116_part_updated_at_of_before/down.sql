-- Nothing to take back: the column goes with 000115.
SELECT 1;
