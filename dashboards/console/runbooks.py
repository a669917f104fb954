"""The runbooks over HTTP: an alert's link leads to its page, also where there is no way to the internet."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboards.runbook import runbooks
from dashboards.site import Site


def runbook_route() -> Route:
    """``GET /runbooks/{name}``: Markdown as plain text."""
    pages = runbooks(Site())

    def answer(request: Request) -> Response:
        page = pages.get(request.path_params["name"])
        if page is None:
            raise HTTPException(404)
        return Response(page, media_type="text/plain; charset=utf-8")

    return Route("/runbooks/{name}", answer)
