/** What is to be done when the command ends, whatever its end. */
const ENDS: (() => Promise<void>)[] = [];

/** Has `end` called when the command ends: after its work or its error, also that of Ctrl+C, and before the process does. */
export function atEnd(end: () => Promise<void>): void {
  ENDS.push(end);
}

/** Does what is to be done, the latest first; `failed` is told of what fails. */
export async function endCommand(failed: (error: unknown) => void): Promise<void> {
  for (let end = ENDS.pop(); end !== undefined; end = ENDS.pop()) await end().catch(failed);
}
