SELECT coalesce(NULL,NULL,3), ifnull(NULL,'x'), nullif(1,1), nullif(1,2), iif(1,'y','n'), iif(NULL,'y','n');
CREATE TABLE t(a);
INSERT INTO t VALUES(3),(NULL),(1),(NULL),(2);
SELECT a FROM t ORDER BY a;
SELECT a FROM t ORDER BY a DESC NULLS FIRST;
SELECT a FROM t ORDER BY a NULLS LAST;
SELECT count(*), count(a), sum(a), avg(a), min(a), max(a), total(a) FROM t;
SELECT DISTINCT a FROM t;
SELECT sum(a), total(a), avg(a), count(a), max(a), group_concat(a) FROM t WHERE 0;
