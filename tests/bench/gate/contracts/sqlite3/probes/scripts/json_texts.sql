SELECT json('"\u00e4\n\t\\\/"'), json_extract('"\u00e4\ud83d\ude00"','$'), json_extract('{"a b":1,"":2}','$."a b"'), json('1e5'), json('-0.0'), json('[1,2 ]'), json('123456789012345678901234567890');
SELECT json_object('k',char(1,9,10,34,92)), json_array(char(127),'ü'), json_quote(char(8364));
