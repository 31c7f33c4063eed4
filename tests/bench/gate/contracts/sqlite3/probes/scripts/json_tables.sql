SELECT key,value,type,atom,id,parent,fullkey,path FROM json_each('{"a":1,"b":[2,3]}');
SELECT key,value,type,fullkey FROM json_tree('{"a":{"b":[true,null,"s"]}}');
SELECT value FROM json_each('[5,6,7]') WHERE key>0;
SELECT fullkey,atom FROM json_tree('[{"x":1},{"x":2}]') WHERE atom IS NOT NULL;
