export type ImageKind = "bmp" | "jpeg" | "jpeg2000" | "png" | "pnm" | "tiff" | "webp";

export interface ImageHeader {
  readonly kind: ImageKind;
  /** Undefined where the kind's own decoder has to find it. */
  readonly width?: number;
  readonly height?: number;
}

/** Tells what picture the bytes are by their first ones, and its size; undefined when they are none that is known. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (offset: number, ...values: readonly number[]): boolean =>
    values.every((value, i) => bytes[offset + i] === value);
  if (bytes.length < 12) return undefined;
  if (starts(0, 0x89, 0x50, 0x4e, 0x47))
    return bytes.length < 24 ? undefined : { kind: "png", width: view.getUint32(16), height: view.getUint32(20) };
  if (starts(0, 0xff, 0xd8, 0xff)) return jpegHeader(view);
  if (starts(0, 0x42, 0x4d)) {
    return bytes.length < 26
      ? undefined
      : { kind: "bmp", width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
  }
  if (starts(0, 0x49, 0x49, 0x2a, 0) || starts(0, 0x4d, 0x4d, 0, 0x2a)) return { kind: "tiff" };
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return webpHeader(view);
  if (starts(4, 0x6a, 0x50, 0x20, 0x20) || starts(0, 0xff, 0x4f, 0xff, 0x51)) return jpeg2000Header(view);
  if (bytes[0] === 0x50 && bytes[1] >= 0x31 && bytes[1] <= 0x36) return { kind: "pnm" };
  return undefined;
}

/** The size in the first start-of-frame segment (ITU T.81, B.2.2). */
function jpegHeader(view: DataView): ImageHeader | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { kind: "jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** The canvas size in a VP8X, VP8L or VP8 chunk (RFC 9649). */
function webpHeader(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 30) return undefined;
  const u24 = (offset: number): number => view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
  switch (view.getUint8(15)) {
    case 0x58:
      return { kind: "webp", width: u24(24) + 1, height: u24(27) + 1 };
    case 0x4c: {
      const bits = view.getUint32(21, true);
      return { kind: "webp", width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return { kind: "webp", width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
}

/** The reference grid in the SIZ segment (ISO 15444-1, A.5.1), wherever the codestream begins. */
function jpeg2000Header(view: DataView): ImageHeader | undefined {
  for (let at = 0; at + 24 <= view.byteLength && at < 4096; at++) {
    if (view.getUint32(at) !== 0xff4fff51) continue;
    return {
      kind: "jpeg2000",
      width: view.getUint32(at + 8) - view.getUint32(at + 16),
      height: view.getUint32(at + 12) - view.getUint32(at + 20),
    };
  }
  return undefined;
}
