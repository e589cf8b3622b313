"""Problems: what they are, how they are read from YAML, and the library of those that are shipped."""
