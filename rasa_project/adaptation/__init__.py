"""Teaches the sentence encoder how our users write. Run seldom, by hand: `python -m adaptation`."""
