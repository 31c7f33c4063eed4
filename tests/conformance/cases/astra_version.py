"""The version of the library, and what its own note says."""

import json
import re
import struct

from astra_abi.conform import requires
from astra_abi.generate.note import TYPE, owner


@requires("version/is-the-contract")
def test_it_is_the_contracts_version(astra):
    assert astra.version() == astra.abi.version.number


@requires("version/is-the-contract")
def test_the_note_declares_the_same_version(astra, library):
    name = owner(astra.abi).encode() + b"\0"
    padded = name + b"\0" * (-len(name) % 4)
    head = re.escape(struct.pack("=I", len(name))) + b"(....)" + re.escape(struct.pack("=I", TYPE) + padded)
    image = library.path.read_bytes()
    found = re.search(head, image, re.DOTALL)
    assert found, "the library carries no note of the contract"
    length = struct.unpack("=I", found[1])[0]
    declared = json.loads(image[found.end():found.end() + length])
    major, minor, patch = map(int, declared["version"].split("."))
    assert astra.version() == major << 22 | minor << 12 | patch
