"""`python -m pipelines.sandbox serve | advance | reset`"""

import argparse
import sys
from pathlib import Path

from pipelines.sandbox.server import serve
from pipelines.sandbox.state import State, default_folder, reset

EXAMPLE = "example: python -m pipelines.sandbox serve --port 8700 --scale 1000 --seed 7"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _serve(options: argparse.Namespace) -> int:
    systems = (
        None if options.systems is None else options.systems.split(",") if options.systems else []
    )
    state = State(options.state, systems)
    state.prepare(options.seed, options.scale)
    serve(state, options.port, options.record, options.follow_stdin)
    return 0


def _advance(options: argparse.Namespace) -> int:
    state = State(options.state, State.published(options.state))
    state.prepare()
    print(f"the sandbox's clock stands at {state.advance(options.days)}")
    return 0


def _reset(options: argparse.Namespace) -> int:
    reset(options.state)
    print(f"removed the sandbox in {options.state}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.sandbox", description=EXAMPLE)
    commands = parser.add_subparsers(required=True)
    serving = commands.add_parser("serve", help="play the vendors' APIs on the loopback interface")
    serving.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serving.add_argument("--scale", type=int, help="customers, 200 to 1000000 (default 1000)")
    serving.add_argument("--seed", type=int, help="another number, another company (default 0)")
    serving.add_argument("--systems", help="only these, comma-separated (default all)")
    serving.add_argument("--record", type=Path, help="append every exchange to this file")
    serving.add_argument("--follow-stdin", action="store_true", help="stop when stdin closes")
    serving.set_defaults(run=_serve)
    advancing = commands.add_parser("advance", help="move the clock on by whole days")
    advancing.add_argument("--days", type=int, default=1)
    advancing.set_defaults(run=_advance)
    resetting = commands.add_parser(
        "reset", help="remove the sandbox; the next start makes it anew"
    )
    resetting.set_defaults(run=_reset)
    for command in (serving, advancing, resetting):
        command.add_argument("--state", type=Path, default=default_folder(), help="its folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
