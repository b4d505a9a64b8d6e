"""Links in a mail that point to a file instead of bringing it."""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import parse_qs, urlsplit

_LINK = re.compile(r"https?://[^\s<>\"'\\^`{|}]+", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?)]}”’»"
_DRIVES = (
    "drive.google.com", "docs.google.com", "drive.usercontent.google.com", "1drv.ms",
    "onedrive.live.com", "onedrive.com", "sharepoint.com", "sharepoint.us", "dropbox.com", "db.tt",
    "box.com", "icloud.com", "we.tl", "wetransfer.com", "mega.nz", "mediafire.com", "fshare.vn",
    "4share.vn", "terabox.com", "pcloud.com", "disk.yandex.com", "zalo.me", "zadn.vn",
    "drive.zalo.me", "my.viettel.vn", "cloud.vnpt.vn", "sync.com", "gofile.io", "sendgb.com",
)  # fmt: skip
_FILES = re.compile(r"\.(?:xls[xmb]?|ods|zip|rar|7z)(?:$|[?#])", re.IGNORECASE)
_SHARED = re.compile(r"/(?:index\.php/)?s/[A-Za-z0-9]{8,}/?$|/sharing/[A-Za-z0-9]{6,}/?$")
"""How Nextcloud, ownCloud and Synology name what is shared, on whatever server they run."""
_LONGEST = 200  # letters: a longer link is a tracker's, and its start tells where it leads
_FILTERS = ("safelinks.protection.outlook.com", "google.com")  # what looks at links first
_AROUND = ("q", "url")  # the parameters in which they keep the link


def link_to_a_file(texts: Iterable[str]) -> str:
    """The first link to a cloud drive or to a workbook, "" without one.

    A link that a mail filter has wrapped is given as the sender wrote it.
    """
    for text in texts:
        for found in _LINK.findall(unescape(text)):
            link = _unwrapped(found.rstrip(_AFTER_A_LINK))
            if _is_to_a_file(link):
                return link if len(link) <= _LONGEST else f"{link[: _LONGEST - 1]}…"
    return ""


def _is_to_a_file(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    is_drive = any(host == drive or host.endswith(f".{drive}") for drive in _DRIVES)
    is_drive = is_drive or (".sharepoint." in host)
    is_file = _FILES.search(parts.path) or _SHARED.search(parts.path)
    return (is_drive and len(parts.path) > 1) or bool(is_file)


def _unwrapped(link: str) -> str:
    try:
        parts = urlsplit(link)
        inside = parse_qs(parts.query)
    except ValueError:
        return link
    is_filter = (parts.hostname or "").lower().endswith(_FILTERS)
    if not is_filter or parts.path not in ("/", "", "/url"):
        return link
    return next((inside[name][0] for name in _AROUND if name in inside), link)
