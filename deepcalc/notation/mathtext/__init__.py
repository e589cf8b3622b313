"""Mathematics that is written in LaTeX, in statements and as symbols: read into a tree, from which formats are written.

:mod:`.tokens` is the only place that knows where a command of LaTeX ends, :mod:`.signs` what each one means,
:mod:`.reading` makes the :mod:`.tree`; :mod:`.latex` and :mod:`.unicode` write it.
"""
