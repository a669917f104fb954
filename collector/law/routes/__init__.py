"""The shelf of routes: one lawful way out a file, each with ROUTE."""
