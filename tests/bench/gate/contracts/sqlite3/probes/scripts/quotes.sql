CREATE TABLE "t"(`a`,[b],"c d");
INSERT INTO t VALUES('x''y',"literal",'"');
SELECT "a",[b],`c d` FROM t;
SELECT 'a' 'b';
SELECT "no such column";
SELECT 1 AS 'name';
