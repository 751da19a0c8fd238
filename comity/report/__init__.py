"""Reports: what a store says of a tie, told to a reader, each figure with the sentences behind it.

`evidence` joins figures and quotations; `words` turns figures into a judgement; `charts` draws; `brief` makes the page.
"""
