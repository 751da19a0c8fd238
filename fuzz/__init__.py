"""Comity under fuzzing: arbitrary bytes into everything that reads what strangers wrote. No part of the package.

`targets` says what is fuzzed and what may come out, `trial` runs one input within bounds of time and memory, `mutate`
makes inputs, `hunt` is the loop of one process, `campaign` starts such processes and outlives their deaths.
`python -m fuzz --help` says how to run it, docs/security.md what it is for.
"""
