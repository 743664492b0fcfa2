import { ELEMENT_ARRAYS, type ElementArray } from "./elements.ts";
import { evaluate } from "./evaluate-expression.ts";
import { runStatements } from "./evaluate-statements.ts";
import { type BoundBuffer, type Frame, stop } from "./evaluation-frame.ts";
import type { Kernel } from "./types.ts";

/**
 * Runs a kernel that was verified, one operation after another: what it writes is what every target has to write. Buffers and sizes are in the
 * kernel's order. Returns the status: 0, or that of the first guard that did not hold. What the IR leaves undefined (an index out of range,
 * a division by 0, an element that was not written) throws INVALID_KERNEL.
 */
export function runKernel(kernel: Kernel, buffers: readonly ElementArray[], sizes: readonly number[] = []): number {
  const bound = new Map<string, BoundBuffer>();
  const frame: Frame = {
    kernel: kernel.name,
    buffers: bound,
    sizes: new Map(kernel.sizes.map((name, i) => [name, sizes[i]])),
    locals: new Map(),
    arrays: new Map(),
  };
  if (sizes.length !== kernel.sizes.length || sizes.some((size) => !Number.isSafeInteger(size) || size < 0))
    stop(frame, `the sizes [${sizes.join(", ")}], expected ${kernel.sizes.length} numbers from 0 on`);
  if (buffers.length !== kernel.buffers.length)
    stop(frame, `${buffers.length} buffers, expected ${kernel.buffers.length}`);
  kernel.buffers.forEach((buffer, i) => {
    const length = evaluate(buffer.length, frame)[0] as number;
    const elements = buffers[i];
    if (!(elements instanceof ELEMENT_ARRAYS[buffer.memory]) || elements.length < length)
      stop(
        frame,
        `${elements.constructor.name} of ${elements.length} for "${buffer.name}", expected ${length} ${buffer.memory}`,
      );
    bound.set(buffer.name, { buffer, elements, length });
  });
  const run = runStatements(kernel.body, frame);
  for (;;) {
    const { done, value } = run.next();
    if (done === true) return value;
  }
}
