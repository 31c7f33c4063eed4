PRAGMA encoding='UTF-16le';
CREATE TABLE t(a);
INSERT INTO t VALUES('häß'),('日本'),('😀'),('');
SELECT a,length(a),hex(a),hex(CAST(a AS BLOB)) FROM t ORDER BY a;
PRAGMA encoding;
SELECT a FROM t WHERE a LIKE 'H%';
