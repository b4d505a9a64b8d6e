"""Mails in and out (thư): what arrived unpacked, letters drafted, mail servers."""
