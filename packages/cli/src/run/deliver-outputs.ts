import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { formatType, HoduError, quote, typeOfValue } from "@hodu/core";
import type { CallContext, NamedValue } from "hodu-plugin-sdk";
import { isStandardOutput } from "../convert/standard-output.ts";
import { writeTensorFile } from "../convert/write-output.ts";
import type { Status } from "../terminal/status.ts";
import { formatSize } from "../values/format-size.ts";
import type { OutputTarget } from "./output-plan.ts";
import { safeFileName } from "./safe-file-name.ts";

/** Writes the outputs of a run to a file or folder; each file appears whole or not at all. Throws UNSUPPORTED, CANNOT_CREATE, IO, ABORTED. */
export async function deliverOutputs(
  target: OutputTarget,
  outputs: readonly NamedValue[],
  context: CallContext,
  status: Status,
): Promise<void> {
  const wanted = target.name === undefined ? outputs : outputs.filter(({ name }) => name === target.name);
  if (!target.isFolder) return deliver(target.path, target, wanted, context, status);
  makeFolder(target.path);
  const taken = new Set<string>();
  for (const output of wanted) {
    const file = `${safeFileName(output.name, taken)}${target.format.extension}`;
    await deliver(join(target.path, file), target, [output], context, status);
  }
}

async function deliver(
  path: string,
  { format }: OutputTarget,
  values: readonly NamedValue[],
  context: CallContext,
  status: Status,
): Promise<void> {
  status.step("Writing", `${path} as ${format.component.title}`);
  const [file] = await writeTensorFile({ path, format }, { values, metadata: [] }, context);
  const what = values.map(({ name, value }) => `${name} ${formatType(typeOfValue(value))}`);
  const told = what.length === 1 ? what[0] : `${what.length} outputs`;
  if (isStandardOutput(path)) return;
  status.line("Wrote", `${told} to ${path} (${formatSize(file.bytes)})`);
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: "a file is in the way",
  ENOTDIR: "a file is in the way",
  EACCES: "you may not write there",
  EROFS: "its file system is read-only",
};

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new HoduError("CANNOT_CREATE", `Cannot make the folder ${quote(path)}: ${REASONS[code] ?? message}`, {
      cause,
      where: { file: path },
    });
  }
}
