"""How a run ends: done, refused, stopped by a person, or by the machine; one sentence, one code."""

import contextlib
import errno
from collections.abc import Callable

from kskt_excel.cli.options import click
from kskt_excel.model.errors import COULD_NOT, KsktError, StoppedError

STOPPED = 130  # as shells give it for Ctrl-C: 128 and the number of the signal
_SENTENCES = {
    errno.ENOSPC: "Ổ đĩa đã đầy. Đề nghị dọn chỗ trống rồi chạy lại; những gì đã nhận không mất.",
    errno.EDQUOT: "Đã hết dung lượng được cấp. Đề nghị dọn chỗ trống rồi chạy lại.",
    errno.EACCES: "Không có quyền đọc hoặc ghi. Đề nghị kiểm tra quyền của thư mục rồi chạy lại.",
    errno.EPERM: "Không có quyền đọc hoặc ghi. Đề nghị kiểm tra quyền của thư mục rồi chạy lại.",
    errno.EROFS: "Thư mục chỉ cho đọc. Đề nghị chạy ở nơi ghi được.",
    errno.ENOENT: "Không tìm thấy tệp hoặc thư mục. Đề nghị kiểm tra lại đường dẫn.",
    errno.EIO: "Ổ đĩa báo lỗi khi đọc hoặc ghi. Đề nghị kiểm tra ổ đĩa rồi chạy lại.",
    errno.EMFILE: "Máy đang mở quá nhiều tệp. Đề nghị đóng bớt chương trình rồi chạy lại.",
    errno.ENFILE: "Máy đang mở quá nhiều tệp. Đề nghị đóng bớt chương trình rồi chạy lại.",
    errno.ENOMEM: "Máy không đủ bộ nhớ. Đề nghị đóng bớt chương trình rồi chạy lại.",
}
_OTHER = "Máy không cho đọc hoặc ghi. Đề nghị kiểm tra ổ đĩa và đường dẫn rồi chạy lại."
_NOT_ENOUGH_MEMORY = _SENTENCES[errno.ENOMEM]


def run_to_its_end(command: Callable[[], object]) -> int:
    """Runs a command line; gives its exit code, after a sentence for whatever stopped it."""
    try:
        command()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        said = stop if isinstance(stop, StoppedError) else stop.__cause__
        _say(str(said) if isinstance(said, StoppedError) else "Đã dừng. Chạy lại lệnh này khi cần.")
        return STOPPED
    except KsktError as error:
        _say(str(error))
        return COULD_NOT
    except MemoryError:
        _say(_NOT_ENOUGH_MEMORY)
        return COULD_NOT
    except Exception as error:
        refusal = _of_the_machine(error)
        if refusal is None:
            raise
        _say(_sentence(refusal))
        return COULD_NOT
    return 0


def _of_the_machine(error: BaseException) -> OSError | None:
    """What the machine refused, also where a library has wrapped it in an error of its own."""
    seen: list[BaseException] = []
    while error not in seen:
        seen.append(error)
        inside = next((one for one in error.args if isinstance(one, OSError)), None)
        if isinstance(error, OSError) or inside:
            return inside or (error if isinstance(error, OSError) else None)
        error = error.__cause__ or error.__context__ or error
    return None


def _sentence(error: OSError) -> str:
    """A sentence for what the machine refused: full disk, no right, a path that is gone."""
    where = f" ({error.filename})" if error.filename else ""
    return _SENTENCES.get(error.errno or 0, _OTHER) + where


def _say(text: str) -> None:
    from kskt_excel.cli.screen import wrapped

    with contextlib.suppress(OSError):  # nobody listens any more
        click.echo(wrapped(text), err=True)
