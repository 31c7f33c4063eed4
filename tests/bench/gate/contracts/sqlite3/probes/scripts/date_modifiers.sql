SELECT datetime('2024-03-31 12:00','+1 months'), datetime('2024-03-31','-1 month'), datetime('2024-01-01','+1.5 days'), datetime('2024-01-01','+0001-02-03'), datetime('2024-01-01','bad modifier'), datetime('2024-01-01','+1 fortnight');
SELECT datetime('2024-06-01 12:00','localtime'), datetime('2024-06-01 12:00','utc'), date('2024-01-01','+100000 days'), date('2024-01-01','-3000 years'), time('23:59:59','+1 second');
SELECT julianday('2024-01-01')-julianday('2023-01-01'), julianday('2024-02-30'), julianday('-4713-11-24 12:00');
