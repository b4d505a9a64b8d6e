import pickle
from dataclasses import replace

from tests import builders


def test_a_unit_has_its_tasks_and_procedures_in_the_plans_order() -> None:
    plan = builders.small_plan()
    for unit in ("", "???", *plan.unit_by_code):
        assert plan.tasks_of(unit) == tuple(t for t in plan.tasks if unit in t.units())
        assert plan.procedures_of(unit) == tuple(p for p in plan.procedures if unit in p.units)
    assert any(plan.tasks_of(unit) for unit in plan.unit_by_code)
    assert any(plan.procedures_of(unit) for unit in plan.unit_by_code)


def test_what_was_looked_up_is_not_told_of_another_plan() -> None:
    plan = builders.small_plan()
    unit = plan.tasks[0].lead
    assert plan.tasks_of(unit)
    assert replace(plan, tasks=()).tasks_of(unit) == ()


def test_a_plan_stays_the_same_plan_when_it_is_handed_on() -> None:
    plan = builders.small_plan()
    plan.tasks_of(plan.office)
    assert pickle.loads(pickle.dumps(plan)) == plan
