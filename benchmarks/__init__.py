"""What deepcalc costs, and how well it marks; each module is a script that prints a table of the README."""
