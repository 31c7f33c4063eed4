"""The header for programs that load a library at run time: a full table whatever the library's age."""

from __future__ import annotations

from typing import Iterator

from ..layout import first_size
from ..model import Abi, Param
from . import MARK
from .c import declaration, function_of_slot, parameters
from .header import comment


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    if any(struct.functions for struct in abi.structs.values()):
        yield f"include/{abi.name}/{abi.name}_load.h", loader(abi)


def stub(abi: Abi, slot: str) -> str:
    """What fills a slot that the library is too old to know: it fails as every other function does."""
    function = function_of_slot(abi, slot)
    body = "".join(f"    {line}\n" for param in function.params[:-1] for line in cleared(abi, param))
    return (
        f"static inline {declaration(function.returns, '')} {abi.prefix}_missing_{slot}({parameters(function)})\n"
        f"{{\n{body}    return {abi.prefix}_not_in_library(error);\n}}"
    )


def cleared(abi: Abi, param: Param) -> list[str]:
    """Statements that zero one output, and say that an input is not used."""
    name, m = param.name, abi.macro
    struct = abi.structs.get(param.type.base)
    if param.direction != "out":
        return [f"(void){name};"]
    if struct and struct.growth == "growable":
        return [
            f"if ({name} != {m}_NULL && {name}->struct_size >= {first_size(struct)}u && {name}->struct_size <= 65536u) {{",
            f"    uint32_t size = {name}->struct_size;", f"    memset({name}, 0, size);", f"    {name}->struct_size = size;", "}",
        ]
    count = f"{param.length} * " if param.length else ""
    return [f"if ({name} != {m}_NULL) {{", f"    memset({name}, 0, {count}sizeof *{name});", "}"]


def failure(abi: Abi) -> str:
    """Fills the error record of a function that is missing."""
    m, p = abi.macro, abi.prefix
    return (
        f"static inline {p}_status {p}_not_in_library({p}_error *error)\n{{\n"
        f'    static const char symbol[] = "{m}_ERROR_NOT_IN_LIBRARY";\n'
        f'    static const char message[] = "The function is newer than the library.";\n'
        f"    if (error != {m}_NULL) {{\n        memset(error, 0, sizeof *error);\n"
        f"        error->code = {m}_ERROR_NOT_IN_LIBRARY;\n        error->operand = {m}_OPERAND_NONE;\n"
        f"        memcpy(error->symbol, symbol, sizeof symbol);\n        memcpy(error->message, message, sizeof message);\n"
        f"    }}\n    return {m}_ERROR_NOT_IN_LIBRARY;\n}}"
    )


def loader(abi: Abi) -> str:
    m, p = abi.macro, abi.prefix
    table = next(struct for struct in abi.structs.values() if struct.functions)
    slots = [field.name for field in table.fields if field.type.base == "function"]
    fills = "\n".join(
        f"    if (table->{slot} == {m}_NULL) {{\n        table->{slot} = {p}_missing_{slot};\n    }}" for slot in slots
    )
    guard = f"{m}_{abi.name.upper()}_LOAD_H"
    about = (
        f"For programs that load {abi.name} at run time, version {abi.version}.\n"
        f"{p}_load fills a table through the library's {p}_get_api; a function that the library is too old to "
        f"have returns {m}_ERROR_NOT_IN_LIBRARY, so that no slot is ever NULL.\n{MARK}"
    )
    return "\n\n".join([
        comment(about), f"#ifndef {guard}\n#define {guard}", f"#include <{abi.name}/{abi.name}.h>\n\n#include <string.h>",
        failure(abi), *(stub(abi, slot) for slot in slots),
        comment(f"The type of {p}_get_api, for what dlsym or GetProcAddress returns."),
        f"typedef {p}_status (*{p}_get_api_function)(const {p}_hello *hello, {table.name} *table, {p}_error *error);",
        f"static inline {p}_status {p}_load({p}_get_api_function get_api, const {p}_hello *hello, {table.name} *table, {p}_error *error)\n"
        f"{{\n    {p}_status status = get_api(hello, table, error);\n    if (status != {m}_OK) {{\n        return status;\n    }}\n"
        f"{fills}\n    return {m}_OK;\n}}",
        f"#endif /* {guard} */",
    ]) + "\n"
