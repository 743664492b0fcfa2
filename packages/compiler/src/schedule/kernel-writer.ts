import type { PlannedFusion } from "../contraction/choose-contractions.ts";
import { factorValues } from "../contraction/factor-values.ts";
import { writeContraction } from "../contraction/write-contraction.ts";
import type { PointProbe } from "./probe-point.ts";
import { probeOf } from "./ends-of-sums.ts";
import type { WrittenKernel } from "./open-kernel.ts";
import { roundTwice } from "./round-twice.ts";
import type { ScheduleTarget } from "./types.ts";
import type { ValueTable } from "./value-table.ts";
import { writeKernel } from "./write-kernel.ts";

/** A kernel, and the operator that makes its value. */
export interface NamedKernel extends WrittenKernel {
  readonly operator: string;
}

/** Writes the kernels of kept values, one value after another; what their factors need comes as new values. */
export class KernelWriter {
  readonly #table: ValueTable;
  readonly #kept: boolean[];
  readonly #probes: (PointProbe | undefined)[];
  readonly #plans: PlannedFusion["plans"];
  readonly #target: ScheduleTarget;
  #count = 0;

  constructor(table: ValueTable, { kept, probes, plans }: PlannedFusion, target: ScheduleTarget) {
    this.#table = table;
    this.#kept = [...kept];
    this.#probes = [...probes];
    this.#plans = plans;
    this.#target = target;
  }

  /** The kernels that fill the buffer of a value, in their order. */
  write(id: number): readonly NamedKernel[] {
    const plan = this.#plans.get(id);
    if (plan === undefined) return [this.#plain(id)];
    const { values } = this.#table;
    const known = values.length;
    const factors = factorValues(plan, this.#table);
    const made: NamedKernel[] = [];
    for (let each = known; each < values.length; each++) {
      this.#kept[each] = true;
      if (values[each].point === undefined) continue;
      this.#probes[each] = probeOf(values, values[each]);
      made.push(this.#plain(each));
    }
    const written = writeContraction(this.#name(plan.sum), plan, factors, values, this.#fusion, this.#target);
    return [...made, this.#named(written, plan.sum)];
  }

  #plain(id: number): NamedKernel {
    const { values } = this.#table;
    const written = writeKernel(this.#name(id), id, values, this.#fusion, this.#target.vectorBytes);
    return this.#named(written, id);
  }

  #named({ kernel, buffers }: WrittenKernel, id: number): NamedKernel {
    const { op } = this.#table.values[id];
    return { kernel: this.#target.isReproducible ? roundTwice(kernel) : kernel, buffers, operator: op };
  }

  get #fusion(): { readonly kept: readonly boolean[]; readonly probes: readonly (PointProbe | undefined)[] } {
    return { kept: this.#kept, probes: this.#probes };
  }

  #name(id: number): string {
    const { op } = this.#table.values[id];
    return `k${this.#count++}_${op.replaceAll(/[^A-Za-z0-9]/g, "_").slice(0, 40)}`;
  }
}
