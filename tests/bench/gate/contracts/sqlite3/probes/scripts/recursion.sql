WITH RECURSIVE f(a,b) AS (SELECT 0,1 UNION ALL SELECT b,a+b FROM f LIMIT 20) SELECT a FROM f;
WITH t(x) AS (VALUES(1),(2)), u AS (SELECT x*10 AS y FROM t) SELECT x,y FROM t,u;
WITH RECURSIVE tree(id,parent) AS (VALUES(1,NULL),(2,1),(3,1),(4,2)), path(id,p) AS (SELECT id,''||id FROM tree WHERE parent IS NULL UNION ALL SELECT tree.id,p||'/'||tree.id FROM tree JOIN path ON parent=path.id ORDER BY 1) SELECT * FROM path;
WITH RECURSIVE c(n) AS (SELECT 1 UNION SELECT (n*2)%7 FROM c) SELECT n FROM c;
