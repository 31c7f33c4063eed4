"""What the kernel can keep from a process: other processes, the network, foreign files, more than its share.

Owns the system calls. Everything here is called between fork and exec, where nothing may be imported or printed.
What this kernel or this container does not permit is found once by a trial, and said: it is never pretended.
"""

from __future__ import annotations

import _socket
import ctypes
import fcntl
import os
import resource
import signal
import struct

NEWUSER, NEWIPC, NEWPID, NEWNET = 0x10000000, 0x08000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 8, 36, 38, 47
CAPSET = {"x86_64": 126, "aarch64": 91, "riscv64": 91, "ppc64le": 184, "s390x": 185}
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
CAP_DAC_READ_SEARCH = 2
WRITES = (1 << 1) | sum(1 << bit for bit in range(4, 13))
"""Landlock's rights to write, remove and make files; REFER and TRUNCATE came later (bits 13 and 14)."""
SCOPES = 3
"""Landlock's scopes since version 6: signals and abstract sockets stay among its own."""
OWN_UID = 61184
"""First user number of systemd's dynamic users: nobody's, and below what rootless containers map."""
LEAST_PROCESSES = 64

_LIBC = ctypes.CDLL(None, use_errno=True)
_UNSHARE, _PRCTL, _SYSCALL = _LIBC.unshare, _LIBC.prctl, _LIBC.syscall
_SYSCALL.restype = ctypes.c_long


class WallError(OSError):
    """A wall that the trial found could not be raised."""


def survey(root: bool) -> dict[str, int]:
    """Tries in a child what this place permits: `flags` are namespaces to leave, `landlock` is its version."""
    wanted = NEWPID | NEWNET | NEWIPC | (0 if root else NEWUSER)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            separate(wanted, root)
            inner = os.fork()  # A namespace for processes proves itself only when one lives in it.
            if inner == 0:
                os._exit(0)
            code = 0 if os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]) == 0 else 1
        finally:
            os._exit(code)
    permitted = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    version = _SYSCALL(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    return {"flags": wanted if permitted else 0, "landlock": max(0, version)}


def changes_user() -> bool:
    """Whether root may become somebody else here: containers can forbid it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            lose_privileges(0)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def separate(flags: int, root: bool) -> None:
    """Leaves the namespaces that this process shares with others; its next child is the first of the new ones."""
    uid, gid = os.geteuid(), os.getegid()
    if not flags:
        return
    if _UNSHARE(flags) != 0:
        raise WallError(ctypes.get_errno(), "cannot leave its namespaces")
    if not root:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    raise_loopback()


def raise_loopback() -> None:
    """The new network has nobody in it; programs that talk to themselves may."""
    any_socket = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    fcntl.ioctl(any_socket.fileno(), 0x8914, struct.pack("16sH14x", b"lo", 1))
    any_socket.close()


def die_with_parent() -> None:
    _PRCTL(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Descendants that lose their parent become children of this process."""
    _PRCTL(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def lose_privileges(number: int) -> None:
    """Root becomes a user of its own, who may still read everything: libraries may lie in root's folders."""
    uid = OWN_UID + number
    _PRCTL(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    call = CAPSET.get(os.uname().machine)
    if call is None:
        return
    bits = 1 << CAP_DAC_READ_SEARCH
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    data = ctypes.create_string_buffer(struct.pack("=6I", bits, bits, bits, 0, 0, 0))
    if _SYSCALL(call, header, data) == 0:
        _PRCTL(PR_CAP_AMBIENT, 2, CAP_DAC_READ_SEARCH, 0, 0)


def forbid_writes(landlock: int, network_walled: bool, allowed: tuple[str, ...]) -> None:
    """Nothing is written but below the allowed places and in devices; no signal leaves the family."""
    _PRCTL(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if not landlock:
        return
    writes = WRITES | (1 << 13 if landlock >= 2 else 0) | (1 << 14 if landlock >= 3 else 0)
    network = 3 if landlock >= 4 and not network_walled else 0
    scopes = SCOPES if landlock >= 6 else 0
    attributes = struct.pack("=3Q", writes, network, scopes)
    length = 24 if scopes else 16 if network else 8
    ruleset = _SYSCALL(CREATE_RULESET, ctypes.create_string_buffer(attributes[:length], length), ctypes.c_size_t(length), 0)
    if ruleset < 0:
        raise WallError(ctypes.get_errno(), "cannot make a ruleset")
    on_files = writes & ((1 << 1) | (1 << 14))
    for place in (*allowed, "/dev"):
        rights = writes if os.path.isdir(place) and place != "/dev" else on_files
        opened = os.open(place, os.O_PATH)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, opened), 12)
        if _SYSCALL(ADD_RULE, ruleset, 1, rule, 0) != 0:
            raise WallError(ctypes.get_errno(), f"cannot allow {place}")
        os.close(opened)
    if _SYSCALL(RESTRICT_SELF, ruleset, 0) != 0:
        raise WallError(ctypes.get_errno(), "cannot enforce its ruleset")
    os.close(ruleset)


def limit(seconds: float, memory: int, output: int, processes: int) -> None:
    """Its share: processor time, address space, longest file, processes."""
    cpu = int(seconds + 2) * (os.cpu_count() or 1)  # Time on the clock is limited elsewhere.
    for kind, most in (
        (resource.RLIMIT_CPU, cpu), (resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, processes), (resource.RLIMIT_NOFILE, 1024),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # What is over gets a signal that tells why, before the one that kills.
        resource.setrlimit(kind, (most, most + 1 if kind == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else most))


def processes_of(uid: int) -> int:
    """Threads that a user has now: where he is not a new one, the limit on processes counts them too."""
    count = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == uid:
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue  # it ended meanwhile
    return count
