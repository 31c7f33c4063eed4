SELECT printf('%s|%10s|%-10s|%.2s|%c|%.3c|%%','text','text','text','text','c','c');
SELECT printf('%q|%Q|%w|%Q','it''s','it''s','a"b',NULL);
SELECT printf('%s %d',NULL,NULL), printf('no arguments %d %s'), printf(), printf(NULL), printf('%z'), printf('%'), printf('%5%');
SELECT printf('%!5s|%!.2s','äöü','äöü'), printf('%5s|','äöü');
