"""The shelf: one kind of datum a file, each with its proof and its legal source."""
