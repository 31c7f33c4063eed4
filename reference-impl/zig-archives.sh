#!/bin/sh
# Copies zig's own static archives into a folder, without their debug information.
# usage: zig-archives.sh FOLDER ZIG_VERSION 'TARGET FLAGS' OBJCOPY ZIG...
#
# zig makes them on first use, which takes about 25 s for each target, and keeps them in
# its cache; only the command line that it gives the linker says where.
set -eu
folder=$1 version=$2 target=$3 objcopy=$4
shift 4

found=$("$@" version) || {
    echo "zig does not run as '$*': run \`make setup\`, which installs it." >&2
    exit 2
}
if [ "$found" != "$version" ]; then
    echo "zig is $found, but spec/build.toml pins $version: run \`make setup\`." >&2
    exit 2
fi

work=$folder.$$.tmp
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/keep"
echo 'void astra_probe(void) {}' > "$work/probe.c"
# shellcheck disable=SC2086  # the target and flags are several words
if ! ZIG_VERBOSE_LINK=1 "$@" cc $target -shared -lunwind \
    -o "$work/probe.so" "$work/probe.c" > "$work/link.txt" 2>&1; then
    cat "$work/link.txt" >&2
    exit 2
fi
for name in unwind c_nonshared compiler_rt; do
    path=$(sed -n "s|.* \(/.*/lib$name\.a\).*|\1|p" "$work/link.txt" | tail -n 1)
    if [ ! -f "$path" ]; then
        echo "zig $found links no lib$name.a: reference-impl/zig-archives.sh must follow it." >&2
        exit 2
    fi
    # One object for each archive: the members' names are paths, which objcopy refuses.
    "$@" ld.lld -r --whole-archive "$path" -o "$work/$name.o"
    "$objcopy" --strip-debug "$work/$name.o"
    "$@" ar rcsD "$work/keep/lib$name.a" "$work/$name.o"
done
mkdir -p "$folder"
mv -f "$work"/keep/*.a "$folder"
: > "$folder/stamp"
