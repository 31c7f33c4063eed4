"""Runs one command with limits and says on a pipe what it used. A script of its own, started by child.py.

A command's peak memory counts what its starter held when it forked, so the starter must be small: this file imports
what it needs and nothing of the package. Whatever the command left running ends with this process.
"""

import json
import os
import resource
import signal
import sys

LEFT_OVER_ROUNDS = 100


def adopt() -> None:
    """Makes this process the parent of all orphans below it. The first process of a namespace is that already."""
    if os.getpid() != 1:
        import ctypes

        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def start(task: dict) -> None:
    """The child: limits, then the command. Never returns."""
    try:
        for name, value in ((resource.RLIMIT_DATA, task["memory"]), (resource.RLIMIT_FSIZE, task["output"]), (resource.RLIMIT_CORE, 0)):
            hard = resource.getrlimit(name)[1]
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(name, (most, most))
        # Python ignores these two and a child would inherit that.
        for name in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(name, signal.SIG_DFL)
        os.setpgid(0, 0)
        os.execvpe(task["command"][0], task["command"], os.environ)
    except OSError as error:
        os.write(2, f"{task['command'][0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def end_what_is_left() -> None:
    """Kills what the command started and did not wait for, however it hid from its group."""
    for _ in range(LEFT_OVER_ROUNDS):
        try:
            with open("/proc/thread-self/children") as file:
                left = file.read().split()
        except OSError:
            left = []
        if not left:
            return
        for pid in left:
            try:
                os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass
        try:
            os.waitpid(-1, 0)
        except OSError:
            return


def main() -> None:
    task = json.loads(sys.argv[1])
    report = int(sys.argv[2])
    os.set_inheritable(report, False)
    adopt()
    # Should everybody else die, this ends the command all the same; a namespace's first process must ask for it.
    signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
    signal.alarm(int(task["seconds"]) + 10)
    pid = os.fork()
    if pid == 0:
        start(task)
    status = None
    while status is None:
        ended, code = os.waitpid(-1, 0)
        status = code if ended == pid else None
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    os.write(report, json.dumps({
        "code": os.waitstatus_to_exitcode(status), "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss * 1024,
    }).encode())
    os.close(report)
    if os.getpid() != 1:  # otherwise the kernel does it
        end_what_is_left()


if __name__ == "__main__":
    main()
