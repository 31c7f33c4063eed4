"""C functions that say and hear the values of one model's types by name. Both sides of a run are made of them.

To say is to fill an object with the values of its names and to note them; to hear is to note what is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Collection

from ..model import FLOATS, INTEGERS, Abi, Field, Signature, Struct, Type
from .print import VARIABLE_ARGUMENTS, declare, printable, tag, word

REAL = {*FLOATS, "f80", "f128", "q128"}
RESERVED = re.compile(r"_*(reserved|spare|unused)")
BYTES = {"char", "i8", "u8"}
DEEPEST = 2
"""Steps along pointers that a value is followed."""


@dataclass(frozen=True)
class Speech:
    """The say and hear functions for one model. `callbacks` says who has functions to be called: "make" or "call"."""

    abi: Abi

    def whole(self, base: str) -> Struct | None:
        struct = self.abi.structs.get(base)
        return struct if struct and struct.name not in VARIABLE_ARGUMENTS and printable(self.abi, struct.name) else None

    def text(self, only: Collection[str] | None = None) -> str:
        """The two functions of every struct, or of these."""
        structs = [struct for struct in self.abi.structs.values() if self.whole(struct.name) and (only is None or struct.name in only)]
        lines = []
        for struct in structs:
            for verb, constant in (("say", ""), ("hear", "const ")):
                lines.append(f"static UNUSED void {verb}_{word(struct.name)}(const char *before, {constant}{tag(self.abi, struct)} *at, int depth);")
        for struct in structs:
            for verb, constant in (("say", ""), ("hear", "const ")):
                lines.append(f"static UNUSED void {verb}_{word(struct.name)}(const char *before, {constant}{tag(self.abi, struct)} *at, int depth) {{ (void)at; (void)depth; (void)before;")
                if verb == "hear":  # whoever assigns a struct takes all of it
                    lines.append("    (void)((const volatile char *)at)[sizeof *at - 1];")
                lines += [f"    {{ {line} }}" for line in self.members(struct, verb)]
                lines.append("}")
        return "\n".join([*self.callbacks(), *lines, *self.callback_bodies()])

    def members(self, struct: Struct, verb: str):
        """Members that lie over each other are heard all, and only one is said, first the largest one."""
        for told in clusters(struct):
            for turn, field in enumerate(told):
                own = f"if (mutant_turn({len(told)}) == {turn}) " if len(told) > 1 and verb == "say" else ""
                yield from (f"{own}{{ {line} }}" for line in self.member(struct, field, verb, struct.union or len(told) > 1))

    def member(self, struct: Struct, field: Field, verb: str, shares: bool):
        """What is reserved stays zero, and nobody says anything of it."""
        if verb == "say" and RESERVED.match(field.name):
            return
        path = f'PATH(".{"|" * shares}{field.name}");'
        at = f"(*({declare(self.abi, field.type, '(*)')})&at->{field.name})" if field.constant and not field.bits else f"at->{field.name}"
        if field.bits:
            base = self.abi.enums[field.type.base].type if field.type.base in self.abi.enums else field.type.base
            sign = "s" if base in INTEGERS and INTEGERS[base][1] else "u"
            yield f"{path} {verb.upper()}_BITS(path, at->{field.name}, {field.width}, '{sign}');"
        elif field.type.base == "function" and not field.type.pointers and field.type.count is None:
            yield f"{path} {self.callback(field.type, verb, at, f'{struct.name}.{field.name}')}"
        elif field.type.count != 0:
            yield f"{path} {self.value(field.type, verb, at)}"

    def value(self, type_: Type, verb: str, place: str, depth: str = "depth") -> str:
        """A statement about the value at a place, whose name is in `path`."""
        loud = verb.upper()
        if type_.count is not None and type_.count > 0:
            inner = self.value(type_.element, verb, f"({place})[i]", depth).replace("path,", "part,").replace("(path)", "(part)")
            return f'for (int i = 0; i < {type_.count} && i < 64; i++) {{ char part[LONGEST]; snprintf(part, sizeof part, "%s[%d]", path, i); {inner} }}'
        if type_.pointers:
            return self.pointer(type_, verb, place, depth)
        if type_.base == "function":
            return f"{loud}_POINTER(path, {place});"
        if self.whole(type_.base):
            return f"{verb}_{word(type_.base)}(path, &({place}), {depth});"
        if type_.base in REAL:
            return f"{loud}_FLOAT(path, {place});"
        if type_.base in ("array", *VARIABLE_ARGUMENTS) or type_.base[0] == "c" and type_.base[1:].isdigit():
            said = f"bytes_said(path, &({place}), sizeof({place})); " if verb == "say" else ""
            return f"{said}bytes_told('{verb[0]}', path, &({place}), sizeof({place}));"
        return f"{loud}(path, {place});"

    def pointer(self, type_: Type, verb: str, place: str, depth: str) -> str:
        """A pointer that leads somewhere is followed; any other one is a number that only its maker understands."""
        struct = self.whole(type_.base) if len(type_.pointers) == 1 else None
        end = self.end(type_, verb, place)
        if len(type_.pointers) == 1 and type_.base in BYTES:
            return f"({place}) = (void *)string_said(path); {end}" if verb == "say" else f"string_heard(path, {place}); {end}"
        if struct:
            if verb == "hear":
                return f"if ({place} && {depth} > 0) {{ placed(path, {place}, _Alignof({tag(self.abi, struct)})); hear_{word(struct.name)}(path, {place}, {depth} - 1); {end} }} else if (!{place}) told('h', path, \"0\");"
            return (
                f"({place}) = 0; if ({depth} > 0) {{ {tag(self.abi, struct)} *made = GUARDED({tag(self.abi, struct)}); say_{word(struct.name)}(path, made, {depth} - 1); ({place}) = made; {end} }}"
            )
        if len(type_.pointers) == 1 and self.counts(type_.base):
            text, inner = declare(self.abi, Type(type_.base)), self.value(Type(type_.base), verb, "(*made)", depth)
            if verb == "hear":
                return f"if ({place} && {depth} > 0) {{ {text} *made = (void *){place}; {inner} {end} }} else if (!{place}) told('h', path, \"0\");"
            return f"({place}) = 0; if ({depth} > 0) {{ {text} *made = GUARDED({text}); {inner} ({place}) = made; {end} }}"
        return f"{verb.upper()}_POINTER(path, {place});"

    def counts(self, base: str) -> bool:
        """Whether a base is a number, so that a pointer to one leads to it."""
        return base in INTEGERS or base in FLOATS or base in self.abi.enums and base.isidentifier()

    def end(self, type_: Type, verb: str, place: str) -> str:
        """What is given out as constant may lie where nobody writes; who may write what comes in does so."""
        if verb == "say":
            return f"sealed((void *){place});" if type_.pointers[-1] == "const" else ""
        return f"touched((void *){place});" if type_.pointers[-1] == "mut" else ""

    def callbacks(self):
        return ()

    def callback_bodies(self):
        return ()

    def callback(self, type_: Type, verb: str, place: str, name: str) -> str:
        return f"{verb.upper()}_POINTER(path, {place});"

    def passed(self, type_: Type) -> str:
        """How an argument is passed on: numbers and pointers as whole registers."""
        if type_.pointers or type_.base == "function":
            return "mutant_word"
        if self.whole(type_.base) or type_.base in REAL or type_.base in ("array", *VARIABLE_ARGUMENTS) or type_.base[0] == "c" and type_.base[1:].isdigit():
            return ""
        return "mutant_word"


def clusters(struct: Struct) -> list[list[Field]]:
    """Fields that lie over each other together, the largest one first; all others alone."""
    found: list[list[Field]] = []
    end = 0
    for field in sorted((field for field in struct.fields if field.name), key=lambda field: (not struct.union and field.begin, -field.size)):
        if found and (struct.union or field.begin < end):
            found[-1].append(field)
        else:
            found.append([field])
        end = max(end, field.end)
    return found


def slots(signature: Signature) -> list[str]:
    """Names of what a callback takes, which C does not name: by what they are, so that others before them do not matter."""
    seen: dict[str, int] = {}
    names = []
    for type_ in signature.params:
        text = "pointer" if type_.pointers or type_.base == "function" else type_.base
        seen[text] = seen.get(text, 0) + 1
        names.append(f"{text}#{seen[text]}")
    return names


def called(speech: Speech, signature: Signature) -> str:
    """The type by which a function is called, as builds that check it tell types apart: signs, const and names are nothing to them."""

    def one(type_: Type) -> str:
        if type_.pointers or type_.base == "function":
            return "pointer"
        base = speech.abi.enums[type_.base].type if type_.base in speech.abi.enums else type_.base
        struct = speech.whole(base)
        return f"{struct.size} bytes" if struct else f"{base[1:]} bits" if base in INTEGERS else base

    return f"{one(signature.returns)} ({', '.join(map(one, signature.params)) or 'void'})"


def simple(speech: Speech, signature: Signature) -> bool:
    """Whether values alone go through a callback, so that it can be called without knowing more."""
    parts = (signature.returns, *signature.params)
    return not signature.variadic and all(part.pointers or part.base in ("function", "void") or (speech.passed(part) or part.base in REAL) for part in parts)


class Program(Speech):
    """The speech of a program: its own functions are called."""

    def made(self) -> dict[str, Type]:
        """Every function that the program hands to the library, by a name of its own."""
        found: dict[str, Type] = {}
        for struct in self.abi.structs.values():
            for field in struct.fields if self.whole(struct.name) else ():
                found[f"{struct.name}.{field.name}"] = field.type
        for function in self.abi.functions.values():
            for index, param in enumerate(function.params):
                found[f"{function.name}.{param.name or f'#{index}'}"] = param.type
        return {
            name: type_ for name, type_ in found.items()
            if type_.base == "function" and not type_.pointers and type_.count is None and type_.inner and simple(self, type_.inner)
        }

    def numbers(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.made())}

    def callbacks(self):
        for index, type_ in enumerate(self.made().values()):
            yield f"static UNUSED {self.head(index, type_.inner)};"

    def head(self, index: int, signature: Signature) -> str:
        texts = [declare(self.abi, type_, f"a{number}") for number, type_ in enumerate(signature.params)]
        wide = signature.returns != Type("void") and self.passed(signature.returns)
        return declare(self.abi, Type("u64") if wide else signature.returns, f"callback_{index}({', '.join(texts) or 'void'})")

    def given_back(self, type_: Type) -> str:
        if not self.passed(type_):
            return "r"
        return "(unsigned long)r" if type_.pointers or type_.base == "function" else "WIDE(r)"

    def callback_bodies(self):
        for index, (name, type_) in enumerate(self.made().items()):
            lines = [f'static UNUSED {self.head(index, type_.inner)} {{ checked("{name}", "{called(self, type_.inner)}");']
            for number, (slot, inner) in enumerate(zip(slots(type_.inner), type_.inner.params)):
                lines.append(f'    {{ const char *path = "{name}({slot})"; {opaque_value(self, inner, "hear", f"a{number}")} }}')
            lines.append(f'    told(\'h\', "{name}(called)", "1");')
            if type_.inner.returns != Type("void"):
                lines.append(f'    const char *path = "{name}()"; {declare(self.abi, type_.inner.returns, "r")}; memset(&r, 0, sizeof r);')
                lines.append(f'    {opaque_value(self, type_.inner.returns, "say", "r")} return {self.given_back(type_.inner.returns)};')
            yield "\n".join([*lines, "}"])

    def callback(self, type_: Type, verb: str, place: str, name: str) -> str:
        number = self.numbers().get(name)
        if number is None or verb == "hear":
            return super().callback(type_, verb, place, name)
        return f"({place}) = (void *)callback_{number}; told('s', path, \"@%llu\", (mutant_word)({place}));"


class Library(Speech):
    """The speech of a library: it calls what it is handed."""

    def callback(self, type_: Type, verb: str, place: str, name: str) -> str:
        if verb == "say" or not type_.inner or not simple(self, type_.inner):
            return super().callback(type_, verb, place, name)
        lines, arguments = [], []
        for number, (slot, inner) in enumerate(zip(slots(type_.inner), type_.inner.params)):
            lines.append(f'{declare(self.abi, inner, f"c{number}")}; {{ const char *path = "{name}({slot})"; {opaque_value(self, inner, "say", f"c{number}")} }}')
            arguments.append(f"c{number}")
        lines.append(f'calling("{called(self, type_.inner)}");')
        call = f"({place})({', '.join(arguments)})"
        if type_.inner.returns == Type("void"):
            lines.append(f"{call};")
        else:
            lines.append(f'{declare(self.abi, type_.inner.returns, "r")} = {call}; {{ const char *path = "{name}()"; {opaque_value(self, type_.inner.returns, "hear", "r")} }}')
        return f"if ({place}) {{ {' '.join(lines)} }}"


def opaque_value(speech: Speech, type_: Type, verb: str, place: str) -> str:
    """A value of a callback: pointers are not followed there."""
    if type_.pointers or type_.base == "function":
        return f"{verb.upper()}_POINTER(path, {place});"
    return speech.value(type_, verb, place, "0")
