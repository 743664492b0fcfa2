import { HoduError } from "@hodu/core";
import type { Finding } from "./finding.ts";

/** What an error says, as a finding: its first paragraph on one line, and its hint where that is a command. */
export function asWrong(name: string, error: unknown, fix = hintOf(error)): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const [first] = message.split("\n\n");
  const text = first.replaceAll(/\s*\n\s*/g, " ");
  return { mark: "wrong", name, text: `${name}: ${text}`, ...(fix !== undefined && { fix }) };
}

const hintOf = (error: unknown): string | undefined =>
  error instanceof HoduError ? (error.hint ?? `hodu explain ${error.code}`) : undefined;
