"""The model of headers or of a build -> what of it is promised. Owns no reading; says where declarations are untrue.

What is internal goes, what is opaque keeps its name and loses its inside, and the rest learns how it may grow.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Iterable, Iterator

from ..model import Abi, Enum, Field, Image, Signature, Struct, Table, Type
from ..model.container import Container, PlatformTag
from ..toolchain import find_policy, libc_of_tag
from .declared import FILE, SPECIAL, Declarations, Toolchain, matches, version_key

VALUE = "by value"


def declare(abi: Abi, declared: Declarations) -> Abi:
    """The same ABI with only what is promised of it, and with what is declared of that."""
    functions = None if abi.functions is None else {
        name: replace(item, deprecated=True) if matches(name, declared.deprecated) else item
        for name, item in abi.functions.items() if declared.keeps(name)
    }
    variables = None if abi.variables is None else {name: item for name, item in abi.variables.items() if declared.keeps(name)}
    abi = replace(abi, functions=functions, variables=variables, image=promised_image(abi.image, declared))
    abi = without_inside(abi, declared)
    return replace(
        abi,
        structs=None if abi.structs is None else {name: with_terms(item, declared) for name, item in abi.structs.items()},
        enums=None if abi.enums is None else {
            name: promised_enum(item, declared) for name, item in abi.enums.items() if not matches(name, declared.internal_types)
        },
        typedefs=None if abi.typedefs is None else {name: item for name, item in abi.typedefs.items() if not matches(name, declared.internal_types)},
        macros=None if abi.macros is None else {name: item for name, item in abi.macros.items() if not matches(name, declared.internal_macros)},
    )


def promised_enum(enum: Enum, declared: Declarations) -> Enum:
    """An enum without constants that nobody may use, open or closed as declared."""
    constants = enum.constants
    if declared.internal_constants:
        constants = {name: item for name, item in constants.items() if not matches(name, declared.internal_constants)}
    told = declared.enums.get(enum.name)
    return replace(enum, constants=constants, open=enum.open if told is None else told)


def promised_image(image: Image | None, declared: Declarations) -> Image | None:
    """What the loader sees, without symbols that are promised to nobody."""
    if image is None or image.symbols is None:
        return image
    kept = {name for name in image.symbols if declared.keeps(name.partition("@")[0])}
    return replace(
        image, symbols={name: node for name, node in image.symbols.items() if name in kept},
        data=tuple(name for name in image.data if name in kept), hidden=image.hidden & kept,
        sizes=None if image.sizes is None else {name: size for name, size in image.sizes.items() if name in kept},
        floor=promised_floor(image, declared), needed=promised_needs(image, declared), table=promised_table(image, declared),
        container=promised_container(image, declared), promised=spoken_of(declared),
    )


def spoken_of(declared: Declarations) -> frozenset[str]:
    """What the contract promises of the machine that a build needs."""
    allowed = declared.toolchain
    if allowed is None:
        return frozenset()
    said = {"needed": allowed.needed is not None, "rpath": allowed.rpath is False, "exec_stack": allowed.exec_stack is False, "platform": allowed.platform is not None}
    return frozenset(allowed.floor) | {what for what, there in said.items() if there}


def promised_table(image: Image, declared: Declarations) -> Table | None:
    """The loader's table without what is promised to nobody; version nodes stay."""
    if image.table is None:
        return None
    entries = {name: found for name, found in image.table.entries.items() if declared.keeps(name) or any(entry.absolute for entry in found)}
    return replace(image.table, entries=entries)


def promised_floor(image: Image, declared: Declarations) -> dict[str, tuple[str, str]] | None:
    """What the library may ask of its machine: what it asks, and never less than what the contract allows."""
    if image.floor is None or declared.toolchain is None:
        return image.floor
    floor = dict(image.floor)
    for family, version in declared.toolchain.floor.items():
        if family not in floor or version_key(floor[family][0]) < version_key(version):
            floor[family] = (version, "")
    return floor


def promised_container(image: Image, declared: Declarations) -> Container | None:
    """The file with no better platform tag than the contract promises, and with none where it says how old a C library may be."""
    seen, allowed = image.container, declared.toolchain
    if seen is None or seen.tag is None or allowed is None:
        return seen
    if "GLIBC" in allowed.floor:
        return replace(seen, tag=None)
    promised = promised_tag(allowed, seen)
    return replace(seen, tag=promised) if promised and promised.libc == seen.tag.libc and promised.rank > seen.tag.rank else seen


def promised_tag(allowed: Toolchain, seen: Container) -> PlatformTag | None:
    """The platform tag that a library promises, for the machine that it is built for."""
    if allowed.platform is None:
        return None
    libc = libc_of_tag(allowed.platform)
    policy = find_policy(allowed.platform, libc, seen.machine or "", seen.byte_order or "little")
    return PlatformTag(policy.tag, libc, policy.rank)


def promised_needs(image: Image, declared: Declarations) -> tuple[str, ...] | None:
    """The libraries that it needs, with those that the contract allows."""
    allowed = declared.toolchain.needed if declared.toolchain else None
    if image.needed is None or allowed is None:
        return image.needed
    return (*image.needed, *(name for name in allowed if name not in image.needed))


def with_terms(struct: Struct, declared: Declarations) -> Struct:
    terms = declared.structs.get(struct.name)
    if terms is None:
        return struct
    fields = struct.fields if terms.public is None else closed_fields(struct, terms.public)
    return replace(struct, fields=fields, growth=terms.growth or struct.growth, reserved=terms.reserved or struct.reserved)


def closed_fields(struct: Struct, public: tuple[str, ...]) -> tuple[Field, ...]:
    """The fields that programs may use. All bytes from one to the next are one field, named after its place."""
    fields: list[Field] = []
    begin = None
    for field in (*sorted(struct.fields, key=lambda item: item.begin), None):
        if field is not None and not matches(field.name, public):
            begin = field.offset if begin is None else begin
            continue
        if begin is not None:
            size = (struct.size if field is None else field.offset) - begin
            fields.append(Field(f"(private from {begin})", Type("unsigned char", count=size), begin, size))
            begin = None
        if field is not None:
            fields.append(field)
    return tuple(fields)


def without_inside(abi: Abi, declared: Declarations) -> Abi:
    """Hides what is opaque by declaration, and what can be reached through nothing else."""
    if abi.structs is None:
        return abi
    hidden = {name for name in abi.structs if is_hidden(name, declared)}
    if not hidden:
        return abi
    behind = reached(abi, hidden) - hidden
    offered = reached(abi, roots(abi) | {name for name in abi.structs if name not in behind and name not in hidden}, hidden)
    hidden |= {name for name in behind - offered if name in abi.structs}
    return replace(
        abi, structs={name: item for name, item in abi.structs.items() if name not in hidden}, opaque=abi.opaque | hidden,
        enums=None if abi.enums is None else {name: item for name, item in abi.enums.items() if not within(name, hidden)},
    )


def is_hidden(name: str, declared: Declarations) -> bool:
    """Whether a type is opaque by declaration, or the nameless type of a member of such a one or of one not public."""
    parts = re.split(r"[.(]", name)
    owners = {name, *(name[:end] for end in (len(".".join(parts[:count])) for count in range(1, len(parts))))}
    if len(parts) > 1 and (terms := declared.structs.get(parts[0])) and terms.public is not None and not matches(parts[1], terms.public):
        return True
    return any((owner in declared.structs and declared.structs[owner].opaque) or matches(owner, declared.internal_types) for owner in owners)


def within(name: str, owners: set[str]) -> bool:
    """Whether a nameless type belongs to one of these."""
    while "." in name:
        name = name.rpartition(".")[0]
        if name in owners:
            return True
    return False


def bases(type_: Type | Signature | None) -> Iterator[str]:
    """Names of all types that a type is made of, those behind pointers among them."""
    if isinstance(type_, Signature):
        for part in (type_.returns, *type_.params):
            yield from bases(part)
    elif type_ is not None:
        yield type_.base
        yield from bases(type_.inner)


def roots(abi: Abi) -> set[str]:
    """Types that functions and data name."""
    found: set[str] = set()
    for function in (abi.functions or {}).values():
        for type_ in (function.returns, *(param.type for param in function.params)):
            found.update(bases(type_))
    for variable in (abi.variables or {}).values():
        found.update(bases(variable.type))
    return found


def reached(abi: Abi, start: Iterable[str], closed: Iterable[str] = ()) -> set[str]:
    """Types that can be reached from some, not looking into those that are closed."""
    closed, found, waiting = set(closed), set(), list(start)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        struct = abi.structs.get(name) if name not in closed else None
        if struct is not None:
            waiting += [base for item in struct.fields for base in bases(item.type)]
    return found


def untrue(declared: Declarations, sides: Iterable[Abi]) -> list[tuple[str, str]]:
    """Declarations that what was read contradicts: (key, sentence). `sides` are the models before `declare`."""
    found: dict[tuple[str, str], None] = {}
    for abi in sides:
        for name, terms in declared.structs.items():
            loose = "opaque" if terms.opaque else terms.growth
            if loose in (None, "frozen") or name not in (abi.structs or {}):
                continue
            for holder in holders(abi, name, declared):
                what = f"its inside is nobody's business, and {holder}" if terms.opaque else f'it may grow ("{loose}"), and {holder}'
                found[f"{FILE}: struct.{name}", f"{what}: compiled programs rely on its size"] = None
    return list(found)


def holders(abi: Abi, name: str, declared: Declarations) -> Iterator[str]:
    """What holds or passes a struct as a whole, so that its size is compiled into programs."""
    for function in (abi.functions or {}).values():
        if not declared.keeps(function.name):
            continue
        if any(whole(param.type, name) for param in function.params):
            yield f"{function.name} takes one by value"
        if whole(function.returns, name):
            yield f"{function.name} returns one by value"
    for struct in (abi.structs or {}).values():
        if struct.name == name or is_hidden(struct.name, declared):
            continue
        inside = [field for field in struct.fields if whole(field.type, name)]
        terms = declared.structs.get(struct.name)
        last = max(struct.fields, key=lambda field: field.end, default=None)
        if inside and not (inside == [last] and inside[0].type.count is None and terms and terms.growth not in (None, "frozen")):
            yield f"struct {struct.name} holds one"


def whole(type_: Type, name: str) -> bool:
    if type_.base == "array" and not type_.pointers:
        return whole(type_.inner, name)
    return type_.base == name and not type_.pointers


def nameless(declared: Declarations, sides: Iterable[Abi]) -> list[tuple[str, str]]:
    """Declarations that speak of what no side has: (key, sentence)."""
    sides = list(sides)

    def known(*tables: str) -> set[str]:
        return {name for abi in sides for table in tables for name in getattr(abi, table) or ()}

    found = []
    structs, enums, functions = known("structs", "opaque"), known("enums"), known("functions", "variables")
    for kind, wanted, table in (("struct", declared.structs, structs), ("enum", declared.enums, enums), ("function", declared.functions, functions)):
        found += [(f"{FILE}: {kind}.{name}", f"no public header has a {kind} '{name}'{near(name, table)}") for name in wanted if name not in table]
    for name, terms in declared.structs.items():
        there = {field.name for abi in sides if name in (abi.structs or {}) for field in abi.structs[name].fields}
        found += [(f"{FILE}: struct.{name}.reserved", f"the struct has no field '{item}'{near(item, there)}") for item in terms.reserved if there and item not in there]
    for key, patterns in (("promised", declared.promised or ()), ("deprecated", declared.deprecated)):
        for pattern in patterns:
            if not names_any(pattern, functions):
                found.append((f"{FILE}: symbols.{key}", f"'{pattern}' names nothing that a public header declares{near(pattern, functions)}"))
    return found


def names_any(pattern: str, known: set[str]) -> bool:
    return pattern in known or bool(SPECIAL.intersection(pattern)) and any(matches(name, (pattern,)) for name in known)


def unmet(declared: Declarations, sides: Iterable[Abi]) -> list[str]:
    """What is declared to be absent and no header declares any more. It hides nothing: a misspelt one leaves a symbol missing."""
    known = {name for abi in sides for table in (abi.functions, abi.variables) for name in table or ()}
    return [pattern for pattern in declared.absent if not names_any(pattern, known)]


def near(name: str, known: Iterable[Any]) -> str:
    from difflib import get_close_matches

    heir = get_close_matches(name, sorted(known), 1)
    return f"; is '{heir[0]}' meant?" if heir else ""
