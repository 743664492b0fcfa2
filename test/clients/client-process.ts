import { setTimeout as sleep } from "node:timers/promises";
import type { PluginProgram } from "@hodu/plugin-host";
import { PluginProcess } from "../../packages/plugin-host/src/child/plugin-process.ts";
import { FrameDecoder, frameHeader, type Json, MESSAGE_FRAME } from "../../packages/plugin-sdk/src/protocol/frames.ts";
import { HandshakeReader } from "../../packages/plugin-sdk/src/protocol/handshake.ts";

/** A client's process with nothing between it and the test: any bytes may be sent. */
export class ClientProcess {
  readonly answers = new Map<number, Json>();
  readonly #process: PluginProcess;
  #isOver = false;

  static async start(program: PluginProgram): Promise<ClientProcess> {
    return new ClientProcess(await PluginProcess.start(program, undefined));
  }

  private constructor(process: PluginProcess) {
    this.#process = process;
    void process.ended.then(() => (this.#isOver = true));
    const handshake = new HandshakeReader();
    const decoder = new FrameDecoder({
      opened() {},
      allocated: (size) => new Uint8Array(size),
      taken: () => new Uint8Array(0),
      completed: (message) => this.#take(message),
    });
    let isGreeted = false;
    process.line.listen(
      (chunk) => {
        const rest = isGreeted ? chunk : handshake.push(chunk);
        isGreeted ||= rest !== undefined;
        if (rest !== undefined) decoder.push(rest);
      },
      () => {},
    );
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  send(bytes: Uint8Array): void {
    void this.#process.line.write([bytes])?.catch(() => {});
  }

  request(id: number, method: string, params: unknown): void {
    this.send(messageFrame({ jsonrpc: "2.0", id, method, params }));
  }

  /** Waits until `holds`, 10 s at most; gives whether it does. */
  async until(holds: () => boolean): Promise<boolean> {
    for (let i = 0; i < 1000 && !holds(); i++) await sleep(10);
    return holds();
  }

  /** Closes the line; gives whether the process ended by itself. */
  async close(): Promise<boolean> {
    this.#process.line.close();
    const isEnded = await this.until(() => this.#isOver);
    this.#process.kill();
    await this.#process.ended;
    return isEnded;
  }

  /** What the client asks for, there is not: a call that waits for it goes on. */
  #take(message: Json): void {
    const { id, method } = message;
    if (typeof id !== "number") return;
    if (method === undefined) this.answers.set(id, message);
    else this.send(messageFrame({ jsonrpc: "2.0", id, error: { code: -32601, message: "no such method" } }));
  }
}

export function messageFrame(message: unknown, stream = 1): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(message));
  return new Uint8Array(Buffer.concat([frameHeader(MESSAGE_FRAME, stream, text.length), text]));
}
