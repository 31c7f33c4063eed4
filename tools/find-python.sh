#!/bin/sh
# Prints the first Python that is 3.11 or newer, really runs, and can make virtual
# environments. A pyenv shim can exist and still fail, so each candidate is tried.
# Exit 2, printing nothing, when there is none.
for name in python3.13 python3.12 python3.11 python3; do
    for path in "$(command -v "$name")" "/usr/bin/$name"; do
        [ -x "$path" ] && "$path" -c '
import sys, venv, ensurepip
if sys.version_info < (3, 11):
    sys.exit(1)
print(sys.executable)' 2> /dev/null && exit 0
    done
done
exit 2
