import { HoduError, quote } from "@hodu/core";
import { abortError, type Manifest } from "hodu-plugin-sdk";
import { again } from "../terminal/again.ts";
import { escapeLine } from "../terminal/escape.ts";
import { columnsOf } from "../terminal/style.ts";
import { wrapLine } from "../terminal/wrap-line.ts";
import { writeMessage } from "../terminal/write.ts";
import { describeRequest } from "./describe-request.ts";

export interface ConfirmOptions {
  /** The user has said so already. */
  readonly yes: boolean;
  readonly inProcess: boolean;
  readonly signal: AbortSignal;
}

/** Shows what a plugin asks for, and how it is built, and asks whether that may be. Throws POLICY when not, or when nobody can be asked. */
export async function confirmInstall(
  manifest: Manifest,
  build: readonly string[] | undefined,
  { yes, inProcess, signal }: ConfirmOptions,
): Promise<void> {
  if (yes) return;
  const label = `${manifest.id} ${manifest.version}`;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new HoduError(
      "POLICY",
      `Cannot install plugin ${quote(label)}: nobody can be asked whether it may, expected --yes`,
      {
        hint: again("--yes"),
        where: { plugin: manifest.id },
      },
    );
  }
  const lines = describeRequest(manifest, build, inProcess).map(escapeLine);
  const wrapped = lines.flatMap((line) => wrapLine(line, columnsOf(process.stderr)));
  writeMessage(wrapped.map((line) => `${line}\n`).join(""));
  const { default: confirm } = await import("@inquirer/confirm");
  const question = { message: `Install ${label}?`, default: false };
  const answer = await confirm(question, { signal, output: process.stderr }).catch((error: unknown) => {
    // The prompt takes Ctrl+C from the terminal itself.
    if (error instanceof Error && error.name === "ExitPromptError") process.emit("SIGINT");
    throw signal.aborted ? abortError(signal, "install the plugin") : error;
  });
  if (answer) return;
  throw new HoduError("POLICY", `Cannot install plugin ${quote(label)}: you said no`, {
    where: { plugin: manifest.id },
  });
}
