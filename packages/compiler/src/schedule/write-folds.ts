import { knownDim, type PointBuilder } from "@hodu/core";
import {
  type Expression,
  isFloatScalar,
  type Local,
  type Operand,
  OPERATIONS,
  type Reduction,
  type ScalarValue,
  SCALARS,
  type Scalar,
  typeOf,
} from "@hodu/core/kernel-ir";
import type { Emission } from "./emission.ts";

type Reduce = Parameters<PointBuilder["reduceOver"]>;
type Fold = Parameters<PointBuilder["foldOver"]>;

/**
 * Elements combined: across the last extent in as many partial results as there are lanes, where its elements lie side by side, the lanes
 * combined by halves and the turns that remain one after another; else all one after another.
 */
export function reduceTurns(
  emission: Emission,
  reduction: Reduction,
  extents: Reduce[1],
  initial: Expression,
  at: Reduce[3],
): Expression {
  const { builder } = emission;
  const total = builder.var(emission.name("total"), emission.wide(initial));
  const add = (into: Local, value: Expression) => builder.assign(into, combined(reduction, into, value));
  const inner = extents.at(-1);
  const lanes = emission.vectorLanes;
  const isLong = emission.lanes === 1 && lanes > 1 && inner !== undefined && (knownDim(inner) ?? 0) >= lanes;
  const turn = (index: readonly Expression[], first: Expression, width: number) =>
    emission.vector(first, width, (lane) => at([...index, lane]));
  const isVector =
    isLong &&
    emission.canVectorize(() =>
      nest(emission, extents.slice(0, -1), (index) =>
        emission.builder.loop(emission.name("k"), inner, (lane, width) => turn(index, lane, width), { lanes }),
      ),
    );
  if (!isVector) {
    nest(emission, extents, (index) => add(total, at(index)));
    return builder.let(emission.name("v"), total);
  }
  const partial = builder.var(emission.name("partial"), OPERATIONS.broadcast(identityOf(reduction, initial), lanes));
  nest(emission, extents.slice(0, -1), (index) =>
    builder.loop(
      emission.name("k"),
      inner,
      (lane, width) =>
        emission.inside(Math.ceil(knownDim(inner)! / width), () =>
          add(width === 1 ? total : partial, OPERATIONS.broadcast(turn(index, lane, width), width)),
        ),
      { lanes },
    ),
  );
  return builder.let(emission.name("v"), OPERATIONS[reduction](total, OPERATIONS.reduce(reduction, partial)));
}

/** A total with one value more; a product is added in one operation where the target has it. */
function combined(reduction: Reduction, total: Local, value: Expression): Expression {
  const isProduct = reduction === "add" && value.kind === "binary" && value.operation === "mul";
  const { scalar, lanes } = typeOf(value);
  if (!isProduct || !isFloatScalar(scalar) || lanes !== total.type.lanes) return OPERATIONS[reduction](total, value);
  return OPERATIONS.muladd(value.left, value.right, total);
}

/** Accumulators through all turns, one after another. */
export function foldTurns(
  emission: Emission,
  extents: Fold[0],
  initial: Fold[1],
  step: Fold[2],
): readonly Expression[] {
  const { builder } = emission;
  const wide = initial.map((value) =>
    typeOf(value).scalar === "index" ? carriedIndex(emission, value) : emission.wide(value),
  );
  const accumulators = wide.map((value) => builder.var(emission.name("acc"), value));
  nest(emission, extents, (index) => {
    const next = step(accumulators, index).map((value) => builder.let(emission.name("v"), value));
    next.forEach((value, i) => builder.assign(accumulators[i], value));
  });
  return accumulators.map((accumulator) => builder.let(emission.name("v"), accumulator));
}

/** An index that is carried through turns would have to be one for all lanes. */
function carriedIndex(emission: Emission, value: Expression): Expression {
  return emission.lanes === 1 ? value : emission.uniform(emission.wide(emission.uniformIndex(value)));
}

/** Loops over all indices below the extents. */
function nest(
  emission: Emission,
  extents: readonly Operand[],
  write: (index: readonly Expression[]) => void,
  index: readonly Expression[] = [],
): void {
  const [extent, ...rest] = extents;
  if (extent === undefined) {
    write(index);
    return;
  }
  const turns = typeof extent === "object" ? emission.uniformIndex(extent) : extent;
  emission.builder.loop(emission.name("k"), turns, (i) =>
    emission.inside(knownDim(extent) ?? 1, () => nest(emission, rest, write, [...index, i])),
  );
}

/** What changes nothing when it is combined. */
function identityOf(reduction: Reduction, like: Expression): Expression {
  const { scalar } = typeOf(like);
  return OPERATIONS.constant(scalar, IDENTITIES[reduction](scalar));
}

const IDENTITIES: Readonly<Record<Reduction, (scalar: Scalar) => ScalarValue>> = {
  add: () => 0,
  mul: () => 1,
  max: (scalar) => least(scalar),
  min: (scalar) => greatest(scalar),
};

function least(scalar: Scalar): ScalarValue {
  const { kind, bits } = SCALARS[scalar];
  if (kind === "float") return -Infinity;
  return kind === "signed" ? -(2n ** BigInt(bits - 1)) : 0n;
}

function greatest(scalar: Scalar): ScalarValue {
  const { kind, bits } = SCALARS[scalar];
  if (kind === "float") return Infinity;
  return 2n ** BigInt(kind === "signed" ? bits - 1 : bits) - 1n;
}
