SELECT 1_000;
SELECT count(*) FROM (VALUES(1)) ORDER BY 1;
SELECT strftime('%e|%F|%I|%k|%l|%p|%P|%R|%T|%u|%G|%g|%U|%V','2024-03-07 15:09:10');
SELECT date('2024-01-31','+1 month','floor'), datetime('2024-01-01','subsec');
