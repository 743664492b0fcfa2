import { resolve } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { readModel, startDeadline } from "@hodu/engine";
import {
  type CacheContents,
  cacheContents,
  type CacheEntry,
  type CacheOptions,
  cleanCache,
  type CleanWhat,
  modelHash,
  shellWord,
} from "@hodu/engine/node";
import { cacheOptions } from "../cache/cache-settings.ts";
import { openConfig } from "../config/config.ts";
import { watchInterrupts } from "../interrupt.ts";
import { openInput } from "../plugins/open-input.ts";
import { openToolchain } from "../plugins/open-toolchain.ts";
import { operatorOffers } from "../plugins/operator-offers.ts";
import { modelFormatOf, readAs } from "../plugins/resolve-format.ts";
import { callContext } from "../run/call-context.ts";
import { escapeJson, escapeName } from "../terminal/escape.ts";
import { newStatus } from "../terminal/status.ts";
import { columnsOf } from "../terminal/style.ts";
import { formatTable } from "../terminal/table.ts";
import { writeResult } from "../terminal/write.ts";
import { formatSize } from "../values/format-size.ts";

/** The options of `hodu cache status`. */
export interface CacheStatusFlags {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** The options of `hodu cache clean`. */
export interface CacheCleanFlags {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `hodu cache status`: what the cache takes of what it may take. */
export async function cacheStatus({ json, verbose }: CacheStatusFlags): Promise<void> {
  const options = await readOptions();
  const contents = cacheContents(options);
  if (json) return writeResult(asJson({ ...describe(options, contents), max_bytes: options.maxBytes }));
  const { entries, bytes } = contents;
  const share = options.maxBytes === 0 ? 0 : (100 * bytes) / options.maxBytes;
  const lines = [
    `Cache: ${megabytes(bytes)} MB / ${megabytes(options.maxBytes)} MB (${Math.round(share)}%)`,
    `Entries: ${entries.length}`,
  ];
  if (verbose && entries.length > 0) lines.push("", ...formatEntries(entries));
  await writeResult(`${lines.join("\n")}\n`);
}

/** `hodu cache clean`: what is old, all, or what was compiled of a model. */
export async function cacheClean(model: string | undefined, { all, json }: CacheCleanFlags): Promise<void> {
  if (all && model !== undefined) {
    throw new HoduError("BAD_USAGE", `Cannot clean both all of the cache and ${quote(model)}: expected one of them`, {
      hint: `hodu cache clean ${shellWord(model)}`,
    });
  }
  const options = await readOptions();
  const removed = await cleanCache(options, model === undefined ? { kind: all ? "all" : "old" } : await whatOf(model));
  if (json) return writeResult(asJson(describe(options, removed)));
  const { length } = removed.entries;
  newStatus("normal").line("Removed", `${length} ${length === 1 ? "entry" : "entries"} (${formatSize(removed.bytes)})`);
}

/** By its content where it can be read, and by its path: it may have changed since, or be gone. */
async function whatOf(path: string): Promise<CleanWhat> {
  const { catalog } = await openToolchain();
  const context = callContext(startDeadline(undefined, watchInterrupts()).signal, newStatus("quiet"));
  const entry = { kind: "model", path: resolve(path) } as const;
  try {
    const source = await openInput(path, newStatus("quiet"));
    const { plugin, component } = await modelFormatOf(catalog, source);
    const format = (await plugin.load()).formats![component.name];
    const operators = operatorOffers(catalog);
    const model = await readAs(source, "load_model", () => readModel(source, { format, context, operators }, () => {}));
    return { ...entry, hash: await modelHash(model, context) };
  } catch (error) {
    if (error instanceof HoduError && error.code === "ABORTED") throw error;
    return { ...entry, hash: undefined };
  }
}

async function readOptions(): Promise<CacheOptions> {
  const options = cacheOptions(await openConfig());
  if (options !== undefined) return options;
  throw new HoduError("CONFIG", "Cannot tell where the cache is: found no home folder, expected one", {
    hint: "HODU_HOME=/path/to/folder hodu cache status",
  });
}

function formatEntries(entries: readonly CacheEntry[]): string[] {
  const columns = [
    { title: "MODEL" },
    { title: "DEVICE" },
    { title: "BACKEND" },
    { title: "SIZE", align: "right" },
    { title: "LAST USED" },
  ] as const;
  const rows = entries.map(({ model, hash, device, backend, bytes, used }) => [
    model === undefined ? hash.slice(0, 16) : escapeName(model),
    device,
    backend,
    formatSize(bytes),
    new Date(used).toISOString().slice(0, 16).replace("T", " "),
  ]);
  return formatTable(columns, rows, columnsOf(process.stdout));
}

function describe({ path }: CacheOptions, { entries, bytes }: CacheContents): object {
  return {
    path,
    bytes,
    entries: entries.map((entry) => ({
      file: entry.file,
      model: entry.model ?? null,
      model_sha256: entry.hash,
      device: entry.device,
      backend: entry.backend,
      bytes: entry.bytes,
      last_used: new Date(entry.used).toISOString(),
    })),
  };
}

const asJson = (value: object): string => `${escapeJson(JSON.stringify(value, null, 2))}\n`;

const megabytes = (bytes: number): number => Math.round(bytes / (1 << 20));
