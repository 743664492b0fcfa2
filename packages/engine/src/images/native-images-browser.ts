import { type DecodedImage, HoduError } from "@hodu/core";

/** In a page the WebAssembly decoders of the host's libraries are not at hand. */
function refuse(kind: string): never {
  throw new HoduError(
    "UNSUPPORTED",
    `Cannot decode a ${kind} picture in a browser: found no decoder, expected PNG, TIFF or PNM`,
  );
}

export async function decodeJpeg(_bytes: Uint8Array): Promise<DecodedImage> {
  return refuse("JPEG");
}

export async function decodeWebp(_bytes: Uint8Array): Promise<DecodedImage> {
  return refuse("WebP");
}

export async function decodeJpeg2000(_bytes: Uint8Array): Promise<DecodedImage | undefined> {
  return refuse("JPEG 2000");
}
