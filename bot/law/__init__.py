"""The law as arithmetic that a lawyer can read."""
