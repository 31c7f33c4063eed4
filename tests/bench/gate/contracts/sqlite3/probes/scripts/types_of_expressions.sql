CREATE TABLE t(a INT,b TEXT,c REAL,d);
INSERT INTO t VALUES(1,'x',1,x'00');
SELECT a,b,c,d,a+1,b||'',c*2,(SELECT a FROM t),max(a),CAST(a AS TEXT) FROM t;
SELECT typeof(a+'1'),typeof('1'+'1'),typeof('1.0'+1),typeof(1||1),typeof('a'+1),typeof(-'5'),typeof(+'5') FROM t;
