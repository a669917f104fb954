"""Where the collector sends word to."""
