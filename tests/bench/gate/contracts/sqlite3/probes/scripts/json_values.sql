SELECT json(' {"a" : [1,2.5,"x",null,true]} '), json_array(1,'2',NULL,x'30'), json_object('a',1,'b','text');
SELECT json_array(1,'2',NULL,2.5), json_object('a',1,'b',json('[1]')), json_quote('it''s "q"'), json_quote(1.5), json_array_length('[1,2,3]'), json_array_length('{"a":[1,2]}','$.a');
SELECT json_extract('{"a":{"b":[10,20]}}','$.a.b[1]'), json_extract('{"a":1}','$.x'), json_extract('[1,2]','$[0]','$[1]'), json_extract('{"a":"t"}','$.a'), json_extract('[1,2,3]','$[#-1]'), typeof(json_extract('{"a":true}','$.a'));
SELECT json_type('[1,2.5,"x",null,true,{}]'), json_type('[1]','$[0]'), json_type('[1.5]','$[0]'), json_type('[null]','$[0]'), json_valid('{'), json_valid('[1]'), json_valid(NULL);
