import { watchInterrupts } from "../interrupt.ts";
import { writeMessage } from "../terminal/write.ts";

/**
 * Does work that cleans up behind itself when it is interrupted, and says so. Undefined when it was; the exit status is set then.
 * `removed` says what was cleaned up.
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  removed: () => string,
): Promise<Result | undefined> {
  const signal = watchInterrupts();
  const say = (): void => writeMessage(`${process.stderr.isTTY ? "\n" : ""}Interrupted. Cleaning up...\n`);
  signal.addEventListener("abort", say, { once: true });
  try {
    return await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    writeMessage(`  - ${removed()}\nDone.\n`);
    return undefined;
  }
}
