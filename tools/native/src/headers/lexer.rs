//! Text of C -> preprocessing tokens. Comments and line ends inside of directives are space.

use std::borrow::Cow;

/// A token: where it stands in the text, and whether space comes before it.
#[derive(Clone, Copy)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    pub spaced: bool,
}

impl Token {
    pub fn text<'t>(&self, text: &'t [u8]) -> Cow<'t, str> {
        String::from_utf8_lossy(&text[self.start..self.end])
    }
}

pub fn tokens(text: &[u8]) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, spaced) = after_space(text, at);
        if start >= text.len() {
            return None;
        }
        at = end_of_token(text, start);
        Some(Token {
            start,
            end: at,
            spaced,
        })
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Skips space, comments and spliced lines. A splice alone does not separate tokens.
fn after_space(text: &[u8], mut at: usize) -> (usize, bool) {
    let mut spaced = false;
    while at < text.len() {
        let rest = &text[at..];
        if rest[0].is_ascii_whitespace() {
            at += 1;
            spaced = true;
        } else if let Some(length) = splice(rest) {
            at += length;
        } else if rest.starts_with(b"/*") {
            let end = rest[2..].windows(2).position(|pair| pair == b"*/");
            at += end.map_or(rest.len(), |end| end + 4);
            spaced = true;
        } else if rest.starts_with(b"//") {
            let mut end = 2;
            while end < rest.len() && rest[end] != b'\n' {
                end += splice(&rest[end..]).unwrap_or(1);
            }
            at += end;
            spaced = true;
        } else {
            break;
        }
    }
    (at, spaced)
}

pub fn splice(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'\\', b'\n', ..] => Some(2),
        [b'\\', b'\r', b'\n', ..] => Some(3),
        _ => None,
    }
}

fn end_of_token(text: &[u8], start: usize) -> usize {
    let byte = text[start];
    let mut at = start + 1;
    let number =
        byte.is_ascii_digit() || (byte == b'.' && text.get(at).is_some_and(u8::is_ascii_digit));
    if number {
        while at < text.len() {
            let exponent = matches!(text[at - 1], b'e' | b'E' | b'p' | b'P');
            let sign = exponent && matches!(text[at], b'+' | b'-');
            if !(is_word(text[at]) || text[at] == b'.' || sign) {
                break;
            }
            at += 1;
        }
        return at;
    }
    if is_word(byte) {
        while at < text.len() && is_word(text[at]) {
            at += 1;
        }
        let prefix = matches!(&text[start..at], b"L" | b"u" | b"U" | b"u8");
        match text.get(at) {
            Some(quote @ (b'"' | b'\'')) if prefix => return end_of_quoted(text, at, *quote),
            _ => return at,
        }
    }
    match byte {
        b'"' | b'\'' => end_of_quoted(text, start, byte),
        _ if text[start..].starts_with(b"...") => start + 3,
        _ if TWO.iter().any(|two| text[start..].starts_with(two)) => start + 2,
        _ => at,
    }
}

/// Operators of two characters, so that a text keeps them together.
const TWO: [&[u8]; 19] = [
    b"->", b"++", b"--", b"<<", b">>", b"<=", b">=", b"==", b"!=", b"&&", b"||", b"+=", b"-=",
    b"*=", b"/=", b"|=", b"&=", b"^=", b"##",
];

pub fn end_of_quoted(text: &[u8], open: usize, quote: u8) -> usize {
    let mut at = open + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at = text.len().min(at + 2),
            b'\n' => return at,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<Cow<'_, str>> {
        tokens(text.as_bytes())
            .map(|token| token.text(text.as_bytes()))
            .collect()
    }

    #[test]
    fn tokens_end_where_c_says() {
        assert_eq!(texts("a/* b */c//d\ne"), ["a", "c", "e"]);
        assert_eq!(
            texts("0x1p-3+1e+2-.5f"),
            ["0x1p-3", "+", "1e+2", "-", ".5f"]
        );
        assert_eq!(
            texts(r#"L"a\"b" 'c' u8"d" x"#),
            [r#"L"a\"b""#, "'c'", r#"u8"d""#, "x"]
        );
        assert_eq!(
            texts("a->b ... x##y"),
            ["a", "->", "b", "...", "x", "##", "y"]
        );
    }

    #[test]
    fn broken_texts_end() {
        for text in [
            "\"", "'\\", "/*", "/* *", "\\", "\\\n", "L\"\\", "//\\\n", "1e", "\u{fffd}",
        ] {
            let last = tokens(text.as_bytes()).last();
            assert!(last.is_none_or(|token| token.end <= text.len()), "{text:?}");
        }
    }
}
