"""`python -m comity.cli`: the program, where its script is not on the path."""

from comity.cli import main

main()
