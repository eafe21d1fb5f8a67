"""Three departments of the demo that are told of lists: a database, a folder of XML files, a web service.

Each is a process of its own with a switch and a small page that says what it holds (control.py). They are written
from the handbook (docs/manual/interface.md), as a department would, and know nothing of the platform's own code.
"""
