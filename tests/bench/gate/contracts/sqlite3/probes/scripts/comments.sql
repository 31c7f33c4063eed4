-- a line
SELECT 1 -- after
, /* inside */ 2;
/* long
 comment */ SELECT 3;;;
SELECT 4
;
-- the end without a line end