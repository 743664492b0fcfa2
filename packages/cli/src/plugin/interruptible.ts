import { watchInterrupts } from "../interrupt.ts";
import { writeMessage } from "../terminal/write.ts";

/** Does work that cleans up behind itself when it is interrupted; then the process says so and ends. `removed` says what was cleaned up. */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  removed: () => string,
): Promise<Result> {
  const signal = watchInterrupts();
  const say = (): void => writeMessage(`${process.stderr.isTTY ? "\n" : ""}Interrupted. Cleaning up...\n`);
  signal.addEventListener("abort", say, { once: true });
  try {
    return await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    writeMessage(`  - ${removed()}\nDone.\n`);
    // With it go the processes that were started: nothing waits for them.
    process.exit();
  }
}
