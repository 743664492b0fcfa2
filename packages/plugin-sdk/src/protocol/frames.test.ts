import { HoduError } from "@hodu/core";
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { DATA_FRAME, FrameDecoder, frameHeader, type Json, MESSAGE_FRAME } from "./frames.ts";
import { MAX_MESSAGE_BYTES, MAX_OPEN_BYTES, MAX_PART_BYTES, MAX_PARTS } from "./limits.ts";
import type { WireMessage } from "./messages.ts";
import { SendQueue } from "./send-queue.ts";

interface Sent {
  readonly message: WireMessage;
  readonly parts: readonly Uint8Array[];
}

/** All bytes that a queue sends for these messages, given at once. */
async function bytesOf(messages: readonly Sent[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let isWritten = (): void => {};
  const queue = new SendQueue((pieces) => {
    chunks.push(...pieces);
    return new Promise((resolve) => {
      isWritten = resolve;
    });
  });
  for (const { message, parts } of messages) queue.send(message, parts);
  for (let length = -1; length !== chunks.length; await new Promise((resolve) => setImmediate(resolve))) {
    length = chunks.length;
    isWritten();
  }
  return new Uint8Array(Buffer.concat(chunks));
}

interface Received {
  readonly opened: Json[];
  readonly completed: { readonly message: Json; readonly parts: readonly Uint8Array[] }[];
}

function decode(bytes: Uint8Array, cuts: readonly number[] = []): Received {
  const received: Received = { opened: [], completed: [] };
  const decoder = new FrameDecoder({
    opened: (message) => void received.opened.push(message),
    allocated: (size) => new Uint8Array(size),
    taken: ({ file, size }) => new Uint8Array(size).fill(file.length),
    completed: (message, parts) => void received.completed.push({ message, parts }),
  });
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const to of places) {
    // A line hands out one buffer again and again.
    const piece = bytes.slice(from, to);
    decoder.push(piece);
    piece.fill(0xee);
    from = to;
  }
  decoder.end();
  return received;
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    return error instanceof HoduError ? error.code : `no HoduError: ${String(error)}`;
  }
}

const notice = (method: string): WireMessage => ({ jsonrpc: "2.0", method, params: { text: "é\n🙂" } });

function messageFrame(json: unknown, stream = 1): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(json));
  return new Uint8Array(Buffer.concat([frameHeader(MESSAGE_FRAME, stream, text.length), text]));
}

describe("frames", () => {
  it("give back messages and parts of any size, however their bytes arrive", async () => {
    const size = fc.oneof(fc.nat(20), fc.constantFrom(0, 1, 511 * 1024, 512 * 1024, 1_300_000));
    const messages = fc.array(fc.array(size, { maxLength: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(messages, fc.array(fc.nat(), { maxLength: 12 }), async (sizes, cuts) => {
        const sent = sizes.map((list, i) => ({
          message: notice(String(i)),
          parts: list.map((length, j) => new Uint8Array(length).fill(i * 16 + j + 1)),
        }));
        const { opened, completed } = decode(await bytesOf(sent), cuts);
        expect(opened.map((message) => message["method"])).toEqual(sizes.map((_, i) => String(i)));
        expect(completed.length).toBe(sent.length);
        for (const { message, parts } of completed) {
          const wanted = sent[Number(message["method"])];
          expect(message["params"]).toEqual({ text: "é\n🙂" });
          expect(parts.map((part) => part.length)).toEqual(wanted.parts.map((part) => part.length));
          for (const [i, part] of parts.entries()) expect(Buffer.compare(part, wanted.parts[i])).toBe(0);
        }
      }),
      { numRuns: Math.ceil(40 * inject("share")) },
    );
  });

  it("let a short message pass a long one", async () => {
    const { completed } = decode(
      await bytesOf([
        { message: notice("long"), parts: [new Uint8Array(5_000_000)] },
        { message: notice("short"), parts: [] },
        { message: notice("middle"), parts: [new Uint8Array(10)] },
      ]),
    );
    expect(completed.map(({ message }) => message["method"])).toEqual(["short", "middle", "long"]);
  });

  it("give parts that are aligned for every element type", async () => {
    const { completed } = decode(
      await bytesOf([{ message: notice("x"), parts: [1, 3, 8].map((n) => new Uint8Array(n)) }]),
    );
    for (const part of completed[0].parts) expect(part.byteOffset % 8).toBe(0);
  });

  it("refuse every kind of damage with PLUGIN_PROTOCOL", async () => {
    const good = await bytesOf([{ message: notice("x"), parts: [new Uint8Array(100), new Uint8Array(7)] }]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const damaged = good.slice();
        damaged[at] = byte;
        expect(["none", "PLUGIN_PROTOCOL"]).toContain(codeOf(() => decode(damaged)));
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: good.length - 1 }), (length) => {
        expect(codeOf(() => decode(good.slice(0, length)))).toBe("PLUGIN_PROTOCOL");
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 64 }), (bytes) => {
        fc.pre(bytes[0] > 2 || bytes[0] === 0);
        expect(codeOf(() => decode(bytes))).toBe("PLUGIN_PROTOCOL");
      }),
    );
  });

  it("refuse what passes a limit before they make room for it", () => {
    const huge = (parts: readonly unknown[]): Uint8Array => messageFrame({ jsonrpc: "2.0", method: "x", parts });
    for (const bytes of [
      frameHeader(MESSAGE_FRAME, 0, MAX_MESSAGE_BYTES + 1),
      frameHeader(MESSAGE_FRAME, 0, 0),
      huge([MAX_PART_BYTES + 1]),
      huge([-1]),
      huge([1.5]),
      huge(["1"]),
      huge(new Array<number>(MAX_PARTS + 1).fill(0)),
      huge(new Array<number>(MAX_OPEN_BYTES / MAX_PART_BYTES + 1).fill(MAX_PART_BYTES)),
      messageFrame({ jsonrpc: "2.0", parts: {} }),
      messageFrame([]),
      messageFrame(null),
    ]) {
      expect(codeOf(() => decode(bytes))).toBe("PLUGIN_PROTOCOL");
    }
  });

  it("refuse data that no message waits for", () => {
    const opening = messageFrame({ jsonrpc: "2.0", method: "x", parts: [4] });
    const data = (stream: number, length: number): Uint8Array =>
      new Uint8Array(Buffer.concat([frameHeader(DATA_FRAME, stream, length), new Uint8Array(length)]));
    const whole = (...frames: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(frames));
    expect(codeOf(() => decode(whole(opening, data(1, 4))))).toBe("none");
    for (const bytes of [
      data(1, 4),
      whole(opening, data(2, 4)),
      whole(opening, data(1, 5)),
      whole(opening, data(1, 4), data(1, 1)),
      whole(opening, opening),
      whole(opening, data(1, 3)),
    ]) {
      expect(codeOf(() => decode(bytes))).toBe("PLUGIN_PROTOCOL");
    }
  });

  it("takes parts that are in memory from there, and the others from frames", () => {
    const text = new TextEncoder().encode('{"parts":[2,{"file":"h12","size":3},0,{"file":"h1","size":1},1]}');
    const header = frameHeader(1, 7, text.length);
    const bytes = Buffer.concat([header, text, frameHeader(2, 7, 3), Uint8Array.of(8, 9, 10)]);
    const { completed } = decode(bytes, [20, bytes.length - 1]);
    expect(completed[0].parts.map((part) => [...part])).toEqual([[8, 9], [3, 3, 3], [], [2], [10]]);
  });

  it.each([
    ["twice", '[{"file":"h1","size":1},{"file":"h1","size":1}]'],
    ["without a name", '[{"size":1}]'],
    ["that are large", '[{"file":"h1","size":16777217}]'],
    ["of no size", '[{"file":"h1"}]'],
  ])("refuses parts in memory %s", (_what, parts) => {
    const text = new TextEncoder().encode(`{"parts":${parts}}`);
    const bytes = Buffer.concat([frameHeader(1, 7, text.length), text]);
    expect(() => decode(bytes)).toThrow("Cannot read a message");
  });
});
