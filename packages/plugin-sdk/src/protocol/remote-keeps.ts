import type { SessionOptions } from "../contracts/backend.ts";
import { protocolError } from "./protocol-error.ts";
import type { Host } from "./remote-files.ts";

type Keep = NonNullable<SessionOptions["keep"]>;

/** A key that the host is asked for, and what it stands for. */
interface Asked {
  readonly make: () => Promise<Uint8Array>;
  readonly answer: Promise<Uint8Array>;
  made?: Uint8Array;
}

/** Where sessions of a plugin's process keep what they compile: the host has it, or asks back for it while it answers. */
export class RemoteKeeps {
  readonly #host: () => Host;
  readonly #asked = new Map<string, Asked>();

  constructor(host: () => Host) {
    this.#host = host;
  }

  /** `SessionOptions.keep` for the sessions that the host knows by a number; those who want the same at once share it. */
  keep(number: number): Keep {
    return (key, make) => {
      const name = nameOf(number, key);
      const known = this.#asked.get(name);
      if (known !== undefined) return known.answer;
      const answer = this.#ask(number, key).finally(() => this.#asked.delete(name));
      this.#asked.set(name, { make, answer });
      return answer;
    };
  }

  /** Makes what is asked for; the host gives it back no more. */
  async make(number: number, key: string): Promise<{ readonly bytes: Uint8Array }> {
    const asked = this.#asked.get(nameOf(number, key));
    if (asked === undefined) return refuse(key);
    asked.made = await asked.make();
    return { bytes: asked.made };
  }

  async #ask(number: number, key: string): Promise<Uint8Array> {
    const { bytes } = await this.#host().request("keep.get", { keep: number, key }).result;
    return bytes ?? this.#asked.get(nameOf(number, key))?.made ?? refuse(key);
  }
}

const nameOf = (number: number, key: string): string => `${number} ${key}`;

function refuse(key: string): never {
  throw protocolError("keep what a session compiled", `the key ${JSON.stringify(key.slice(0, 60))}`, "bytes for it");
}
