import { type Buffer, type Kernel, type KernelBuilder, newKernel } from "@hodu/core/kernel-ir";
import type { Fusion } from "./choose-fusion.ts";
import type { Reading } from "./emission.ts";
import { inlineConstant } from "./inline-constant.ts";
import { withSize } from "./program-size.ts";
import { isOrdered, type ScheduledValue } from "./values.ts";
import { writeBorder } from "./write-border.ts";

/** A kernel and the values in its buffers, in its order. */
export interface WrittenKernel {
  readonly kernel: Kernel;
  readonly buffers: readonly number[];
}

/** A kernel that is being written: it fills the buffer of one value and reads those of others. */
export interface OpenKernel {
  readonly builder: KernelBuilder;
  readonly reading: Reading;
  readonly out: Buffer;
  /** The values that are written into it, itself included. */
  readonly fused: readonly number[];
  /** The buffer of a kept value. */
  input(id: number): Buffer;
  close(): WrittenKernel;
}

/** Begins the kernel of a value. */
export function openKernel(
  name: string,
  id: number,
  values: readonly ScheduledValue[],
  { kept, probes }: Pick<Fusion, "kept" | "probes">,
): OpenKernel {
  const fused = fusedInto(id, kept, probes);
  const builder = newKernel(name, [...new Set(fused.flatMap((part) => values[part].origin))]);
  const buffers = new Map<number, Buffer>();
  const input = (read: number): Buffer => {
    const buffer = buffers.get(read) ?? builder.input(`x${buffers.size}`, values[read].memory, values[read].length);
    buffers.set(read, buffer);
    return buffer;
  };
  const access = isOrdered(values[id].point) ? "readwrite" : "write";
  const target = values[id].within ?? id;
  const out = builder.buffer("y", values[target].memory, values[target].length, access);
  return {
    builder,
    out,
    fused,
    input,
    reading: {
      value: (read) => inlineConstant(values[read]),
      buffer: (read) => (read === id ? out : kept[read] ? input(read) : undefined),
    },
    close() {
      if (target !== id) writeBorder(builder, out, values[target]);
      return { kernel: withSize(builder.build()), buffers: [target, ...buffers.keys()] };
    },
  };
}

/** The value and those that are written into its kernel. */
export function fusedInto(id: number, kept: Fusion["kept"], probes: Fusion["probes"]): readonly number[] {
  const fused = new Set([id]);
  for (const part of fused)
    for (const { id: read } of probes[part]?.reads ?? [])
      if (!kept[read] && probes[read] !== undefined) fused.add(read);
  return [...fused].sort((a, b) => a - b);
}
