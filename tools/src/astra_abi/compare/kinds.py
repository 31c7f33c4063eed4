"""The closed list of changes: every kind, its facts, and every value that a fact can have.

A kind says what changed, never whether that is bad: rules claim kinds by their facts. A change of a
kind or with a fact that is not listed here cannot be made, so that no rule can miss one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Iterator

from ..model import AstraError

Fact = str | bool
YES_NO = (True, False)
ABOUTS = (
    "bits", "blocking", "contents", "errors", "immutability", "isolation", "kernels", "lifetime", "memory",
    "order", "threads", "version",
)
"""What a numbered requirement can be about."""
NOTE_PARTS = ("format", "contract", "version", "line", "history", "structs", "constants", "functions", "operators")
"""The parts of a library's note."""

MACROS = ("version", "constant", "default", "value", "text", "function")
"""What a macro is to the programs that are compiled with it."""

KINDS: dict[str, dict[str, tuple[Fact, ...]]] = {
    # The library as the loader sees it.
    "symbol_removed": {"declared": YES_NO},
    "symbol_added": {"closed": YES_NO},
    "symbol_unexplained": {},
    "symbol_version_changed": {"became": ("another", "unversioned", "versioned", "hidden"), "declared": YES_NO},
    "symbol_moved": {"versioned": YES_NO},
    "symbol_kind_changed": {},
    "version_node_removed": {"then": ("refused", "warned", "aborted"), "declared": YES_NO, "offered": YES_NO},
    "soname_changed": {},
    "floor_raised": {"declared": YES_NO},
    "needed_added": {"declared": YES_NO, "with_libc": YES_NO},
    "needed_removed": {},
    "symbol_unserved": {"seen": YES_NO},
    "data_unshared": {"by": ("symbolic", "protected", "unseen")},
    "dlopen_refused": {},
    "unload_refused": {},
    "processor_raised": {},
    "rpath_added": {"declared": YES_NO},
    "rpath_removed": {},
    "exec_stack_added": {"declared": YES_NO},
    "text_relocations_added": {},
    "state_added": {},
    "initializers_added": {},
    # The file around the library.
    "format_changed": {"what": ("format", "machine", "bits", "byte_order")},
    "architecture_removed": {},
    "architecture_added": {},
    "compatibility_version_changed": {"now": ("raised", "lowered")},
    "minimum_os_raised": {},
    "platform_removed": {},
    "platform_tag_changed": {"now": ("wider", "narrower", "below")},
    "export_ordinal_changed": {},
    "forwarder_changed": {"now": ("added", "another", "removed")},
    "symbol_hidden": {},
    "member_removed": {},
    "member_added": {},
    # Code for GPUs in the file.
    "gpu_machine_code_removed": {"loses": ("gpus", "time", "nothing")},
    "gpu_ptx_removed": {"loses": ("gpus", "nothing")},
    "gpu_link_code_removed": {},
    "gpu_code_added": {},
    "note_missing": {},
    "note_differs": {"about": NOTE_PARTS},
    # What one program takes.
    "program_node_missing": {"weak": YES_NO},
    "program_version_unknown": {},
    "program_version_refused": {},
    "program_symbol_missing": {"bound": ("start", "call", "weak")},
    "program_copy_resized": {"now": ("larger", "smaller")},
    "program_copy_ignored": {},
    # Functions.
    "function_removed": {"symbol": ("gone", "kept", "inline", "elsewhere")},
    "function_added": {"declared": YES_NO},
    "param_added": {"at_end": YES_NO, "rest": YES_NO},
    "param_removed": {},
    "param_moved": {"seen": YES_NO, "code": ("same", "other")},
    "param_renamed": {},
    "param_type_changed": {"size": ("larger", "smaller", "number", "sign", "address", "named", "wrapped", "same")},
    "param_promotion_changed": {},
    "return_type_changed": {"how": ("added", "sign", "number", "address", "named", "wrapped", "other")},
    "convention_changed": {},
    "noreturn_changed": {"now": ("never", "returns")},
    "function_deprecated": {},
    "function_renewed": {},
    "function_masked": {"now": ("hidden", "bare")},
    "function_prototyped": {"now": ("nothing", "something", "anything")},
    "function_inlined": {"exported": YES_NO},
    "function_label_changed": {"seen": YES_NO},
    "const_changed": {"narrows": YES_NO},
    "direction_changed": {},
    "ownership_changed": {},
    "nullability_changed": {"now": ("nullable", "required")},
    "length_changed": {},
    "thread_rule_changed": {"now": ("stricter", "looser")},
    "blocking_changed": {},
    "stream_order_changed": {},
    "profile_left": {},
    "profile_joined": {},
    "error_added": {"about_new": YES_NO},
    "error_removed": {},
    "error_code_replaced": {},
    "error_condition_changed": {},
    "error_order_changed": {},
    # Data.
    "variable_removed": {"kept": YES_NO},
    "variable_renewed": {},
    "variable_type_changed": {"resized": YES_NO, "number": YES_NO},
    "variable_tls_resized": {"now": ("larger", "smaller")},
    "variable_const_changed": {"now": ("constant", "writable")},
    "variable_tls_changed": {},
    # What only sources see.
    "macro_removed": {"nature": MACROS},
    "macro_added": {},
    "macro_changed": {"nature": MACROS},
    "typedef_changed": {"how": ("opaque", "sign", "wrapped", "other")},
    "typedef_removed": {},
    "typedef_added": {},
    # Types.
    "struct_removed": {"contract": YES_NO},
    "struct_added": {},
    "struct_packed": {},
    "struct_size_changed": {},
    "struct_align_changed": {"larger": YES_NO},
    "struct_kind_changed": {"named": YES_NO},
    "struct_passing_changed": {"how": ("reference", "registers")},
    "struct_hidden": {"layout": ("seen", "unseen")},
    "struct_shown": {},
    "type_renamed": {"shown": YES_NO},
    "union_member_added": {"grows": YES_NO},
    "union_member_removed": {"shrinks": YES_NO},
    "growth_changed": {},
    "struct_direction_changed": {},
    "unreached_changed": {"what": ("type", "number")},
    "field_added": {
        "at_end": YES_NO, "growth": ("frozen", "growable", "guarded", "library", "unknown"), "direction": ("in", "out"),
        "zero_is_old": YES_NO,
    },
    "field_in_padding": {},
    "flexible_array_added": {},
    "flexible_array_respelled": {},
    "fields_regrouped": {},
    "field_removed": {"reserved": YES_NO},
    "field_moved": {},
    "field_renamed": {"reserved": YES_NO},
    "field_type_changed": {"to": ("same_content", "other_sign", "other_sign_of_bits", "address", "pointee", "reserved", "same_size", "other_size")},
    "field_const_changed": {"now": ("constant", "writable")},
    "field_default_changed": {},
    "enum_removed": {},
    "enum_added": {},
    "enum_type_changed": {"resized": YES_NO},
    "openness_changed": {"now": ("open", "closed")},
    "constant_added": {"open": ("open", "closed", "unknown")},
    "constant_removed": {},
    "constant_renamed": {},
    "constant_renumbered": {"marks_end": YES_NO},
    "handle_removed": {},
    "handle_added": {},
    "handle_borrowed_changed": {"now": ("borrowed", "owned")},
    # Operators.
    "operator_removed": {},
    "operator_added": {},
    "operator_definition_changed": {},
    "operator_attribute_added": {"required": YES_NO},
    "operator_attribute_removed": {},
    "operator_attribute_changed": {"text_only": YES_NO},
    "operator_dtypes_added": {"ambiguous": YES_NO},
    "operator_dtypes_removed": {},
    # Build inputs.
    "build_floor_raised": {"what": ("glibc", "cpu", "cuda")},
    "build_floor_lowered": {"what": ("glibc", "cpu", "cuda")},
    "build_input_changed": {"what": ("compiler", "flags", "cuda", "other")},
    "gpu_architecture_added": {},
    "gpu_architecture_removed": {},
    "target_added": {},
    "target_removed": {},
    # Versions and words.
    "line_changed": {},
    "history_rewritten": {},
    "layout_hash_changed": {},
    "since_changed": {},
    "requirement_added": {},
    "requirement_removed": {},
    "requirement_changed": {},
    "promise_text_changed": {},
    "doc_changed": {},
    # Behaviour.
    "promise_broken": {"about": ABOUTS},
    "promise_unobserved": {},
    "case_crashed": {},
    "case_hung": {},
    "case_printed": {},
    "golden_changed": {},
    "golden_removed": {},
    "client_failed": {},
    # Recorded behaviour of probe programs.
    "recorded_output_changed": {"promise": ("exact", "status", "informative"), "stream": ("stdout", "stderr", "file")},
    "recorded_status_changed": {"promised": YES_NO},
    "recorded_crashed": {},
    "recorded_overran": {},
    "recorded_unstable": {"promised": YES_NO},
    "recorded_unstarted": {},
    "recorded_case_removed": {"promised": YES_NO},
    "recorded_case_added": {},
    "recorded_case_changed": {"promised": YES_NO},
    "recorded_promise_changed": {"now": ("weaker", "stronger")},
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different: its kind, what it happened to, and how it was and is."""

    kind: str
    subject: str
    facts: dict[str, Fact] = field(default_factory=dict)
    old: str | None = None
    new: str | None = None
    where: str = ""

    @property
    def identity(self) -> tuple:
        """Two changes that differ in a fact may meet two rules, however alike they read."""
        return self.kind, self.subject, self.old, self.new, tuple(sorted(self.facts.items()))

    def __post_init__(self) -> None:
        domains = KINDS.get(self.kind)
        if domains is None or set(domains) != set(self.facts):
            raise AstraError(
                f"'{self.kind}' with the facts {sorted(self.facts)} is not a kind of change", self.subject,
                "list the kind and its facts in astra_abi/compare/kinds.py",
            )
        for name, value in self.facts.items():
            if not any(value is known or (value == known and type(value) is type(known)) for known in domains[name]):
                raise AstraError(
                    f"'{value}' is not a value of {self.kind}.{name} (known: {', '.join(map(str, domains[name]))})",
                    self.subject, "correct the reader that gave it, or list the value in astra_abi/compare/kinds.py",
                )


def every_combination() -> Iterator[tuple[str, dict[str, Fact]]]:
    """Every kind with every combination of its facts: what the rules must claim, each once."""
    for kind, domains in KINDS.items():
        for values in product(*domains.values()):
            yield kind, dict(zip(domains, values))
