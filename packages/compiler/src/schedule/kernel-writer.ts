import type { PlannedFusion } from "../contraction/choose-contractions.ts";
import { openAttention } from "../contraction/attention-site.ts";
import { attentionValues } from "../contraction/attention-values.ts";
import { factorValues } from "../contraction/factor-values.ts";
import { writeAttention } from "../contraction/write-attention.ts";
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
  readonly #attentions: PlannedFusion["attentions"];
  readonly #target: ScheduleTarget;
  #count = 0;

  constructor(table: ValueTable, { kept, probes, plans, attentions }: PlannedFusion, target: ScheduleTarget) {
    this.#table = table;
    this.#kept = [...kept];
    this.#probes = [...probes];
    this.#plans = plans;
    this.#attentions = attentions;
    this.#target = target;
  }

  /** The kernels that fill the buffer of a value, in their order. */
  write(id: number): readonly NamedKernel[] {
    const { values } = this.#table;
    const [plan, attention] = [this.#plans.get(id), this.#attentions.get(id)];
    const known = values.length;
    if (plan !== undefined) {
      const factors = factorValues(plan, this.#table);
      const made = this.#madeFrom(known);
      const written = writeContraction(this.#name(plan.sum), plan, factors, values, this.#fusion, this.#target);
      return [...made, this.#named(written, plan.sum)];
    }
    if (attention === undefined) return [this.#plain(id)];
    const operands = attentionValues(attention, this.#table);
    const made = this.#madeFrom(known);
    const site = openAttention(this.#name(id), attention, operands, values, this.#fusion);
    return [...made, this.#named(writeAttention(site, this.#target.standIn), id)];
  }

  /** The kernels of values that were entered from number `known` on. */
  #madeFrom(known: number): readonly NamedKernel[] {
    const { values } = this.#table;
    const made: NamedKernel[] = [];
    for (let each = known; each < values.length; each++) {
      this.#kept[each] = true;
      if (values[each].point === undefined) continue;
      this.#probes[each] = probeOf(values, values[each]);
      made.push(this.#plain(each));
    }
    return made;
  }

  #plain(id: number): NamedKernel {
    const { values } = this.#table;
    const written = writeKernel(this.#name(id), id, values, this.#fusion, this.#target);
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
