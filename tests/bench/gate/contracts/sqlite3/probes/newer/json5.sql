SELECT json('{a:1,b:0x10,c:+1,d:''x'',}'), json_error_position('{x'), json_valid('{a:1}',2);
