import { HoduError } from "@hodu/core";
import { knownError } from "./call-error.ts";
import { type Codec, PartReader, PartWriter } from "@hodu/core/wire";
import { describeCause, hoduError, unknownCode } from "./error-codec.ts";
import { FrameDecoder, type Json } from "./frames.ts";
import { HandshakeReader, handshakeLine } from "./handshake.ts";
import { MAX_LOG_CHARACTERS, MAX_OPEN_REQUESTS } from "./limits.ts";
import type { Line } from "./line.ts";
import { HODU_ERROR, type Id, INTERNAL_ERROR, METHOD_NOT_FOUND, type WireRpcError } from "./messages.ts";
import type { DataOf, MethodTable, NoticeTable } from "./method-table.ts";
import { PLUGIN_NOTICES, SHARED_NOTICES } from "./methods.ts";
import type { MemoryPart, PartMemory } from "./part-memory.ts";
import { protocolError, refuseMessage } from "./protocol-error.ts";
import { SendQueue } from "./send-queue.ts";
import { SpareMemory } from "./spare-memory.ts";
import { UnknownMethod } from "./unknown-method.ts";

/** A request of the other side while it is served. */
export interface IncomingCall {
  readonly id: Id;
  /** Aborted by the other side's `cancel`, or when the line ends. */
  readonly signal: AbortSignal;
}

/** Serves each method of a table. */
export type Answers<M extends MethodTable> = {
  readonly [K in keyof M]: (params: DataOf<M[K]["params"]>, call: IncomingCall) => Promise<DataOf<M[K]["result"]>>;
};
type Notices<N extends NoticeTable> = { readonly [K in keyof N]: (params: DataOf<N[K]>) => void };

export interface ConnectionOptions<
  Ours extends MethodTable,
  OurNotices extends NoticeTable,
  Theirs extends MethodTable,
> {
  readonly ours: Ours;
  readonly ourNotices: OurNotices;
  readonly theirs: Theirs;
  /** The plugin's side sends the handshake, the host's side waits for it. */
  readonly handshake: { readonly send: string } | "receive";
  readonly answers: Answers<Ours>;
  readonly notices: Notices<OurNotices>;
  /**
   * Called once, when no more will come: the other side closed the line (undefined) or broke the protocol.
   * Open requests stay open until `fail` is called, so that the owner can find out why first.
   */
  readonly onEnd: (breach: HoduError | undefined) => void;
}

/** A request that is under way. */
export interface OutgoingCall<T> {
  readonly id: Id;
  readonly result: Promise<T>;
}

interface Pending {
  readonly result: Codec<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** JSON-RPC 2.0 both ways over a line, messages read concurrently, bytes beside them as parts. */
export class Connection<
  Ours extends MethodTable,
  OurNotices extends NoticeTable,
  Theirs extends MethodTable,
  TheirNotices,
> {
  readonly #line: Line;
  readonly #options: ConnectionOptions<Ours, OurNotices, Theirs>;
  readonly #queue: SendQueue;
  readonly #decoder: FrameDecoder;
  readonly #spare = new SpareMemory();
  readonly #pending = new Map<Id, Pending>();
  readonly #incoming = new Map<Id, AbortController>();
  #handshake: HandshakeReader | undefined;
  #lastId = 0;
  #isEnded = false;
  #failure: HoduError | undefined;

  constructor(line: Line, options: ConnectionOptions<Ours, OurNotices, Theirs>) {
    this.#line = line;
    this.#options = options;
    this.#queue = new SendQueue((chunks) => line.write(chunks));
    this.#decoder = new FrameDecoder({
      opened: (message) => this.#open(message),
      allocated: (size) => this.#spare.take(size),
      taken: (part) => this.#take(part),
      completed: (message, parts) => this.#dispatch(message, parts),
    });
    if (options.handshake === "receive") this.#handshake = new HandshakeReader();
    else void line.write([handshakeLine(options.handshake.send)]);
    line.listen(
      (chunk) => this.#receive(chunk),
      () => this.#endLine(),
    );
  }

  /**
   * Sends a request. Rejects with the other side's HoduError, with PLUGIN_PROTOCOL, with UnknownMethod, or with a plain Error that tells of
   * a defect of the other side.
   */
  request<M extends keyof Theirs & string>(
    method: M,
    params: DataOf<Theirs[M]["params"]>,
  ): OutgoingCall<DataOf<Theirs[M]["result"]>> {
    const id = (this.#lastId += 1);
    const { theirs } = this.#options;
    const result = new Promise<unknown>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      if (this.#pending.size >= MAX_OPEN_REQUESTS) {
        reject(
          protocolError(`call ${method}`, `${this.#pending.size} open requests`, `fewer than ${MAX_OPEN_REQUESTS}`),
        );
        return;
      }
      const out = new PartWriter();
      const wire = theirs[method].params.encode(params, out);
      this.#queue.send({ jsonrpc: "2.0", id, method, params: wire }, out.parts);
      this.#pending.set(id, { result: theirs[method].result, resolve, reject });
    });
    return { id, result: result as Promise<DataOf<Theirs[M]["result"]>> };
  }

  /** `params` as it travels: notifications have no parts. */
  notify<N extends keyof TheirNotices & string>(method: N, params: TheirNotices[N]): void {
    this.#queue.send({ jsonrpc: "2.0", method, params }, []);
  }

  /** Sends large parts through memory from now on, and takes those of the other side from there. It is closed with the line. */
  useMemory(memory: PartMemory): void {
    this.#queue.memory = memory;
  }

  /** Makes memory for a part of that size, which an answer will probably bring. */
  expect(size: number): void {
    this.#spare.expect(size);
  }

  /** Memory of an answer that nobody needs any more. */
  giveBack(memory: ArrayBufferLike): void {
    this.#spare.giveBack(memory);
  }

  /** Asks the other side to end a call soon; it still answers. */
  cancel(id: Id, error: HoduError): void {
    if (!this.#pending.has(id)) return;
    const params = PLUGIN_NOTICES.cancel.encode({ id, error }, new PartWriter());
    this.#queue.send({ jsonrpc: "2.0", method: "cancel", params }, []);
  }

  /** Ends the line; every open and later request rejects with `error`. */
  fail(error: HoduError): void {
    this.#failure ??= error;
    this.#isEnded = true;
    this.#queue.close();
    this.#spare.clear();
    this.#line.close();
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
    this.#abortIncoming();
  }

  #receive(chunk: Uint8Array): void {
    if (this.#isEnded) return;
    try {
      let rest: Uint8Array | undefined = chunk;
      if (this.#handshake !== undefined) {
        rest = this.#handshake.push(chunk);
        if (rest !== undefined) this.#handshake = undefined;
      }
      if (rest !== undefined) this.#decoder.push(rest);
    } catch (error) {
      this.#end(error);
    }
  }

  #endLine(): void {
    if (this.#isEnded) return;
    try {
      this.#decoder.end();
      this.#end(undefined);
    } catch (error) {
      this.#end(error);
    }
  }

  #end(breach: unknown): void {
    this.#isEnded = true;
    this.#queue.close();
    this.#spare.clear();
    this.#line.close();
    this.#abortIncoming();
    if (breach === undefined || breach instanceof HoduError) this.#options.onEnd(breach);
    else this.#options.onEnd(protocolError("read a message", describeCause(breach), "a message", breach));
  }

  #take(part: MemoryPart): Uint8Array {
    const { memory } = this.#queue;
    if (memory === undefined) throw protocolError("read a message", "a part in memory", "parts in frames");
    const bytes = this.#spare.take(part.size);
    memory.take(part, bytes);
    const params = SHARED_NOTICES["memory.free"].encode({ file: part.file }, new PartWriter());
    this.#queue.send({ jsonrpc: "2.0", method: "memory.free", params }, []);
    return bytes;
  }

  #abortIncoming(): void {
    for (const controller of this.#incoming.values()) {
      controller.abort(new HoduError("ABORTED", "Cannot finish the call: its caller is gone"));
    }
  }

  /** Registers a request before its parts are there, so that a cancel finds it. */
  #open(message: Json): void {
    const { id, method } = message;
    if (typeof method !== "string" || id === undefined) return;
    if (!isId(id)) throw protocolError("read a request", `the id ${JSON.stringify(id)}`, "a positive integer");
    if (this.#incoming.has(id)) throw protocolError("read a request", `the id ${id} twice`, "one that is not in use");
    if (this.#incoming.size >= MAX_OPEN_REQUESTS) {
      throw protocolError("read a request", "one more", `at most ${MAX_OPEN_REQUESTS} open requests`);
    }
    this.#incoming.set(id, new AbortController());
  }

  #dispatch(message: Json, parts: readonly Uint8Array[]): void {
    const { id, method } = message;
    if (message["jsonrpc"] !== "2.0") throw protocolError("read a message", "no jsonrpc", 'jsonrpc: "2.0"');
    const from = new PartReader(parts, refuseMessage);
    if (typeof method === "string") {
      if (id === undefined) this.#notice(method, message["params"], from);
      else
        void this.#serve(id as Id, method, message["params"], from).then((sent) => this.#takeBack(method, parts, sent));
    } else this.#settle(message, from);
  }

  #notice(method: string, params: unknown, from: PartReader): void {
    const { ourNotices, notices } = this.#options;
    if (method === "cancel") {
      const { id, error } = from.inside("params", () => PLUGIN_NOTICES.cancel.decode(params, from));
      this.#incoming.get(id)?.abort(error);
    } else if (method === "memory.free") {
      const { file } = from.inside("params", () => SHARED_NOTICES["memory.free"].decode(params, from));
      this.#queue.memory?.free(file);
    } else if (Object.hasOwn(ourNotices, method)) {
      const data = from.inside("params", () => ourNotices[method].decode(params, from));
      notices[method as keyof OurNotices](data as DataOf<OurNotices[keyof OurNotices]>);
    }
    // A later version may notify of more: what is not known is passed over.
  }

  /** Gives the parts of its answer; undefined for an error: what ended early may still look at its parameters. */
  async #serve(id: Id, method: string, params: unknown, from: PartReader): Promise<readonly Uint8Array[] | undefined> {
    const controller = this.#incoming.get(id) ?? new AbortController();
    const { ours, answers } = this.#options;
    try {
      if (!Object.hasOwn(ours, method)) {
        this.#refuse(id, { code: METHOD_NOT_FOUND, message: `no method ${JSON.stringify(method)}` });
        return undefined;
      }
      controller.signal.throwIfAborted();
      const data = from.inside("params", () => ours[method].params.decode(params, from));
      const answer = answers[method as keyof Ours];
      const result = await answer(data as DataOf<Ours[keyof Ours]["params"]>, { id, signal: controller.signal });
      const out = new PartWriter();
      const wire = ours[method].result.encode(result, out);
      this.#queue.send({ jsonrpc: "2.0", id, result: wire }, out.parts);
      return out.parts;
    } catch (error) {
      this.#refuse(id, rpcError(error, controller.signal));
      return undefined;
    } finally {
      this.#incoming.delete(id);
    }
  }

  /** Ends the loan of a request's parts; what is sent back of them may be on its way still. */
  #takeBack(method: string, parts: readonly Uint8Array[], sent: readonly Uint8Array[] | undefined): void {
    if (sent === undefined || this.#options.ours[method].lends !== true) return;
    const kept = new Set(sent.map(({ buffer }) => buffer));
    for (const { buffer } of parts) if (!kept.has(buffer)) this.giveBack(buffer);
  }

  #refuse(id: Id, error: WireRpcError): void {
    this.#queue.send({ jsonrpc: "2.0", id, error }, []);
  }

  #settle(message: Json, from: PartReader): void {
    const { id } = message;
    const pending = isId(id) ? this.#pending.get(id) : undefined;
    if (pending === undefined || !isId(id)) {
      throw protocolError("read an answer", `the id ${JSON.stringify(id)?.slice(0, 40)}`, "that of an open request");
    }
    this.#pending.delete(id);
    try {
      if (message["error"] !== undefined) pending.reject(errorOfAnswer(message["error"], from));
      else pending.resolve(from.inside("result", () => pending.result.decode(message["result"], from)));
    } catch (error) {
      pending.reject(error);
    }
  }
}

function isId(id: unknown): id is Id {
  return Number.isSafeInteger(id) && (id as number) > 0;
}

function rpcError(thrown: unknown, signal: AbortSignal): WireRpcError {
  const known = knownError(thrown, signal);
  if (known === undefined) return { code: INTERNAL_ERROR, message: describeCause(thrown) };
  return { code: HODU_ERROR, message: known.message, data: hoduError.encode(known, new PartWriter()) };
}

function errorOfAnswer(wire: unknown, from: PartReader): Error {
  const { code, message, data } = Object(wire) as { readonly [K in keyof WireRpcError]?: unknown };
  const text = String(message).slice(0, MAX_LOG_CHARACTERS);
  const unknown = code === HODU_ERROR ? unknownCode(data) : undefined;
  if (unknown !== undefined) return new Error(`${unknown}: ${text}`);
  if (code === HODU_ERROR) return from.inside("error", () => hoduError.decode(data, from));
  return code === METHOD_NOT_FOUND ? new UnknownMethod(text) : new Error(text);
}
