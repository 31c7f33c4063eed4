"""Snapshots: whole models in a file, the same when they are read again, and refused when one byte is another."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from small import HEADER, release

from astra_abi.load.codec import NotLikeThat, decode, encode
from astra_abi.load.contract import load_contract
from astra_abi.load.headers import find_headers, load_headers
from astra_abi.load.snapshot import read_snapshot, schema, write_snapshot
from astra_abi.load.source import Reading, read_source
from astra_abi.model import Abi, AstraError, Behaviour, Image, Macro, Outcome

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "spec/schema/snapshot.schema.json"
SCHEMA = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text()))
TARGETS = ("x86_64-linux-gnu", "i686-linux-gnu", "x86_64-windows-msvc")


@pytest.fixture(scope="module")
def declared(tmp_path_factory) -> dict[str, Abi]:
    """A header of everything that C has, on three targets that differ."""
    folder = tmp_path_factory.mktemp("headers")
    (folder / "a.h").write_text(HEADER + """
    #define A_FORM(x) ((x) + 1)
    #define A_REAL 1.5
    #define A_BIG 18446744073709551615ull
    #ifdef _WIN32
    int a_windows(long x);
    #else
    #define A_UNIX "yes"
    #endif
    union a_either { float real; unsigned char bytes[4]; };
    struct a_bits { unsigned one : 1, rest : 31; long wide; union a_either e; char tail[]; };
    typedef int (*a_callback)(void *user, const struct a_bits *bits, ...);
    extern const char *const a_names[3];
    extern int a_level;
    int a_call(a_callback f, void (*g[2])(int), struct a_opaque *o) __attribute__((deprecated));
    """)
    return load_headers(find_headers(folder / "a.h"), TARGETS)


def test_a_round_trip_gives_equal_models(tmp_path: Path, declared: dict[str, Abi]) -> None:
    write_snapshot(tmp_path / "s.json", declared, name="a", version="1.0")
    found = read_snapshot(tmp_path / "s.json")
    assert found.declared == declared
    assert list(found.declared) == list(TARGETS)
    assert (found.name, found.version, found.kind, found.build) == ("a", "1.0", "headers", None)


def test_what_is_shown_to_people_survives_too(tmp_path: Path, declared: dict[str, Abi]) -> None:
    write_snapshot(tmp_path / "s.json", declared)
    old, new = declared[TARGETS[0]].functions["a_call"], read_snapshot(tmp_path / "s.json").declared[TARGETS[0]].functions["a_call"]
    assert [str(param.type) for param in old.params] == [str(param.type) for param in new.params]


def test_a_library_with_its_debug_information_is_told_whole(tmp_path: Path) -> None:
    source = read_source(release(tmp_path).library, Reading())
    write_snapshot(tmp_path / "s.json", source.declared, source.build, source.kind)
    found = read_snapshot(tmp_path / "s.json")
    assert (found.build, found.kind) == (source.build, "library")
    assert found.build.abi.image.table == source.build.abi.image.table
    SCHEMA.validate(json.loads((tmp_path / "s.json").read_text()))


def test_a_whole_contract_is_told_too(tmp_path: Path) -> None:
    abi = load_contract(ROOT / "spec")
    abi = replace(abi, behaviour=Behaviour({"a/b": Outcome("kept", "bits")}, {"x/0": "00"}))
    write_snapshot(tmp_path / "s.json", {"": abi}, kind="contract")
    assert read_snapshot(tmp_path / "s.json").declared == {"": abi}
    SCHEMA.validate(json.loads((tmp_path / "s.json").read_text()))


def test_equal_models_give_equal_bytes_in_any_order(tmp_path: Path, declared: dict[str, Abi]) -> None:
    shuffled = {target: replace(abi, functions=dict(reversed(abi.functions.items()))) for target, abi in declared.items()}
    write_snapshot(tmp_path / "a.json", declared)
    write_snapshot(tmp_path / "b.json", shuffled)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_one_changed_element_is_one_changed_line(tmp_path: Path, declared: dict[str, Abi]) -> None:
    macro = replace(declared[TARGETS[0]].macros["SMALL_LIMIT"], value=9, text="9")
    other = {target: replace(abi, macros={**abi.macros, "SMALL_LIMIT": macro}) for target, abi in declared.items()}
    write_snapshot(tmp_path / "a.json", declared)
    write_snapshot(tmp_path / "b.json", other)
    old, new = ((tmp_path / name).read_text().splitlines()[1:] for name in ("a.json", "b.json"))
    assert [(a, b) for a, b in zip(old, new) if a != b] and len([1 for a, b in zip(old, new) if a != b]) == 1


def test_targets_that_differ_little_take_little_room(tmp_path: Path, declared: dict[str, Abi]) -> None:
    one = {TARGETS[0]: declared[TARGETS[0]]}
    same = {**one, **{f"t{number}": replace(declared[TARGETS[0]], target=f"t{number}") for number in range(20)}}
    write_snapshot(tmp_path / "one.json", one)
    write_snapshot(tmp_path / "many.json", same)
    assert (tmp_path / "many.json").stat().st_size < 1.5 * (tmp_path / "one.json").stat().st_size
    assert read_snapshot(tmp_path / "many.json").declared == same


def test_what_a_target_lacks_is_lacking_again(tmp_path: Path, declared: dict[str, Abi]) -> None:
    full = declared[TARGETS[0]]
    bare = {"a": full, "b": replace(full, macros=None), "c": replace(full, macros={}, functions={}, opaque=frozenset()), "d": Abi("nothing")}
    write_snapshot(tmp_path / "s.json", bare)
    assert read_snapshot(tmp_path / "s.json").declared == bare


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 1.0, 1, -(1 << 70), "", "é\u2028\"", None])
def test_values_of_macros_keep_their_kind(tmp_path: Path, value: object) -> None:
    abi = Abi("x", macros={"M": Macro("M", "m", value=value)})
    write_snapshot(tmp_path / "s.json", {"t": abi})
    found = read_snapshot(tmp_path / "s.json").declared["t"].macros["M"].value
    assert (found, type(found)) == (value, type(value))


def test_the_published_schema_is_the_model_s() -> None:
    remedy = "run: .venv/bin/python -m astra_abi.load.snapshot > spec/schema/snapshot.schema.json"
    assert json.loads(PUBLISHED.read_text()) == schema(), remedy


def test_snapshots_meet_the_published_schema(tmp_path: Path, declared: dict[str, Abi]) -> None:
    write_snapshot(tmp_path / "s.json", declared)
    document = json.loads((tmp_path / "s.json").read_text())
    SCHEMA.validate(document)
    document["targets"][TARGETS[0]]["functions"]["a_call"]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError):
        SCHEMA.validate(document)


@pytest.fixture
def file(tmp_path: Path, declared: dict[str, Abi]) -> Path:
    write_snapshot(tmp_path / "s.json", declared)
    return tmp_path / "s.json"


def signed(path: Path, body: bytes) -> None:
    """A file with any body and the digest that belongs to it."""
    path.write_bytes(b'{"snapshot": 1, "sha256": "%s",\n' % hashlib.sha256(body).hexdigest().encode() + body)


def test_an_edited_snapshot_is_refused(file: Path) -> None:
    file.write_text(file.read_text().replace("small_sum", "small_som", 1))
    with pytest.raises(AstraError, match="edited or cut"):
        read_snapshot(file)


@pytest.mark.parametrize("part", [0, 1, 10, 90, 0.3, 0.5, 0.999])
def test_a_cut_snapshot_is_refused(file: Path, part: float) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:int(part if part >= 1 else len(data) * part)])
    with pytest.raises(AstraError, match="is not a snapshot that this version reads"):
        read_snapshot(file)


@pytest.mark.parametrize("body", [
    b"}", b'"targets": []}', b'"kind": "headers", "name": "", "version": "", "targets": {"t": []}}',
    b'"kind": "headers", "name": "", "version": "", "targets": {"t": {}}}',
    b'"kind": "headers", "name": "", "version": "", "targets": {"t": {"origin": "x", "pointer": "8"}}}',
    b'"kind": "headers", "name": "", "version": "", "targets": {"t": {"origin": "x", "unknown": 1}}}',
    b'"kind": "headers", "name": "", "version": "", "targets": {"t": {"origin": "x", "functions": {"f": {"name": "f"}}}}}',
    b'"kind": "headers", "name": "", "version": "", "targets": {"t": {"like": "other"}}}',
    b'"kind": "headers", "name": "", "version": "", "targets": {"t": {"origin": "x", "image": {"table": {"name": "", "entries": {}, "nodes": {"x": ""}}}}}}',
    b'"kind": 3, "name": "", "version": "", "targets": {}}', b'"kind": "a", "kind": "b", "name": "", "version": "", "targets": {}}',
    b'"more": 1, "kind": "a", "name": "", "version": "", "targets": {}}', b'"deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'"kind": "a", "name": "", "version": "", "targets": {"t": {"origin": "x", "opaque": [[]]}}}',
    b'"kind": "a", "name": "", "version": "", "targets": {"t": {"without": 3, "like": "t"}}}', b"\xff\xfe}",
])
def test_a_forged_snapshot_ends_in_one_clear_error(tmp_path: Path, body: bytes) -> None:
    signed(tmp_path / "s.json", body)
    with pytest.raises(AstraError, match="is not a snapshot that this version reads"):
        read_snapshot(tmp_path / "s.json")


def test_another_form_is_refused_with_both_numbers(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'{"snapshot": 1', b'{"snapshot": 2', 1))
    with pytest.raises(AstraError, match="its form is 2, and this version knows 1"):
        read_snapshot(file)


def test_a_codec_refuses_what_the_model_has_not() -> None:
    assert decode(Image, encode(Image("a", {"f": None}))) == Image("a", {"f": None})
    for wrong in ({"soname": 1}, {"symbols": {"f": 1}}, {"needed": "libc"}, {"floor": {"GLIBC": ["2.2"]}}, {"closed": 1}, [], None, "x"):
        with pytest.raises(NotLikeThat):
            decode(Image, wrong)


def test_dump_writes_what_diff_takes(tmp_path: Path, astra_abi) -> None:
    old = release(tmp_path / "old")
    new = release(tmp_path / "new", HEADER.replace("int level; int window;", "long level; int window;"))
    snaps = []
    for made in (old, new):
        done = astra_abi("dump", made.library, "--headers", made.include)
        assert (done.returncode, done.stderr) == (0, "")
        snaps.append(made.folder / "s.json")
        snaps[-1].write_text(done.stdout)
    done = astra_abi("diff", *snaps)
    assert done.returncode == 1 and "small_options" in done.stdout
    assert astra_abi("diff", snaps[0], old.library, "--new-headers", old.include).returncode == 0
    assert astra_abi("diff", old.include, snaps[1]).returncode == 1


def test_a_library_without_headers_is_compared_by_its_snapshot(tmp_path: Path, astra_abi) -> None:
    old = release(tmp_path / "old")
    new = release(tmp_path / "new", HEADER.replace("int level; int window;", "long level; int window;"))
    (tmp_path / "s.json").write_text(astra_abi("dump", old.library).stdout)
    assert astra_abi("diff", tmp_path / "s.json", old.library).returncode == 0
    assert astra_abi("diff", tmp_path / "s.json", new.library).returncode == 1
