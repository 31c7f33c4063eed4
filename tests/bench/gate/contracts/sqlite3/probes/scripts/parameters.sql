SELECT ?, ?2, :name, @at, $dollar;
SELECT ?1 IS NULL, typeof(?3);
