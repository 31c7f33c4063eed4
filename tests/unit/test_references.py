"""What a program takes, and how: read from its relocations; damaged tables end in one error."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from astra_abi import _native
from astra_abi.load.program import load_program
from astra_abi.model import AstraError
from releases import NAME, Elf, library, program

SOURCE = """
int called(void) { return 0; } int pointed(void) { return 0; } int both(void) { return 0; } int weakly(void) { return 0; }
int data = 1; int copied[3] = { 1, 2, 3 }; __thread int local = 1;
"""
SCRIPT = "V1 { global: called; weakly; pointed; copied; local: *; }; V2 { global: both; data; local; };"
CLIENT = """
int called(void), pointed(void), both(void); extern int data, copied[3]; extern __thread int local;
int (*a)(void) = pointed, (*b)(void) = both; int *c = &data;
__attribute__((weak)) int weakly(void);
int main(void) { return called() + both() + copied[1] + local + (weakly ? weakly() : 0); }
"""


def taken(client: Path) -> dict[str, tuple]:
    return {item.text: (file, set(item.uses), item.kind, item.size, item.weak) for file, item in load_program(client).taken if item.name in CLIENT}


def test_every_way_of_using_a_symbol_is_told(tmp_path: Path) -> None:
    before = library(tmp_path, SOURCE, SCRIPT)
    client = program(tmp_path, CLIENT, "-fno-pie", "-no-pie", before)
    found = taken(client)
    assert found["called@V1"] == (NAME, {"call"}, "func", 0, False)
    assert found["copied@V1"] == (NAME, {"copy"}, "object", 12, False)
    assert found["local@V2"] == (NAME, {"fixed-tls"}, "tls", 0, False)
    assert found["weakly@V1"][4] is True
    client = program(tmp_path, CLIENT, "-fpie", "-pie", before)
    found = taken(client)
    assert found["pointed@V1"][1] == {"data"} and found["data@V2"][1] == {"data"}
    assert found["both@V2"][1] == {"call", "data"} or found["both@V2"][1] == {"data"}


def test_nodes_that_are_wanted_are_told_with_their_file(tmp_path: Path) -> None:
    client = load_program(program(tmp_path, CLIENT, library(tmp_path, SOURCE, SCRIPT)))
    assert {(file, node) for file, node, _ in client.needs if file == NAME} == {(NAME, "V1"), (NAME, "V2")}
    assert client.needed[0] == NAME and client.runnable and client.interpreter


def test_a_machine_with_other_relocations_is_refused(tmp_path: Path) -> None:
    client = program(tmp_path, CLIENT, library(tmp_path, SOURCE))
    foreign = Elf(client)
    foreign.bytes[18:20] = (22_222).to_bytes(2, "little")
    foreign.save()
    with pytest.raises(AstraError, match="relocations cannot be read"):
        load_program(client)


def test_a_relocation_of_no_symbol_is_an_error(tmp_path: Path) -> None:
    client = program(tmp_path, CLIENT, library(tmp_path, SOURCE))
    damaged = Elf(client)
    at, length = damaged.sections[4]  # relocations with addends
    for place in range(at, at + length, 24):
        damaged.bytes[place + 12:place + 16] = b"\xff\xff\xff\x7f"
    damaged.save()
    with pytest.raises(AstraError, match="refer to symbol 2147483647, which is not there"):
        load_program(client)


def test_damage_ends_in_an_error_or_an_answer(tmp_path: Path) -> None:
    whole = program(tmp_path, CLIENT, library(tmp_path, SOURCE, SCRIPT)).read_bytes()
    chance, place = random.Random(5), tmp_path / "damaged"
    refused = 0
    for _ in range(400):
        data = bytearray(whole[: chance.choice((len(whole), len(whole), chance.randrange(len(whole))))])
        for _ in range(chance.choice((1, 4, 64))):
            if data:
                # Headers and tables are near the beginning.
                data[chance.randrange(min(len(data), 4096))] = chance.randrange(256)
        place.write_bytes(data)
        try:
            assert "references" in json.loads(_native.read_references(str(place)))
        except _native.ReadError as error:
            refused += 1
            assert str(error)
    assert refused > 50
