import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { DecodedImage } from "@hodu/core";
import { bufferOf, toRgb } from "../images/to-rgb.ts";

/** Decodes a JPEG picture to RGB (mozjpeg as WebAssembly: the very bytes of libjpeg-turbo). */
export function decodeJpeg(bytes: Uint8Array): Promise<DecodedImage> {
  return decodeWithWasm("jpeg", bytes);
}

/** Decodes a WebP picture to RGB (libwebp as WebAssembly). */
export function decodeWebp(bytes: Uint8Array): Promise<DecodedImage> {
  return decodeWithWasm("webp", bytes);
}

const require = createRequire(import.meta.url);

/** Compiles a WebAssembly file of a dependency, named as an import would name it. */
async function compileWasm(file: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(require.resolve(file)));
}

interface WasmDecoder {
  readonly default: (
    buffer: ArrayBuffer,
  ) => Promise<{ readonly width: number; readonly height: number; readonly data: ArrayLike<number> }>;
  readonly init: (module: WebAssembly.Module) => Promise<void>;
}

const wasmDecoders = new Map<string, Promise<WasmDecoder>>();

async function openWasmDecoder(kind: "jpeg" | "webp"): Promise<WasmDecoder> {
  provideImageData();
  const decoder = (kind === "jpeg"
    ? await import("@jsquash/jpeg/decode.js")
    : await import("@jsquash/webp/decode.js")) as unknown as WasmDecoder;
  const file = kind === "jpeg" ? "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" : "@jsquash/webp/codec/dec/webp_dec.wasm";
  await decoder.init(await compileWasm(file));
  return decoder;
}

async function decodeWithWasm(kind: "jpeg" | "webp", bytes: Uint8Array): Promise<DecodedImage> {
  if (!wasmDecoders.has(kind)) wasmDecoders.set(kind, openWasmDecoder(kind));
  const decoder = await wasmDecoders.get(kind)!;
  const { width, height, data } = await decoder.default(bufferOf(bytes));
  return toRgb(width, height, data, 4);
}

/** The wasm decoders construct the browser's ImageData, which Node does not have. */
function provideImageData(): void {
  const scope = globalThis as { ImageData?: unknown };
  scope.ImageData ??= class {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data;
      this.width = width;
      this.height = height;
    }
  };
}

interface OpenJpeg {
  readonly J2KDecoder: new () => {
    getEncodedBuffer(length: number): Uint8Array;
    decode(): void;
    getFrameInfo(): {
      readonly width: number;
      readonly height: number;
      readonly componentCount: number;
      readonly bitsPerSample: number;
    };
    getDecodedBuffer(): Uint8Array;
    delete(): void;
  };
}

type OpenJpegFactory = (options: {
  print(text: string): void;
  printErr(text: string): void;
  instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): object;
}) => Promise<OpenJpeg>;

let openJpeg: Promise<OpenJpeg> | undefined;

async function loadOpenJpeg(): Promise<OpenJpeg> {
  const open = require("@cornerstonejs/codec-openjpeg/decodewasmjs") as OpenJpegFactory;
  const module = await compileWasm("@cornerstonejs/codec-openjpeg/decodewasm");
  return open({
    print() {},
    printErr() {},
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  });
}

/** Decodes a JPEG 2000 picture of 8 bits a sample to RGB (OpenJPEG as WebAssembly); undefined for other depths. */
export async function decodeJpeg2000(bytes: Uint8Array): Promise<DecodedImage | undefined> {
  openJpeg ??= loadOpenJpeg();
  const decoder = new (await openJpeg).J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, componentCount, bitsPerSample } = decoder.getFrameInfo();
    return bitsPerSample === 8 ? toRgb(width, height, decoder.getDecodedBuffer(), componentCount) : undefined;
  } finally {
    decoder.delete();
  }
}
