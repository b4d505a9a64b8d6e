"""What PyInstaller has to know of the package."""

from pathlib import Path


def get_hook_dirs() -> list[str]:
    """Where the hook stands; asked by PyInstaller through the entry point."""
    return [str(Path(__file__).parent)]
