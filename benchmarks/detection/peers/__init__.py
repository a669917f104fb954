"""Other people's detectors, each run in an environment of its own by ``run.py`` on the same corpus file."""
