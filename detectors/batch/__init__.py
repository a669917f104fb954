"""The scan as compiled loops over many contents at once; ``python -m detectors.batch.warm`` makes it ready."""
