SELECT 'a' LIKE 'b' ESCAPE 'xx';
SELECT 'a' REGEXP 'b';
SELECT 'a' MATCH 'b';
SELECT 'x' IN t;
