import { HoduError } from "@hodu/core";
import type { SessionOptions } from "hodu-plugin-sdk";
import type { ChildPlugin } from "./child-plugin.ts";

type Keep = NonNullable<SessionOptions["keep"]>;

/** Where sessions of a plugin's process keep what they compile, by number; as long as the session. */
export class KeepTable {
  readonly #child: ChildPlugin;
  readonly #keeps = new Map<number, Keep>();
  #last = 0;

  constructor(child: ChildPlugin) {
    this.#child = child;
  }

  /** Gives it a number; undefined where nothing is kept. */
  open(keep: Keep | undefined): number | undefined {
    if (keep === undefined) return undefined;
    this.#last += 1;
    this.#keeps.set(this.#last, keep);
    return this.#last;
  }

  close(number: number | undefined): void {
    if (number !== undefined) this.#keeps.delete(number);
  }

  /** Answers `keep.get`: what was just made is not sent back. */
  readonly get = async (call: { readonly keep: number; readonly key: string }): Promise<{ bytes?: Uint8Array }> => {
    const keep = this.#keeps.get(call.keep);
    if (keep === undefined) {
      const found = `the number ${call.keep}`;
      throw new HoduError(
        "PLUGIN_PROTOCOL",
        `Cannot keep bytes for the plugin: found ${found}, expected an open session`,
      );
    }
    let isMade = false;
    const bytes = await keep(call.key, async () => {
      isMade = true;
      const options = { what: "compile for the inputs of a run", timeout: undefined };
      return (await this.#child.call("keep.make", call, options)).bytes;
    });
    return isMade ? {} : { bytes };
  };
}
