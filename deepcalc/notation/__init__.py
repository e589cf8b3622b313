"""Mathematics as it is written on paper: nodes, functions, numbers, the parser, the printers."""
