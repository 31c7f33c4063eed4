#!/bin/sh
# Prints the rustup toolchain to build with, for RUSTUP_TOOLCHAIN.
# usage: toolchain.sh 1.95.0
#
# The pinned one; where rustup lacks it under that name, a stable that is new enough, and
# a warning if its version differs. A cargo without rustup ignores the name, so there only
# the version counts. Exit 2, with one sentence, when no Rust here is new enough.
set -u
pinned=$1

cargo_version() { # TOOLCHAIN
    RUSTUP_TOOLCHAIN=$1 cargo --version 2> /dev/null | awk '{ print $2 }'
}

new_enough() { # VERSION
    printf '%s %s\n' "$1" "$pinned" | awk '{
        split($1, have, /[.-]/); split($2, want, /[.-]/)
        for (i = 1; i <= 3; i++)
            if (have[i] + 0 != want[i] + 0) exit !(have[i] + 0 > want[i] + 0)
    }'
}

if ! command -v cargo > /dev/null; then
    echo "cargo is missing: \`apt-get install rustup && rustup toolchain install $pinned\` (Debian 13), or rustup from its own site." >&2
    exit 2
fi
for name in ${RUSTUP_TOOLCHAIN:-$pinned stable}; do
    found=$(cargo_version "$name")
    if [ -n "$found" ] && new_enough "$found"; then
        [ "$found" = "$pinned" ] ||
            echo "note: Rust $found builds this, the pin is $pinned: the library works, but its bytes differ from a release." >&2
        echo "$name"
        exit 0
    fi
done
echo "Rust $pinned is needed and ${found:-none} was found: run \`rustup toolchain install $pinned\`." >&2
exit 2
