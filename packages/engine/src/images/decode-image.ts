import { type DecodedImage, HoduError } from "@hodu/core";
import { decodeJpeg, decodeJpeg2000, decodeWebp } from "#native-images";
import { decodePnm } from "./decode-pnm.ts";
import { type ImageKind, readImageHeader } from "./image-header.ts";
import { bufferOf, toRgb } from "./to-rgb.ts";
import { unpackSamples } from "./unpack-samples.ts";

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
  jpeg: decodeJpeg,
  jpeg2000: decodeJpeg2000,
  png: decodePng,
  pnm: async (bytes) => decodePnm(bytes, MAX_PIXELS),
  tiff: decodeTiff,
  webp: decodeWebp,
};

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
  const samples = depth < 8 ? unpackSamples(data, width, height, depth) : data;
  if (palette !== undefined) {
    const colours = Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => palette[samples[Math.floor(i / 3)]][i % 3],
    );
    return { width, height, data: colours };
  }
  const top = 2 ** depth - 1;
  const levels = depth === 8 ? samples : Uint8Array.from(samples, (sample) => Math.round((sample * 255) / top));
  return toRgb(width, height, levels, channels);
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
