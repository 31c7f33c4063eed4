"""One program alone: behind walls, within limits, with everything that it starts.

These modules live in a small process of their own and import nothing else of the package: a run forks three times, and
what a fork costs is the size of what forks.
"""
