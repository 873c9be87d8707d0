"""``python -m pipelines``."""

from pipelines.cli import app

if __name__ == "__main__":
    app()
