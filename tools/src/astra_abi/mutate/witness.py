"""The two sides of a run as C: a library that notes what it hears, a program of another release that notes the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Collection, Iterator

from ..compare.reach import Reach
from ..model import Abi, Function, Signature, Type
from .print import VARIABLE_ARGUMENTS, declare, included, tag, variable_text, word
from .runtime import TEXT
from .speech import DEEPEST, REAL, Library, Program

JUNK = 0xA5A5A5A5A5A5A5A5
MOST_JUNK = 8


def label(function: Function, index: int) -> str:
    return f"{function.name}.{function.params[index].name or f'#{index}'}"


def callable_(abi: Abi, function: Function) -> bool:
    return not function.inline and all(param.type.base not in VARIABLE_ARGUMENTS or not param.type.pointers for param in function.params)


def library_text(abi: Abi, chosen: Collection[str], taken: Collection[str]) -> str:
    """The witness library. Functions that are not chosen are there and do nothing; `taken` types it takes by memory."""
    speech = Library(abi)
    lines = ['#define WHO \'l\'', "#define _GNU_SOURCE", included(abi), TEXT, speech.text(met(abi, chosen, taken))]
    lines.append("__attribute__((used)) static void mutant_nothing(void) {}")
    for number, function in enumerate(exported(abi)):
        manner, heard = manner_of(abi, function), function.name in chosen and callable_(abi, function)
        for name, label_ in ((f"heard_{number}", function.symbol or function.name), *((f"kept_{number}", f"{KEPT}{node}") for node in kept_in(abi, function))):
            if heard:
                lines.append(library_function(abi, speech, function, name, label_, manner))
            else:
                lines.append(f'{manner}void {name}(void) __asm__("{label_}") __attribute__((alias("mutant_nothing")));')
        lines += [f'__asm__(".symver {KEPT}{node}, {function.name}@{node}");' for node in kept_in(abi, function)]
    for name, type_ in lone(abi).items():
        if name in taken:
            lines.append(f"void mutant_take_{name}(void *at) {{ {{ {taking(speech, type_, name, 'hear')} }} {taking(speech, type_, name, 'say')} }}")
            lines.append(f"void *mutant_give_{name}(void) {{ void *at = GUARDED({memory(abi, name)}); {{ {taking(speech, type_, name, 'say', '?')} }} return at; }}")
    lines += variables(abi, speech)
    return "\n".join([*lines, ""])


def met(abi: Abi, chosen: Collection[str], taken: Collection[str]) -> set[str]:
    """Structs that the chosen functions, the taken types and the variables lead to: what the library can speak of."""
    waiting = {*taken, *(abi.typedefs[name].type.base for name in taken if name in abi.typedefs)}
    waiting |= {name for item in abi.variables.values() for name in inside(item.type)}
    for name in chosen:
        if name in abi.functions:
            for type_ in (abi.functions[name].returns, *(param.type for param in abi.functions[name].params)):
                waiting |= {*inside(type_)}
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in abi.structs and name not in found:
            found.add(name)
            waiting |= {word for field in abi.structs[name].fields for word in inside(field.type)}
    return found


def inside(type_: Type) -> Iterator[str]:
    """Every base that a type is made of."""
    yield type_.base
    if isinstance(type_.inner, Signature):
        for part in (type_.inner.returns, *type_.inner.params):
            yield from inside(part)
    elif type_.inner is not None:
        yield from inside(type_.inner)


def lone(abi: Abi) -> dict[str, Type]:
    """Structs, and names of numbers that no function leads to: programs use them by way of memory without a type."""
    reach = Reach(abi)
    held = {word for item in abi.variables.values() for word in (item.type.base, item.type.spelled)}
    found = {}
    for name, item in abi.typedefs.items():
        if not item.type.pointers and item.type.base not in ("function", "array", "void", *VARIABLE_ARGUMENTS, *abi.opaque, *abi.structs) and name not in held:
            if not reach.reached_by(f"typedef:{name}"):
                found[name] = item.type
    for name, struct in abi.structs.items():
        if name.isidentifier() and name not in VARIABLE_ARGUMENTS and name not in held:
            found[name] = Type(name)
    return found


def memory(abi: Abi, name: str) -> str:
    """A type that its name alone tells."""
    return tag(abi, abi.structs[name]) if name in abi.structs else name


def taking(speech, type_: Type, name: str, verb: str, back: str = "!") -> str:
    """Says or hears what is in memory as a type that its name alone tells. `back` marks what the library says."""
    text = memory(speech.abi, name)
    back = back if (verb == "say") is isinstance(speech, Library) else ""
    check = f"placed(path, at, _Alignof({text})); " if verb == "hear" else ""
    return f'const char *path = "={name}{back}"; const int depth = 1; (void)depth; {check}{speech.value(type_, verb, f"*({text} *)at")}'


def exported(abi: Abi) -> list[Function]:
    return [function for function in abi.functions.values() if not function.inline]


KEPT = "mutant_kept_"


def manner_of(abi: Abi, function: Function) -> str:
    """How a library exports a function, where that is not as usual."""
    if abi.image and function.name in abi.image.hidden:
        return '__attribute__((visibility("hidden"))) '
    return "__attribute__((weak)) " * (function.name == (abi.note or {}).get("weak"))


def kept_in(abi: Abi, function: Function) -> list[str]:
    """Version nodes in which a library still has a function for programs that ask for it there."""
    return [entry.partition("@")[2] for entry in sorted(abi.image.hidden) if entry.partition("@")[0] == function.name and "@" in entry] if abi.image else []


def library_function(abi: Abi, speech: Library, function: Function, name: str, label_: str, manner: str) -> str:
    """One function: it hears its parameters, says what it may write, and says its result."""
    wide = speech.passed(function.returns) if function.returns != Type("void") else ""
    returns = Type("u64") if wide else function.returns
    texts = ["..." if param.type.base == "..." else declare(abi, param.type, f"a{index}") for index, param in enumerate(function.params)]
    head = declare(abi, returns, f"{name}({', '.join(texts) or 'void'})")
    lines = [f'{manner}{head} __asm__("{label_}");', f"{head} {{"]
    for index, param in enumerate(function.params):
        path = label(function, index)
        if param.type.base == "...":
            lines.append(f'    {{ va_list rest; va_start(rest, a{index - 1}); int value = va_arg(rest, int); va_end(rest); HEAR("{function.name}....", value); }}')
        elif param.type.base in VARIABLE_ARGUMENTS:
            lines.append(f'    {{ int value = __builtin_va_arg(a{index}, int); HEAR("{path}", value); }}')
        else:
            lines.append(f'    {{ const char *path = "{path}"; const int depth = {DEEPEST}; (void)depth; {hearing(speech, param.type, f"a{index}", path)} }}')
    for index, param in enumerate(function.params):
        if writable(speech, param.type):
            lines.append(f'    if (a{index}) {{ const char *path = "{label(function, index)}!"; {pointee(speech, param.type, "say", f"a{index}")} }}')
    if function.returns != Type("void"):
        lines.append(f'    {declare(abi, function.returns, "r")}; memset(&r, 0, sizeof r);')
        lines.append(f'    {{ const char *path = "{function.name}()"; const int depth = 1; (void)depth; {speech.value(function.returns, "say", "r")} }}')
        lines.append(f"    return {'WIDE(r)' if wide and not (function.returns.pointers or function.returns.base == 'function') else '(unsigned long)r' if wide else 'r'};")
    return "\n".join([*lines, "}"])


def hearing(speech: Library, type_: Type, place: str, path: str) -> str:
    if type_.base == "function" and not type_.pointers:
        return speech.callback(type_, "hear", place, path)
    if leads(speech, type_):
        return f'if (!{place}) told(\'h\', path, "0"); else {{ {pointee(speech, type_, "hear", place)} {speech.end(type_, "hear", place)} }}'
    return speech.value(type_, "hear", place)


def leads(speech, type_: Type) -> bool:
    """Whether a parameter points to one object that can be known."""
    if not type_.pointers or type_.base == "function":
        return False
    if len(type_.pointers) > 1:
        return True
    return bool(speech.whole(type_.base)) or speech.passed(type_.element) != "" and speech.abi is not None and known(speech, Type(type_.base))


def known(speech, type_: Type) -> bool:
    """A number: neither bytes, which are text, nor what only the library knows."""
    base = type_.base
    return base not in ("void", "char", "i8", "u8", "array", *VARIABLE_ARGUMENTS) and base not in speech.abi.opaque and not speech.whole(base)


def target_of(type_: Type) -> Type:
    return Type(type_.base, type_.pointers[:-1], None, type_.inner, type_.spelled)


def pointee(speech, type_: Type, verb: str, place: str) -> str:
    """What the parameter points to. Of several pointers the last one is a number."""
    if len(type_.pointers) > 1:
        lines, at = [], f"(*(void **){place})"
        for _ in type_.pointers[2:]:
            lines += [f"{at} = GUARDED(void *);"] if verb == "say" else []
            at = f"(*(void **){at})"
        return " ".join([*lines, f"{verb.upper()}_POINTER(path, {at});"])
    if speech.whole(type_.base):
        text = tag(speech.abi, speech.whole(type_.base))
        check = f"placed(path, {place}, _Alignof({text})); " if verb == "hear" else ""
        return f"{check}{verb}_{word(type_.base)}(path, ({text} *){place}, 1);"
    plain = declare(speech.abi, Type(type_.base, spelled=type_.spelled), "")
    return speech.value(Type(type_.base), verb, f"*({plain} *){place}")


def writable(speech, type_: Type) -> bool:
    return leads(speech, type_) and type_.pointers[-1] == "mut"


def variables(abi: Abi, speech: Library) -> list[str]:
    """Data is filled before the program begins, and what is constant is closed again."""
    lines, filled = [], []
    for item in abi.variables.values():
        kept = replace(item.type, count=1) if item.type.count == 0 else item.type
        lines.append(f"{variable_text(abi, replace(item, type=kept))}{' = {0}' if item.constant else ''};")
        said = f'const char *path = "{item.name}"; const int depth = 0; (void)depth; {speech.value(kept, "say", "(*at)")}'
        opened = "opened(at, sizeof *at, 1);" if item.constant else 'if (!mode("strict")) opened(at, sizeof *at, 1);'
        closed = "opened(at, sizeof *at, 0);" if item.constant else ""
        filled.append(f"    {{ {declare(abi, kept, '(*at)')} = (void *)&{item.name}; {opened} {said} {closed} }}")
    return [*lines, "__attribute__((constructor)) static void begin(void) {", *filled, "}"]


def program_text(abi: Abi) -> str:
    """The old program: it calls what its arguments name, each in a process of its own."""
    speech = Program(abi)
    lines = ['#define WHO \'p\'', "#define _GNU_SOURCE", included(abi), TEXT, speech.text()]
    rows = []
    for number, function in enumerate(exported(abi)):
        if callable_(abi, function):
            listed = any(param.type.base in VARIABLE_ARGUMENTS for param in function.params)
            head = f"static void listed_{number}(int none, ...)" if listed else f"static void call_{number}(void)"
            lines.append(f"{head} {{\n{call(abi, speech, function)}\n}}")
            if listed:
                lines.append(f'static void call_{number}(void) {{ listed_{number}(0, (int)fixed("{function.name}....")); }}')
        rows.append(f'{{"{function.name}", {f"call_{number}" if callable_(abi, function) else "0"}, (void *)&{function.name}}}')
    lines.append("static void call_variables(void) {")
    for item in abi.variables.values():
        kept = replace(item.type, count=1) if item.type.count == 0 else item.type
        lines.append(f'    {{ const char *path = "{item.name}"; const int depth = 0; (void)depth; {speech.value(kept, "hear", item.name)} }}')
        if not item.constant and item.type.count != 0:
            lines.append(f"    memset((void *)&{item.name}, 1, sizeof {item.name});")
    lines.append("}")
    rows.append('{"=variables", call_variables, 0}')
    for name, type_ in lone(abi).items():
        lines.append(f"__attribute__((weak)) void mutant_take_{name}(void *at); __attribute__((weak)) void *mutant_give_{name}(void);")
        made = f"void *at = GUARDED({memory(abi, name)}); {{ {taking(speech, type_, name, 'say')} }} mutant_take_{name}(at); {taking(speech, type_, name, 'hear')}"
        lines.append(f"static void take_{name}(void) {{ if (mutant_take_{name}) {{ {made} }} if (mutant_give_{name}) {{ void *at = mutant_give_{name}(); {taking(speech, type_, name, 'hear', '?')} }} }}")
        rows.append(f'{{"={name}", take_{name}, 0}}')
    lines.append("static struct { const char *name; void (*call)(void); void *at; } rows[] = {" + ", ".join(rows) + "};")
    return "\n".join([*lines, MAIN])


MAIN = r"""
int main(int count, char **names) {
    setvbuf(stdout, 0, _IONBF, 0);
    for (int i = 1; i < count; i++)
        for (unsigned j = 0; j < sizeof rows / sizeof *rows; j++) {
            if (strcmp(rows[j].name, names[i]) || !rows[j].call) continue;
            pid_t child = fork();
            int status = 0;
            if (child == 0) { limited(5); rows[j].call(); _exit(0); }
            waitpid(child, &status, 0);
            if (status) told('!', rows[j].name, WIFSIGNALED(status) ? "signal %d" : "exit %d", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        }
    return 0;
}
"""


def call(abi: Abi, speech: Program, function: Function) -> str:
    """Says its arguments, calls, hears what came back. Behind the arguments stands junk: nothing there is promised."""
    lines, kinds, arguments = ["    const int depth = 2; (void)depth;"], [], []
    variadic = any(param.type.base == "..." for param in function.params)
    for index, param in enumerate(function.params):
        if param.type.base == "...":
            continue
        name, path = f"a{index}", label(function, index)
        if param.type.base in VARIABLE_ARGUMENTS:
            lines.append(f'    __builtin_va_list {name}; __builtin_va_start({name}, none); NUMBER(\'s\', "{path}", (int)fixed("{function.name}...."));')
            kinds.append("__builtin_va_list")
            arguments.append(name)
            continue
        plain = Type(param.type.base, tuple("mut" for _ in param.type.pointers), param.type.count, param.type.inner, param.type.spelled)
        lines.append(f"    {declare(abi, plain, name)}; memset(&{name}, 0, sizeof {name});")
        lines.append(f'    {{ const char *path = "{path}"; {saying(speech, param.type, name, path)} }}')
        kinds.append(speech.passed(param.type) or declare(abi, param.type))
        arguments.append(f"({kinds[-1]}){name}" if param.type.pointers or param.type.base == "function" else f"WIDE({name})" if speech.passed(param.type) else name)
    if variadic:
        kinds.append("...")
        arguments += [f'(int)fixed("{function.name}....")']
        lines.append(f'    NUMBER(\'s\', "{function.name}....", (int)fixed("{function.name}...."));')
    else:
        kinds += ["mutant_word"] * MOST_JUNK + ["double"] * MOST_JUNK
        arguments += [f"{JUNK}ull"] * MOST_JUNK + ["1e77"] * MOST_JUNK
    cast = declare(abi, function.returns, f"(*)({', '.join(kinds)})")
    done = f"(({cast})(void *)&{function.name})({', '.join(arguments)})"
    if function.returns == Type("void"):
        lines.append(f"    {done};")
    else:
        lines.append(f"    {declare(abi, function.returns, 'r')} = {done};")
        lines.append(f'    {{ const char *path = "{function.name}()"; const int depth = 1; (void)depth; {speech.value(function.returns, "hear", "r")} }}')
    for index, param in enumerate(function.params):
        if writable(speech, param.type):
            lines.append(f'    {{ const char *path = "{label(function, index)}!"; {pointee(speech, param.type, "hear", f"a{index}")} }}')
    return "\n".join(lines)


def saying(speech: Program, type_: Type, place: str, path: str) -> str:
    """What a parameter points to lies right before a page that nobody may touch."""
    if type_.base == "function" and not type_.pointers:
        return speech.callback(type_, "say", place, path)
    if leads(speech, type_):
        text = "void *" if len(type_.pointers) > 1 else declare(speech.abi, Type(type_.base, spelled=type_.spelled))
        return f"{place} = GUARDED({text}); {pointee(speech, type_, 'say', place)} {speech.end(type_, 'say', place)}"
    return speech.value(type_, "say", place)
