"""``guanjin ...``: the only exit."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter, _SubParsersAction
from collections.abc import Sequence
from importlib.metadata import version
import sys

from guanjin import commands, config
from guanjin.command import Command, Exit, Speech
from guanjin.layers import apply, layers_of
from wire.faults import GuanjinError
from wire.shelf import collect

_TITLE = Speech(
    "关津：看见数据出境，对照申报。", "guanjin: sees data leave the mainland, holds it against the filings."
)
_EPILOG = Speech(
    "退出码：0 没有存疑 · 1 至少一条存疑 · 2 出错 · 130 中断\n语言：--lang zh|en 或 GUANJIN_LANG",
    "exit codes: 0 nothing flagged · 1 at least one flagged · 2 error · 130 interrupted\n"
    "language: --lang zh|en or GUANJIN_LANG",
)
_LANG = Speech("语言（默认中文）", "language (Chinese by default)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    lang = _language(words)
    try:
        arguments = settled_parser(lang).parse_args(words)
        config.prepare_compiled_code()
        return int(arguments.run(arguments))
    except GuanjinError as error:
        if config.is_debugging():
            raise
        print(f"error: {error}", file=sys.stderr)
        return Exit.ERROR
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.ERROR


def settled_parser(lang: str) -> ArgumentParser:
    """The parser whose defaults are what the settings file and the environment say.

    Raises:
        ConfigurationError: a setting that no command has or takes; file, line and key are named.
    """
    parser = parser_of(lang)
    apply(parser, layers_of(config.settings_file(), config.environment()))
    return parser


def _language(words: list[str]) -> str:
    for before, word in zip(["", *words], words, strict=False):
        if before == "--lang" and word in config.LANGUAGES:
            return word
        if word.startswith("--lang=") and word[7:] in config.LANGUAGES:
            return word[7:]
    return config.language()


def parser_of(lang: str) -> ArgumentParser:
    """Every command with its built-in defaults."""
    parser = ArgumentParser(
        "guanjin", description=_TITLE.said(lang), epilog=_EPILOG.said(lang), formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=_LANG.said(lang))
    parser.add_argument("--version", action="version", version=f"guanjin {version('guanjin')}")
    shelf = parser.add_subparsers(title=Speech("命令", "commands").said(lang), metavar="COMMAND", required=True)
    for command in collect(commands, "COMMAND", Command):
        _add(shelf, command, lang)
    return parser


def _add(shelf: "_SubParsersAction[ArgumentParser]", command: Command, lang: str) -> None:
    examples = "\n".join(f"  {example}" for example in command.examples)
    parser = shelf.add_parser(
        command.name,
        help=command.title.said(lang),
        description=command.title.said(lang),
        epilog=f"{Speech('例', 'examples').said(lang)}:\n{examples}\n\n{_EPILOG.said(lang)}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=_LANG.said(lang))
    parser.set_defaults(run=command.run)
    command.arguments(parser, lang)


if __name__ == "__main__":
    sys.exit(main())
