"""From results to scores: rule, then indicator, then dimension, then dataset.

GB/T 36344-2018 counts good elements over all; where it counts bad ones (0303, 0305) the
complement is taken, so that every rate is good upward. What could not be assessed is left out
and the other weights are scaled up; ``coverage`` says how much was left. Weights, classes and
the veto are data (scoring.yaml).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from shuzhi.engine.data.quality.reports import RuleResult, Scores, Status
from shuzhi.engine.data.quality.rules import Severity

Weighed = Iterable[tuple[float, float | None]]


@dataclass(frozen=True, slots=True)
class Weighting:
    """A way to weigh: dimension and severity to weight; classes as (letter, lowest score), best first."""

    name: str
    dimensions: Mapping[str, float]
    severities: Mapping[Severity, float]
    classes: tuple[tuple[str, float], ...]
    veto: str

    def letter(self, score: float, *, capped: bool) -> str:
        """The class of ``score``, no better than ``veto`` where ``capped``."""
        letters = [letter for letter, _ in self.classes]
        reached = next((i for i, (_, lowest) in enumerate(self.classes) if score >= lowest), len(letters) - 1)
        return letters[max(reached, letters.index(self.veto)) if capped else reached]


def read_weighting(text: str) -> Weighting:
    """A weighting from YAML of the shape of scoring.yaml."""
    import yaml

    data = yaml.safe_load(text)
    return Weighting(
        name=data["name"],
        dimensions={code: float(part["weight"]) for code, part in data["dimensions"].items()},
        severities={Severity(name): float(weight) for name, weight in data["severities"].items()},
        classes=tuple((part["letter"], float(part["from"])) for part in data["classes"]),
        veto=data["veto"],
    )


@cache
def default_weighting() -> Weighting:
    """The product's own weighting: a default, not a regulation."""
    return read_weighting(resources.files(__package__).joinpath("scoring.yaml").read_text("utf-8"))


def score_results(results: Sequence[RuleResult], weighting: Weighting | None = None) -> Scores:
    """Scores of 0..100 from the results of one run."""
    weighting = weighting or default_weighting()
    dimensions = _dimensions(results, weighting)
    weights = weighting.dimensions
    dataset = _mean((weights[code], rate) for code, rate in dimensions.items())
    assessed = sum(weights[code] for code, rate in dimensions.items() if rate is not None)
    capped = any(r.status is Status.FAILED and r.rule.severity is Severity.BLOCKER for r in results)
    score = _percent(dataset)
    return Scores(
        dataset=score,
        letter=None if score is None else weighting.letter(score, capped=capped),
        coverage=assessed / sum(weights.values()),
        by_dimension={code: _percent(rate) for code, rate in dimensions.items()},
        by_field=_fields(results, weighting),
        by_rule={result.rule.id: _percent(result.rate) for result in results},
        rules_assessed=sum(result.rate is not None for result in results),
        rules_total=len(results),
        capped=capped,
    )


def _dimensions(results: Sequence[RuleResult], weighting: Weighting) -> dict[str, float | None]:
    """Per dimension the mean of its indicators, each the mean of its rules weighed by severity."""
    indicators: dict[str, list[RuleResult]] = defaultdict(list)
    for result in results:
        indicators[result.rule.indicator[:4]].append(result)
    rates = {code: _mean(_weighed(group, weighting)) for code, group in indicators.items()}
    return {
        dimension: _mean((1.0, rate) for code, rate in rates.items() if code.startswith(dimension))
        for dimension in weighting.dimensions
    }


def _fields(results: Sequence[RuleResult], weighting: Weighting) -> dict[str, float | None]:
    columns: dict[str, list[RuleResult]] = defaultdict(list)
    for result in results:
        for column in result.rule.columns:
            columns[column].append(result)
    return {name: _percent(_mean(_weighed(group, weighting))) for name, group in columns.items()}


def _weighed(results: Iterable[RuleResult], weighting: Weighting) -> Weighed:
    return ((weighting.severities[result.rule.severity], result.rate) for result in results)


def _mean(parts: Weighed) -> float | None:
    """The weighted mean of what is not null; null where nothing is."""
    known = [(weight, rate) for weight, rate in parts if rate is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * rate for weight, rate in known) / total if total else None


def _percent(rate: float | None) -> float | None:
    return None if rate is None else 100 * rate
