"""A program as people write one, which uses all that a header declares: what compilers say of it with a newer header.

It is compiled and never run. Nothing in it is cast, and every name is used for what it is declared as.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from ..model import Abi, Function, Struct, Type
from .print import VARIABLE_ARGUMENTS, declare, plain, tag
from .workshop import build, complaints, unlinked

COMPILES, WARNS, MISLEADS, FAILS = "compiles", "warns", "misleads", "fails"
LANGUAGES = ("c", "c++")


@dataclass(frozen=True)
class Clients:
    """Clients of one header, one for each language in which the header can be used, and what is said of them anyway."""

    files: dict[str, Path]
    known: dict[str, list[str]]
    linked: Path | None = None

    def label(self, include: Path, library: Path) -> tuple[str, str]:
        """What becomes of them with other headers and another library, and the first word on it."""
        doubt = ""
        for language, file in self.files.items():
            taken, said = complaints(include, file, language)
            fresh = [line for line in said if line not in self.known[language]]
            if not taken:
                return FAILS, f"{language}: {(fresh or said)[0]}"
            doubt = doubt or next((f"{language}: {line}" for line in fresh), "")
        if self.linked and (missing := unlinked(self.linked, library)):
            return FAILS, missing
        return (WARNS, doubt) if doubt else (COMPILES, "")


def write_clients(folder: Path, abi: Abi) -> Clients:
    files, known = {}, {}
    for language in LANGUAGES:
        file = folder / f"client.{'c' if language == 'c' else 'cc'}"
        file.write_text(client_text(abi))
        taken, said = complaints(folder / "include", file, language)
        if taken:
            files[language], known[language] = file, said
    problem = build(folder, client_text(abi), "client.o", "-Iinclude", "-c") if "c" in files else "no C client"
    return Clients(files, known, None if problem or unlinked(folder / "client.o", folder / "libmutant.so") else folder / "client.o")


def client_text(abi: Abi) -> str:
    lines = ["#ifdef __cplusplus", 'extern "C" {', "#endif", '#include "mutant.h"', "#ifdef __cplusplus", "}", "#endif"]
    lines += [f"void take_{name}(struct {name} *at);" for name in sorted(abi.opaque) if plain(name) and name not in VARIABLE_ARGUMENTS]
    lines += [f"void name_{name}({name} *at);" for name, item in abi.typedefs.items() if usable(item.type)]
    lines += [f"enum {name} value_{name};" for name in abi.enums if plain(name)]
    lines.append("long long constants(void) { long long all = 0;")
    lines += [f"    all += {constant};" for enum in abi.enums.values() for constant in enum.constants]
    lines += [f"    all += {macro.name};" for macro in abi.macros.values() if isinstance(macro.value, int) and macro.params is None]
    lines.append("    return all; }")
    lines += [f'const char *text_{macro.name}(void) {{ return {macro.name}; }}' for macro in abi.macros.values() if isinstance(macro.value, str) and macro.params is None]
    for struct in abi.structs.values():
        if plain(struct.name) and struct.name not in VARIABLE_ARGUMENTS:
            lines += [f"void fields_{struct.name}({tag(abi, struct)} *at) {{", *(f"    {{ {text} }}" for text in fields(abi, struct)), "}"]
    for function in abi.functions.values():
        lines += call(abi, function)
    lines.append("void variables(void) {")
    for item in abi.variables.values():
        text = uses(abi, item.type, item.name, item.constant)
        lines += [f"    {{ {text} }}"] if text else []
    return "\n".join([*lines, "}", "int main(void) { return 0; }", ""])


def misled(old: Abi, new: Abi) -> str:
    """What a client that is compiled again passes in the place of something else, and no compiler says a word."""
    for name in old.functions.keys() & new.functions.keys():
        before, after = ([param.name for param in abi.functions[name].params] for abi in (old, new))
        rest = next((index for index, param in enumerate(new.functions[name].params) if param.type.base == "..."), len(before))
        if old.functions[name].params[rest:rest + 1] and old.functions[name].params[rest].type.base != "...":
            if after[rest] in before:  # else it only became variadic behind all that it takes
                return f"{name} takes for one of the rest what is passed as {before[rest]}"
        for index, param in enumerate(before[:len(after)]):
            if param and param != after[index] and param in after and after[index] in before:
                return f"{name} takes for {after[index]} what is passed as {param}"
    return ""


def usable(type_: Type) -> bool:
    return type_.base not in ("void", *VARIABLE_ARGUMENTS)


def fields(abi: Abi, struct: Struct, at: str = "at->") -> Iterator[str]:
    for field in struct.fields:
        inner = abi.structs.get(field.type.base)
        if inner and not plain(inner.name):  # programs only name what is inside
            yield from fields(abi, inner, f"{at}{field.name}{'[0]' * (field.type.count is not None)}{'->' if field.type.pointers else '.'}")
        elif field.name:
            yield uses(abi, field.type, f"{at}{field.name}", field.constant)


def uses(abi: Abi, type_: Type, place: str, constant: bool | None) -> str:
    """Reads a value, and writes it back where that is allowed."""
    if type_.count is not None:
        place, type_ = f"{place}[0]", type_.element
    if type_.base == "array" and not type_.pointers:
        return f"(void)sizeof({place});"
    text = f"{declare(abi, type_, 'value')} = {place};"
    return f"{text} (void)value;" if constant else f"{text} {place} = value;"


def call(abi: Abi, function: Function) -> list[str]:
    """A function that calls one with what it takes, and has its result."""
    given = [param for param in function.params if param.type.base != "..."]
    texts = [declare(abi, param.type, f"a{index}") for index, param in enumerate(given)]
    arguments = ", ".join(f"a{index}" for index in range(len(given)))
    result = f"{function.name}({arguments});"
    if function.returns != Type("void"):
        result = f"{declare(abi, function.returns, 'r')} = {result} (void)r;"
    return [f"void call_{function.name}({', '.join(texts) or 'void'}) {{ {result} }}"]
