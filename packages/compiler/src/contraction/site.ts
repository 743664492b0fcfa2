import { type Buffer, type Expression, isFloatScalar, OPERATIONS, SCALARS } from "@hodu/core/kernel-ir";
import type { PointBuilder } from "@hodu/core";
import { Emission } from "../schedule/emission.ts";
import type { OpenKernel } from "../schedule/open-kernel.ts";
import type { ScheduleTarget } from "../schedule/types.ts";
import type { ScheduledValue } from "../schedule/values.ts";
import type { FactorValues } from "./factor-values.ts";
import type { ContractionPlan, PlannedFactor } from "./plan.ts";
import { withElements } from "./probe-epilogue.ts";

/** A contraction whose kernel is being written. */
export interface Site {
  readonly plan: ContractionPlan;
  readonly open: OpenKernel;
  readonly value: ScheduledValue;
  readonly wide: Buffer;
  readonly narrow: Buffer;
  readonly narrowElements: number;
  /** The sums of the wide factor over all places, where they are wanted. */
  readonly sums: Buffer | undefined;
  /** What single elements of values are read with, where the next statement goes. */
  points(): PointBuilder;
  /** total + a * b. */
  add(total: Expression, a: Expression, b: Expression): Expression;
  /** A factor, made of the element that it reads. */
  factor(side: PlannedFactor, element: Expression): Expression;
  /** Writes what is fused after a sum, in an emission for elements of the written value. */
  finish(total: Expression, write: (emission: Emission, element: ScheduledValue) => void): void;
}

/** Opens the kernel of a plan for writing; `wide` and `narrow` are the values that hold its factors. */
export function openSite(
  open: OpenKernel,
  plan: ContractionPlan,
  { wide, narrow, sums }: FactorValues,
  values: readonly ScheduledValue[],
  { vectorBytes }: ScheduleTarget,
): Site {
  const { contraction, sum, id, reading } = plan;
  const isFloat = isFloatScalar(contraction.scalar);
  const zeros = (count: number): Expression[] => Array.from({ length: count }, () => OPERATIONS.constant("index", 0));
  const lanes = Math.max(1, Math.floor((vectorBytes * 8) / Math.max(8, SCALARS[contraction.scalar].bits)));
  const emissionWith = (replaced: number, element: Expression): Emission =>
    new Emission(
      open.builder,
      {
        value: (read) => (read === replaced ? withElements(values[read], () => element) : open.reading.value(read)),
        buffer: (read, ...rest) => (read === replaced ? undefined : open.reading.buffer(read, ...rest)),
      },
      lanes,
    );
  return {
    plan,
    open,
    value: values[id],
    wide: open.input(wide),
    narrow: open.input(narrow),
    narrowElements: values[narrow].elements,
    sums: sums === undefined ? undefined : open.input(sums),
    points: () => emissionWith(-1, zeros(1)[0]).points,
    add: (total, a, b) => (isFloat ? OPERATIONS.muladd(a, b, total) : OPERATIONS.add(total, OPERATIONS.mul(a, b))),
    factor({ side, source }, element) {
      if (source.kind === "copy") return element;
      const { points } = emissionWith(source.id, element);
      return contraction[side](zeros(reading.length), zeros(contraction.extents.length), points);
    },
    finish(total, write) {
      const emission = emissionWith(sum, total);
      write(emission, id === sum ? withElements(values[id], () => total) : values[id]);
    },
  };
}
