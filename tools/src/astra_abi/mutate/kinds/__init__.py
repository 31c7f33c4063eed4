"""The kinds of steps, a module each with `places` and `apply`. They are found, not registered."""
