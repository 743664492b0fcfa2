import { writeElement } from "./elements.ts";
import { evaluate } from "./evaluate-expression.ts";
import { type Frame, type Lanes, named, placeIn, stop } from "./evaluation-frame.ts";
import type { Expression, Statement } from "./types.ts";

/** Runs statements; stops at each barrier; returns the status. */
export type Run = Generator<void, number>;

type Rules = {
  readonly [Kind in Statement["kind"]]: (statement: Extract<Statement, { kind: Kind }>, frame: Frame) => Run | number;
};

const RULES: Rules = {
  for: (statement, frame) => (statement.loop === "lane" ? runLanes(statement, frame) : runLoop(statement, frame)),
  let: assign,
  var: assign,
  assign,
  array: ({ name, length }, frame) => {
    frame.arrays.set(name, new Array<Lanes | undefined>(length).fill(undefined));
    return 0;
  },
  set: ({ array, index, value }, frame) => {
    const elements = named(frame, frame.arrays, array);
    elements[placeIn(frame, array, evaluate(index, frame)[0], elements.length)] = evaluate(value, frame);
    return 0;
  },
  store: runStore,
  if: ({ condition, yes, no }, frame) => runStatements(evaluate(condition, frame)[0] === true ? yes : no, frame),
  guard: ({ condition, status }, frame) => (evaluate(condition, frame)[0] === true ? 0 : status),
  barrier: function* () {
    yield;
    return 0;
  },
};

/** Runs statements one after another, up to the first that has a status. */
export function* runStatements(statements: readonly Statement[], frame: Frame): Run {
  for (const statement of statements) {
    const rule = RULES[statement.kind] as (statement: Statement, frame: Frame) => Run | number;
    const result = rule(statement, frame);
    const status = typeof result === "number" ? result : yield* result;
    if (status !== 0) return status;
  }
  return 0;
}

function assign({ name, value }: { readonly name: string; readonly value: Expression }, frame: Frame): number {
  frame.locals.set(name, evaluate(value, frame));
  return 0;
}

function runStore(store: Extract<Statement, { kind: "store" }>, frame: Frame): number {
  const { buffer, elements, length } = named(frame, frame.buffers, store.buffer);
  const first = evaluate(store.index, frame)[0] as number;
  const values = evaluate(store.value, frame);
  const wanted = store.mask === undefined ? undefined : evaluate(store.mask, frame);
  values.forEach((value, lane) => {
    if (wanted?.[lane] === false) return;
    writeElement(buffer.memory, elements, placeIn(frame, buffer.name, first + lane, length), value);
  });
  return 0;
}

type Loop = Extract<Statement, { kind: "for" }>;

function* runLoop({ index, extent, step, body }: Loop, frame: Frame): Run {
  const end = evaluate(extent, frame)[0] as number;
  for (let turn = 0; turn < end; turn += step) {
    frame.locals.set(index, [turn]);
    const status = yield* runStatements(body, frame);
    if (status !== 0) return status;
  }
  return 0;
}

/** All turns side by side, from barrier to barrier. The first status in their order is the loop's. */
function* runLanes({ index, extent, step, body }: Loop, frame: Frame): Run {
  const end = evaluate(extent, frame)[0] as number;
  const turns: Run[] = [];
  for (let turn = 0; turn < end; turn += step) {
    const locals = new Map(frame.locals).set(index, [turn]);
    turns.push(runStatements(body, { ...frame, locals, arrays: new Map(frame.arrays) }));
  }
  for (;;) {
    const results = turns.map((turn) => turn.next());
    const ended = results.flatMap(({ done, value }) => (done === true ? [value as number] : []));
    const status = ended.find((value) => value !== 0);
    if (status !== undefined) return status;
    if (ended.length === turns.length) return 0;
    if (ended.length > 0) stop(frame, `a barrier that ${ended.length} of ${turns.length} lanes do not reach`);
    yield;
  }
}
