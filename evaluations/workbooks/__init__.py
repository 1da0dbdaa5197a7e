"""The season of one area as a workbook: out, filled without a line, checked, written back.

One sheet for each scheme and kind of unit, rows units, columns what the criteria ask for, all made
from the same definition as the web form and read by the form's own readers.
"""
