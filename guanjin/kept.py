"""The store that an earlier ``scan --keep`` or ``up`` left, for the commands that look at it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.ports import Store
from guanjin.command import Speech
from wire.faults import ConfigurationError


def add_store_arguments(parser: ArgumentParser, lang: str) -> None:
    """The arguments that name the store and the registry it is read with."""
    state = Speech("guanjin up 保存数据的文件夹", "folder in which guanjin up keeps its data")
    keep = Speech("scan --keep 保存的文件", "file that scan --keep wrote")
    address = Speech("集群的存储：postgresql://角色@主机/库", "store of a cluster: postgresql://role@host/database")
    registry = Speech("申报登记（YAML）：写明主体、接收方与备案", "registry (YAML): names exporters and filings")
    machine = Speech("以 JSON 输出", "print JSON")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--state", type=Path, default=Path("guanjin-state"), metavar="DIR", help=state.said(lang))
    where.add_argument("--keep", type=Path, metavar="FILE", help=keep.said(lang))
    where.add_argument("--store", default="", metavar="ADDRESS", help=address.said(lang))
    parser.add_argument("--registry", type=Path, metavar="FILE", help=registry.said(lang))
    parser.add_argument("--json", action="store_true", help=machine.said(lang))


@contextmanager
def kept_store(arguments: Namespace) -> Iterator[Store]:
    """The store, open until the block ends.

    Raises:
        ConfigurationError: it is not there, or is no store of ours.
    """
    from guanjin.store_address import opened  # noqa: PLC0415  # --help must not pay for the database

    if arguments.store:
        with opened(arguments.store) as store:
            yield store
        return
    path = arguments.keep or arguments.state / "guanjin.sqlite"
    if not path.is_file():
        raise ConfigurationError(
            "nothing was kept there", at=str(path), cure="name the folder of guanjin up (--state) or a file (--keep)"
        )
    with opened(str(path)) as store:
        yield store
