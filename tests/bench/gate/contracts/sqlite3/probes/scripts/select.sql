SELECT 1, 2.5, 'three', NULL, x'04';
SELECT 1+2*3, 7/2, 7%3, -7/2, -7%3, 7.0/2, 1||2, +5, -(-5), ~5;
SELECT 1 AS one, 'a' AS "two words", 3 [three];
VALUES (1,'a'),(2,'b');
