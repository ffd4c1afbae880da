"""Measurements; tests never assert them."""
