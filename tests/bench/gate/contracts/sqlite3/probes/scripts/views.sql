CREATE TABLE t(a INT,b TEXT);
INSERT INTO t VALUES(1,'x'),(2,'y');
CREATE VIEW v(p,q) AS SELECT b,a FROM t;
CREATE TEMP VIEW w AS SELECT *,rowid AS r FROM t;
SELECT * FROM v;
SELECT * FROM w;
SELECT name,type FROM sqlite_master ORDER BY name;
DROP VIEW v;
SELECT sql FROM sqlite_master;
