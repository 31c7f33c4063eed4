CREATE VIRTUAL TABLE f USING fts5(title,body);
INSERT INTO f VALUES('One','the quick brown fox'),('Two','jumps over the lazy dog'),('Three','quick quick dogs');
SELECT title FROM f WHERE f MATCH 'quick' ORDER BY rank;
SELECT title,snippet(f,1,'<','>','..',3),highlight(f,1,'[',']') FROM f WHERE f MATCH 'body:dog*' ORDER BY rowid;
SELECT rowid FROM f WHERE f MATCH 'quick NOT brown';
SELECT rowid FROM f WHERE f MATCH '"lazy dog"';
