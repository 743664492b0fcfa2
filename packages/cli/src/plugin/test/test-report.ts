import { HoduError } from "@hodu/core";
import { escapeLine } from "../../terminal/escape.ts";
import { painter } from "../../terminal/style.ts";

/** One thing that was tried. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed, or what is to be known. */
  readonly message?: string;
}

/** What was tried of a plugin; each check is printed as it ends, unless the result is JSON. */
export class TestReport {
  readonly checks: Check[] = [];
  readonly #isPrinted: boolean;
  readonly #paint = painter(process.stdout);

  constructor(isPrinted: boolean) {
    this.#isPrinted = isPrinted;
  }

  get hasPassed(): boolean {
    return this.checks.every(({ passed }) => passed);
  }

  /** A line of its own. */
  say(text: string): void {
    if (this.#isPrinted) process.stdout.write(`${text}\n`);
  }

  /** A check with its line; those that others sum up have none. */
  add(check: Check, { isShown = true } = {}): void {
    this.checks.push(check);
    if (!isShown) return;
    const sign = check.passed ? this.#paint("✓", "green") : this.#paint("✗", "red");
    this.say(`  ${sign} ${escapeLine(check.name)}`);
    if (check.message === undefined) return;
    for (const line of check.message.split("\n")) this.say(`      ${escapeLine(line)}`);
  }

  pass(name: string): void {
    this.add({ name, passed: true });
  }

  /** Does something, and says whether it could. What it throws fails the check; then undefined. */
  async attempt<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      this.pass(name);
      return result;
    } catch (error) {
      this.add({ name, passed: false, message: messageOf(error) });
      return undefined;
    }
  }
}

/** An error, what it comes from, and what a tool printed that failed: a line each. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? [error.cause.message] : [];
  const sections = error instanceof HoduError ? (error.report?.sections ?? []) : [];
  const printed = sections.flatMap(({ title, lines = [] }) => (title === undefined ? lines : []));
  return [error.message, ...cause, ...printed].join("\n");
}
