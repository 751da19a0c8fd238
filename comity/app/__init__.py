"""The functions behind the commands that belong to no one room: they join sources, coder, store and report.

They are re-exported by `comity`; `comity.cli` parses, calls them, and prints.
"""
