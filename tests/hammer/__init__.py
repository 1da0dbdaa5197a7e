"""Sixteen people at twenty files over a bad line; see test_hammer.py."""
