"""Reach the press feeds of Kazakhstan's akimats, politely, and run the crawls."""

from importlib.util import find_spec
from pathlib import Path

__version__ = "0.2.0"


def _check_pipelines() -> None:
    """Make sure that ``pipelines`` is ours.

    The name is common, and Scrapy appends the project folder to the end of the path: another project's
    ``pipelines`` that stands earlier would be imported in silence and fail much later, in odd ways.
    """
    spec = find_spec("pipelines")
    found = Path(spec.origin).parent.parent if spec and spec.origin else None
    if found != Path(__file__).parent.parent:
        raise ImportError(
            f"another package named 'pipelines' comes first on the Python path ({found or 'no file'}): "
            "run govkz from another folder, or remove that one from PYTHONPATH"
        )


_check_pipelines()
