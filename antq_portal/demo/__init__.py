"""Demo data: real communes, made-up residential areas, a year in mid-course, one account for each person.

Everything goes through the services that people use, so the demo holds what the portal would.
"""
