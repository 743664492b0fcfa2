import { HoduError, quote, type Tolerance } from "@hodu/core";
import { startDeadline, weightBytes } from "@hodu/engine";
import { shellWord } from "@hodu/engine/node";
import type { CallContext } from "hodu-plugin-sdk";
import { type FileContent, readAny, tensorBytes } from "../convert/read-any.ts";
import { compareModels } from "../diff/compare-models.ts";
import { compareTensorFiles } from "../diff/compare-tensors.ts";
import { newComparison } from "../diff/comparison.ts";
import { type FileDiff, isSame } from "../diff/differences.ts";
import { formatDiff, type Side } from "../diff/format-diff.ts";
import { pageOf } from "../inspect/page.ts";
import { watchInterrupts } from "../interrupt.ts";
import { anyFormatOf } from "../plugins/any-format.ts";
import { inputLabel, openInput } from "../plugins/open-input.ts";
import { openToolchain, type Toolchain } from "../plugins/open-toolchain.ts";
import { operatorOffers } from "../plugins/operator-offers.ts";
import { callContext } from "../run/call-context.ts";
import { readTolerance } from "../run/read-tolerance.ts";
import { escapeJson } from "../terminal/escape.ts";
import { newProgress, type Progress } from "../terminal/progress.ts";
import { newStatus, type Status } from "../terminal/status.ts";
import { painter } from "../terminal/style.ts";
import { writeResult } from "../terminal/write.ts";

export interface DiffFlags {
  readonly rtol: string;
  readonly atol: string;
  readonly allowExternal?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** A file that is compared. */
interface Compared {
  readonly side: Side;
  /** Short name of its format. */
  readonly format: string;
  readonly content: FileContent;
}

/** `hodu diff A B`: exit status 0 when they are the same within the tolerance, else 1. */
export async function diff(pathA: string, pathB: string, flags: DiffFlags): Promise<void> {
  const command = `hodu diff ${shellWord(pathA)} ${shellWord(pathB)}`;
  const tolerance = {
    relative: readTolerance("--rtol", flags.rtol, command),
    absolute: readTolerance("--atol", flags.atol, command),
  };
  const status = newStatus(flags.quiet ? "quiet" : "normal");
  const { signal } = startDeadline(undefined, watchInterrupts());
  const progress = newProgress("Comparing", status.loudness);
  try {
    const toolchain = await openToolchain({ quiet: flags.quiet });
    const context = callContext(signal, status);
    const a = await read(toolchain, status, pathA, flags, context);
    const b = await read(toolchain, status, pathB, flags, context);
    const found = await compare(a, b, tolerance, signal, progress);
    progress.stop();
    if (!isSame(found)) process.exitCode = 1;
    if (flags.json) await writeResult(asJson(a, b, found, tolerance));
    else if (!flags.quiet) await writeResult(asText(a, b, found, tolerance));
  } finally {
    progress.stop();
    status.clear();
  }
}

async function read(
  { catalog, events }: Toolchain,
  status: Status,
  path: string,
  { allowExternal }: DiffFlags,
  context: CallContext,
): Promise<Compared> {
  const source = await openInput(path, status, { allowExternal });
  const found = await anyFormatOf(catalog, source);
  const side = { path: inputLabel(path), title: found.component.title };
  const content = await readAny(source, found, context, events, operatorOffers(catalog));
  return { side, format: found.component.name, content };
}

/** Throws BAD_USAGE for a model and a tensor file. */
async function compare(
  a: Compared,
  b: Compared,
  tolerance: Tolerance,
  signal: AbortSignal,
  progress: Progress,
): Promise<FileDiff> {
  const [one, other] = [a.content, b.content];
  const total = one.kind === "model" ? weightBytes(one.model.snapshot) : tensorBytes(one.file.values);
  let done = 0;
  const comparison = newComparison(tolerance, signal, (bytes) => progress.update((done += bytes), total));
  if (one.kind === "model" && other.kind === "model") return compareModels(one.model, other.model, comparison);
  if (one.kind === "tensors" && other.kind === "tensors") return compareTensorFiles(one.file, other.file, comparison);
  const model = one.kind === "model" ? a.side.path : b.side.path;
  throw new HoduError(
    "BAD_USAGE",
    `Cannot compare ${quote(a.side.path)} with ${quote(b.side.path)}: one is a model, the other a tensor file`,
    { hint: `hodu convert ${shellWord(model)} -o weights.safetensors` },
  );
}

function asText(a: Compared, b: Compared, found: FileDiff, { relative, absolute }: Tolerance): string {
  const tolerance = relative === 0 && absolute === 0 ? undefined : `rtol ${relative}, atol ${absolute}`;
  const look = { page: pageOf(process.stdout), paint: painter(process.stdout), tolerance };
  return `${formatDiff(a.side, b.side, found, look).join("\n")}\n`;
}

function asJson(a: Compared, b: Compared, found: FileDiff, { relative, absolute }: Tolerance): string {
  const fileOf = ({ side, format }: Compared): object => ({ path: side.path, format });
  const { kind, ...rest } = found;
  const report = { same: isSame(found), kind, a: fileOf(a), b: fileOf(b), rtol: relative, atol: absolute, ...rest };
  return `${escapeJson(JSON.stringify(report, null, 2))}\n`;
}
