import { HoduError, type Value } from "@hodu/core";
import { unlessAborted } from "./unless-aborted.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OpenShapes } from "../program-unit.ts";
import { dimsKey } from "./input-values.ts";
import { MAX_VARIANTS } from "./limits.ts";
import { loadProgram, type LoadTools } from "./load-program.ts";
import { Variant } from "./variant.ts";

/** A program that an artifact came with, and the key of the inputs that it is for. */
export interface FirstVariant {
  readonly key: string;
  readonly variant: Variant;
}

/** The programs of a session, by the dims of its inputs: the one that it came with, and those that were compiled since. */
export class Variants {
  /** The only program of a model whose shapes are static. */
  readonly only: Variant | undefined;
  readonly #model: OpenShapes | undefined;
  readonly #device: string;
  readonly #tools: LoadTools;
  /** Those that ran last come last. Those that are being compiled are there, too. */
  readonly #known = new Map<string, Promise<Variant>>();
  readonly #ready = new Map<string, Variant>();

  readonly #closing = new AbortController();

  constructor(first: FirstVariant | undefined, model: OpenShapes | undefined, device: string, tools: LoadTools) {
    this.#model = model;
    this.#device = device;
    this.#tools = tools;
    if (model === undefined) this.only = first?.variant;
    else if (first !== undefined) this.#enter(first);
  }

  /** The program for these inputs, compiled now if need be. What has begun is finished for others when `context` is aborted. */
  async get(values: readonly Value[], context: CallContext): Promise<Variant> {
    if (this.only !== undefined) return this.only;
    const key = dimsKey(values);
    const known = this.#known.get(key);
    if (known !== undefined) this.#touch(key, known);
    return unlessAborted(known ?? this.#start(key, values), context);
  }

  /** The program for these inputs. Throws UNSUPPORTED where there is none yet. */
  getSync(values: readonly Value[]): Variant {
    if (this.only !== undefined) return this.only;
    const ready = this.#ready.get(dimsKey(values));
    if (ready !== undefined) return ready;
    throw new HoduError(
      "UNSUPPORTED",
      "Cannot run the model at once: it is compiled for the shapes of its inputs when they are first seen, and that takes a while",
      { hint: "await model.run(inputs)" },
    );
  }

  async dispose(): Promise<void> {
    this.#closing.abort();
    const all = [this.only, ...this.#ready.values()];
    this.#known.clear();
    this.#ready.clear();
    for (const variant of all) await variant?.retire();
  }

  #start(key: string, values: readonly Value[]): Promise<Variant> {
    const compiling = this.#compile(values);
    this.#known.set(key, compiling);
    compiling.then(
      (variant) => this.#settle(key, compiling, variant),
      () => this.#known.get(key) === compiling && this.#known.delete(key),
    );
    return compiling;
  }

  async #compile(values: readonly Value[]): Promise<Variant> {
    const { compileForShapes } = await import("../compile/compile-for-shapes.ts");
    // the call that loaded the session is over, the run that wants this may be given up: others may want it as well
    const tools = { ...this.#tools, context: { ...this.#tools.context, signal: this.#closing.signal } };
    const unit = await compileForShapes(this.#model!, values, this.#device, tools);
    const { program } = await loadProgram(unit, tools);
    return new Variant(program, this.#model!.snapshot, tools);
  }

  /** Keeps what was compiled, unless the session was disposed of meanwhile. */
  #settle(key: string, compiling: Promise<Variant>, variant: Variant): void {
    if (this.#known.get(key) !== compiling) return void variant.retire();
    this.#ready.set(key, variant);
    for (const [oldest, old] of this.#ready) {
      if (this.#ready.size <= MAX_VARIANTS) return;
      this.#ready.delete(oldest);
      this.#known.delete(oldest);
      void old.retire();
    }
  }

  #enter({ key, variant }: FirstVariant): void {
    this.#known.set(key, Promise.resolve(variant));
    this.#ready.set(key, variant);
  }

  /** Makes it the one that ran last. */
  #touch(key: string, known: Promise<Variant>): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    const ready = this.#ready.get(key);
    if (ready === undefined) return;
    this.#ready.delete(key);
    this.#ready.set(key, ready);
  }
}
