"""Is every text of the portal in the English catalogue, translated, with the same placeholders?

python scripts/check_translations.py             fails with a list of what is missing
python scripts/check_translations.py --update    takes new texts into the catalogue, for someone to translate
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "portal/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = ("_", "gettext", "lazy_gettext", "_l", "ngettext:1,2")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        if "--update" in sys.argv:
            extract(template, "--add-location", "file")  # line numbers would change with every edit
            update(template)
            return
        extract(template)
        problems = list(compare(read(template), read(CATALOGUE) if CATALOGUE.exists() else Catalog()))
    if problems:
        print("\n".join(problems))
        sys.exit(f"{len(problems)} texts are not in order in {CATALOGUE.relative_to(ROOT)}; see also `make messages`")


def extract(template: Path, *options: str) -> None:
    """Write the texts that the portal uses into `template`."""
    keywords = [part for keyword in KEYWORDS for part in ("--keyword", keyword)]
    about = ("--project", "Yinghou", "--copyright-holder", "Yinghou", "--mapping-file", "babel.cfg")
    pybabel("extract", *about, "--no-default-keywords", *keywords, *options, "--output-file", str(template), ".")


def update(template: Path) -> None:
    verb = "update" if CATALOGUE.exists() else "init"
    more = ("--no-fuzzy-matching", "--ignore-obsolete") if verb == "update" else ()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    files = ("--input-file", str(template), "--output-file", str(CATALOGUE))
    pybabel(verb, *files, "--locale", "en", "--width", "120", *more)


def pybabel(*arguments: str) -> None:
    subprocess.run([str(Path(sys.executable).parent / "pybabel"), "--quiet", *arguments], cwd=ROOT, check=True)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def compare(wanted: Catalog, translated: Catalog) -> list[str]:
    return [problem for message in wanted if message.id for problem in look_at(message, translated.get(message.id))]


def look_at(message: Message, found: Message | None) -> list[str]:
    """What is wrong with the translation of one text, with the places where it is used."""
    where = ", ".join(f"{file}:{line}" for file, line in message.locations[:2])
    if found is None:
        return [f"missing: {message.id!r} ({where})"]
    if not found.string or (isinstance(found.string, tuple) and not all(found.string)) or found.fuzzy:
        return [f"untranslated: {message.id!r} ({where})"]
    if isinstance(found.string, str) and placeholders(message.id) != placeholders(found.string):
        return [f"other placeholders: {message.id!r} ({where})"]
    return []


def placeholders(text: object) -> set[str]:
    return set(PLACEHOLDER.findall(str(text)))


if __name__ == "__main__":
    main()
