"""`astra-abi explain`: what a rule says."""

from __future__ import annotations

import click


@click.command()
@click.argument("rule", required=False)
def command(rule: str | None) -> None:
    """Print RULE: who breaks, what to do, and an example. Without RULE, list all rules."""
    from ..model import AstraError
    from ..project import find_project
    from ..rules import explain, load_rules

    rules = load_rules(find_project().rules)
    if rule is None:
        width = max(map(len, rules))
        for name, item in sorted(rules.items()):
            print(f"{name:{width}}  {item.severity:10}  {item.title}")
    elif rule not in rules:
        import difflib

        near = difflib.get_close_matches(rule, rules, 3)
        raise AstraError(f"there is no rule '{rule}'", "", f"did you mean {', '.join(near)}?" if near else "`astra-abi explain` lists them all")
    else:
        print(explain(rules[rule]))
