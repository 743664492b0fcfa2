import { bytesOfTensor, type DType, denseData, heldWeights, type Tensor, tensorFromBytes } from "@hodu/core";
import { ELEMENT_ARRAYS, type ElementArray, type Kernel, runKernel } from "@hodu/core/kernel-ir";
import type { SampleModel } from "../../schedule/testing/sample-schedule.ts";
import type { Program, ProgramBuffer, ProgramOutput } from "../types.ts";
import { writeConstants } from "../write-constants.ts";

/** Runs one kernel of a program; gives its status. */
export type RunKernel = (kernel: Kernel, buffers: readonly ElementArray[]) => number;

/** What the kernels of a program give, in one arena as its plan says. Weights are copied; there are no calls. */
export function runProgram(
  { kernels, buffers, steps, outputs, constants, arenaBytes, constantBytes }: Program,
  { snapshot, inputs }: SampleModel,
  run: RunKernel = runKernel,
): readonly Tensor[] {
  const held = new Uint8Array(constantBytes);
  const weight = heldWeights(snapshot.stores);
  for (const constant of constants) writeConstants(constant, (which) => bytesOfTensor(weight(which)!), held);
  // what nobody wrote is no number
  const arena = new Uint8Array(arenaBytes).fill(0xff);
  const memory = buffers.map((buffer): ElementArray => {
    if (buffer.place.kind === "input") return denseData(inputs.get(buffer.place.name) as Tensor) as ElementArray;
    if (buffer.place.kind === "arena") return viewOf(arena, buffer.place.offset, buffer);
    if (buffer.place.kind === "constant") return viewOf(held, buffer.place.offset, buffer);
    return viewOf(new Uint8Array(buffer.bytes), 0, buffer);
  });
  for (const step of steps) {
    if (step.kind === "call") throw new Error(`${step.node.op} has no kernel: ${step.reason}`);
    const status = run(
      kernels[step.kernel],
      step.buffers.map((number) => memory[number]),
    );
    if (status !== 0) throw new Error(`status ${status} of ${step.origin.join(", ")}`);
  }
  const valueOf = ({ from }: ProgramOutput): Tensor => {
    if (typeof from === "string")
      return (inputs.get(from) ?? weight(snapshot.graph.weights.find(({ name }) => name === from)!)) as Tensor;
    const { memory: dtype, dims } = buffers[from];
    const { buffer, byteOffset, byteLength } = memory[from];
    return tensorFromBytes(dtype as DType, dims, new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
  };
  return outputs.map(valueOf);
}

function viewOf(bytes: Uint8Array, offset: number, { memory, bytes: length }: ProgramBuffer): ElementArray {
  const Elements = ELEMENT_ARRAYS[memory];
  return new Elements(bytes.buffer as ArrayBuffer, offset, length / Elements.BYTES_PER_ELEMENT);
}
