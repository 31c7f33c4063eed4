SELECT sum(sum(1));
CREATE TABLE t(a);
SELECT a FROM t WHERE sum(a)>1;
SELECT row_number() FROM t;
SELECT a FROM t HAVING a>1;
SELECT sum(a) OVER w FROM t;
SELECT max(a) FILTER (WHERE sum(a)) FROM t;
SELECT rank(DISTINCT a) OVER () FROM t;
