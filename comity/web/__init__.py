"""The web pages and the JSON API over one store: `create_app` makes them, `comity serve` runs them.

A page and the API show the same figures, since both ask `queries`, the one module here that knows the other rooms.
Nothing is loaded from another host, and nothing needs building.
"""
