import { basename } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { type OperatorOffer, readModel, startDeadline } from "@hodu/engine";
import { shellWord } from "@hodu/engine/node";
import type { ByteSource, CallContext, EventSink, FormatPlugin } from "hodu-plugin-sdk";
import { formatModel } from "../inspect/format-model.ts";
import { formatFileValues, formatTensors } from "../inspect/format-tensors.ts";
import { modelDetails } from "../inspect/model-details.ts";
import { type FileReport, inspectModel } from "../inspect/model-report.ts";
import { pageOf } from "../inspect/page.ts";
import { inspectTensors } from "../inspect/tensors-report.ts";
import { watchInterrupts } from "../interrupt.ts";
import { anyFormatOf } from "../plugins/any-format.ts";
import { pluginLabel } from "../plugins/plugin-label.ts";
import { inputLabel, openInput } from "../plugins/open-input.ts";
import { openToolchain } from "../plugins/open-toolchain.ts";
import { operatorOffers } from "../plugins/operator-offers.ts";
import { readAs } from "../plugins/resolve-format.ts";
import { callContext } from "../run/call-context.ts";
import { escapeJson } from "../terminal/escape.ts";
import { newStatus } from "../terminal/status.ts";
import { columnsOf } from "../terminal/style.ts";
import { writeResult } from "../terminal/write.ts";

export interface InspectFlags {
  readonly format: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly allowExternal?: readonly string[];
}

/** A file that is looked at, and what reads it. */
interface Subject {
  readonly source: ByteSource;
  readonly format: FormatPlugin;
  readonly title: string;
  readonly file: FileReport;
  readonly events: EventSink;
  readonly operators: readonly OperatorOffer[];
  readonly context: CallContext;
  readonly isJson: boolean;
  readonly isVerbose: boolean;
}

/** `hodu inspect FILE`: a model or a tensor file. Reads no weights. */
export async function inspect(path: string, flags: InspectFlags): Promise<void> {
  if (flags.format !== "pretty" && flags.format !== "json") {
    throw new HoduError("BAD_USAGE", `Cannot use --format ${quote(flags.format)}: expected pretty or json`, {
      hint: `hodu inspect ${shellWord(path)} --format json`,
    });
  }
  const { catalog, events } = await openToolchain();
  const status = newStatus("normal");
  const source = await openInput(path, status, { allowExternal: flags.allowExternal });
  const { kind, plugin, component } = await anyFormatOf(catalog, source);
  const { signal } = startDeadline(undefined, watchInterrupts());
  const subject = {
    source,
    format: (await plugin.load()).formats![component.name],
    title: component.title,
    file: {
      name: basename(inputLabel(path)),
      path,
      format: component.name,
      plugin: pluginLabel(plugin),
      size_bytes: source.size,
    },
    events,
    operators: operatorOffers(catalog),
    context: callContext(signal, status),
    isJson: flags.json === true || flags.format === "json",
    isVerbose: flags.verbose ?? false,
  };
  await writeResult(await (kind === "model" ? describeModel(subject) : describeTensors(subject)));
}

async function describeModel({
  source,
  format,
  title,
  file,
  events,
  operators,
  context,
  isJson,
  isVerbose,
}: Subject): Promise<string> {
  const tools = { format, context, operators };
  const { snapshot } = await readAs(source, "load_model", () => readModel(source, tools, events));
  const report = inspectModel(snapshot, file);
  const details = isVerbose ? modelDetails(snapshot) : undefined;
  if (isJson) return formatJson({ ...report, ...details });
  return formatLines(formatModel(report, title, details, pageOf(process.stdout)));
}

async function describeTensors({ source, format, title, file, context, isJson, isVerbose }: Subject): Promise<string> {
  const found = await readAs(source, "load_tensor", () => format.loadTensors!(source, {}, context));
  const report = inspectTensors(found, file);
  if (isJson) return formatJson(report);
  const page = pageOf(process.stdout);
  const values = isVerbose ? formatFileValues(found.values, columnsOf(process.stdout), page) : [];
  return formatLines([...formatTensors(report, title, page), ...values]);
}

const formatJson = (report: object): string => `${escapeJson(JSON.stringify(report, null, 2))}\n`;

const formatLines = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
