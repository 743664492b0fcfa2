import { type Expression, newKernel, operandsOf, type Statement, typeOf } from "@hodu/core/kernel-ir";
import { Emission, type Reading } from "./emission.ts";
import type { ScheduledValue } from "./values.ts";
import { writeUpdates } from "./write-updates.ts";

/** How one element of a value reads another. */
interface PointRead {
  readonly id: number;
  /** Places that it is read at, as written. */
  readonly copies: number;
  /** How often it is read for one element. */
  readonly repeats: number;
  /** By row-major position, at least once. */
  readonly byPosition: boolean;
}

/** What one element of a value takes. */
export interface PointProbe {
  readonly reads: readonly PointRead[];
  /** Arithmetic operations as written; none for what only moves elements. */
  readonly operations: number;
  readonly hasFold: boolean;
  /** One of two is computed, under a condition. */
  readonly hasChoice: boolean;
  /** Operations of one element, turns counted. */
  readonly work: number;
}

/** Writes the point of a value once, into nothing, and counts. */
export function probePoint(values: readonly ScheduledValue[], value: ScheduledValue): PointProbe {
  const builder = newKernel("probe");
  const reads = new Map<number, PointRead>();
  const reading: Reading = {
    value: (id) => values[id],
    buffer(id, _builder, isPosition) {
      const { copies, repeats, byPosition } = reads.get(id) ?? { copies: 0, repeats: 0, byPosition: false };
      reads.set(id, {
        id,
        copies: copies + 1,
        repeats: repeats + emission.repeats,
        byPosition: byPosition || isPosition,
      });
      return builder.input("b", values[id].memory, values[id].elements);
    },
  };
  const emission = new Emission(builder, reading, 1);
  const index = value.dims.map((_, axis): Expression => builder.size(`i${axis}`));
  const result = value.point!.at(index, emission.points);
  builder.let("result", result);
  if (value.point!.updates !== undefined)
    writeUpdates(emission, value, builder.buffer("y", value.memory, value.elements, "readwrite"));
  const { body } = builder.build();
  const counted = countStatements(body);
  return { reads: [...reads.values()], ...counted };
}

function countStatements(body: readonly Statement[]): Omit<PointProbe, "reads"> {
  const total = { operations: 0, hasFold: false, hasChoice: false, work: 0 };
  for (const statement of body) {
    const own = "value" in statement ? countOperations(statement.value) : 0;
    total.operations += own;
    total.work += own;
    const [inner, turns] =
      statement.kind === "for"
        ? [statement.body, statement.extent.kind === "constant" ? Number(statement.extent.value) : 1]
        : statement.kind === "if"
          ? [[...statement.yes, ...statement.no], 1]
          : [[], 1];
    const below = countStatements(inner);
    total.operations += below.operations;
    total.work += turns * Math.max(1, below.work);
    total.hasChoice ||= statement.kind === "if" || below.hasChoice;
    total.hasFold ||= statement.kind === "for" || below.hasFold;
  }
  return total;
}

function countOperations(expression: Expression): number {
  const isLeaf = ["constant", "local", "size", "load", "get", "lanes", "broadcast"].includes(expression.kind);
  const own = isLeaf || typeOf(expression).scalar === "index" ? 0 : 1;
  return operandsOf(expression).reduce((sum, operand) => sum + countOperations(operand), own);
}
