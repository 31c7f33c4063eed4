WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n<30) SELECT group_concat(n) FROM c;
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c LIMIT 1500) SELECT count(*),sum(n) FROM c;
SELECT length(hex(zeroblob(100000)));
SELECT length(printf('%.*c',50000,'x'));
