import { bytesSource } from "../bytes-source.ts";
import type { ByteSource } from "../contracts/byte-source.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { FormatPlugin } from "../contracts/format.ts";
import type { Plugin } from "../contracts/plugin.ts";
import type { Codec } from "@hodu/core/wire";
import { PLUGIN_METHODS } from "../protocol/methods.ts";
import { quietContext } from "./contract-test.ts";

/** A good file that the format reads. */
export interface FormatFixture {
  /** File name with extension. */
  readonly name: string;
  readonly kind: "model" | "tensors";
  readonly bytes: Uint8Array;
  /** Files that it refers to, by relative path. */
  readonly siblings?: ReadonlyMap<string, Uint8Array>;
}

export interface FormatSuiteOptions {
  /** Short name of the format; default: the only one of the plugin. */
  readonly format?: string;
  /**
   * A model may be read back as other nodes of the same meaning, as where a format has versions of operators. Then its inputs,
   * outputs and metadata must be the same, and what was read back must be saved to the same bytes. Default: it comes back as it was.
   */
  readonly rewrites?: boolean;
}

/** How files of one kind are read. */
interface Reading {
  readonly codec: Codec<unknown>;
  readonly read: (source: ByteSource, context?: CallContext) => Promise<unknown>;
}

/** How a fixture is read with a format, and what that gives. */
export function reading({ kind }: FormatFixture, format: FormatPlugin): Reading {
  if (kind === "model") {
    return {
      codec: PLUGIN_METHODS["format.loadModel"].result,
      async read(source, context = quietContext()) {
        if (format.loadModel === undefined) throw new Error("the format does not read models");
        return { snapshot: await format.loadModel(source, context) };
      },
    };
  }
  return {
    codec: PLUGIN_METHODS["format.loadTensors"].result,
    async read(source, context = quietContext()) {
      if (format.loadTensors === undefined) throw new Error("the format does not read tensors");
      return format.loadTensors(source, {}, context);
    },
  };
}

export function sourceOf({ name, bytes, siblings }: FormatFixture): ByteSource {
  return bytesSource(name, bytes, siblings);
}

/** The format of that name, or the only one. */
export function formatOf({ formats = {} }: Plugin, name: string | undefined): FormatPlugin {
  const names = Object.keys(formats);
  const found = name === undefined && names.length === 1 ? names[0] : name;
  if (found === undefined || formats[found] === undefined) {
    throw new Error(`found the formats ${names.join(", ") || "(none)"}, expected ${name ?? "one"}`);
  }
  return formats[found];
}
