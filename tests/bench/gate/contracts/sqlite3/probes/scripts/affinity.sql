CREATE TABLE t(i INTEGER, r REAL, x TEXT, n NUMERIC, b BLOB, v VARCHAR(10), f FLOATING POINT, z);
INSERT INTO t VALUES('12','12','12','12','12','12','12','12'),(12.0,12,12,12.0,12,12.5,12,12),('a','b','c','d','e','f','g','h'),(x'31',x'31',x'31',x'31',x'31',x'31',x'31',x'31'),('1e3','1e3',1e3,'1e3',1e3,1e3,'0x10','0x10');
SELECT typeof(i),typeof(r),typeof(x),typeof(n),typeof(b),typeof(v),typeof(f),typeof(z) FROM t;
SELECT * FROM t;
