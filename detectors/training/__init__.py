"""How the tagger of ``detectors.prose`` is trained. Nothing here is needed at run time."""
