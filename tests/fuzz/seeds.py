"""Makes the committed corpus: `python tests/fuzz/seeds.py`. Small whole files of every kind that a reader knows. Holds no test."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CORPUS = HERE / "corpus"
ZIG = (sys.executable, "-m", "ziglang", "cc")

CODE = """
typedef unsigned int u32; typedef struct node node; enum level { LOW, HIGH = 9 };
union word { u32 i; float f; };
struct node { node *next; u32 flags : 3, rest : 29; char name[8]; union word w; enum level l; struct { short a, b; }; };
typedef int (*visit)(const node *, void *);
_Thread_local int here; const char tag[4] = "abc"; int counter; static long hidden_state = 5;
int walk(node *first, visit f, double scale) { counter += here; return f(first, (void *)&hidden_state) + (int)scale; }
const node *find(const node *const *all, unsigned long count, ...) { return all[count - 1]; }
"""
MACHINES = {
    "x86_64": "x86_64-linux-gnu.2.17", "aarch64": "aarch64-linux-musl", "i386": "x86-linux-musl", "arm": "arm-linux-musleabihf", "riscv64": "riscv64-linux-musl",
    "s390x": "s390x-linux-musl", "ppc64": "powerpc64-linux-musl", "mips": "mips-linux-musleabi",
}
HEADER = """
#ifndef SEED_H
#define SEED_H
#include <stdint.h>
#include <stddef.h>
#define SEED_VERSION 0x10203
#define SEED_MAX(a, b) ((a) > (b) ? (a) : (b))
#define SEED_NAME "seed" "ling"
#ifdef __cplusplus
extern "C" {
#endif
typedef enum { SEED_LOW = -1, SEED_HIGH = SEED_VERSION << 2 } seed_level;
typedef struct seed_node { struct seed_node *next; uint32_t flags : 3; char name[8]; union { int i; double d; } u; seed_level level; } seed_node;
typedef int (*seed_visit)(const seed_node *node, void *with);
typedef struct seed_hidden seed_hidden;
extern const int seed_table[4];
__attribute__((visibility("default"))) int seed_walk(seed_node *first, seed_visit visit, size_t count, ...);
seed_hidden *seed_open(const char *path) __attribute__((deprecated));
#ifdef __cplusplus
}
#endif
#endif
"""
SUPPRESSIONS = """
[[suppress]]
rule = "symbol_removed"
subject = "symbol:old_*"
reason = "Nobody called it."
expires = 2031-01-01
[[suppress]]
rule = "*"
subject = "struct:x"
targets = ["x86_64-linux-gnu"]
reason = "It is opaque."
expires = "2031-05-01"
"""
HEADER_CONTRACT = """
kind = "headers"
name = "seed"
title = "Seed"
version = "1.2.3"
[headers]
root = "."
files = ["*.h"]
defines = ["SEED=1"]
targets = ["x86_64-linux-gnu"]
[symbols]
promised = ["seed_*"]
internal = ["seed_i_*"]
[struct.seed_node]
made_by = "caller"
growth = "frozen"
reserved = ["rest"]
[toolchain]

"""
PROBE = """
title = "A probe"
why = "Programs do so."
language = "c"
source = "it.c"
[[case]]
name = "one-{n}"
each = { n = ["1", "2"] }
arguments = ["{n}", "22"]
input = { hex = "00ff10" }
files = { "a.txt" = { text = "hello" } }
status = 0
"""


def sealed(tree: object) -> bytes:
    """JSON as bytes. What says that it is a snapshot gets the first line and the digest of one."""
    text = json.dumps(tree)
    if not isinstance(tree, dict) or "snapshot" not in tree or "sha256" not in tree:
        return text.encode()
    body = json.dumps({key: item for key, item in tree.items() if key not in ("snapshot", "sha256")})[1:] + "\n"
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f'{{"snapshot": {json.dumps(tree["snapshot"])}, "sha256": "{digest}",\n{body}'.encode()


def run(*command: object, cwd: Path | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=cwd, stderr=subprocess.PIPE)


def put(target: str, name: str, data: bytes | str) -> None:
    path = CORPUS / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def compiled(folder: Path) -> None:
    """Shared libraries of eight machines, debug information of both versions, symbol versions, parts of a build."""
    (folder / "seed.c").write_text(CODE)
    (folder / "seed.map").write_text("V1 { global: walk; counter; local: hidden*; };\nV2 { global: find; here; tag; } V1;\n")
    base = (*ZIG, "seed.c", "-shared", "-fPIC", "-nostdlib", "-O1", f"-ffile-prefix-map={folder}=/seed", "-Wl,-soname,libseed.so.1", "-Wl,--build-id=sha1")
    for machine, triple in MACHINES.items():
        number = 4 if machine in ("i386", "s390x", "mips") else 5
        run(*base, "-target", triple, f"-gdwarf-{number}", "-o", f"{machine}.so", cwd=folder)
        put("elf", f"{machine}.so", (folder / f"{machine}.so").read_bytes())
    more = {
        "versioned": ("-gdwarf-4", "-Wl,--version-script=seed.map", "-Wl,--hash-style=both"),
        "compressed": ("-gdwarf-5", "-Wl,--compress-debug-sections=zlib"), "plain": ("-s", "-Wl,-z,now"),
    }
    for name, options in more.items():
        run(*base, "-target", "x86_64-linux-gnu.2.17", *options, "-o", f"{name}.so", cwd=folder)
        put("elf", f"{name}.so", (folder / f"{name}.so").read_bytes())
    run(*ZIG, "seed.c", "-c", "-g", f"-ffile-prefix-map={folder}=/seed", "-target", "x86_64-linux-gnu.2.17", "-o", "seed.o", cwd=folder)
    put("elf", "seed.o", (folder / "seed.o").read_bytes())
    run(*ZIG, "seed.c", "-c", f"-ffile-prefix-map={folder}=/seed", "-target", "aarch64-macos", "-o", "macho.o", cwd=folder)
    run(*ZIG, "seed.c", "-c", f"-ffile-prefix-map={folder}=/seed", "-target", "x86_64-windows-gnu", "-o", "coff.o", cwd=folder)
    put("containers", "macho.o", (folder / "macho.o").read_bytes())
    put("containers", "coff.o", (folder / "coff.o").read_bytes())


def forged() -> None:
    """Files in other systems' formats."""
    sys.path.insert(0, str(ROOT / "tests/unit"))
    import forge

    amd = "hip-amdgcn-amd-amdhsa--"
    made = {
        "dll64.dll": forge.dll([("open", "code"), ("heap", "A.b"), (None, "data")], {"KERNEL32.dll": ["Sleep", 7]}, delayed={"U.dll": ["Beep"]}),
        "dll32.dll": forge.dll([("open", "code")], {"KERNEL32.dll": ["Sleep", 7]}, bits=32),
        "import.lib": forge.archive([("t.dll", forge.short_import(name, "t.dll")) for name in ("open", "close")], [("open", 0), ("close", 1)]),
        "thing.dylib": forge.dylib({f"_n{n}": forge.regular(0x4000 + n) for n in range(9)} | {"_re": forge.reexport(1)}),
        "fat.dylib": forge.universal([(0x0100000C, 0, forge.dylib({"_a": forge.regular(0x4000)})), (0x01000007, 3, forge.dylib({"_a": forge.regular(0x4000)}, cpu=(0x01000007, 3)))]),
        "gnu.a": forge.archive([(f"{n}.o", forge.elf(kind=1, sections=[(".text", bytes(99))])) for n in range(2)], [("f", n) for n in range(2)]),
        "bsd.a": forge.archive([("a long name of a member.o", forge.elf(kind=1))], bsd=True),
        "thin.a": forge.archive([], [], magic=b"!<thin>\n"),
        "device.so": forge.elf(sections=[
            (".nv_fatbin", forge.fatbin([(2, 80, 0, forge.cubin(80)), (1, 80, 0x8000, b"x")])),
            (".hip_fatbin", forge.bundle([(amd + "gfx942", b"x")], 64) + forge.packed(forge.bundle([(amd + "gfx90a", b"x")], 64))),
            (".llvm.offloading", forge.offload_binary("gfx90a", b"x")),
        ]),
        "fat.bin": forge.fatbin([(2, 80, 0, forge.cubin(80, "a")), (1, 80, 0, bytes(200))]), "old.cubin": forge.cubin(70, old=True),
        "packed3.hip": forge.packed(forge.bundle([(amd + "gfx90a", b"x")], 64), 3), "script.so": b"/* GNU ld script */\nINPUT ( libseed.so.1 AS_NEEDED ( -lm ) )\n",
    }
    for name, data in made.items():
        put("containers", name, data)


def declared() -> None:
    """Texts that people write, and JSON that the gate writes."""
    from test_tiny_library import CONCEPT, CONTRACT

    put("contract", "contract.toml", CONTRACT)
    put("contract", "sum.toml", CONCEPT)
    put("suppressions", "suppressions.toml", SUPPRESSIONS)
    put("declarations", "contract.toml", HEADER_CONTRACT)
    put("probes", "it.toml", PROBE)
    put("project", "astra-abi.toml", 'contract = "spec"\nheader = "seed.h"\nbaselines = "spec"\n')
    put("baseline", "MANIFEST", (ROOT / "compat/baselines/0.1.0/MANIFEST").read_bytes())
    put("headers", "seed.h", HEADER)
    put("headers", "code.h", CODE)
    from astra_abi.load.build import load_build
    from astra_abi.load.headers import load_text
    from astra_abi.load.snapshot import write_snapshot

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot.json"
        text = {target: load_text(HEADER, target) for target in ("x86_64-linux-gnu", "x86_64-windows-msvc")}
        write_snapshot(path, text, None, "headers", "seed", "1.0")
        put("snapshot", "headers.json", path.read_bytes().replace(folder.encode(), b"/seed"))
        write_snapshot(path, {}, load_build(CORPUS / "elf/versioned.so"), "library", "seed", "1.0")
        put("snapshot", "library.json", path.read_bytes().replace(str(ROOT).encode(), b"/seed"))
    for file in (CORPUS / "snapshot").iterdir():
        file.write_bytes(sealed(json.loads(file.read_bytes())))
    recording()


def recording() -> None:
    """What a probe gave, as `astra-abi record` writes it."""
    from astra_abi.model import Recorded
    from astra_abi.record.recording import Recording, write_recording
    from astra_abi.record.remains import output

    files = {"big.data": output(bytes(range(256)) * 400), "a.txt": output("käse\n".encode())}
    cases = {
        "it/one": Recorded("exact", "ab" * 32, "exited", 0, stdout=output(b"42\n"), stderr=output(b"\xff\x00"), files=files),
        "it/two": Recorded("status", "cd" * 32, "killed", 11),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recorded.json"
        write_recording(Recording("libseed.so", "libseed.so.1", "ab" * 32, "x86_64", cases), path)
        put("recording", "recorded.json", path.read_bytes())


def main() -> None:
    shutil.rmtree(CORPUS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        compiled(Path(folder))
    forged()
    declared()
    size = sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file())
    print(f"{sum(1 for path in CORPUS.rglob('*') if path.is_file())} files, {size} bytes")


if __name__ == "__main__":
    main()
