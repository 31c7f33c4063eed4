SELECT strftime('%d|%f|%H|%j|%J|%m|%M|%s|%S|%w|%W|%Y|%%','2024-03-07 08:09:10.5');
SELECT strftime('%Y-%m-%dT%H:%M:%fZ','2024-12-31 23:59:59.999'), strftime('%j','2023-12-31'), strftime('%W','2024-01-07'), strftime('no format','2024-01-01'), strftime('%Y',0), strftime(NULL,'2024-01-01');
SELECT strftime('%s','2038-01-19 03:14:08'), strftime('%s','1900-01-01'), strftime('%H:%M','25:00'), strftime('%f','12:00:00.1234567');
