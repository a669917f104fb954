"""Names and addresses in Chinese prose: a small tagger and a few rules, for segments that call for it.

``tag`` says what it sees and how sure it is; what it says alone never flags a transfer. Importing this package is
cheap: the model and its compiled loops are loaded at the first segment with Han characters.
"""

from detectors.prose.cues import is_called_for
from detectors.prose.spans import Label, Span
from detectors.prose.tagger import tag

__all__ = ["Label", "Span", "is_called_for", "tag"]
