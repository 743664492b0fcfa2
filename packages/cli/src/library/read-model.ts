import { type Snapshot, verifySnapshot } from "@hodu/core";
import { readModel as readFile } from "@hodu/engine";
import type { ByteSource, EventSink } from "hodu-plugin-sdk";
import type { FileReport } from "../inspect/model-report.ts";
import { operatorOffers } from "../plugins/operator-offers.ts";
import { pluginLabel } from "../plugins/plugin-label.ts";
import { readAs } from "../plugins/resolve-format.ts";
import { type CallOptions, contextOf } from "./call-options.ts";
import { type LoadedFormat, readingFormat } from "./find-format.ts";
import type { Platform } from "./platform.ts";
import { type Place, type PlaceOptions, sourceOf } from "./source-of.ts";

/** A model as data: what it computes, and the file that its weights are in. */
export interface ModelFile {
  readonly snapshot: Snapshot;
  /** Undefined for a model that was built here. */
  readonly source: ByteSource | undefined;
  /** What it was read from. */
  readonly file: FileReport | undefined;
}

export interface ReadModelOptions extends CallOptions, PlaceOptions {
  /** By short name (`onnx`) or extension; default: by the file's extension, for bytes by what they begin with. */
  readonly format?: string | undefined;
  /** Told when each stage begins and ends. */
  readonly onEvent?: EventSink | undefined;
}

/** What a model can be read from; a Snapshot is one that a GraphBuilder made. */
export type ModelPlace = Place | Snapshot | ModelFile;

/** Reads a model and checks it, on a platform. */
export async function readModelOn(platform: Platform, from: ModelPlace, options: ReadModelOptions): Promise<ModelFile> {
  if (isModelFile(from)) return from;
  if (isSnapshot(from)) {
    verifySnapshot(from);
    return { snapshot: from, source: undefined, file: undefined };
  }
  const isPath = typeof from === "string" || from instanceof URL;
  const source = await sourceOf(from, options, platform);
  const found = await readingFormat(platform.catalog(), source, "load_model", options.format, isPath);
  const catalog = platform.catalog();
  const tools = { format: found.format, context: contextOf(options), operators: operatorOffers(catalog) };
  const read = await readAs(source, "load_model", () => readFile(source, tools, options.onEvent ?? (() => {})));
  return { ...read, file: reportFile(source, found, isPath) };
}

function reportFile(source: ByteSource, { plugin, component }: LoadedFormat, isPath: boolean): FileReport {
  return {
    name: source.name.replace(/^.*[/\\]/, ""),
    ...(isPath && { path: source.name }),
    format: component.name,
    plugin: pluginLabel(plugin),
    size_bytes: source.size,
  };
}

export function isModelFile(from: object | string): from is ModelFile {
  return typeof from === "object" && from !== null && "snapshot" in from;
}

function isSnapshot(from: Place | Snapshot): from is Snapshot {
  return typeof from === "object" && from !== null && "graph" in from && "stores" in from;
}
