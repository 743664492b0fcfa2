/** Where a function is looked at: from `least` to `greatest`, the bounds themselves too unless they are infinite. */
export interface Domain {
  readonly least: number;
  readonly greatest: number;
}

const buffer = new DataView(new ArrayBuffer(8));
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Floats whose bits are spread evenly over all bits (every exponent, both signs), then numbers spread evenly from -4 to 4 and -100 to 100. */
export function* spreadFloats(scalar: "f32" | "f64", count: number): Generator<number> {
  for (let i = 1; i <= count; i++) {
    const part = (i * GOLDEN) % 1;
    yield fromBits(scalar, part, (i * Math.SQRT2) % 1);
    yield round(scalar, part * 8 - 4);
    yield round(scalar, part * 200 - 100);
  }
}

/** The floats beside and at every power of two of the scalar, positive and negative. */
export function* floatsAtPowers(scalar: "f32" | "f64", step: number): Generator<number> {
  const [from, to, digits] = scalar === "f32" ? [-149, 127, 23] : [-1074, 1023, 52];
  for (let exponent = from; exponent <= to; exponent += step) {
    const power = 2 ** exponent;
    for (const value of [power, power * (1 + 2 ** -digits), power * (2 - 2 ** -digits)]) {
      yield round(scalar, value);
      yield -round(scalar, value);
    }
  }
}

/** The distinct operands inside a domain, in order of appearance. */
export function inside(values: Iterable<number>, { least, greatest }: Domain): number[] {
  return [...new Set(values)].filter((x) => Number.isFinite(x) && x !== 0 && x >= least && x <= greatest);
}

const round = (scalar: "f32" | "f64", value: number): number => (scalar === "f32" ? Math.fround(value) : value);

function fromBits(scalar: "f32" | "f64", high: number, low: number): number {
  buffer.setUint32(0, high * 2 ** 32);
  buffer.setUint32(4, low * 2 ** 32);
  return scalar === "f32" ? buffer.getFloat32(0) : buffer.getFloat64(0);
}
