import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HoduError, printSnapshot, quote, type Snapshot } from "@hodu/core";
import { writeFileSafely } from "@hodu/engine/node";
import type { CompileReport, Dump, DumpStage } from "hodu-plugin-sdk";
import type { Status } from "../terminal/status.ts";
import { writeResult } from "../terminal/write.ts";
import { escapeText } from "../terminal/escape.ts";
import { safeFileName } from "./safe-file-name.ts";

/** Forms of a model that can be shown, in the order in which they are made. */
const STAGES: readonly DumpStage[] = ["snapshot", "optimized", "kernels", "source", "assembly"];

/** A form, and the folder for its files; undefined: it is printed. */
interface DumpTarget {
  readonly stage: DumpStage;
  readonly folder: string | undefined;
}

/** The forms that a backend is asked for, each once: the graph as it was read is known without. Throws BAD_USAGE. */
export function dumpStages(texts: readonly string[] = []): readonly DumpStage[] {
  return [...new Set(texts.map((text) => readTarget(text).stage))].filter((stage) => stage !== "snapshot");
}

/** Whether a form is printed: then it takes the place of the outputs, and nothing is run. */
export const printsDump = (texts: readonly string[] = []): boolean =>
  texts.some((text) => readTarget(text).folder === undefined);

/** What was made of a model, as far as dumps show it. */
interface Dumped {
  readonly snapshot: Snapshot;
  readonly report: CompileReport | undefined;
  /** Short name of the backend. */
  readonly backend: string;
}

/** Gives the forms that `--dump` asks for: printed, or as files in a folder. Throws UNSUPPORTED for one that the backend does not give, CANNOT_CREATE, IO. */
export async function deliverDumps(texts: readonly string[] = [], dumped: Dumped, status: Status): Promise<void> {
  for (const { stage, folder } of texts.map(readTarget)) {
    const dumps = dumpsOf(stage, dumped);
    if (folder === undefined) await printDumps(dumps);
    else await writeDumps(dumps, folder, status);
  }
}

function dumpsOf(stage: DumpStage, { snapshot, report, backend }: Dumped): readonly Dump[] {
  if (stage === "snapshot") return [{ stage, name: "snapshot.txt", text: printSnapshot(snapshot, { elide: true }) }];
  const dumps = (report?.dumps ?? []).filter((dump) => dump.stage === stage);
  if (dumps.length > 0) return dumps;
  throw new HoduError("UNSUPPORTED", `Cannot dump ${quote(stage)}: the backend ${quote(backend)} does not give it`, {
    hint: "hodu run model.onnx --dump snapshot",
  });
}

async function printDumps(dumps: readonly Dump[]): Promise<void> {
  for (const { name, text } of dumps) {
    const title = dumps.length > 1 ? `==> ${name} <==\n` : "";
    await writeResult(`${title}${escapeText(text.replace(/\t/g, "        "))}${text.endsWith("\n") ? "" : "\n"}`);
  }
}

async function writeDumps(dumps: readonly Dump[], folder: string, status: Status): Promise<void> {
  makeFolder(folder);
  const taken = new Set<string>();
  for (const { name, text } of dumps) {
    await writeFileSafely(join(folder, safeFileName(name, taken)), {}, (sink) =>
      sink.write(new TextEncoder().encode(text)),
    );
  }
  status.line("Wrote", `${dumps.length === 1 ? dumps[0].name : `${dumps.length} files`} to ${folder}`);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new HoduError("CANNOT_CREATE", `Cannot make the folder ${quote(path)}: ${String(cause)}`, { cause });
  }
}

function readTarget(text: string): DumpTarget {
  const at = text.indexOf("=");
  const [name, folder] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  const stage = STAGES.find((known) => known === name);
  if (stage !== undefined && folder !== "") return { stage, folder };
  throw new HoduError(
    "BAD_USAGE",
    `Cannot use --dump ${quote(text)}: expected ${STAGES.join(", ")}, or one of them and =FOLDER`,
    {
      hint: "hodu run model.onnx --dump source=dump/",
    },
  );
}
