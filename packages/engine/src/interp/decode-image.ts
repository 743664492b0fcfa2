import { type DecodedImage, HoduError } from "@hodu/core";

/** Decodes a picture with the library for its kind. */
export async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  throw new HoduError("UNSUPPORTED", `Cannot decode a picture of ${bytes.length} bytes`);
}
