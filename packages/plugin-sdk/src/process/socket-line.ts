import { Socket, type SocketConstructorOpts } from "node:net";
import { StayAwake } from "./stay-awake.ts";
import type { Line } from "../protocol/line.ts";

/** Received bytes land in one buffer of this size, that is used again and again: more than a socket of Linux holds. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

/** Bytes that may wait in this process before the sender is asked to wait: enough that the socket never runs dry. */
const SEND_BUFFER_BYTES = 1024 * 1024;

/** What `net.Socket` takes to put received bytes into one buffer instead of a fresh one for each read. */
export interface OnRead {
  readonly buffer: Uint8Array;
  callback(bytes: number, buffer: Uint8Array): boolean;
}

/** A line over a socket that `open` makes with the given `onread` option. */
export function socketLine(open: (onread: OnRead) => Socket): Line {
  const awake = new StayAwake();
  let receive: ((chunk: Uint8Array) => void) | undefined;
  const socket = open({
    buffer: Buffer.allocUnsafeSlow(RECEIVE_BUFFER_BYTES),
    callback(bytes, buffer) {
      receive?.(buffer.subarray(0, bytes));
      awake.heard();
      return true;
    },
  });
  // An error is followed by "close", which is all that matters here.
  socket.on("error", () => {});
  return {
    write(chunks) {
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
      awake.look();
      return socket.writableLength < SEND_BUFFER_BYTES ? undefined : drained(socket);
    },
    listen(onData, onEnd) {
      receive = onData;
      let isOver = false;
      const end = (): void => {
        if (!isOver) onEnd();
        isOver = true;
      };
      socket.once("end", end);
      socket.once("close", end);
    },
    close() {
      socket.destroy();
    },
  };
}

function drained(socket: Socket): Promise<void> | undefined {
  if (socket.destroyed) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}

/** The line of a process that was started with a socket at this file descriptor. */
export function descriptorLine(descriptor: number): Line {
  return socketLine((onread) => new Socket({ fd: descriptor, onread } as SocketConstructorOpts));
}
