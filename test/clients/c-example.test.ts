import type { FormatFixture } from "hodu-plugin-sdk/testing";
import { describeExample } from "./describe-example.ts";
import { cExample } from "./example-plugins.ts";

/** Sound of as many bytes of samples, after a chunk of another kind. */
function wav(code: number, bits: number, channels: number, samples: Uint8Array): Uint8Array {
  const form = Buffer.alloc(16);
  const frame = (channels * bits) / 8;
  for (const [value, at] of [
    [code, 0],
    [channels, 2],
    [frame, 12],
    [bits, 14],
  ] as const) {
    form.writeUInt16LE(value, at);
  }
  form.writeUInt32LE(16_000, 4);
  form.writeUInt32LE(16_000 * frame, 8);
  const chunks = [chunk("LIST", Buffer.from("odd")), chunk("fmt ", form), chunk("data", samples)];
  return new Uint8Array(chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), ...chunks])));
}

function chunk(name: string, bytes: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from(name), size, bytes, Buffer.alloc(bytes.length % 2)]);
}

const counted = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, i) => i % 251);

const fixtures: readonly FormatFixture[] = [
  { name: "bytes.wav", kind: "tensors", bytes: wav(1, 8, 1, counted(7)) },
  { name: "stereo.wav", kind: "tensors", bytes: wav(1, 16, 2, counted(400)) },
  { name: "floats.wav", kind: "tensors", bytes: wav(3, 32, 1, new Uint8Array(4000)) },
  { name: "large.wav", kind: "tensors", bytes: wav(1, 16, 2, counted(6_000_000)) },
];

describeExample("the example in C", cExample(), fixtures);
