"""`astra-abi explain`: what a rule says, and what may stand in a file."""

from __future__ import annotations

import click


@click.command()
@click.argument("rule", required=False)
def command(rule: str | None) -> None:
    """Print RULE: who breaks, what to do, and an example. Without RULE, list all rules.

    Instead of a rule a format may be named: probe, header-contract or suppressions. Then all keys of such a file are printed.
    """
    from ..data import packaged
    from ..formats import formats, page
    from ..model import AstraError
    from ..project import find_project
    from ..rules import explain, load_rules

    files = formats(packaged("spec") / "schema")
    if rule in files:
        print(page(files[rule]))
        return
    rules = load_rules(find_project().rules)
    if rule is None:
        width = max(map(len, rules))
        for name, item in sorted(rules.items()):
            print(f"{name:{width}}  {item.severity:10}  {item.title}")
        for name, schema in files.items():
            print(f"{name:{width}}  {'format':10}  {schema['x-file']}")
    elif rule not in rules:
        import difflib

        near = difflib.get_close_matches(rule, rules, 3)
        raise AstraError(f"there is no rule '{rule}'", "", f"did you mean {', '.join(near)}?" if near else "`astra-abi explain` lists them all")
    else:
        print(explain(rules[rule]))
