SELECT 'abc' LIKE 'A%', 'abc' LIKE 'a_c', 'a%c' LIKE 'a\%c' ESCAPE '\', 'ä' LIKE 'Ä', NULL LIKE 'a', 'abc' NOT LIKE 'b%', 12 LIKE '1%';
SELECT 'abc' GLOB 'a*', 'abc' GLOB 'A*', 'abc' GLOB '[a-c]b?', 'a-c' GLOB 'a[^x]c', 'abc' GLOB '', 'a]c' GLOB 'a[]]c';
PRAGMA case_sensitive_like=1;
SELECT 'abc' LIKE 'A%';
