"""Links by eflomal between tokens of many pairs: eflomal_peer.py SOURCE TARGET FORWARD BACKWARD.

SOURCE and TARGET have tokens between blanks; FORWARD and BACKWARD are written, a line of links 0-1 for each pair.
"""

import sys

import eflomal

source, target, forward, backward = sys.argv[1:]
with open(source, encoding="utf-8") as sources, open(target, encoding="utf-8") as targets:
    eflomal.Aligner().align(sources, targets, links_filename_fwd=forward, links_filename_rev=backward)
