"""Write store/engine/tables.py from store/engine/models.py; called by `make tables`.

`--print` shows what it would write, for the test that compares.
"""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, Table
from sqlmodel import SQLModel

from deskless.store.engine.models import MODELS
from deskless.store.engine.rows import Instant

TARGET = Path(__file__).parents[1] / "store" / "engine" / "tables.py"
TYPES = ((BigInteger, "BigInteger"), (Boolean, "Boolean"), (LargeBinary, "LargeBinary"))
HEAD = '''"""The tables in SQLAlchemy's Core, written by `make tables` from `models.py`.

Core alone, without an object layer: no statement needs one, and loading one would take longer than
all that `deskless cases` does.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text

from deskless.store.engine.rows import Instant

metadata = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    """A table whose rows belong to an organisation each."""
    return Table(name, metadata, Column("org_id", Text, primary_key=True), *columns)


def _key(name: str, kind: Any = Text) -> Column[Any]:
    """A part of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def _always(name: str, kind: Any = Text, default: Any = None) -> Column[Any]:
    """A column that every row fills; numbers have 64 bits: UIDs, ranks and counts need them."""
    return Column(name, kind, nullable=False, default=default)


def _maybe(name: str, kind: Any = Text) -> Column[Any]:
    """A column that may be NULL."""
    return Column(name, kind)
'''


def kind_of(column: "Column[object]") -> str:
    """The type's name; empty for text, which is what a column has when nothing is said."""
    if isinstance(column.type, Instant):
        return "Instant"
    return next((name for type_, name in TYPES if isinstance(column.type, type_)), "")


def line_of(column: "Column[object]") -> str:
    """One column as a call."""
    kind, words = kind_of(column), [f'"{column.name}"']
    default = column.default.arg if column.default is not None else None
    how = "_key" if column.primary_key else "_maybe" if column.nullable else "_always"
    words += [kind or "Text"] if kind or (how == "_always" and default is not None) else []
    words += [f"default={default!r}"] if how == "_always" and default is not None else []
    return f"    {how}({', '.join(words)}),".replace("'", '"')


def text_of(model: type[SQLModel]) -> str:
    """One table, its docstring as the comment above it."""
    rows: Table = SQLModel.metadata.tables[str(model.__tablename__)]
    columns = [line_of(column) for column in rows.columns if column.name != "org_id"]
    comment = "\n".join(f"# {line.strip()}" for line in (model.__doc__ or "").strip().splitlines())
    return "\n".join(
        ["", "", comment, f"{model.__name__} = _table(", f'    "{rows.name}",', *columns, ")"]
    )


def made() -> str:
    """The whole file, as ruff formats it."""
    text = HEAD + "".join(map(text_of, MODELS))
    ruff = str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "format", "--stdin-filename", str(TARGET), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(made())
    else:
        TARGET.write_text(made(), encoding="utf-8")
