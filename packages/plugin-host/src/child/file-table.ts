import type { ByteSink, ByteSource } from "hodu-plugin-sdk";
import {
  type Answers,
  type HOST_METHODS,
  protocolError,
  type WireSink,
  type WireSource,
} from "hodu-plugin-sdk/protocol";
import { refuseHidden, refuseStranger } from "./file-names.ts";

/** The files that belong to one call or session. */
export interface FileScope {
  open(source: ByteSource): WireSource;
  create(sink: ByteSink): WireSink;
  /** Takes all of them back. */
  close(): void;
}

interface Entry<F> {
  readonly file: F;
  readonly scope: Set<number>;
}

type FileMethod = Extract<keyof typeof HOST_METHODS, `source.${string}` | `sink.${string}`>;
type FileAnswers = Pick<Answers<typeof HOST_METHODS>, FileMethod>;

/** Files that a plugin's process may read or write, by number. */
export class FileTable {
  readonly #sources = new Map<number, Entry<ByteSource>>();
  readonly #sinks = new Map<number, Entry<ByteSink>>();
  #last = 0;

  readonly answers: FileAnswers = {
    "source.read": async ({ source, offset, length, once }) => {
      const { file } = entryOf(this.#sources, source);
      return { bytes: once ? await readPassing(file, offset, length) : await file.read(offset, length) };
    },
    "source.sibling": async ({ source, name }) => {
      const { file, scope } = entryOf(this.#sources, source);
      refuseHidden(file.name, name);
      return { source: this.#addSource(await file.sibling(name), scope) };
    },
    "sink.write": async ({ sink, bytes }) => {
      await entryOf(this.#sinks, sink).file.write(bytes);
      return {};
    },
    "sink.sibling": async ({ sink, name }) => {
      const { file, scope } = entryOf(this.#sinks, sink);
      refuseStranger(file.name, name);
      return { sink: this.#addSink(await file.sibling(name), scope) };
    },
  };

  scope(): FileScope {
    const scope = new Set<number>();
    return {
      open: (source) => this.#addSource(source, scope),
      create: (sink) => this.#addSink(sink, scope),
      close: () => {
        for (const number of scope) {
          this.#sources.delete(number);
          this.#sinks.delete(number);
        }
      },
    };
  }

  /** Files that are open for the plugin as long as a call. */
  during<T>(call: (files: FileScope) => Promise<T>): Promise<T> {
    const scope = this.scope();
    return call(scope).finally(() => scope.close());
  }

  closeSource(number: number): void {
    this.#sources.get(number)?.scope.delete(number);
    this.#sources.delete(number);
  }

  #addSource(file: ByteSource, scope: Set<number>): WireSource {
    const number = this.#number(scope);
    this.#sources.set(number, { file, scope });
    return { source: number, name: file.name, size: file.size };
  }

  #addSink(file: ByteSink, scope: Set<number>): WireSink {
    const number = this.#number(scope);
    this.#sinks.set(number, { file, scope });
    return { sink: number, name: file.name };
  }

  #number(scope: Set<number>): number {
    this.#last += 1;
    scope.add(this.#last);
    return this.#last;
  }
}

function entryOf<F>(files: ReadonlyMap<number, Entry<F>>, number: number): Entry<F> {
  const found = files.get(number);
  if (found !== undefined) return found;
  throw protocolError("use a file for the plugin", `the number ${number}`, "that of a file of an open call or session");
}

/** Bytes that are not mapped, since what is mapped stays in this process's memory; at most those of one chunk. */
async function readPassing(file: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  for await (const chunk of file.chunks(offset, length)) {
    if (chunk.length === length) return chunk;
    break;
  }
  return file.read(offset, length);
}
