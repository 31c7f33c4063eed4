//! GNU linker scripts in the place of a library, such as glibc's libc.so: which files they name.

/// Scripts that stand in for a library are some hundred bytes long.
pub const MOST_BYTES: u64 = 1 << 20;
const COMMANDS: [&str; 9] = [
    "GROUP",
    "INPUT",
    "OUTPUT_FORMAT",
    "OUTPUT_ARCH",
    "SEARCH_DIR",
    "TARGET",
    "STARTUP",
    "INCLUDE",
    "VERSION",
];

/// The files that the script gives to the linker, or None if the text is no script that stands
/// in for a library.
pub fn inputs(bytes: &[u8]) -> Option<Vec<String>> {
    if bytes.contains(&0) {
        return None;
    }
    let tokens = tokens(std::str::from_utf8(bytes).ok()?)?;
    let mut found = None;
    let mut at = 0;
    while at < tokens.len() {
        let command = tokens[at].as_str();
        if command == ";" {
            at += 1;
            continue;
        }
        if !COMMANDS.contains(&command) || tokens.get(at + 1).map(String::as_str) != Some("(") {
            return None;
        }
        at += 2;
        let is_input = matches!(command, "GROUP" | "INPUT" | "STARTUP");
        let files = found.get_or_insert_with(Vec::new);
        let mut depth = 1;
        while depth > 0 {
            match tokens.get(at)?.as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                "," | "AS_NEEDED" => {}
                name if is_input => files.push(name.to_owned()),
                _ => {}
            }
            at += 1;
        }
    }
    found
}

/// Words, names in quotes, and the characters `( ) , ;`. None if a comment or a quote has no end.
fn tokens(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            return Some(found);
        };
        let (token, used) = if let Some(comment) = rest.strip_prefix("/*") {
            rest = &comment[comment.find("*/")? + 2..];
            continue;
        } else if "(),;".contains(first) {
            (&rest[..1], 1)
        } else if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"')?;
            (&quoted[..end], end + 2)
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || "(),;\"".contains(c))
                .unwrap_or(rest.len());
            (&rest[..end], end)
        };
        found.push(token.to_owned());
        rest = &rest[used..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_its_files_whatever_the_order_of_its_commands() {
        let text = b"/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\n\
            GROUP ( /lib/libc.so.6 /usr/lib/libc_nonshared.a  AS_NEEDED ( \"/lib/ld linux.so.2\" ) )";
        let expected = [
            "/lib/libc.so.6",
            "/usr/lib/libc_nonshared.a",
            "/lib/ld linux.so.2",
        ];
        assert_eq!(inputs(text).unwrap(), expected);
        assert_eq!(
            inputs(b"INPUT(-lncurses, libtinfo.so)").unwrap(),
            ["-lncurses", "libtinfo.so"]
        );
    }

    #[test]
    fn other_text_is_no_script() {
        for text in [
            "",
            "#include <x.h>",
            "GROUP",
            "GROUP (",
            "GROUP ( a ) int x;",
            "/* GROUP ( a )",
            "INPUT ( \"a )",
        ] {
            assert!(inputs(text.as_bytes()).is_none(), "{text}");
        }
    }
}
