"""Where packets and lines come from."""
