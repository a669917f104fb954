"""What agent and collector must agree on: kinds, places, subjects, events, codec, metrics."""
