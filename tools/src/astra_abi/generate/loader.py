"""The header for programs that load a library at run time: a full table whatever the library's age."""

from __future__ import annotations

from typing import Iterator

from ..model import Abi
from . import MARK
from .c import declaration, function_of_slot, parameters
from .header import comment


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    if any(struct.functions for struct in abi.structs.values()):
        yield f"include/{abi.name}/{abi.name}_load.h", loader(abi)


def stub(abi: Abi, slot: str) -> str:
    """What fills a slot that the library is too old to know."""
    function = function_of_slot(abi, slot)
    unused = "".join(f"    (void){param.name};\n" for param in function.params)
    returns = declaration(function.returns, "")
    return (
        f"static inline {returns} {abi.prefix}_missing_{slot}({parameters(function)})\n"
        f"{{\n{unused}    return {abi.macro}_ERROR_NOT_IN_LIBRARY;\n}}"
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
        comment(about), f"#ifndef {guard}\n#define {guard}", f"#include <{abi.name}/{abi.name}.h>",
        *(stub(abi, slot) for slot in slots),
        comment(f"The type of {p}_get_api, for what dlsym or GetProcAddress returns."),
        f"typedef {p}_status (*{p}_get_api_function)(const {p}_hello *hello, {table.name} *table, {p}_error *error);",
        f"static inline {p}_status {p}_load({p}_get_api_function get_api, const {p}_hello *hello, {table.name} *table, {p}_error *error)\n"
        f"{{\n    {p}_status status = get_api(hello, table, error);\n    if (status != {m}_OK) {{\n        return status;\n    }}\n"
        f"{fills}\n    return {m}_OK;\n}}",
        f"#endif /* {guard} */",
    ]) + "\n"
