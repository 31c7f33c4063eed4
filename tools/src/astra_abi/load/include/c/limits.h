/* The compiler's own says it all; with this one it asks no other machine's. */
