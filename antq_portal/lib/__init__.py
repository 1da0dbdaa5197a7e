"""Helpers that know nothing of the apps."""
