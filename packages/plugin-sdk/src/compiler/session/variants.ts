import { HoduError } from "@hodu/core";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OpenModel, ProgramUnit } from "../program-unit.ts";
import { dimsKey, elementsKey, type InputValues } from "./input-values.ts";
import { MAX_FAMILIES, MAX_KNOWN_VALUES, MAX_VARIANTS } from "./limits.ts";
import type { LoadedFrom, LoadTools } from "./load-program.ts";
import { unitAtSize } from "./sized-unit.ts";
import { unlessAborted } from "./unless-aborted.ts";
import { unitForRun } from "./unit-for-run.ts";
import { openVariant, type Variant } from "./variant.ts";

/** What is known of the programs for one set of input dims. */
interface Family {
  /** Places of the inputs whose elements are part of its programs. */
  readonly known: readonly number[];
  /** Keys of these elements, as they were seen. */
  readonly seen: Set<string>;
}

/** A program for the inputs of a run. */
interface FoundUnit {
  readonly unit: ProgramUnit;
  /** The one for any size that it is of. */
  readonly of: ProgramUnit | undefined;
  readonly ownsConstants: boolean;
}

/**
 * The programs of a model that is compiled when its inputs are seen: by which are given, by their dims, and by the elements that it wants
 * to know.
 */
export class Variants {
  readonly #model: OpenModel;
  readonly #own: ProgramUnit | undefined;
  readonly #device: string;
  readonly #tools: LoadTools;
  readonly #families = new Map<string, Family>();
  readonly #ready = new Map<string, Variant>();
  /** Keys of shapes that have no program for any size. */
  readonly #unsized = new Set<string>();
  /** Those that are let go, until their last run has ended. */
  #retiring: readonly Variant[] = [];
  readonly #closing = new AbortController();
  /** Ends when nothing is being compiled: one program after another. */
  #compiling: Promise<unknown> = Promise.resolve();

  /** `own`: a program for any size that the artifact came with. */
  constructor(model: OpenModel, own: ProgramUnit | undefined, device: string, tools: LoadTools) {
    this.#model = model;
    this.#own = own;
    this.#device = device;
    // the call that loads a session is over when a program is compiled, and the run that wants it may be given up
    this.#tools = { ...tools, context: { ...tools.context, signal: this.#closing.signal } };
  }

  /** Enters a program that the artifact came with. */
  add(dims: string, variant: Variant): void {
    this.#families.set(dims, { known: [], seen: new Set([""]) });
    this.#ready.set(`${dims}|`, variant);
  }

  /** The program for these inputs, compiled now if need be. What has begun is finished for others when `context` is aborted. */
  async get(values: InputValues, context: CallContext): Promise<Variant> {
    return this.find(values) ?? unlessAborted(this.#later(values), context);
  }

  /** The program for these inputs if there is one. */
  find(values: InputValues): Variant | undefined {
    const dims = dimsKey(values);
    const family = this.#families.get(dims);
    if (family === undefined) return undefined;
    for (const key of [keyIn(dims, family, values), generalKey(dims)]) {
      const found = this.#ready.get(key);
      if (found?.knows(values) === true) return found;
    }
    return undefined;
  }

  async dispose(): Promise<void> {
    this.#closing.abort(new HoduError("ABORTED", "Cannot compile the model: its session was disposed of"));
    const all = [...this.#ready.values()];
    this.#ready.clear();
    this.#families.clear();
    for (const variant of all) await variant.retire();
  }

  /** Compiles when what is being compiled is done, which may be the same. */
  async #later(values: InputValues): Promise<Variant> {
    const before = this.#compiling;
    const mine = before.then(() => this.find(values) ?? this.#compile(values));
    this.#compiling = mine.catch(() => {});
    return mine;
  }

  async #compile(values: InputValues): Promise<Variant> {
    const dims = dimsKey(values);
    const seen = this.#families.get(dims)?.seen.size ?? 0;
    const isGeneral = seen >= MAX_KNOWN_VALUES && this.#model.options.fallback;
    const { unit, of, ownsConstants } = this.#resized(values) ?? (await this.#made(values, isGeneral));
    const variant = await this.#open({ unit, of, declared: this.#model.snapshot.graph, ownsConstants });
    if (this.#closing.signal.aborted) {
      await variant.retire();
      this.#closing.signal.throwIfAborted();
    }
    await this.#keep(isGeneral ? generalKey(dims) : this.#enter(dims, unit, values), variant);
    return variant;
  }

  /** One for any size that is there, at the size of these inputs. */
  #resized(values: InputValues): FoundUnit | undefined {
    const { graph } = this.#model.snapshot;
    const own = this.#own && unitAtSize(this.#own, graph, values);
    if (own !== undefined) return { unit: own, of: undefined, ownsConstants: false };
    for (const { sized } of this.#ready.values()) {
      const unit = sized && unitAtSize(sized, graph, values);
      if (unit !== undefined) return { unit, of: sized, ownsConstants: true };
    }
    return undefined;
  }

  async #made(values: InputValues, isGeneral: boolean): Promise<FoundUnit> {
    if (this.#unsized.size >= MAX_FAMILIES) this.#unsized.clear();
    const made = await unitForRun(this.#model, values, isGeneral, this.#unsized, this.#device, this.#tools);
    const atSize = unitAtSize(made, this.#model.snapshot.graph, values);
    return { unit: atSize ?? made, of: atSize && made, ownsConstants: true };
  }

  /** Loads a program into the memory that others leave; those that were not used for longest make room for it. */
  async #open(from: LoadedFrom & Pick<FoundUnit, "of">): Promise<Variant> {
    for (;;) {
      this.#retiring = this.#retiring.filter(({ isFreed }) => !isFreed);
      const others = [...this.#ready.values(), ...this.#retiring].reduce((sum, { heldBytes }) => sum + heldBytes, 0);
      const { options } = this.#tools;
      const tools = { ...this.#tools, options: { ...options, maxMemory: options.maxMemory - others } };
      try {
        return await openVariant(from, this.#model.snapshot, tools, from.of);
      } catch (error) {
        const isFull = error instanceof HoduError && error.code === "MEMORY_LIMIT";
        if (!isFull || (this.#ready.size === 0 && this.#retiring.length === 0)) throw error;
        if (this.#ready.size > 0) await this.#retireOldest();
        else await this.#retiring[0].whenFreed();
      }
    }
  }

  /** Frees the program that was not used for longest, now or when its last run has ended. */
  async #retireOldest(): Promise<void> {
    const [[key, variant]] = [...this.#ready].sort(([, a], [, b]) => a.ranAt - b.ranAt);
    this.#ready.delete(key);
    this.#retiring = [...this.#retiring, variant];
    try {
      await variant.retire();
    } catch (error) {
      this.#tools.context.log("warn", `a program that is not used any more could not be freed: ${String(error)}`);
    }
  }

  /** The key of a program, whose dims may be seen for the first time. */
  #enter(dims: string, unit: ProgramUnit, values: InputValues): string {
    const known = new Set(unit.known.map(({ name }) => name));
    const { inputs } = this.#model.snapshot.graph;
    const before = this.#families.get(dims);
    const isKnown = (i: number): boolean => known.has(inputs[i].name) || before?.known.includes(i) === true;
    const family: Family = { known: [...inputs.keys()].filter(isKnown), seen: before?.seen ?? new Set() };
    this.#families.delete(dims);
    this.#families.set(dims, family);
    for (const oldest of this.#families.keys()) {
      if (this.#families.size <= MAX_FAMILIES) break;
      this.#families.delete(oldest);
    }
    family.seen.add(elementsKey(values, family.known));
    return keyIn(dims, family, values);
  }

  async #keep(key: string, variant: Variant): Promise<void> {
    while (this.#ready.size >= MAX_VARIANTS) await this.#retireOldest();
    this.#ready.set(key, variant);
  }
}

const keyIn = (dims: string, { known }: Family, values: InputValues): string => `${dims}|${elementsKey(values, known)}`;

/** The key of the program that knows the elements of no input. */
const generalKey = (dims: string): string => `${dims}|any`;
