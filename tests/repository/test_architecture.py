"""The structure of the packages. Imports are read from the syntax trees, so a lazy import counts, too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("govkz_scraper", "pipelines")
GROUND = {"items", "errors", "charmap", "text_cache"}
STEPS = {"extras", "clean", "dates", "language", "urls"}
PURE = STEPS | {"dedupe", "process"}
# A module or package of `pipelines` -> those that it may import besides itself; what is not listed: none.
ALLOWED = {
    **dict.fromkeys(GROUND, GROUND),
    **dict.fromkeys(STEPS, STEPS | GROUND),
    "dedupe": STEPS | GROUND,
    "process": PURE | GROUND,
    "press_items": GROUND | {"clean"},
    "sqlite": PURE | GROUND,
    "search": STEPS | GROUND | {"sqlite"},
    "export": PURE | GROUND | {"sqlite", "search"},
    "corpus": PURE | GROUND | {"sqlite", "export"},
}
MOST_LINES = 400
MOST_MODULES = 16
# First words of docstrings that the field does not use.
DIALECT = {
    word + ending
    for word in ("Give", "Tell", "Say", "Take", "Let", "Part", "Put", "Hear", "See")
    for ending in ("", "s")
}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def imports(nodes: Iterator[ast.AST], path: Path) -> set[str]:
    """Return every module and name that these nodes import, as dotted names."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}:{node.lineno}: write the full module name"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imported(path: Path) -> set[str]:
    return imports(ast.walk(ast.parse(path.read_text("utf-8"))), path)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def at_module_level(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs when a module is imported: no function bodies, no ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(
            child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
        ) and not is_type_checking(child):
            yield child
            yield from at_module_level(child)


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", modules("pipelines"), ids=relative)
def test_pipelines_import_only_what_is_allowed(path: Path) -> None:
    names = imported(path)
    assert not [name for name in names if name.split(".")[0] == "govkz_scraper"]
    part = path.relative_to(ROOT / "pipelines").parts[0].removesuffix(".py")
    if part == "__init__":
        return
    used = {name.split(".")[1] for name in names if name.startswith("pipelines.")}
    allowed = ALLOWED.get(part, set()) | {part} | ({"press_items"} if path.name == "pipeline.py" else set())
    forbidden = sorted(used - allowed)
    assert not forbidden, f"pipelines/{part} may not import {forbidden}"


@pytest.mark.parametrize("path", modules("pipelines"), ids=relative)
def test_only_item_pipelines_import_scrapy(path: Path) -> None:
    scrapy = {name for name in imported(path) if name.split(".")[0] in {"scrapy", "itemadapter", "twisted"}}
    assert not scrapy or path.name == "pipeline.py"


@pytest.mark.parametrize("path", modules("govkz_scraper"), ids=relative)
def test_item_pipelines_are_named_only_in_settings(path: Path) -> None:
    if (
        path.parent.name == "base_spiders"
    ):  # opens the database through its pipeline, before the first request
        return
    assert not [name for name in imported(path) if name.startswith("pipelines.") and ".pipeline" in name]


def parents(name: str) -> set[str]:
    parts = name.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}


def executed(name: str, path: Path, known: set[str]) -> set[str]:
    """Return the modules that importing this one executes first: what it names, and their packages."""
    found = imports(at_module_level(ast.parse(path.read_text("utf-8"))), path)
    targets = {other if other in known else other.rpartition(".")[0] for other in found} & known
    return (targets | {parent for target in targets for parent in parents(target) - parents(name)}) - {name}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_import_cycle(package: str) -> None:
    names = {module_name(path): path for path in modules(package)}
    graph = {name: executed(name, path, set(names)) for name, path in names.items()}
    assert cycle(graph) == []


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of an import cycle; none without one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_a_cycle_is_found() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) != []


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=relative)
def test_no_file_is_too_long(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= MOST_LINES, f"{relative(path)} has {lines} lines: divide it by subject"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_has_too_many_modules(package: str) -> None:
    for folder in {path.parent for path in modules(package)}:
        count = len(list(folder.glob("*.py")))
        is_list = folder.name == "commands"  # one file per command
        assert is_list or count <= MOST_MODULES, f"{relative(folder)} has {count} modules"


@pytest.mark.parametrize("path", modules(*PACKAGES, "tests", "docs"), ids=relative)
def test_docstrings_begin_with_a_word_of_the_field(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = (ast.get_docstring(node) or "").split(maxsplit=1)[:1]
            line = getattr(node, "lineno", 1)
            word = first[0].rstrip(".,:;") if first else ""
            assert word not in DIALECT, (
                f"{relative(path)}:{line}: docstring begins with {word!r}; write Return, Parse, Build …"
            )


def test_tests_shadow_no_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
