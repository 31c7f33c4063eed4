"""The table of targets, and the small headers that stand for C libraries: held against the libraries' real headers, which zig brings."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from astra_abi import _native
from astra_abi.load.clang import library, read_headers, read_targets
from astra_abi.load.targets import host, system_folders, targets
from astra_abi.model import AstraError

ZIG = Path(importlib.util.find_spec("ziglang").submodule_search_locations[0]) / "lib"
LINUX = {
    "x86_64": "x86", "i686": "x86", "aarch64": "aarch64", "riscv64": "riscv", "powerpc64le": "powerpc", "s390x": "s390x",
    "mips64el": "mips", "loongarch64": "loongarch", "armv7": "arm",
}
REAL = {
    **{f"{name}-linux-gnu{'eabihf' if name == 'armv7' else ''}": [f"{zig}-linux-gnu", "generic-glibc", f"{zig}-linux-any", "any-linux-any"] for name, zig in LINUX.items()},
    **{f"{name}-linux-musl": [f"{name}-linux-musl", "generic-musl", f"{LINUX[name]}-linux-any", "any-linux-any"] for name in ("x86_64", "aarch64")},
    **{f"{name}-windows-gnu": ["any-windows-any"] for name in ("x86_64", "i686")},
    **{f"{name}-macos": ["any-darwin-any"] for name in ("x86_64", "aarch64")},
    "x86_64-freebsd": ["x86_64-freebsd-none", "x86-freebsd-none", "generic-freebsd"],
    "wasm32-wasi": ["wasm-wasi-musl", "generic-musl"],
}
C = "stddef stdint stdio stdlib string limits float time errno wchar locale inttypes stdatomic math ctype assert fcntl sys/types sys/stat".split()
POSIX = "unistd sys/time sys/select sys/socket sys/un sys/uio sys/param netinet/in netinet/tcp arpa/inet netdb poll dirent dlfcn pthread sched".split()
MINGW = "winsock2 ws2tcpip windows signal setjmp unistd sys/time".split()
SCALARS = (
    "size_t ptrdiff_t wchar_t wint_t max_align_t time_t clock_t clockid_t off_t ssize_t mode_t dev_t ino_t pid_t uid_t gid_t id_t suseconds_t "
    "useconds_t socklen_t sa_family_t in_port_t in_addr_t nfds_t sig_atomic_t sigset_t fd_set pthread_t pthread_key_t pthread_once_t intmax_t "
    "uintptr_t div_t ldiv_t lldiv_t imaxdiv_t float_t double_t atomic_flag atomic_size_t memory_order u_int u_long SOCKET BOOL DWORD HANDLE LONG "
    "ULONG_PTR WCHAR FILETIME GUID LARGE_INTEGER ULARGE_INTEGER OVERLAPPED SECURITY_ATTRIBUTES SRWLOCK CONDITION_VARIABLE WPARAM LRESULT "
    "BOOLEAN BYTE INT64 UINT8 DWORDLONG HKEY LCID ATOM FARPROC"
).split() + [f"{sign}int{kind}{bits}_t" for sign in ("", "u") for kind in ("", "_least", "_fast") for bits in (8, 16, 32, 64)]
STRUCTS = {
    "tm": "tm_sec tm_isdst tm_gmtoff tm_zone", "timespec": "tv_sec tv_nsec", "timeval": "tv_sec tv_usec", "itimerval": "it_value",
    "timezone": "tz_dsttime", "iovec": "iov_base iov_len", "sockaddr": "sa_family sa_data", "sockaddr_storage": "ss_family",
    "sockaddr_in": "sin_family sin_port sin_addr sin_zero", "sockaddr_in6": "sin6_family sin6_port sin6_flowinfo sin6_addr sin6_scope_id",
    "in_addr": "s_addr", "in6_addr": "", "linger": "l_onoff l_linger", "pollfd": "fd events revents",
}
MACROS = (
    "CHAR_BIT CHAR_MIN CHAR_MAX SHRT_MIN INT_MAX UINT_MAX LONG_MIN ULONG_MAX LLONG_MAX ULLONG_MAX MB_LEN_MAX PATH_MAX NAME_MAX IOV_MAX PIPE_BUF SSIZE_MAX "
    "INT_FAST8_MAX INT_FAST16_MAX UINT_FAST16_MAX INT_FAST32_MAX UINT_FAST32_MAX INT64_MIN UINT64_MAX SIZE_MAX PTRDIFF_MIN WCHAR_MIN WCHAR_MAX WINT_MIN "
    "WINT_MAX SIG_ATOMIC_MAX INTMAX_MAX UINTPTR_MAX INT64_C(1) UINTMAX_C(1) EOF SEEK_SET SEEK_END BUFSIZ _IOFBF _IOLBF _IONBF FILENAME_MAX RAND_MAX "
    "EXIT_FAILURE CLOCKS_PER_SEC FLT_MAX DBL_EPSILON LDBL_MANT_DIG FLT_EVAL_METHOD DECIMAL_DIG SIGINT SIGABRT SIGTERM SIGPIPE SIGKILL SIGSEGV O_RDONLY "
    "O_RDWR AF_UNIX AF_INET AF_INET6 SOCK_STREAM SOCK_DGRAM INET_ADDRSTRLEN INET6_ADDRSTRLEN IPPROTO_UDP POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL "
    "PROT_EXEC MAP_PRIVATE FD_SETSIZE RTLD_LAZY RTLD_NOW MAXPATHLEN TCP_NODELAY BYTE_ORDER PRId64 PRIuPTR PRIxMAX PRIu32 SCNd16 MAX_PATH STDERR_FILENO "
    "EPERM EAGAIN EDEADLK EDEADLOCK ENAMETOOLONG ENOSYS EINPROGRESS ECONNREFUSED ETIMEDOUT EOVERFLOW EILSEQ ENOTSUP EOPNOTSUPP ECANCELED ELOOP"
).split()


def probe(name: str) -> tuple[str, list[str]]:
    """A header that asks for everything, and what it asks for."""
    if "windows" in name:
        headers = [*C, *MINGW]
    elif "wasi" in name:
        headers = [*C, *(header for header in POSIX if header not in ("netinet/tcp", "netdb", "sys/un", "dlfcn"))]
    else:
        headers = [*C, *POSIX, "signal", "setjmp", "sys/mman"]
    asked = [f"{what}({type_})" for type_ in SCALARS for what in ("sizeof", "_Alignof")]
    asked += [f"(({type_})-1 < 0)" for type_ in SCALARS]
    asked += [f"{what}(struct {tag})" for tag in STRUCTS for what in ("sizeof", "_Alignof")]
    asked += [f"offsetof(struct {tag}, {field})" for tag, fields in STRUCTS.items() for field in fields.split()]
    asked += MACROS
    includes = "".join(f"#include <{header}.h>\n" for header in headers)
    return includes + "".join(f"#define ASTRA_{number} {question}\n" for number, question in enumerate(asked)), asked


def answers(name: str, folders: list[Path], *more: str) -> dict[str, object]:
    """What headers in these folders answer. None: they do not know it."""
    target = targets()[name]
    text, asked = probe(name)
    arguments = [*target.arguments, *more, *(argument for folder in folders for argument in ("-isystem", str(folder)))]
    options = {
        "files": ["/probe/probe.h"], "unsaved": {"/probe/probe.h": text}, "public": ["/probe"],
        "arguments": ["-std=gnu17", "-nostdinc", "-D_GNU_SOURCE"], "targets": [{"name": name, "triple": target.triple, "arguments": arguments}],
    }
    answer = json.loads(_native.read_headers(library(), json.dumps(options)))
    assert answer["diagnostics"] == {}
    macros = answer["targets"][name]["macros"]
    return {question: macros[f"ASTRA_{number}"]["value"] for number, question in enumerate(asked)}


@pytest.mark.parametrize("name", REAL)
def test_the_headers_that_stand_for_a_c_library_agree_with_its_own(name: str) -> None:
    compiler = targets()[name].stubs[0]
    # Zig's headers of the compiler are those of a newer one, which this one cannot read for WASI.
    real = [ZIG / "include" if "wasi" not in name else compiler, *(ZIG / "libc/include" / folder for folder in REAL[name])]
    options = ["-D__GLIBC_MINOR__=36"] if "linux-gnu" in name else ["-D__MSVCRT_VERSION__=0x700", "-D_WIN32_WINNT=0x0a00"] if "windows" in name else []
    told, true = answers(name, targets()[name].stubs), answers(name, real, *options)
    known = {question: value for question, value in told.items() if value is not None}
    assert {question: (value, true[question]) for question, value in known.items() if true[question] not in (value, None)} == {}
    # Nothing is answered because the headers know nothing.
    assert len([question for question in known if true[question] is not None]) >= 240


def test_what_differs_between_versions_of_a_library_is_refused_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "text.h"
    text = "#include <pthread.h>\n#include <setjmp.h>\n#include <stdio.h>\n#include <sys/stat.h>\n"
    path.write_text(text + "void lock(pthread_mutex_t *); int look(struct stat *); void jump(jmp_buf); FILE *file(fpos_t *);\n")
    foreign = [name for name in targets() if "windows" not in name and "wasi" not in name]
    assert set(read_headers([path], targets=foreign)) == set(foreign)
    for wrong, unknown in (
        ("struct s { pthread_mutex_t m; };", "pthread_mutex_t"), ("struct s { int i; jmp_buf j; };", "jmp_buf"), ("extern pthread_mutex_t m;", "pthread_mutex_t"),
        ("void f(pthread_mutex_t m);", "pthread_mutex_t"), ("fpos_t f(void);", "fpos_t"), ("typedef void (*f)(siginfo_t);", "siginfo_t"),
    ):
        path.write_text("#include <signal.h>\n" + text + wrong + "\n")
        reading = read_targets([path], targets=[host(), "s390x-linux-gnu", "x86_64-macos"])
        assert {name: f"how large {unknown} is on this target is not known" in why for name, why in reading.refused.items()} == {
            "s390x-linux-gnu": True, "x86_64-macos": True,
        }
        assert set(reading.surfaces) == {host()}


def test_this_machines_headers_are_closed_to_other_targets(tmp_path: Path) -> None:
    other = next(name for name in ("s390x-linux-gnu", "x86_64-linux-gnu") if name != host())
    path = tmp_path / "text.h"
    path.write_text("#include <sys/statvfs.h>\nint f(struct statvfs *);\n")
    reading = read_targets([path], include=system_folders(), targets=[host(), other])
    assert set(reading.surfaces) == {host()}
    assert re.search(rf"text\.h:1:\d+: includes /usr/include/\S*statvfs\.h, which is this machine's and not {other}'s", reading.refused[other])
    (real,) = [folder / "sys/statvfs.h" for folder in system_folders() if (folder / "sys/statvfs.h").is_file()]
    named = read_targets([path], include=system_folders(), targets=[other], beside=[real])
    assert "sys/statvfs.h, which" not in named.refused[other] and "bits/statvfs.h, which" in named.refused[other]


def test_a_library_that_lies_among_the_systems_headers_is_read_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As zlib.h, which includes "zconf.h", lies in /usr/include."""
    from astra_abi.load import targets as table

    (tmp_path / "lib.h").write_text('#include <stddef.h>\n#include "libconf.h"\nint f(conf);\n')
    (tmp_path / "libconf.h").write_text("typedef long conf;\n#include <other.h>\n")
    (tmp_path / "other.h").write_text("")
    (tmp_path / "stdio.h").write_text("")
    other = next(name for name in ("s390x-linux-gnu", "x86_64-linux-gnu") if name != host())
    table.system_folders.cache_clear()
    monkeypatch.setattr(table, "SYSTEM", tmp_path)
    try:
        reading = read_targets([tmp_path / "lib.h"], include=[tmp_path], targets=[other])
        assert re.search(r"libconf\.h:2:10: includes \S+/other\.h, which is this machine's", reading.refused[other])
        (tmp_path / "libconf.h").write_text("typedef long conf;\n")
        assert read_headers([tmp_path / "lib.h"], include=[tmp_path], targets=[other])[other]["functions"]["f"]["params"][0]["type"]["typedef"] == "conf"
    finally:
        table.system_folders.cache_clear()


def test_no_header_of_this_machine_answers_for_another_target_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of the system may be named too: our own headers ask none behind them, and what is missing is said."""
    from astra_abi.load import targets as table
    from astra_abi.load.headers import find_headers, load_targets

    here = tmp_path / table.targets()[host()].multiarch
    (tmp_path / "lib").mkdir()
    (here / "lib").mkdir(parents=True)
    (tmp_path / "lib/lib.h").write_text("#include <stdint.h>\n#include <limits.h>\n#include <lib/part.h>\nint64_t f(part);\n")
    (tmp_path / "lib/part.h").write_text("typedef long part;\n")
    for name in ("stdint.h", "limits.h", "stdio.h"):
        (tmp_path / name).write_text("#error this machine's\n")
    others = [name for name in targets() if name != host()]
    table.system_folders.cache_clear()
    monkeypatch.setattr(table, "SYSTEM", tmp_path)
    try:
        for include in ((), (tmp_path,)):
            declared, refused = load_targets(find_headers(tmp_path / "lib", include), others)
            assert (set(declared), refused) == (set(others), {})
        (tmp_path / "lib/lib.h").write_text("#include <lib/config.h>\nint f(void);\n")
        (here / "lib/config.h").write_text("")
        _, refused = load_targets(find_headers(tmp_path / "lib"), others)
        assert set(refused) == set(others)
        for name, why in refused.items():
            assert f"'lib/config.h' file not found (that in {here} is for {host()}: name an include folder with {name}'s)" in why
        (tmp_path / "own/lib").mkdir(parents=True)
        (tmp_path / "own/lib/config.h").write_text("")
        assert load_targets(find_headers(tmp_path / "lib", (tmp_path / "own",)), others)[1] == {}
    finally:
        table.system_folders.cache_clear()


def test_the_answer_is_the_same_in_however_many_processes_targets_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from astra_abi.load import clang
    from astra_abi.load.headers import find_headers, load_targets

    text = "#include <stddef.h>\n#include <time.h>\n#define A sizeof(long)\n#ifdef _WIN32\n#define W 1\nint w(void);\n#error not here\n#else\n#define N A\n#endif\n"
    (tmp_path / "x.h").write_text(text.replace("#error not here\n", "") + "struct s { long l; time_t t; };\nint f(struct s *, size_t);\nlong double g(void);\n#ifdef __wasm__\n#error no\n#endif\n")
    answers = []
    for processes, least in ((1, 1), (3, 1), (20, 1)):
        monkeypatch.setattr(clang, "MOST_PROCESSES", processes)
        monkeypatch.setattr(clang, "LEAST_TARGETS", least)
        monkeypatch.setattr(clang.os, "sched_getaffinity", lambda _: range(20))
        assert len(clang.shares(list(targets().values()))) == processes
        declared, refused = load_targets(find_headers(tmp_path / "x.h"), list(targets()))
        assert list(refused) == ["wasm32-wasi"] and len(declared) == len(targets()) - 1 and list(declared) == [name for name in targets() if name in declared]
        answers.append(declared)
    assert answers[0] == answers[1] == answers[2]
    assert "w" in answers[0]["x86_64-windows-gnu"].functions and "w" not in answers[0]["aarch64-macos"].functions
    assert "N" not in answers[0]["x86_64-windows-gnu"].macros and answers[0]["i686-linux-gnu"].macros["A"].value == 4


def test_real_headers_are_only_used_on_this_machines_own_target() -> None:
    from astra_abi.load.targets import search_path

    assert set(system_folders()) <= set(search_path(targets()[host()])[0])
    for target in targets().values():
        folders, closed = search_path(target)
        assert folders[0].name == "compiler" and (target.name == host() or (not set(folders) & set(system_folders()) and closed))


def test_without_a_c_librarys_headers_our_own_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from astra_abi.load import targets as table

    table.system_folders.cache_clear()
    monkeypatch.setattr(table, "SYSTEM", tmp_path / "nowhere")
    try:
        path = tmp_path / "text.h"
        path.write_text("#include <time.h>\nint f(struct tm *, time_t);\n")
        read = read_headers([path])[host()]
        assert read["functions"]["f"]["params"][1]["type"]["typedef"] == "time_t"
        assert table.search_path(targets()[host()]) == (targets()[host()].stubs, [])
    finally:
        table.system_folders.cache_clear()


def test_a_target_that_is_not_there_is_said() -> None:
    with pytest.raises(AstraError, match="no target is called pdp-11"):
        read_headers([__file__], targets=["pdp-11"])
