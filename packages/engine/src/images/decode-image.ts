import { type DecodedImage, HoduError } from "@hodu/core";
import { compileWasm } from "#compile-wasm";
import { decodePnm } from "./decode-pnm.ts";
import { type ImageKind, readImageHeader } from "./image-header.ts";

/** Largest picture that is decoded, in pixels: 8192 x 8192, 200 MB as RGB. */
const MAX_PIXELS = 1 << 26;

/** Decodes a picture to 8-bit RGB. Damaged, unknown or too large ones give an empty picture, as ONNX ImageDecoder has it. */
export async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  const header = readImageHeader(bytes);
  const empty: DecodedImage = { width: 0, height: 0, data: new Uint8Array(0) };
  if (header === undefined || (header.width ?? 0) * (header.height ?? 0) > MAX_PIXELS) return empty;
  try {
    return (await DECODERS[header.kind](bytes)) ?? empty;
  } catch (error) {
    if (error instanceof HoduError) throw error;
    return empty;
  }
}

const DECODERS: { readonly [Kind in ImageKind]: (bytes: Uint8Array) => Promise<DecodedImage | undefined> } = {
  bmp: decodeBmp,
  jpeg: (bytes) => decodeWithWasm("jpeg", bytes),
  jpeg2000: decodeJpeg2000,
  png: decodePng,
  pnm: async (bytes) => decodePnm(bytes, MAX_PIXELS),
  tiff: decodeTiff,
  webp: (bytes) => decodeWithWasm("webp", bytes),
};

/** The first three of every `channels` samples; grey repeated. */
function toRgb(width: number, height: number, samples: ArrayLike<number>, channels: number): DecodedImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) data[pixel * 3 + c] = samples[pixel * channels + (channels < 3 ? 0 : c)];
  }
  return { width, height, data };
}

/** A copy of exactly the bytes: the decoders read whole buffers. */
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

async function decodeBmp(bytes: Uint8Array): Promise<DecodedImage> {
  const { decode } = await import("bmp-ts");
  type Input = Parameters<typeof decode>[0];
  // the library reads through Node's Buffer
  const { Buffer } = globalThis as { Buffer?: { from(bytes: Uint8Array): Input } };
  if (Buffer === undefined) throw new HoduError("UNSUPPORTED", "Cannot decode a BMP picture in a browser");
  const image = decode(Buffer.from(bytes), { toRGBA: true });
  return toRgb(image.width, image.height, image.data, 4);
}

async function decodePng(bytes: Uint8Array): Promise<DecodedImage> {
  const { decode } = await import("fast-png");
  const { width, height, channels, data, palette, depth } = decode(bytes);
  if (palette !== undefined) {
    const colours = Uint8Array.from({ length: width * height * 3 }, (_, i) => palette[data[Math.floor(i / 3)]][i % 3]);
    return { width, height, data: colours };
  }
  const top = 2 ** depth - 1;
  const samples = depth === 8 ? data : Uint8Array.from(data, (sample) => Math.round((sample * 255) / top));
  return toRgb(width, height, samples, channels);
}

async function decodeTiff(bytes: Uint8Array): Promise<DecodedImage | undefined> {
  const { default: UTIF } = await import("utif2");
  const buffer = bufferOf(bytes);
  const [first] = UTIF.decode(buffer);
  const size = [first?.t256, first?.t257].map((tag) => (Array.isArray(tag) ? Number(tag[0]) : Number.NaN));
  if (!(size[0] * size[1] <= MAX_PIXELS)) return undefined;
  UTIF.decodeImage(buffer, first);
  return toRgb(first.width, first.height, UTIF.toRGBA8(first), 4);
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
  const imported = (await import("@cornerstonejs/codec-openjpeg/decodewasmjs")) as unknown as {
    readonly default: OpenJpegFactory;
  };
  const module = await compileWasm("@cornerstonejs/codec-openjpeg/decodewasm");
  return imported.default({
    print() {},
    printErr() {},
    instantiateWasm(imports, done) {
      void WebAssembly.instantiate(module, imports).then(done);
      return {};
    },
  });
}

async function decodeJpeg2000(bytes: Uint8Array): Promise<DecodedImage | undefined> {
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
