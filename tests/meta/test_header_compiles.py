"""The headers compile without a warning in every language and compiler that the contract names."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USE = """
#include <astra/astra_load.h>
int main(void);
int main(void)
{
    astra_hello hello = ASTRA_HELLO_INIT;
    astra_runtime_config config = ASTRA_RUNTIME_CONFIG_INIT;
    astra_kernel_query query = ASTRA_KERNEL_QUERY_INIT;
    astra_launch_options options = ASTRA_LAUNCH_OPTIONS_INIT;
    astra_tensor_desc desc = ASTRA_TENSOR_DESC_INIT;
    astra_api api = ASTRA_API_INIT;
    return hello.flags + config.flags + query.flags + options.flags + desc.flags + api.flags == 0 ? 0 : 1;
}
"""
C = ("c99", "c11", "c17", "c2x")
CXX = ("c++11", "c++14", "c++17", "c++20")
COMMON = ["-Wall", "-Wextra", "-Wpedantic", "-Wpadded", "-Wshadow", "-Wconversion", "-Wundef", "-Wcast-qual", "-Wredundant-decls", "-Werror"]
GCC = {"c": [*COMMON, "-Wmissing-prototypes", "-Wstrict-prototypes"], "c++": [*COMMON, "-Wold-style-cast", "-Wuseless-cast", "-Wzero-as-null-pointer-constant"]}
# -Weverything, but for warnings about the standard itself being in use or about the caller's own style.
CLANG = ["-Weverything", "-Werror", "-Wno-c++98-compat", "-Wno-c++98-compat-pedantic", "-Wno-pre-c2x-compat", "-Wno-unknown-warning-option", "-Wno-pre-c23-compat", "-Wno-declaration-after-statement", "-Wno-unsafe-buffer-usage", "-Wno-unused-function"]


def compile_text(command: list[str], text: str, suffix: str, folder: Path) -> subprocess.CompletedProcess:
    source = folder / f"use.{suffix}"
    source.write_text(text)
    return subprocess.run([*command, f"-I{ROOT / 'include'}", "-fsyntax-only", str(source)], capture_output=True, text=True)


@pytest.mark.parametrize("standard", [*C, *CXX])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_headers_compile_without_a_warning(compiler: str, standard: str, tmp_path: Path) -> None:
    if compiler == "clang" and not shutil.which("clang"):
        pytest.skip("clang is not installed")
    language = "c++" if standard.startswith("c++") else "c"
    program = {"gcc": {"c": "gcc", "c++": "g++"}, "clang": {"c": "clang", "c++": "clang++"}}[compiler][language]
    flags = GCC[language] if compiler == "gcc" else CLANG
    done = compile_text([program, f"-std={standard}", *flags], USE, "cpp" if language == "c++" else "c", tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_wrong_layout_does_not_compile(tmp_path: Path) -> None:
    header = (ROOT / "include/astra/astra.h").read_text()
    (tmp_path / "astra").mkdir()
    (tmp_path / "astra/astra.h").write_text(header.replace("#define ASTRA_HELLO_SIZE UINT32_C(24)", "#define ASTRA_HELLO_SIZE UINT32_C(32)"))
    source = tmp_path / "use.c"
    source.write_text("#include <astra/astra.h>\n")
    for standard in C:
        done = subprocess.run(["gcc", f"-std={standard}", f"-I{tmp_path}", "-fsyntax-only", str(source)], capture_output=True, text=True)
        assert done.returncode != 0 and "astra_hello_has_its_size" in done.stderr


@pytest.mark.parametrize("target", tomllib.loads((ROOT / "spec/build.toml").read_text())["targets"]["layout"])
@pytest.mark.parametrize("language", ["c", "c++"])
def test_the_layouts_hold_on_every_target_of_the_contract(target: str, language: str, tmp_path: Path) -> None:
    """Only the compiler's own headers are used, so that no target's system is needed."""
    source = tmp_path / "use.c"
    source.write_text("#include <astra/astra.h>\n")
    standard = "-std=c11" if language == "c" else "-std=c++11"
    command = [sys.executable, "-m", "ziglang", "cc", "-target", target.replace("i686", "x86"), "-x", language, standard, "-ffreestanding", "-Wall", "-Wextra", "-Werror", "-Wno-unused-command-line-argument"]
    done = subprocess.run([*command, f"-I{ROOT / 'include'}", "-c", str(source), "-o", str(tmp_path / "use.o")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
