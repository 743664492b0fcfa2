import { chooseFusion, type Fusion } from "../schedule/choose-fusion.ts";
import { inlineConstant } from "../schedule/inline-constant.ts";
import { layOutValues } from "../schedule/lay-out-values.ts";
import { fusedInto } from "../schedule/open-kernel.ts";
import type { ScheduleTarget } from "../schedule/types.ts";
import type { ScheduledValue } from "../schedule/values.ts";
import type { AttentionPlan } from "./attention-plan.ts";
import type { FusedValues } from "./fused-values.ts";
import { planAttention } from "./plan-attention.ts";
import { planContraction } from "./plan-contraction.ts";
import type { ContractionPlan } from "./plan.ts";

/** Which values are kept, and how those are made that end with a sum of products, by number. */
export interface PlannedFusion extends Fusion {
  /** The values, laid out. */
  readonly values: readonly ScheduledValue[];
  readonly plans: ReadonlyMap<number, ContractionPlan>;
  /** How attentions are made in one pass over the keys, by number. */
  readonly attentions: ReadonlyMap<number, AttentionPlan>;
}

/**
 * Fuses, and plans the sums of products. Where what follows a sum cannot be written in its blocks, the sum is kept, and all is chosen anew;
 * a sum that has no plan at all is written as any other value.
 */
export function chooseContractions(
  given: readonly ScheduledValue[],
  wanted: ReadonlySet<number>,
  target: ScheduleTarget,
): PlannedFusion {
  const kept = new Set(wanted);
  for (;;) {
    const fusion = chooseFusion(given, kept);
    const values = layOutValues(given, fusion, wanted);
    const fused: FusedValues = {
      value: (id) => inlineConstant(values[id]),
      isKept: (id) => fusion.kept[id],
    };
    const plans = new Map<number, ContractionPlan>();
    const formOf = formsOfSums(given, fusion);
    const apart: number[] = [];
    fusion.kept.forEach((isKept, id) => {
      if (!isKept || values[id].point === undefined || fusion.probes[id] === undefined) return;
      const sums = fusedInto(id, fusion.kept, fusion.probes).filter(
        (part) => values[part].point?.contraction !== undefined && values[part].elements > 0,
      );
      const sum = sums.pop();
      if (sum === undefined) return;
      apart.push(...sums.map(formOf));
      const plan = sums.length > 0 ? undefined : planContraction(id, sum, fused, target);
      if (plan !== undefined) {
        plans.set(id, plan);
        const form = formOf(sum);
        if (form !== sum && form !== id && missesDots(plan, target) && hasDots(form, sum, fused, target))
          apart.push(form);
      } else if (id !== sum && sums.length === 0 && planContraction(sum, sum, fused, target) !== undefined)
        apart.push(formOf(sum));
    });
    const before = kept.size;
    for (const id of apart) kept.add(id);
    if (kept.size === before) return { ...fusion, values, plans, attentions: attentionPlans(fusion, fused, target) };
  }
}

function attentionPlans({ probes }: Fusion, fused: FusedValues, target: ScheduleTarget) {
  const plans = new Map<number, AttentionPlan>();
  probes.forEach((probe, id) => {
    const isAttention = probe !== undefined && fused.value(id).point?.attention !== undefined;
    const plan = isAttention && fused.value(id).elements > 0 ? planAttention(id, fused, target) : undefined;
    if (plan !== undefined) plans.set(id, plan);
  });
  return plans;
}

/** Whether products of bytes are summed one by one, though the target sums several at a time. */
const missesDots = ({ contraction, dots }: ContractionPlan, target: ScheduleTarget): boolean =>
  target.dots !== undefined && contraction.bytes !== undefined && dots === undefined;

const hasDots = (id: number, sum: number, values: FusedValues, target: ScheduleTarget): boolean =>
  planContraction(id, sum, values, target)?.dots !== undefined;

/** Gives the value in whose form a sum is kept: the Transpose that alone reads what its operator makes of it, else the sum. */
function formsOfSums(values: readonly ScheduledValue[], { kept, probes }: Fusion): (sum: number) => number {
  const readers = new Map<number, number[]>();
  probes.forEach((probe, id) => {
    for (const { id: read } of probe?.reads ?? []) readers.set(read, [...(readers.get(read) ?? []), id]);
  });
  return (sum) => {
    for (let at = sum; ; ) {
      const [reader, ...others] = readers.get(at) ?? [];
      if (reader === undefined || others.length > 0 || kept[reader]) return sum;
      if (values[reader].op === "Transpose") return reader;
      // the bias of a convolution, say
      if (values[reader].op !== values[sum].op) return sum;
      at = reader;
    }
  };
}
