import type { PointBuilder } from "@hodu/core";
import {
  type Buffer,
  type Expression,
  type KernelBuilder,
  newKernel,
  OPERATIONS,
  printExpression,
  typeOf,
} from "@hodu/core/kernel-ir";
import { NotVector } from "./not-vector.ts";
import { pointBuilder } from "./point-builder.ts";
import type { ScheduledValue } from "./values.ts";
import { LANE, laneIndex, type LaneIndex } from "./vector-stride.ts";

/** How the points of one kernel read other values. */
export interface Reading {
  /** The value of a number. */
  value(id: number): ScheduledValue;
  /** The buffer that holds it; undefined where its point is written in place. */
  buffer(id: number, builder: KernelBuilder, byPosition: boolean): Buffer | undefined;
}

/** The writing of points into one kernel: where statements go, and for how many elements side by side. */
export class Emission {
  readonly points: PointBuilder = pointBuilder(this);
  readonly #root: KernelBuilder;
  readonly #reading: Reading;
  readonly #vectorLanes: number;
  #builder: KernelBuilder;
  #lanes = 1;
  #trials = 0;
  /** What was read in the block being written and in those around it, by value and place. */
  #known: readonly Map<string, Expression>[] = [new Map()];
  /** How often what is written runs for one element of the kernel. */
  #repeats = 1;

  constructor(builder: KernelBuilder, reading: Reading, vectorLanes: number) {
    this.#root = builder;
    this.#builder = builder;
    this.#reading = reading;
    this.#vectorLanes = vectorLanes;
  }

  /** Statements go here. */
  get builder(): KernelBuilder {
    return this.#builder;
  }

  /** Elements that are written side by side. */
  get lanes(): number {
    return this.#lanes;
  }

  /** Lanes of a vector loop of this kernel. */
  get vectorLanes(): number {
    return this.#vectorLanes;
  }

  get repeats(): number {
    return this.#repeats;
  }

  /** A name that no loop around a trial has. */
  name(base: string): string {
    return this.#trials === 0 ? base : `t${this.#trials}_${base}`;
  }

  /** An element by index, or by row-major position. */
  read(id: number, place: readonly Expression[] | Expression): Expression {
    const at = Array.isArray(place) ? place.map(printExpression).join(",") : `@${printExpression(place as Expression)}`;
    const key = `${id} ${at}`;
    for (const known of this.#known) {
      const found = known.get(key);
      if (found !== undefined) return found;
    }
    const element = this.#element(id, place);
    this.#known[0].set(key, element);
    return element;
  }

  #element(id: number, place: readonly Expression[] | Expression): Expression {
    const value = this.#reading.value(id);
    const isIndex = Array.isArray(place);
    const buffer = this.#reading.buffer(id, this.#root, !isIndex);
    if (buffer !== undefined)
      return this.#load(buffer, isIndex ? value.positionOf(place) : placeIn(value, place as Expression));
    const point = value.point!;
    if (isIndex) return this.points.let("v", point.at(place, this.points));
    const position = place as Expression;
    return this.points.let(
      "v",
      point.atPosition?.(position, this.points) ?? point.at(value.indexAt(position), this.points),
    );
  }

  #load(buffer: Buffer, position: Expression): Expression {
    const { first, stride } = this.lane(position);
    if (stride !== 0 && stride !== 1) throw new NotVector();
    const load = this.#builder.load(buffer, first, { lanes: stride === 0 ? 1 : this.#lanes });
    return this.#builder.let(this.name("v"), load);
  }

  /** What an index is in each lane. Throws NotVector where it does not grow evenly. */
  lane(index: Expression): LaneIndex {
    const found = laneIndex(index);
    if (found === undefined) throw new NotVector();
    return found;
  }

  /** An index that is the same in all lanes. Throws NotVector for others. */
  uniformIndex(index: Expression): Expression {
    const { first, stride } = this.lane(index);
    if (stride !== 0) throw new NotVector();
    return first;
  }

  /** A value in as many lanes as are written. */
  wide(value: Expression): Expression {
    return OPERATIONS.broadcast(value, this.#lanes);
  }

  /** Throws NotVector for a value that is not one for all lanes. */
  uniform(value: Expression): Expression {
    if (typeOf(value).lanes > 1) throw new NotVector();
    return value;
  }

  /** Writes statements of an inner block, which runs `turns` times. */
  inside<Result>(turns: number, write: () => Result): Result {
    const [known, repeats] = [this.#known, this.#repeats];
    this.#known = [new Map(), ...known];
    this.#repeats *= turns;
    try {
      return write();
    } finally {
      this.#known = known;
      this.#repeats = repeats;
    }
  }

  /** Writes a turn of a loop for `lanes` elements from `index` on; what is written gets the index of each lane. */
  vector<Result>(index: Expression, lanes: number, write: (index: Expression) => Result): Result {
    if (lanes === 1) return write(index);
    const before = this.#lanes;
    this.#lanes = lanes;
    try {
      return write(OPERATIONS.add(index, LANE));
    } finally {
      this.#lanes = before;
    }
  }

  /** Whether something can be written for vectors; leaves no trace. */
  canVectorize(write: () => void): boolean {
    const [builder, known] = [this.#builder, this.#known];
    this.#builder = newKernel("trial");
    this.#known = [new Map(), ...known];
    this.#trials++;
    try {
      write();
      return true;
    } catch (error) {
      if (error instanceof NotVector) return false;
      throw error;
    } finally {
      this.#trials--;
      this.#builder = builder;
      this.#known = known;
    }
  }
}

/** Where the element at a row-major position lies in the buffer of a value. */
const placeIn = (value: ScheduledValue, position: Expression): Expression =>
  value.order.every((axis, i) => axis === i) ? position : value.positionOf(value.indexAt(position));
