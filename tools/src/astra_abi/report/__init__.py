"""Findings and stage results -> a verdict, and the ways to show it."""
