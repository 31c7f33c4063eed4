CREATE TABLE t(g,n);
INSERT INTO t VALUES('a',1),('a',2),('a',2),('b',5),('b',3),('b',9);
SELECT g,n,row_number() OVER w,rank() OVER w,dense_rank() OVER w,percent_rank() OVER w,cume_dist() OVER w,ntile(2) OVER w FROM t WINDOW w AS (PARTITION BY g ORDER BY n);
SELECT n,sum(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING),lag(n,1,0) OVER (ORDER BY n),lead(n) OVER (ORDER BY n),first_value(n) OVER (ORDER BY n),last_value(n) OVER (ORDER BY n),nth_value(n,2) OVER (ORDER BY n) FROM t;
SELECT n,group_concat(n) OVER (ORDER BY n GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES),sum(n) OVER (ORDER BY n RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING) FROM t;
SELECT sum(n) FILTER (WHERE n>2) OVER (PARTITION BY g) FROM t;
