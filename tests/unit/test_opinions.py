"""Second opinions: recorded outputs of the real tools, peers that misbehave in every way, and the tools themselves.

The recordings in opinions/ are what the real tools said of one small pair of libraries, and of zlib and xz.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from astra_abi.model import AstraError
from astra_abi.opinions import Headers, Limits, agreement, all_peers, ask_all, child, load_reasons
from astra_abi.opinions.agreement import REASONS
from astra_abi.opinions.asking import asking
from astra_abi.opinions.opinion import KINDS, VERDICTS, Opinion, element, verdict_of
from astra_abi.opinions.peers import abicheck, abidiff, acc

RECORDED = Path(__file__).with_name("opinions")
PEERS_VENV = Path(__file__).parents[2] / "build" / "peers-venv" / "bin"
QUICK = Limits(seconds=5, memory=512 << 20, output=32 << 20, processes=40)


def recorded(name: str) -> str:
    return (RECORDED / name).read_text("utf-8")


def breaking(elements) -> set[str]:
    return {one.name for one in elements if one.breaking}


def test_abidiff_gives_every_change_of_the_small_pair() -> None:
    elements = abidiff.read(recorded("abidiff.default.txt"))
    assert breaking(elements) == {
        "small_moved", "small_removed", "small_callback", "small_opaque", "small_more", "small_options", "small_mode",
        "small_result", "small_pair", "small_widened", "small_gone_level", "small_level",
    }
    assert {one.name for one in elements} - breaking(elements) == {
        "small_added", "small_call", "small_make", "small_open", "small_sum", "small_new_level",
    }
    assert {one.kind for one in elements} <= set(KINDS)


def test_abidiff_with_headers_says_nothing_of_an_opaque_type() -> None:
    names = {one.name for one in abidiff.read(recorded("abidiff.headers.txt"))}
    assert "small_options" in names
    assert "small_opaque" not in names


def test_abidiff_names_symbols_without_debug_information() -> None:
    elements = abidiff.read(recorded("abidiff.stripped.txt"))
    assert {(one.kind, one.name, one.breaking) for one in elements} == {
        ("function", "small_moved", True), ("function", "small_removed", True), ("function", "small_added", False),
        ("variable", "small_gone_level", True), ("variable", "small_new_level", False),
    }


def test_abidiff_names_a_changed_soname() -> None:
    elements = abidiff.read(recorded("abidiff.soname.txt"))
    assert [one.says for one in elements if one.kind == "library"] == ["SONAME changed from 'libsmall.so.1' to 'libsmall.so.2'"]
    assert len(breaking(elements)) == 13


def test_a_type_that_only_points_at_a_changed_type_did_not_change() -> None:
    elements = abidiff.read(recorded("abidiff.xz.txt"))
    assert breaking(elements) == {"lzma_next_coder_s", "lzma_internal_s"}
    assert [one.breaking for one in elements if one.name == "lzma_stream"] in ([], [False])


@pytest.mark.parametrize("name", ["abidiff.default.txt", "abidiff.headers.txt", "abidiff.stripped.txt", "abidiff.soname.txt"])
def test_a_text_that_lost_an_entry_is_refused(name: str) -> None:
    text = recorded(name)
    assert abidiff.miscounted(text, abidiff.read(text), 12) == ""
    lines = text.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith("  ["))
    lost = "".join(lines[:first] + lines[first + 1:])
    assert "its summary counts" in abidiff.miscounted(lost, abidiff.read(lost), 12)


def test_acc_gives_every_problem_with_its_member() -> None:
    own, elements = acc.read(recorded("acc.headers.xml"))
    assert own == "incompatible"
    assert breaking(elements) == {
        "small_gone_level", "small_removed", "small_moved", "small_options.flags", "small_mode.SMALL_SAFE",
        "small_widened", "small_level", "small_more",
    }
    said = {one.name: one.says for one in elements}
    assert said["small_pair.first"] == "Field_Type: Type of field first has been changed from short to unsigned short."


def test_acc_reports_with_unescaped_file_names_are_read() -> None:
    text = recorded("acc.unescaped.xml")
    assert "<name><built-in></name>" in text
    own, elements = acc.read(text)
    assert own in ("compatible", "incompatible")
    assert {"crc32_combine_gen", "crc32_combine_op"} <= {one.name for one in elements}


@pytest.mark.parametrize("text", ["", "<report kind='binary'/>", "<html></html>", "<report><test_results><verdict>maybe</verdict></test_results></report>"])
def test_an_acc_report_without_a_verdict_is_refused(text: str) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        acc.read(text)


@pytest.mark.parametrize("mode", ["default", "headers"])
def test_abicheck_gives_every_change(mode: str) -> None:
    own, elements = abicheck.read(recorded(f"abicheck.{mode}.json"))
    assert own == "BREAKING"
    assert {"small_mode.SMALL_SAFE", "small_options", "small_more", "small_removed", "small_level"} <= breaking(elements)
    kinds = {one.name: one.kind for one in elements}
    assert (kinds["small_moved"], kinds["SMALL_2"], kinds["DT_SONAME"]) == ("symbol", "library", "library")
    assert ("small_callback" in breaking(elements)) == (mode == "headers")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verdict": "FINE", "changes": []}', '{"verdict": "BREAKING", "changes": [{}]}'])
def test_an_abicheck_report_that_is_none_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        abicheck.read(text)


# Peers that misbehave.

@pytest.fixture(params=["namespaces", "none"])
def contained(request, monkeypatch) -> str:
    """With the kernel's namespaces where it allows them, and always without."""
    if request.param == "none":
        monkeypatch.setattr(child, "namespaces", lambda: ())
    return request.param


@pytest.fixture
def fake(tmp_path, monkeypatch, contained):
    """Puts a script in abidiff's place and asks it."""
    def ask(script: str, limits: Limits = QUICK) -> Opinion:
        program = tmp_path / "bin" / "abidiff"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!{sys.executable}\nimport os, signal, subprocess, sys, time\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        begin = time.monotonic()
        opinion = abidiff.ask(tmp_path / "old.so", tmp_path / "new.so", limits=limits, keep=tmp_path / "kept")
        assert time.monotonic() - begin < limits.seconds + 45
        assert opinion.verdict in VERDICTS
        return opinion

    return ask


def running(word: str) -> list[str]:
    """Processes whose command line has this word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            pass
    return found


def gone(word: str) -> bool:
    """Whether no process has this word any more; the kernel may need a moment."""
    for _ in range(100):
        if not running(word):
            return True
        time.sleep(0.05)
    return False


def test_a_peer_that_crashes_is_an_error_that_names_the_signal(fake) -> None:
    opinion = fake("os.kill(os.getpid(), signal.SIGSEGV)")
    assert (opinion.verdict, opinion.elements) == ("error", ())
    assert "SIGSEGV" in opinion.detail


def test_a_peer_that_hangs_is_ended_with_its_hidden_children(fake) -> None:
    word = "31536017"
    opinion = fake(f"""
if '--version' not in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for new in (True, False):
        subprocess.Popen(['sleep', '{word}'], start_new_session=new)
    if os.fork() == 0:
        os.setsid()
        os.execlp('sleep', 'sleep', '{word}')
    while True:
        pass
""", Limits(seconds=2))
    assert opinion.verdict == "timeout"
    assert "no answer after 2 s" in opinion.detail
    assert opinion.cpu_s > 0.2
    assert gone(word)


def test_what_a_peer_leaves_running_ends_with_it(fake) -> None:
    word = "31536018"
    opinion = fake(f"""
if '--version' not in sys.argv:
    subprocess.Popen(['sleep', '{word}'], start_new_session=True)
""")
    assert opinion.verdict == "compatible"
    assert gone(word)


def test_a_peer_that_starts_processes_without_end_is_stopped(fake) -> None:
    word = "31536019"
    opinion = fake(f"""
if '--version' not in sys.argv:
    for _ in range(400):
        subprocess.Popen(['sleep', '{word}'], start_new_session=True)
        time.sleep(0.002)
    time.sleep(100)
""", Limits(seconds=20, processes=40))
    assert opinion.verdict == "error"
    assert "more processes than it may" in opinion.detail
    assert gone(word)


def test_a_peer_that_takes_all_memory_is_stopped(fake) -> None:
    opinion = fake("""
held = []
if '--version' not in sys.argv:
    while True:
        held.append(b'x' * (16 << 20))
""", Limits(seconds=30, memory=256 << 20))
    assert opinion.verdict == "error"
    assert opinion.peak_bytes < 600 << 20
    assert "memory" in opinion.detail.lower()


def test_a_peer_that_prints_a_gigabyte_is_stopped(fake, tmp_path) -> None:
    opinion = fake("""
if '--version' not in sys.argv:
    for _ in range(1024):
        sys.stdout.buffer.write(b'x' * (1 << 20))
""", Limits(seconds=60, output=32 << 20))
    assert opinion.verdict == "error"
    assert sum(path.stat().st_size for path in (tmp_path / "kept").iterdir()) <= 33 << 20


@pytest.mark.parametrize("code", [0, 4, 12])
@pytest.mark.parametrize(("more", "why"), [
    ("", "has no summary"), ("\\nFunctions changes summary: 9 Removed, 9 Changed, 9 Added functions\\n", "its summary counts 27"),
])
def test_garbage_is_an_error(fake, code: int, more: str, why: str) -> None:
    opinion = fake(f"""
if '--version' not in sys.argv:
    sys.stdout.buffer.write(bytes(range(256)) * 4000 + b'{more}')
    sys.exit({code})
""")
    assert opinion.verdict == "error"
    assert why in opinion.detail


@pytest.mark.parametrize("code", [4, 8, 12])
def test_an_exit_code_without_a_word_is_no_verdict(fake, code: int) -> None:
    opinion = fake(f"sys.exit({code} if '--version' not in sys.argv else 0)")
    assert opinion.verdict == "error"


def test_an_unknown_exit_code_is_an_error(fake) -> None:
    assert fake("print('odd'); sys.exit(97)").detail.endswith("exit code 97: odd")


def test_a_version_that_is_not_told_does_not_cost_the_opinion(fake) -> None:
    opinion = fake("sys.exit(1 if '--version' in sys.argv else 0)")
    assert (opinion.verdict, opinion.version) == ("compatible", "unknown")


def test_a_peer_sees_no_network_and_its_own_home(fake, contained) -> None:
    opinion = fake("""
import socket
try:
    socket.create_connection(('1.1.1.1', 53), 2)
    sys.exit(97)
except OSError:
    pass
if os.environ['HOME'] != os.getcwd() or os.environ['TMPDIR'] != os.getcwd():
    sys.exit(98)
""") if contained == "namespaces" and child.namespaces() else fake("sys.exit(0 if os.environ['HOME'] == os.getcwd() else 98)")
    assert opinion.verdict == "compatible"


def test_memory_is_the_peers_and_not_ours(fake) -> None:
    held = b"x" * (300 << 20)
    opinion = fake("pass")
    assert len(held) > opinion.peak_bytes > 1 << 20


def test_a_parser_that_trips_is_told_and_contained() -> None:
    def work(asked):
        return acc.read("<nonsense")[0], (), ""

    opinion = asking("fake", "default", lambda: Path("/bin/true"), lambda path, room: "1", work, None, QUICK, None)
    assert opinion.verdict == "error"
    assert "its output could not be read: ParseError" in opinion.detail


@pytest.mark.parametrize("name", sorted(all_peers()))
def test_an_absent_peer_is_an_opinion_that_says_what_to_install(name: str, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ASTRA_PEERS", raising=False)
    opinion = all_peers()[name].ask(tmp_path / "old.so", tmp_path / "new.so")
    assert opinion.verdict == "absent"
    assert "not installed" in opinion.detail


@pytest.mark.parametrize("name", sorted(all_peers()))
def test_every_peer_is_complete(name: str) -> None:
    peer = all_peers()[name]
    assert peer.MODES[:2] == ("default", "headers")
    for mode in peer.MODES[1:]:
        opinion = peer.ask(Path("a"), Path("b"), mode=mode)
        assert opinion.verdict == "absent"


# Agreement.

REASON_EXAMPLES = [
    (path.stem, number) for path in sorted(REASONS.glob("*.toml"))
    for number in range(path.read_text().count("[[example]]"))
]


def opinion_of(peer: str, *elements, mode: str = "headers") -> Opinion:
    return Opinion(peer, "1", mode, verdict_of(elements), tuple(elements))


@pytest.mark.parametrize(("name", "number"), REASON_EXAMPLES)
def test_a_reason_alone_explains_its_own_example(name: str, number: int) -> None:
    import tomllib

    example = tomllib.loads((REASONS / f"{name}.toml").read_text())["example"][number]
    said = [element(*example["says"])] if "says" in example else []
    opinion = opinion_of(example["peer"], *said, mode=example.get("mode", "headers"))
    rows = agreement(map(tuple, example["ours"]), [opinion], public=example.get("public"))
    assert [row.peers[0].reason for row in rows] == [name]
    others = [reason for reason in load_reasons() if reason.id != name]
    assert [row.unexplained for row in agreement(map(tuple, example["ours"]), [opinion], reasons=others, public=example.get("public"))] == [
        (f"{opinion.peer} {opinion.mode}",)
    ]


def test_what_no_reason_explains_is_unexplained_and_comes_first() -> None:
    opinions = [opinion_of("abidiff", element("function", "gone", "[D] gone", True), element("function", "odd", "[C] odd", True))]
    rows = agreement([("function:gone", "breaking", "function_removed")], opinions)
    assert [(row.name, row.agreed, row.unexplained) for row in rows] == [("odd", False, ("abidiff headers",)), ("gone", True, ())]


def test_one_unexplained_word_among_explained_ones_stays_unexplained() -> None:
    noise = element("symbol", "deflate", "Parameter_Changed_Register: rdi", True)
    other = element("symbol", "deflate", "Parameter_Type_And_Size: int to long", True)
    assert agreement([], [opinion_of("acc", noise)])[0].unexplained == ()
    assert agreement([], [opinion_of("acc", noise, other)])[0].unexplained == ("acc headers",)


def test_a_public_type_is_not_explained_as_an_internal_one() -> None:
    opinions = [opinion_of("acc", element("type", "inner.next", "Field_Size: changed", True))]
    assert agreement([], opinions, public={"outer"})[0].unexplained == ()
    assert agreement([], opinions, public={"inner"})[0].unexplained == ("acc headers",)
    assert agreement([], opinions)[0].unexplained == ("acc headers",)


def test_a_peer_without_an_answer_takes_no_part() -> None:
    opinions = [Opinion("abidiff", "1", "default", verdict) for verdict in ("error", "timeout", "absent")]
    (row,) = agreement([("function:gone", "breaking", "function_removed")], opinions)
    assert [said.says for said in row.peers] == ["error", "timeout", "absent"]
    assert row.agreed


def test_members_enumerators_and_typedefs_meet_in_one_row() -> None:
    opinions = [opinion_of("acc", element("type", "mode.SAFE", "Enum_Member_Value: 1 to 2", True), element("type", "stream", "DataType_Type: changed", True))]
    findings = [("constant:SAFE", "breaking", "constant_renumbered"), ("struct:stream_s.next", "breaking", "field_type_changed")]
    rows = agreement(findings, opinions, aliases={"stream": "stream_s"})
    assert [(row.kind, row.name, row.agreed) for row in rows] == [("type", "mode", True), ("type", "stream_s", True)]


def test_findings_and_opinions_are_left_as_they_were() -> None:
    findings = [("function:gone", "breaking", "function_removed")]
    opinion = opinion_of("abidiff", element("function", "odd", "[C] odd", True))
    before = repr((findings, opinion))
    agreement(findings, [opinion])
    assert repr((findings, opinion)) == before


def test_a_damaged_reason_is_refused_with_its_place(tmp_path) -> None:
    (tmp_path / "bad.toml").write_text("explanation = 'long enough to be an explanation'\n[[when]]\ntheirs = 'breaking'\nours = 'silent'\nsays = '('\n[[example]]\npeer = 'acc'\nours = []\n")
    (tmp_path / "worse.toml").write_text("explanation = 3\n")
    with pytest.raises(AstraError) as caught:
        load_reasons(tmp_path)
    assert "bad.toml: when[0].says" in str(caught.value)
    assert "worse.toml" in str(caught.value)


# The real tools, where they are installed.

NEEDED = {"abidiff": "abidiff", "acc": "abi-compliance-checker", "abicheck": "abicheck"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two builds of one small library, with their headers."""
    room = tmp_path_factory.mktemp("pair")
    for side, header, body in (
        ("old", "struct s { int a; };\nint kept(struct s *x);\nint gone(void);\n", "int kept(struct s *x) { return x->a; }\nint gone(void) { return 1; }\n"),
        ("new", "struct s { long z; int a; };\nint kept(struct s *x);\nint more(void);\n", "int kept(struct s *x) { return x->a; }\nint more(void) { return 1; }\n"),
        ("grown", "struct s { int a; };\nint kept(struct s *x);\nint gone(void);\nint more(void);\n", "int kept(struct s *x) { return x->a; }\nint gone(void) { return 1; }\nint more(void) { return 2; }\n"),
    ):
        folder = room / side
        (folder / "include").mkdir(parents=True)
        (folder / "include" / "pair.h").write_text(f"#pragma once\n{header}")
        (folder / "pair.c").write_text(f'#include "pair.h"\n{body}')
        compiler = shutil.which("gcc") or shutil.which("cc")
        subprocess.run(
            [compiler, "-g", "-Og", "-fPIC", "-shared", "-Iinclude", "-Wl,-soname,libpair.so.1", "-o", "libpair.so", "pair.c"],
            cwd=folder, check=True,
        )
    return room


def asked(name: str, pair: Path, old: str, new: str, mode: str, monkeypatch, keep: Path | None = None) -> Opinion:
    monkeypatch.setenv("ASTRA_PEERS", str(PEERS_VENV))
    if isinstance(all_peers()[name].find(), str):
        pytest.skip(f"{NEEDED[name]} is not installed")
    headers = Headers(pair / old / "include", pair / new / "include", ("pair.h",))
    return all_peers()[name].ask(
        pair / old / "libpair.so", pair / new / "libpair.so", mode=mode, headers=headers, limits=Limits(seconds=120), keep=keep,
    )


@pytest.mark.parametrize(("name", "mode"), [(name, mode) for name, peer in all_peers().items() for mode in peer.MODES])
def test_the_real_tool_finds_a_removed_function_and_a_moved_field(name: str, mode: str, pair, monkeypatch, tmp_path) -> None:
    opinion = asked(name, pair, "old", "new", mode, monkeypatch, tmp_path)
    assert opinion.verdict == "breaking", opinion.detail
    assert "gone" in breaking(opinion.elements)
    assert "s" in {one.partition(".")[0] for one in breaking(opinion.elements)}
    assert opinion.version[0].isdigit()
    assert opinion.cpu_s > 0 and opinion.peak_bytes > 1 << 20
    assert any(opinion.raw.iterdir())


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_the_real_tool_calls_an_addition_none_and_equal_builds_compatible(name: str, pair, monkeypatch) -> None:
    grown = asked(name, pair, "old", "grown", "headers", monkeypatch)
    assert (grown.verdict, breaking(grown.elements)) == ("additions", set()), grown.detail
    assert "more" in {one.name for one in grown.elements}
    assert asked(name, pair, "old", "old", "headers", monkeypatch).verdict == "compatible"


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_the_real_tool_on_something_else_is_an_error(name: str, pair, monkeypatch) -> None:
    (pair / "text").mkdir(exist_ok=True)
    (pair / "text" / "libpair.so").write_text("no library\n")
    opinion = asked(name, pair, "text", "new", "default", monkeypatch)
    assert (opinion.verdict, opinion.elements) == ("error", ())
    assert opinion.detail


def test_all_are_asked_with_headers_where_there_are_some(pair, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ASTRA_PEERS", raising=False)
    opinions = list(ask_all(pair / "old/libpair.so", pair / "new/libpair.so", Headers(pair, pair)))
    assert [(one.peer, one.mode, one.verdict) for one in opinions] == [
        (name, all_peers()[name].MODES[-1], "absent") for name in sorted(NEEDED)
    ]
