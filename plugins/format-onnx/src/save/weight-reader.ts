import { type ByteSource, HoduError, type Model, quote, type Weight } from "hodu-plugin-sdk";

/** Reads weights from where they are, in pieces of at most a few MiB. */
export class WeightReader {
  readonly #model: Model;
  readonly #files = new Map<string, ByteSource>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** The bytes of a weight in order. Throws MISSING_INPUT, POLICY, IO. */
  async *chunks({ store, offset, length }: Weight): AsyncGenerator<Uint8Array> {
    const place = this.#model.snapshot.stores[store];
    if (place.kind === "bytes") yield place.bytes.subarray(offset, offset + length);
    else yield* (await this.#file(place.location)).chunks(offset, length);
  }

  /** All bytes of a weight; for those that are small. */
  async read(weight: Weight): Promise<Uint8Array> {
    const { store, offset, length } = weight;
    const place = this.#model.snapshot.stores[store];
    if (place.kind === "bytes") return place.bytes.subarray(offset, offset + length);
    return (await this.#file(place.location)).read(offset, length);
  }

  async #file(location: string): Promise<ByteSource> {
    const known = this.#files.get(location);
    if (known !== undefined) return known;
    const { source } = this.#model;
    if (source === undefined) {
      throw new HoduError(
        "MISSING_INPUT",
        `Cannot read the weights in ${quote(location)}: the model keeps them in a file, which was not given`,
      );
    }
    const file = location === "" ? source : await source.sibling(location);
    this.#files.set(location, file);
    return file;
  }
}
