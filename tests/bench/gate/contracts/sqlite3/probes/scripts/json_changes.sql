SELECT json_insert('{"a":1}','$.b',2), json_replace('{"a":1}','$.a',2), json_set('{"a":1}','$.a',9,'$.c',json('[1]')), json_remove('{"a":1,"b":2}','$.a'), json_remove('[1,2,3]','$[1]'), json_patch('{"a":1,"b":2}','{"a":null,"c":3}'), json_insert('[1]','$[#]',2);
SELECT json_group_array(v), json_group_object(k,v) FROM (SELECT 'x' AS k,1 AS v UNION ALL SELECT 'y','two');
