SELECT length('abc'), length('äöü'), length(x'0102'), length(NULL), length(123), upper('abcä'), lower('ABCÄ'), trim('  a  '), ltrim('xxa','x'), rtrim('axx','x'), trim('xyaxy','xy');
SELECT substr('hello',2), substr('hello',2,3), substr('hello',-3), substr('hello',-3,2), substr('hello',0), substr('hello',3,-2), substr(x'0102030405',2,2), substr('hello',9), substring('äöü',2,1);
SELECT replace('abcabc','b','xx'), replace('abc','','x'), instr('hello','l'), instr('hello','z'), instr(x'0102',x'02'), instr('äöü','ü');
SELECT 'a'||NULL, 'a'||1, 'a'||1.5, char(65,66,8364), unicode('€'), unicode(''), hex('abc'), hex(12), hex(NULL), quote('it''s'), quote(x'01'), quote(NULL), quote(1.5), zeroblob(3);
