SELECT length('日本語'), substr('日本語',2,1), hex('日'), upper('ß'), lower('ÀÉ'), 'é'='é', instr('日本語','語'), char(0x1F600), unicode('😀'), 'Z'<'a','a'<'ä', replace('日本','本','x');
PRAGMA encoding;
