import { type Buffer, type Expression, OPERATIONS } from "@hodu/core/kernel-ir";
import type { Fusion } from "../schedule/choose-fusion.ts";
import { Emission } from "../schedule/emission.ts";
import { openKernel, type OpenKernel } from "../schedule/open-kernel.ts";
import type { ScheduledValue } from "../schedule/values.ts";
import type { AttentionPlan, PlacedOperand } from "./attention-plan.ts";
import type { AttentionValues } from "./attention-values.ts";
import { withElements } from "./probe-epilogue.ts";

/** An attention whose kernel is being written. */
export interface AttentionSite {
  readonly plan: AttentionPlan;
  readonly open: OpenKernel;
  readonly value: ScheduledValue;
  /** Elements of an operand side by side, `index` the first of them. */
  read(operand: PlacedOperand, index: readonly Expression[], place: readonly Expression[], lanes: number): Expression;
  /** What points are written with. */
  emission(): Emission;
}

const { add, constant, mul } = OPERATIONS;

/** Opens the kernel of a plan for writing. */
export function openAttention(
  name: string,
  plan: AttentionPlan,
  ids: AttentionValues,
  values: readonly ScheduledValue[],
  fusion: Pick<Fusion, "kept" | "probes">,
): AttentionSite {
  const open = openKernel(name, plan.id, values, fusion);
  const { reading, builder } = open;
  const buffers = new Map<PlacedOperand, Buffer>([...ids].map(([operand, id]) => [operand, open.input(id)]));
  const emissionWith = (replaced: number, element: Expression): Emission =>
    new Emission(
      builder,
      {
        value: (read) => (read === replaced ? withElements(values[read], () => element) : reading.value(read)),
        buffer: (read, ...rest) => (read === replaced ? undefined : reading.buffer(read, ...rest)),
      },
      plan.lanes,
    );
  return {
    plan,
    open,
    value: values[plan.id],
    emission: () => new Emission(builder, reading, plan.lanes),
    read(operand, index, place, lanes) {
      const load = builder.load(buffers.get(operand)!, positionIn(operand, index, place), { lanes });
      if (operand.source.kind !== "kept") return load;
      const zeros = (of: readonly unknown[]): Expression[] => of.map(() => constant("index", 0));
      return operand.element(zeros(index), zeros(place), emissionWith(operand.source.id, load).points);
    },
  };
}

/** Where the element of an operand at an index and a place of the sum lies. */
function positionIn(
  { offset, strides }: PlacedOperand,
  index: readonly Expression[],
  place: readonly Expression[],
): Expression {
  let position = constant("index", offset);
  for (const [letter, along] of [
    ["i", index],
    ["p", place],
  ] as const)
    along.forEach((at, n) => {
      position = add(position, mul(at, strides.get(`${letter}${n}`) ?? 0));
    });
  return position;
}
