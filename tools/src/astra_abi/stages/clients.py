"""Frozen old clients run on today's library: the proof behind the word compatible."""

from ..clients import find_clients, machine, observe_client
from ..compare import compare
from ..load.library import refuse_foreign
from ..model import Abi, Behaviour, Outcome
from . import NOT_DECLARED, Result, Subject, found

TITLE = "frozen clients"


def run(subject: Subject) -> Result:
    clients = find_clients(subject.project.clients, subject.contract.line)
    if not clients:
        return Result("", NOT_DECLARED, f"no frozen client for {machine()}")
    refuse_foreign(subject.library)
    seen = {}
    for index, client in enumerate(clients):
        seen[client.id] = observe_client(client, subject.path, subject.contract.image.soname)
        subject.progress("clients", index + 1, len(clients))
    kept = {name: Outcome("kept", outcome.about) for name, outcome in seen.items()}
    changes = compare(Abi("clients", behaviour=Behaviour(clients=kept)), Abi("library", behaviour=Behaviour(clients=seen)))
    ran = sum(outcome.result == "kept" for outcome in seen.values())
    return found(changes, f"{ran} of {len(seen)} run")
