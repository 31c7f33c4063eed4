SELECT abs(-1.5), abs('x'), abs(NULL), max(1,2,'3'), min(1,NULL), min(2,1.5,'a'), max('a','B');
