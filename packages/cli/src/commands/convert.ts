import { HoduError, quote, SNAPSHOT_OPSET } from "@hodu/core";
import { saveModel, startDeadline, weightBytes } from "@hodu/engine";
import { memoryLimit, shellWord } from "@hodu/engine/node";
import type { PluginCatalog } from "@hodu/plugin-host";
import type { CallContext, EventSink, SaveModelOptions } from "hodu-plugin-sdk";
import type { Config } from "../config/config.ts";
import { conversionAsJson, formatConversion, type Target } from "../convert/conversion.ts";
import type { WrittenFile } from "../convert/counted-sink.ts";
import { noOutputFormat } from "../convert/no-output-format.ts";
import { belyingExtension, outputFormat } from "../convert/output-format.ts";
import { type FileContent, readAny, tensorBytes, weightsOf } from "../convert/read-any.ts";
import { isStandardOutput } from "../convert/standard-output.ts";
import { writeOutput, writeTensorFile } from "../convert/write-output.ts";
import { watchInterrupts } from "../interrupt.ts";
import { type AnyFormat, anyFormatOf } from "../plugins/any-format.ts";
import { inputLabel, openInput } from "../plugins/open-input.ts";
import { openToolchain } from "../plugins/open-toolchain.ts";
import { operatorOffers } from "../plugins/operator-offers.ts";
import { callContext } from "../run/call-context.ts";
import { newProgress } from "../terminal/progress.ts";
import { newStatus, type Status } from "../terminal/status.ts";
import { writeResult } from "../terminal/write.ts";
import { formatSize } from "../values/format-size.ts";

export interface ConvertFlags {
  readonly output: string;
  readonly format?: string;
  readonly opset?: string;
  readonly externalWeights?: boolean;
  readonly allowExternal?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `hodu convert INPUT -o OUTPUT`. */
export async function convert(path: string, flags: ConvertFlags): Promise<void> {
  const start = performance.now();
  const status = newStatus(flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal");
  const context = callContext(startDeadline(undefined, watchInterrupts()).signal, status);
  try {
    const { config, catalog, events } = await openToolchain({ quiet: flags.quiet, verbose: flags.verbose });
    const source = await openInput(path, status, { allowExternal: flags.allowExternal });
    const found = await anyFormatOf(catalog, source);
    const target = chooseTarget(catalog, path, found, flags);
    const options = saveOptions(path, target, flags);
    if (flags.json && isStandardOutput(target.path)) throw jsonInTheWay(path, target);
    const warning = belyingExtension(catalog, target.path, target.format);
    if (warning !== undefined) status.warn(warning);
    status.step("Reading", `${inputLabel(path)} (${formatSize(source.size)}) as ${found.component.title}`);
    const read = await readAny(source, found, context, events, operatorOffers(catalog));
    const isWeights = target.kind === "weights" && read.kind === "model";
    const content = isWeights ? await weightsOf(read.model, memoryOf(config), context) : read;
    const files = await write(target, content, options, { context, status, events });
    const done = {
      path: inputLabel(path),
      found,
      size: source.size,
      target,
      files,
      milliseconds: performance.now() - start,
    };
    status.line("Converted", formatConversion(done));
    if (flags.json) await writeResult(conversionAsJson(done));
  } finally {
    status.clear();
  }
}

function memoryOf(config: Config): number {
  const megabytes = config.get("runtime.max_memory").value;
  return memoryLimit(megabytes === undefined ? undefined : String(megabytes));
}

/** A model becomes a model, or a file of its weights; tensors become tensors. Throws FORMAT_NOT_FOUND, BAD_USAGE. */
function chooseTarget(
  catalog: PluginCatalog,
  path: string,
  { kind }: AnyFormat,
  { output, format }: ConvertFlags,
): Target {
  const model = outputFormat(catalog, output, format, "save_model");
  const tensors = outputFormat(catalog, output, format, "save_tensor");
  if (kind === "model" && model !== undefined) return { kind: "model", path: output, format: model };
  if (kind === "model" && tensors !== undefined) return { kind: "weights", path: output, format: tensors };
  if (kind === "tensors" && tensors !== undefined) return { kind: "tensors", path: output, format: tensors };
  if (model === undefined) {
    const capabilities = kind === "model" ? (["save_model", "save_tensor"] as const) : (["save_tensor"] as const);
    throw noOutputFormat(catalog, output, format, capabilities);
  }
  throw new HoduError(
    "BAD_USAGE",
    `Cannot convert ${quote(path)} to ${quote(output)}: it holds tensors, and ${model.component.title} files hold models`,
    { hint: `hodu convert ${shellWord(path)} -o ${shellWord(`${output.replace(/\.[^./\\]*$/, "")}.hdt`)}` },
  );
}

/** Throws BAD_USAGE for options that the target has no use for. */
function saveOptions(path: string, target: Target, { opset, externalWeights }: ConvertFlags): SaveModelOptions {
  const { kind, format } = target;
  const isModel = kind === "model";
  if (opset !== undefined && (!isModel || format.component.name === "hdss")) throw useless("--opset", path, target);
  if (externalWeights && !isModel) throw useless("--external-weights", path, target);
  const number = opset === undefined ? undefined : Number(opset);
  if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= SNAPSHOT_OPSET)) {
    throw new HoduError(
      "BAD_USAGE",
      `Cannot use --opset ${quote(opset ?? "")}: expected a whole number from 1 to ${SNAPSHOT_OPSET}`,
      { hint: "hodu convert model.onnx -o old.onnx --opset 13" },
    );
  }
  return { ...(number === undefined ? {} : { opset: number }), ...(externalWeights ? { externalWeights } : {}) };
}

function jsonInTheWay(path: string, { format }: Target): HoduError {
  return new HoduError("BAD_USAGE", "Cannot use --json: standard output is what the file goes to", {
    hint: `hodu convert ${shellWord(path)} -o out${format.extension} --json`,
  });
}

function useless(flag: string, path: string, { path: output, format }: Target): HoduError {
  return new HoduError(
    "BAD_USAGE",
    `Cannot use ${flag} for ${format.component.title}: ${quote(format.extension)} files have no such choice`,
    { hint: `hodu convert ${shellWord(path)} -o ${shellWord(output)}` },
  );
}

interface WriteTools {
  readonly context: CallContext;
  readonly status: Status;
  readonly events: EventSink;
}

async function write(
  target: Target,
  content: FileContent,
  options: SaveModelOptions,
  { context, status, events }: WriteTools,
): Promise<readonly WrittenFile[]> {
  status.step("Writing", `${target.path} as ${target.format.component.title}`);
  const progress = newProgress("Converting", status.loudness);
  const update = (done: number, total: number | undefined): void => {
    status.clear();
    progress.update(done, total);
  };
  try {
    if (content.kind === "tensors") {
      // Text takes more than the elements do: how much more shows only when it is written.
      const expected = target.format.extension === ".json" ? undefined : tensorBytes(content.file.values);
      return await writeTensorFile(target, content.file, context, (done, total = expected) => update(done, total));
    }
    const expected = weightBytes(content.model.snapshot);
    return await writeOutput(
      target,
      context,
      (done, total = expected) => update(done, total),
      (format, sink, watched) => saveModel(content.model, { format, sink, options, context: watched }, events),
    );
  } finally {
    progress.stop();
  }
}
