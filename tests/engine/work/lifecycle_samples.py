"""A small lifecycle for tests, as YAML and as a value."""

from __future__ import annotations

from shuzhi.engine.work.lifecycle_document import read_lifecycle
from shuzhi.engine.work.lifecycles import Lifecycle

YAML = """
number: XX
start: new
opens: {duty: steward, relation: district}
limits:
  act: {amount: 2, unit: working_day, start: next_day, end: day_end, source: {mark: G, text: default}}
  answer: {amount: 1, unit: working_day, start: next_day, end: day_end, source: {mark: G, text: default}}
states:
  new: {limit: act, awaits: {duty: clerk, relation: responsible}}
  asked: {limit: answer, clock: held, awaits: {duty: approver, relation: [responsible, requester_excluded]}}
  parked: {clock: held, dated: true}
  done: {phase: ended, outcome: fixed}
steps:
  ask:
    from: new
    to: asked
    who: {duty: [clerk, approver], relation: responsible}
    needs:
      why: {type: choice, values: [a, b]}
      note: {type: text, required: false}
  allow:
    from: asked
    to: done
    who: {duty: approver, relation: [responsible, requester_excluded]}
  refuse:
    from: asked
    to: new
    who: {duty: approver, relation: [responsible, requester_excluded]}
  park:
    from: new
    to: parked
    who: {duty: steward, relation: owner}
    needs:
      until: {type: date, until: true, within: {days: 10, source: {mark: G, text: default}}}
  resume:
    from: parked
    to: new
    who: {relation: system}
    guard: expired
  nudge:
    from: new
    to: stay
    who: {duty: steward, relation: district}
"""


def sample(text: str = YAML) -> Lifecycle:
    return read_lifecycle(text, name="sample", file="sample.yaml")
