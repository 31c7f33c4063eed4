"""`diff --prove`: what the loader itself says stands beside every finding about symbols, and nothing of a library runs."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import astra_abi.prove
from astra_abi.cli import astra_abi as command_line
from astra_abi.load.library import call, read_image
from astra_abi.loader import RESOLVES, Fate
from astra_abi.model import AstraError
from astra_abi.prove import NOT_JUDGED, prove, text_of
from astra_abi.prove.consumer import c_compiler
from astra_abi.prove.trace import listen
from click.testing import CliRunner
from releases import CALLS_LIBC, Elf, library

F, G = "int f(void) { return 0; }\n", "int g(void) { return 0; }\n"
V1 = "V1 { global: f; g; local: *; };"
V1_V2 = "V1 { global: f; local: *; }; V2 { global: g; } V1;"
ROOT = Path(__file__).parents[2]


def diff(old: Path, new: Path, *more: str) -> tuple[int, dict]:
    done = CliRunner().invoke(command_line, ["diff", str(old), str(new), "--symbols-only", "--prove", "--format", "json", *more])
    report = json.loads(done.stdout)
    jsonschema.validate(report, json.loads((ROOT / "spec/schema/report.schema.json").read_text()))
    return done.exit_code, report


def pair(folder: Path, old: tuple, new: tuple) -> tuple[Path, Path]:
    return library(folder / "old", *old), library(folder / "new", *new)


def proofs(report: dict) -> dict[str, str]:
    return {change["subject"]: change["proof"] for change in report["changes"] if "proof" in change}


def asked(old: Path, new: Path, everything: bool = False):
    tables = [read_image(call("read_elf", str(path)), None).table for path in (old, new)]
    return prove(old, new, tables[0], (tables[1],), everything)


@pytest.mark.parametrize(("old", "new", "proof"), [
    ((F + G,), (F,), {"symbol:g": "yes: undefined symbol: g"}),
    ((F + G, V1), (F, V1), {"symbol:g": "yes: undefined symbol: g, version V1"}),
    ((F + G, V1), (F + G, V1_V2), {"symbol:g": "yes: undefined symbol: g, version V1"}),
    ((F + G, V1_V2), (F + G, V1), {"library:node:V2": "yes: version not found: g, version V2"}),
    ((F + G, V1), (F + G, "V1 { global: f; };"), {"symbol:g": "yes: it is bound"}),
    ((F + G,), (F + G, V1), {"symbol:f": "yes: it is bound", "symbol:g": "yes: it is bound"}),
    ((F, V1), (F,), {"library:node:V1": "yes: the loader itself comes to grief"}),
    ((F, V1), (F + CALLS_LIBC, None, "-Wl,--no-as-needed", "-lc"), {"library:node:V1": "yes: it is bound, with the warning 'no version information available'"}),
    ((F + G,), (F + "int g = 3;",), {"symbol:g": "no: the loader binds names, whatever they stand for"}),
    (("__thread int g = 3;",), ("int g = 3;",), {"symbol:g": "yes: the loader itself comes to grief"}),
])
def test_what_moved_is_proved_by_the_loader(old: tuple, new: tuple, proof: dict, tmp_path: Path) -> None:
    code, report = diff(*pair(tmp_path, old, new))
    assert proofs(report) == proof
    assert code == (1 if any(change["severity"] == "breaking" for change in report["changes"]) else 0)
    assert report["stages"][-1]["verdict"] == "pass"


def test_nothing_is_asked_where_nothing_moved(tmp_path: Path) -> None:
    code, report = diff(*pair(tmp_path, (F + G, V1), (F + G, V1)))
    assert (code, report["changes"], report["stages"][-1]["summary"]) == (0, [], "nothing moved: nothing to ask")


def test_no_code_of_the_library_runs(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    source = f'''
    #include <stdio.h>
    static void leave(void) {{ FILE *file = fopen("{trace}", "w"); if (file) fclose(file); }}
    __attribute__((constructor)) static void begin(void) {{ leave(); }}
    static int one(void) {{ return 1; }}
    static void *choose(void) {{ leave(); return one; }}
    int f(void) __attribute__((ifunc("choose")));
    '''
    found = asked(*pair(tmp_path, (F + G, V1), (source, V1, "-lc")))
    assert {item.reference.name: item.seen for item in found} == {"f": RESOLVES, "g": "undefined"}
    assert not trace.exists()


def test_a_missing_dependency_is_no_verdict(tmp_path: Path) -> None:
    base = library(tmp_path / "new", "int base(void) { return 0; }", name="libbase.so.1")
    old, new = pair(tmp_path, (F + G, V1), (F + G, "V1 { global: f; };", "-Wl,--no-as-needed", base))
    base.unlink()
    with pytest.raises(AstraError, match="not proved: libbase.so.1, which it needs, is not found here"):
        asked(old, new)
    code, report = diff(old, new)
    assert proofs(report) == {"symbol:g": "not judged: libbase.so.1, which it needs, is not found here"}
    assert report["stages"][-1]["verdict"] == "cannot-run"
    assert (code, report["verdict"]) == (2, "cannot-judge")


def test_a_dependency_beside_the_library_is_found(tmp_path: Path) -> None:
    base = library(tmp_path / "new", G, "V1 { global: g; };", name="libbase.so.1")
    old, new = pair(tmp_path, (F + G, V1), (F, V1, "-Wl,--no-as-needed", base))
    _, report = diff(old, new)
    assert proofs(report) == {"symbol:g": "yes: it is bound"}
    assert "symbol_moved_versioned" in {change["rule"] for change in report["changes"]}


def test_a_contradiction_leaves_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(astra_abi.prove, "bind", lambda reference, scope: Fate(RESOLVES))
    code, report = diff(*pair(tmp_path, (F + G, V1), (F + G, V1_V2)))
    assert (code, report["verdict"]) == (2, "cannot-judge")
    assert proofs(report)["symbol:g"].startswith("contradicted: the rules say 'it is bound', the loader 'undefined symbol: g, version V1'")
    assert "contradict each other" in report["sentence"]
    assert "the loader contradicts the rules: g" in report["stages"][-1]["summary"]


def test_a_crash_that_no_rule_foresaw_is_a_contradiction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(astra_abi.prove, "bind", lambda reference, scope: Fate(RESOLVES))
    (item,) = asked(*pair(tmp_path, (F, V1), (F,)))
    assert item.contradicted and "grief" in text_of(item)


def test_without_a_compiler_nothing_is_proved_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("astra_abi.prove.consumer.find_spec", lambda name: None)
    old, new = pair(tmp_path, (F + G, V1), (F + G, "V1 { global: f; };"))
    code, report = diff(old, new)
    assert (code, report["stages"][-1]["summary"]) == (2, "not proved: no C compiler")
    assert proofs(report) == {"symbol:g": "not judged: no C compiler"}


def test_zig_stands_in_for_a_missing_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert c_compiler()[1:] == ("-m", "ziglang", "cc")
    two = '__asm__(".symver f_1, f@V1, remove"); int f_1(void) { return 0; } __asm__(".symver f_2, f@@V2, remove"); int f_2(void) { return 0; }'
    found = asked(*pair(tmp_path, (two + G, "V1 { }; V2 { };"), (F, "V1 { global: f; }; V2 { };")))
    assert {(item.reference.name, item.reference.node): item.seen for item in found} == {("f", "V1"): RESOLVES, ("f", "V2"): "undefined", ("g", None): "undefined"}


def test_a_name_that_c_cannot_write_is_not_judged(tmp_path: Path) -> None:
    odd = '__asm__(".globl \\"a b\\"\\n.type \\"a b\\", @function\\n\\"a b\\": ret");\n'
    found = asked(*pair(tmp_path, (odd + F + G,), (F,)))
    assert {item.reference.name: item.seen for item in found} == {"a b": NOT_JUDGED, "g": "undefined"}
    assert all(not item.contradicted for item in found)


def test_a_library_for_another_machine_is_not_judged(tmp_path: Path) -> None:
    old, new = pair(tmp_path, (F + G,), (F,))
    for path in (old, new):
        foreign = Elf(path)
        foreign.bytes[18:20] = (183).to_bytes(2, "little")
        foreign.save()
    with pytest.raises(AstraError, match="not proved: built for aarch64"):
        asked(old, new)


def test_a_library_that_the_loader_refuses_is_not_judged(tmp_path: Path) -> None:
    old, new = pair(tmp_path, (F + G,), (F,))
    broken = Elf(new)
    broken.bytes[7] = 99  # an operating system that nobody knows
    broken.save()
    with pytest.raises(AstraError, match="did not load it"):
        asked(old, new)


def test_the_environment_does_not_reach_the_loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spare = library(tmp_path / "spare", G, name="libspare.so")
    monkeypatch.setenv("LD_PRELOAD", str(spare))
    found = asked(*pair(tmp_path, (F + G,), (F,)))
    assert [(item.reference.name, item.seen) for item in found] == [("g", "undefined")]


def test_thousands_of_symbols_are_asked_about_at_once(tmp_path: Path) -> None:
    many = [f"int function_{number}(void) {{ return {number}; }}" for number in range(5000)]
    script = "V1 { global: function_*; };"
    found = asked(*pair(tmp_path, ("\n".join(many), script), ("\n".join(many[::2]), script)), everything=True)
    assert len(found) == 5000 and not any(item.contradicted for item in found)
    assert sum(item.seen == "undefined" for item in found) == 2500


def test_a_contract_has_no_loader_to_ask(tmp_path: Path) -> None:
    code, report = diff(ROOT / "spec", library(tmp_path, F))
    assert report["stages"][-1]["summary"] == "not proved: a contract is nothing that this system's loader takes"
    assert code == 1 and not any(proof.startswith("yes") for proof in proofs(report).values())


def test_a_trace_is_read_for_the_consumer_alone() -> None:
    consumer = Path("/tmp/x/consumer")
    said = listen("\n".join((
        "/tmp/x/consumer: /tmp/x/new/libx.so.1: version `V9' not found (required by /tmp/x/consumer)",
        "/tmp/x/consumer: /lib/libc.so.6: version `GLIBC_9' not found (required by /tmp/x/new/libx.so.1)",
        "/tmp/x/consumer: /tmp/x/new/libx.so.1: weak version `V8' not found (required by /tmp/x/consumer)",
        "undefined symbol: f, version V1\t(/tmp/x/consumer)", "undefined symbol: g\t(/tmp/x/consumer)",
        "undefined symbol: h\t(/tmp/x/new/libx.so.1)",
        "symbol k, version V1 not defined in file libx.so.1 with link time reference\t(/tmp/x/consumer)",
        "\tlibx.so.1 => /tmp/x/new/libx.so.1 (0x00007f)", "\tlibz.so => not found",
    )), consumer)
    assert said.lost_nodes == {"V9"}
    assert said.undefined == {("f", "V1"), ("g", None), ("k", "V1")}
    assert (said.places["libx.so.1"], said.not_found, said.aborted, said.unversioned) == ("/tmp/x/new/libx.so.1", ("libz.so",), False, False)
