import type { PointBuilder } from "@hodu/core";
import { type Expression, type Operand, OPERATIONS, type Operations, typeOf } from "@hodu/core/kernel-ir";
import type { Emission } from "./emission.ts";
import { foldTurns, reduceTurns } from "./write-folds.ts";

/** Status of a kernel whose guard did not hold: the reference kernel says what is wrong. */
const GUARD_STATUS = 1;

const COMPARISONS = ["eq", "ge", "gt", "le", "lt", "ne"] as const;

const isIndex = (operand: Operand): operand is Expression =>
  typeof operand === "object" && typeOf(operand).scalar === "index";

/** What points have beside the operations of the kernel IR, and those that need to know of lanes. */
type OwnOperations = Omit<PointBuilder, Exclude<keyof Operations, "select" | "cast" | (typeof COMPARISONS)[number]>>;

/** The builder that points are written with, over the state of an emission. */
export function pointBuilder(emission: Emission): PointBuilder {
  const own: OwnOperations = {
    ...comparisons(emission),
    select(condition, yes, no) {
      if (isIndex(yes) || isIndex(no)) emission.uniform(condition);
      return OPERATIONS.select(condition, yes, no);
    },
    cast: (to, value) => (isIndex(value) && to !== "index" ? own.fromIndex(to, value) : OPERATIONS.cast(to, value)),
    read: (id, index) => emission.read(id, index),
    readPosition: (id, position) => emission.read(id, position),
    let: (name, value) => (isIndex(value) ? value : emission.builder.let(emission.name(name), value)),
    reduceOver: (...fold) => reduceTurns(emission, ...fold),
    foldOver: (...fold) => foldTurns(emission, ...fold),
    choose(condition, scalar, yes, no) {
      const { builder } = emission;
      if (condition.kind === "constant") return condition.value === true ? yes() : no();
      const zero = OPERATIONS.constant(scalar, scalar === "bool" ? false : 0);
      emission.uniform(condition);
      const chosen = builder.var(emission.name("chosen"), emission.wide(zero));
      const branch = (value: () => Expression) => () => builder.assign(chosen, emission.inside(1, value));
      builder.if(condition, branch(yes), branch(no));
      return builder.let(emission.name("v"), chosen);
    },
    guard: (condition) => emission.builder.guard(emission.uniform(condition), GUARD_STATUS),
    toIndex: (value) => emission.builder.let(emission.name("at"), OPERATIONS.cast("index", emission.uniform(value))),
    fromIndex(scalar, index) {
      const { first, stride } = emission.lane(index);
      const value = OPERATIONS.cast(scalar, first);
      if (stride === 0) return value;
      return OPERATIONS.add(value, OPERATIONS.mul(OPERATIONS.lanes(emission.lanes, scalar), stride));
    },
  };
  // the operations stay behind it: copying sixty of them for each of some thousand emissions takes a quarter of the time of a schedule
  return Object.assign(Object.create(OPERATIONS) as Operations, own);
}

/** Comparisons of indices are of the first lane, so they must hold for all. */
function comparisons(emission: Emission): Pick<Operations, (typeof COMPARISONS)[number]> {
  const checked = (name: (typeof COMPARISONS)[number]) => (left: Operand, right: Operand) => {
    const same = (operand: Operand) => (isIndex(operand) ? emission.uniformIndex(operand) : operand);
    return OPERATIONS[name](same(left), same(right));
  };
  return {
    eq: checked("eq"),
    ge: checked("ge"),
    gt: checked("gt"),
    le: checked("le"),
    lt: checked("lt"),
    ne: checked("ne"),
  };
}
