import { encode as encodePng } from "fast-png";
import { describe, expect, it } from "vitest";
import { decodeImage } from "./decode-image.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("decodeImage", () => {
  it("decodes a plain and a raw portable pixmap alike", async () => {
    const plain = await decodeImage(ascii("P3\n# two pixels\n2 1 255\n255 0 1  7 8 9\n"));
    const raw = await decodeImage(new Uint8Array([...ascii("P6 2 1 255\n"), 255, 0, 1, 7, 8, 9]));
    expect(plain).toEqual({ width: 2, height: 1, data: new Uint8Array([255, 0, 1, 7, 8, 9]) });
    expect(raw).toEqual(plain);
  });

  it("repeats grey and drops alpha of a PNG", async () => {
    const grey = encodePng({ width: 1, height: 2, data: new Uint8Array([5, 200]), channels: 1 });
    expect(await decodeImage(grey)).toEqual({ width: 1, height: 2, data: new Uint8Array([5, 5, 5, 200, 200, 200]) });
    const rgba = encodePng({ width: 1, height: 1, data: new Uint8Array([1, 2, 3, 0]), channels: 4 });
    expect(await decodeImage(rgba)).toEqual({ width: 1, height: 1, data: new Uint8Array([1, 2, 3]) });
  });

  it("unpacks the samples of a PNG that are smaller than a byte", async () => {
    const levels = async (depth: 1 | 2 | 4, ...data: number[]): Promise<number[]> => {
      const picture = encodePng({ width: 3, height: 2, data: new Uint8Array(data), channels: 1, depth });
      return Array.from((await decodeImage(picture)).data).filter((_, i) => i % 3 === 0);
    };
    expect(await levels(1, 0b101_00000, 0b010_00000)).toEqual([255, 0, 255, 0, 255, 0]);
    expect(await levels(2, 0b00_01_10_00, 0b11_00_11_00)).toEqual([0, 85, 170, 255, 0, 255]);
    expect(await levels(4, 0x0f, 0x30, 0x12, 0x40)).toEqual([0, 255, 51, 17, 34, 68]);
    const palette: [number, number, number][] = [
      [1, 2, 3],
      [7, 8, 9],
    ];
    const indexed = {
      width: 3,
      height: 1,
      data: new Uint8Array([0b010_00000]),
      channels: 1,
      depth: 1 as const,
      palette,
    };
    expect((await decodeImage(encodePng(indexed))).data).toEqual(new Uint8Array([1, 2, 3, 7, 8, 9, 1, 2, 3]));
  });

  it("gives an empty picture for damaged, unknown and huge ones", async () => {
    const png = encodePng({ width: 4, height: 4, data: new Uint8Array(48), channels: 3 });
    const huge = png.slice();
    new DataView(huge.buffer).setUint32(16, 0x7fffffff);
    const damaged = [
      "",
      "hello, picture",
      "P6 2 1 255\n1",
      "P6 99999999 99999999 255\n",
      "BMxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "RIFF....WEBPVP8 ................",
    ];
    for (const bytes of [
      ...damaged.map(ascii),
      png.slice(0, 40),
      huge,
      new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xd9, 0, 0]),
    ]) {
      expect(await decodeImage(bytes)).toEqual({ width: 0, height: 0, data: new Uint8Array(0) });
    }
  });
});
