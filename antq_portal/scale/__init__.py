"""Synthetic provinces for measuring: made-up units under the real communes, and their years, written in bulk."""

from .seeding import Seeded, seed

__all__ = ["Seeded", "seed"]
