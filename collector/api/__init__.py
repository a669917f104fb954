"""JSON over HTTP: what was judged, cases, registry, spot checks, outlook; what is read and what is written."""

from collector.api.endpoint import MOST, Answer, Bench, Call, Endpoint, Fixed, Problem
from collector.api.routes import ENDPOINTS, api_routes, case_cursor_of, case_cursor_text, cursor_of, cursor_text

__all__ = [
    "ENDPOINTS",
    "MOST",
    "Answer",
    "Bench",
    "Call",
    "Endpoint",
    "Fixed",
    "Problem",
    "api_routes",
    "case_cursor_of",
    "case_cursor_text",
    "cursor_of",
    "cursor_text",
]
