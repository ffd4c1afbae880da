"""Amparo: short, sourced answers for people who are cheated at work far from home."""
