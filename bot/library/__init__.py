"""What editors write, read and checked."""
