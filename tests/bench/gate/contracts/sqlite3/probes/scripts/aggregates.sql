CREATE TABLE t(g,v);
INSERT INTO t VALUES('a',1),('b',2),('a',3),('b',4),('c',NULL),('a',1);
SELECT g,count(*),count(v),sum(v),avg(v),min(v),max(v),group_concat(v),group_concat(v,'-'),total(v),count(DISTINCT v) FROM t GROUP BY g;
SELECT g,sum(v) AS s FROM t GROUP BY g HAVING s>4 ORDER BY s DESC;
SELECT sum(v) FILTER (WHERE g='a'), group_concat(DISTINCT g) FROM t;
SELECT g, max(v), min(v) FROM t;
SELECT sum(1.5), sum(1), sum('2'), avg(1) FROM t;
