CREATE TABLE t ( a  INTEGER /* note */ , b TEXT );
CREATE TABLE "odd name"("odd column");
CREATE TABLE c AS SELECT 1 AS x,'y' AS y,2.5 AS z;
SELECT type,name,tbl_name,sql FROM sqlite_master;
SELECT name FROM sqlite_schema;
PRAGMA table_info('odd name');
PRAGMA table_info(c);
DROP TABLE t;
SELECT count(*) FROM sqlite_master;
