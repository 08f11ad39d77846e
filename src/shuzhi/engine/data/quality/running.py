"""Runs all rules of a contract over a table: one statement, whatever their number.

Each rule that judges rows becomes a boolean column of that statement (null: does not apply);
counting, and listing what failed, happen on the stream. Rules that need all values (unique,
depends) get fingerprints from the same stream; only those that found something wrong share
one more, narrow statement over their own columns, to name the rows.

Memory: one batch, what the engine reads ahead, two row groups of failing rows, 8 bytes a row
for each uniqueness rule, and 8 bytes for each set-aside cell. It does not grow with the number
of rows that fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.quality import promises
from shuzhi.engine.data.quality.compiling import Basis, Plan, compile_rules
from shuzhi.engine.data.quality.failing import FAILING_SCHEMA, FailingRows, key_texts
from shuzhi.engine.data.quality.loading import ROW, SetAside, read_set_aside, whole_rows
from shuzhi.engine.data.quality.reports import CheckReport, RuleResult, Status
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.data.quality.scoring import Weighting, score_results
from shuzhi.engine.data.quality.sets import flagged, numbered, numbers
from shuzhi.engine.data.quality.sharing import select_shared
from shuzhi.engine.data.tables import Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What a run is given beside table and contract.

    ``set_aside`` is the reader's table of cells and rows that did not load (null: nothing is
    known of the loading, and no rule judges it); the table then has the column ``_row``.
    ``references`` are tables by the name that rules use. ``today`` is the day in the
    district's zone. ``failing_to`` is where the failing rows are written (FAILING_SCHEMA).
    ``withdrawn`` are ids of rules that no longer count. ``absent`` are columns of the contract that
    the file lacked, though the table has them, empty.
    """

    set_aside: ir.Table | None = None
    references: Mapping[str, ir.Table] = field(default_factory=dict)
    today: date | None = None
    failing_to: Path | None = None
    weighting: Weighting | None = None
    withdrawn: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


@dataclass(slots=True)
class Count:
    """Rows judged and failed so far."""

    evaluated: int = 0
    failed: int = 0


class Run:
    """One run of rules over one table."""

    def __init__(self, table: ir.Table, contract: Contract, request: CheckRequest) -> None:
        self.table, self.contract, self.request = table, contract, request
        self.rules = [rule for rule in promises.rules_of(contract) if rule.id not in request.withdrawn]
        self.plan: Plan = compile_rules(table, self.rules, Basis(request.references, request.today))
        self.counts: dict[str, Count] = {rule.id: Count() for rule, _ in self.plan.rows}
        self.nulls: dict[str, int] = {}
        self.rows = 0
        self.set_aside = SetAside()
        self.sink: FailingRows | None = None

    # ---- what the statement asks for

    def locating(self) -> dict[str, Any]:
        """The columns that say which row a row is, whose, and under which key."""
        chosen: dict[str, Any] = {}
        if ROW in self.table.columns:
            chosen["row"] = self.table[ROW]
        if self.sink is not None:
            keys = [name for name in self.contract.key if name in self.table.columns]
            chosen |= {f"key{i}": self.table[name] for i, name in enumerate(keys)}
            owner = self.contract.organisation_column
            if owner in self.table.columns:
                chosen["organisation"] = self.table[owner].cast("string")
        return chosen

    def statement(self) -> ir.Table:
        """The one statement: a boolean per rule, what watches ask for, and what locates a row."""
        import ibis

        chosen = self.locating()
        chosen |= {f"r{i}": failing for i, (_, failing) in enumerate(self.plan.rows)}
        for i, (_, watch) in enumerate(self.plan.watches):
            chosen |= {f"w{i}{name}": value for name, value in watch.asks().items()}
        for name in self.set_aside.cells:
            if name in self.table.columns:
                chosen[f"null:{name}"] = self.table[name].isnull()
        return select_shared(self.table, chosen or {"one": ibis.literal(True)})

    # ---- what is done with each batch

    def take(self, batch: pa.RecordBatch) -> None:
        """Counts one batch and hands its failing rows on."""
        place = self.place(batch)
        failing: dict[str, pa.Array] = {}
        for i, (rule, _) in enumerate(self.plan.rows):
            outcome = self.without_set_aside(rule, batch.column(f"r{i}"), place)
            count, failed = self.counts[rule.id], outcome.true_count
            count.evaluated += len(outcome) - outcome.null_count
            count.failed += failed
            if failed:
                failing[rule.id] = outcome
        for i, (_, watch) in enumerate(self.plan.watches):
            watch.take({name: batch.column(f"w{i}{name}") for name in watch.asks()})
        for name in self.set_aside.cells:
            if name in self.table.columns:
                self.nulls[name] = self.nulls.get(name, 0) + batch.column(f"null:{name}").true_count
            marks = self.set_aside.marks(name, place)
            if marks.any():
                failing[f"{name}.{promises.LOADS}"] = flagged(marks)
        self.list_failing(batch, place, failing)
        self.rows += batch.num_rows

    def place(self, batch: pa.RecordBatch) -> NDArray[np.int64]:
        """The row numbers of a batch: the file's own, else counted from 1."""
        if "row" in batch.schema.names:
            return numbers(batch.column("row"), np.int64)
        return np.arange(self.rows + 1, self.rows + 1 + batch.num_rows)

    def without_set_aside(self, rule: Rule, outcome: pa.Array, place: NDArray[np.int64]) -> pa.Array:
        """``outcome`` with no judgement on rows whose cell was set aside (it is reported as such)."""
        for name in rule.columns:
            if name in self.set_aside.cells and outcome.true_count:
                marks = flagged(self.set_aside.marks(name, place))
                outcome = pc.if_else(marks, pa.scalar(None, pa.bool_()), outcome)
        return outcome

    def list_failing(
        self, batch: pa.RecordBatch, place: NDArray[np.int64], failing: Mapping[str, pa.Array]
    ) -> None:
        """Writes the failing rows of a batch, rule by rule."""
        if self.sink is None or not failing:
            return
        chosen = {rule: numbers(pc.indices_nonzero(o), np.uint64) for rule, o in failing.items()}
        touched = np.unique(np.concatenate(list(chosen.values())))
        at = numbered(touched)
        names = batch.schema.names
        keys = key_texts([batch.column(n).take(at) for n in names if n.startswith("key")], len(at))
        owners = batch.column("organisation").take(at) if "organisation" in names else None
        for rule, indices in chosen.items():
            local = numbered(np.searchsorted(touched, indices))
            owner = pa.nulls(len(local), pa.string()) if owners is None else owners.take(local)
            self.sink.add(rule, numbered(place[indices]), keys.take(local), owner)


def run_rules(
    tables: Tables, table: ir.Table, contract: Contract, *, request: CheckRequest | None = None
) -> CheckReport:
    """Checks ``table`` against every rule of ``contract``.

    Raises RuleError where a rule is written wrongly. Data that fails is no error: see the report.
    """
    request = request or CheckRequest()
    run = Run(table, contract, request)
    if request.set_aside is not None and ROW not in table.columns:
        raise ValueError(f"a table with set-aside cells needs the column {ROW}")
    run.set_aside = read_set_aside(tables, request.set_aside)
    with _sink(tables, request.failing_to) as run.sink:
        for batch in tables.batches(run.statement()):
            run.take(batch)
        _name_set_failures(tables, run)
        if run.sink is not None and request.set_aside is not None:
            for rows, keys in whole_rows(tables, request.set_aside):
                run.sink.add(promises.ROWS_LOAD, rows, keys, pa.nulls(len(rows), pa.string()))
    results = tuple(r for r in _results(run) if r.rule.id not in request.withdrawn)
    return CheckReport(results, score_results(results, request.weighting), run.rows)


@contextmanager
def _sink(tables: Tables, path: Path | None) -> Iterator[FailingRows | None]:
    with tables.writer(FAILING_SCHEMA, path) if path else nullcontext() as write:
        sink = FailingRows(write) if write else None
        yield sink
        if sink is not None:
            sink.flush()


def _name_set_failures(tables: Tables, run: Run) -> None:
    """The narrow statement: only for set rules that found something, over their columns alone."""
    wrong = [(rule, watch) for rule, watch in run.plan.watches if watch.finish(run.rows)]
    if not wrong:
        return
    chosen = run.locating()
    for i, (_, watch) in enumerate(wrong):
        chosen |= {f"w{i}{name}": value for name, value in watch.asks_again().items()}
    run.rows, rows = 0, run.rows
    for batch in tables.batches(run.table.select(**chosen)):
        failing = {}
        for i, (rule, watch) in enumerate(wrong):
            arrays = {name: batch.column(f"w{i}{name}") for name in watch.asks_again()}
            failing[rule.id] = flagged(watch.failing(arrays))
        run.list_failing(batch, run.place(batch), failing)
        run.rows += batch.num_rows
    run.rows = rows


def _results(run: Run) -> Iterator[RuleResult]:
    watched = {rule.id: watch for rule, watch in run.plan.watches}
    for rule in run.rules:
        unread = run.set_aside.unread(rule.columns) if rule.columns else 0
        watch = watched.get(rule.id)
        reason = run.plan.unassessable.get(rule.id) or (watch and watch.reason)
        if reason:
            yield RuleResult(rule, Status.UNASSESSABLE, reason=reason)
        else:
            count = watch or run.counts[rule.id]
            yield _judged(rule, count.evaluated, count.failed, unread, run.rows)
    if run.contract.fields:
        yield _present(run)
    if run.request.set_aside is not None:
        yield from _loaded(run)


def _judged(rule: Rule, evaluated: int, failed: int, unread: int, rows: int) -> RuleResult:
    if evaluated == 0:
        reason = "not_loaded" if unread else "no_values" if rows else "no_rows"
        return RuleResult(rule, Status.UNASSESSABLE, reason=reason, unread=unread)
    most = rule.params.get("max_failed", 0)
    percent = rule.params.get("max_failed_percent", 0)
    assert isinstance(most, int | float) and isinstance(percent, int | float)  # noqa: S101, PT018
    allowed = max(most, evaluated * percent / 100)
    status = Status.FAILED if failed > allowed else Status.PASSED
    return RuleResult(rule, status, evaluated, failed, unread=unread)


def _present(run: Run) -> RuleResult:
    fields = run.contract.fields
    there = set(run.table.columns) - run.request.absent
    missing = sum(field.name not in there for field in fields)
    return _judged(promises.present_rule(), len(fields), missing, 0, run.rows)


def _loaded(run: Run) -> Iterator[RuleResult]:
    aside = run.set_aside
    for rule in promises.loading_rules(run.contract):
        if not rule.columns:
            yield _judged(rule, run.rows + aside.rows, aside.rows, 0, run.rows)
        elif rule.columns[0] in run.table.columns:
            cells = len(aside.cells.get(rule.columns[0], ()))
            # nulls need not be counted out where nothing was set aside: the rate is 1 either way
            filled = run.rows - run.nulls.get(rule.columns[0], 0) + cells
            yield _judged(rule, filled, cells, aside.rows, run.rows)
