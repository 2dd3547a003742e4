"""The rows of changes as JSON, and the filters only Postgres can judge, in one question for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from preau.local.realtime.changes.conditions import Among, Condition, Expression
from preau.local.realtime.changes.images import Image, Images
from preau.local.realtime.changes.judged import Judged
from preau.local.realtime.changes.pgoutput import Relation
from preau.local.realtime.changes.questions import Questions, Value
from preau.local.realtime.changes.rows import Texts


@dataclass(frozen=True, eq=False)
class Picture:
    """One change: both rows as JSON texts, and what its filters are held against."""

    images: Images
    record: Texts
    old: Texts
    types: dict[str, int]
    met: frozenset[str]

    def meets(self, conditions: Iterable[Condition]) -> bool:
        """Tell whether all conditions hold. One on a column that is not told never does."""
        return all(self._meets(condition) for condition in conditions)

    def _meets(self, condition: Condition) -> bool:
        told = self.old if self.images.new is None else self.record
        if condition.column not in told or self.types[condition.column] != condition.type_oid:
            return False
        if isinstance(condition, Among):
            return condition.met(self.images.tested[condition.column])
        return condition.text in self.met


async def taken(
    questions: Questions,
    relation: Relation,
    generated: Mapping[str, int],
    both: Sequence[Images],
    asked: Iterable[Expression],
) -> tuple[list[Picture], frozenset[str]]:
    """Return a picture of each change of a table, and the filters that fail on one of the rows.

    Such a filter is met by none. Raises what `Questions` raises of the rows themselves.

    `generated` are the types of the columns that the log leaves out, `asked` all filters there are
    that Postgres must judge.
    """
    types = {column.name: column.type_oid for column in relation.columns} | dict(generated)
    expressions = sorted({one.text for one in asked if types.get(one.column) == one.type_oid})
    rows = [image for one in both for image in (one.new, one.old) if image is not None]
    untold: dict[str, Value] = {name: None if name in generated else False for name in types}
    values = [[row.get(name, absent) for name, absent in untold.items()] for row in rows]
    judged = Judged(questions, relation.oid, tuple(types.items()), values)
    await judged.ask(expressions)
    answers = zip(judged.texts, judged.met, strict=True)
    pictures: list[Picture] = []
    for one in both:
        texts: list[Texts] = []
        met: frozenset[str] = frozenset()
        for image in (one.new, one.old):
            if image is None:
                texts.append({})
                continue
            found, held = next(answers)
            texts.append(_told(image, generated, dict(zip(types, found, strict=True))))
            if image is one.tested:
                met = frozenset(held)
        pictures.append(Picture(one, texts[0], texts[1], types, met))
    return pictures, frozenset(judged.broken)


def _told(image: Image, generated: Mapping[str, int], texts: dict[str, str | None]) -> Texts:
    """Return what is known: of a row that is not told whole, no generated column is."""
    whole = all(name in image or name in generated for name in texts)
    return {
        name: text or "null"
        for name, text in texts.items()
        if name in image or (whole and name in generated)
    }
