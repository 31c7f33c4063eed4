CREATE TABLE t(k TEXT,n INT,v,PRIMARY KEY(k,n)) WITHOUT ROWID;
INSERT INTO t VALUES('b',2,'x'),('a',9,'y'),('b',1,'z');
SELECT * FROM t;
UPDATE t SET n=n+1 WHERE k='b';
SELECT * FROM t WHERE k='b' ORDER BY n DESC;
PRAGMA table_info(t);
