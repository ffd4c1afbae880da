"""Starts Rasa's own server with the current model, in half the time and memory that `rasa run` takes.

Rasa imports TensorFlow and the clients of a dozen chat services wherever it starts, for parts that our
pipeline does not have. Here those imports find empty classes instead. `rasa run --enable-api --model
models/current.tar.gz` serves the same.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import os
import sys
import types
import warnings
from pathlib import Path
from typing import ClassVar

PROJECT = Path(__file__).resolve().parent
UNUSED = frozenset(
    "tensorflow keras matplotlib pymongo boto3 botocore aio_pika aiogram slack_sdk twilio webexteamssdk"
    " fbmessenger mattermostwrapper rocketchat_API google questionary socketio".split()
)
"""Machine learning, chat channels, databases and plots that Rasa imports and our pipeline never calls."""
SETTINGS = {
    "OMP_NUM_THREADS": "1",  # with more, requests that come together wait for each other ten times longer
    "OPENBLAS_NUM_THREADS": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "WARNING",  # below it, messages are written to the log
    "SANIC_WORKERS": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


class Nothing(type):
    """The type of a class whose every attribute is such a class again."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name, (), {})


class EmptyModule(types.ModuleType):
    """A module whose every name is an empty class."""

    __version__ = "0.0"
    __path__: ClassVar[list[str]] = []

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name, (), {})


class Unused(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the packages of UNUSED, empty."""

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """See MetaPathFinder."""
        return importlib.machinery.ModuleSpec(name, self) if name.partition(".")[0] in UNUSED else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """See Loader."""
        return EmptyModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """See Loader: nothing to run."""


def main() -> int:
    """Serve until stopped. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-i", "--interface", default="127.0.0.1")
    parser.add_argument("-p", "--port", type=int, default=5005)
    parser.add_argument("--auth-token", help="what callers must send as ?token=...")
    parser.add_argument("--model", type=Path, default=PROJECT / "models" / "current.tar.gz")
    options = parser.parse_args()
    if not options.model.exists():
        print(f"{options.model} is missing: run train.py first.", file=sys.stderr)
        return 1
    os.environ |= {name: os.environ.get(name, value) for name, value in SETTINGS.items()}
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(PROJECT))
    sys.meta_path.insert(0, Unused())
    _serve(options)
    return 0


def _serve(options: argparse.Namespace) -> None:
    from rasa.core.run import serve_application  # noqa: PLC0415 - after the settings above
    from rasa.core.utils import AvailableEndpoints  # noqa: PLC0415
    from rasa.utils.common import configure_logging_and_warnings  # noqa: PLC0415
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    configure_logging_and_warnings()
    configure_structlog()
    serve_application(
        model_path=str(options.model),
        channel="rest",
        interface=options.interface,
        port=options.port,
        auth_token=options.auth_token,
        enable_api=True,
        endpoints=AvailableEndpoints(),
    )


if __name__ == "__main__":
    sys.exit(main())
