ATTACH ':memory:' AS other;
CREATE TABLE other.t(a);
CREATE TABLE t(b);
CREATE TEMP TABLE t(c);
INSERT INTO main.t VALUES('main');INSERT INTO other.t VALUES('other');INSERT INTO t VALUES('temp');
SELECT * FROM t;
SELECT a,b FROM other.t,main.t;
PRAGMA database_list;
DETACH other;
