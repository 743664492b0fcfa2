import { compareValues, EXACT, type NamedValue, type Tensor, type TensorData, tensorFrom } from "@hodu/core";
import type { RunOptions, RunResult, Session } from "../contracts/backend.ts";
import { runResult } from "../protocol/backend-codecs.ts";
import { productGraph, productInputs, productResult, sumGraph, viewsGraph } from "./backend-cases.ts";
import type { Bench } from "./backend-suite.ts";
import { quietContext, refusal, settled } from "./contract-test.ts";
import { expectSame } from "./same-data.ts";

/** Whatever a caller writes to a result, the next run and the other values do not see it. */
export async function tryOwnership(bench: Bench): Promise<void> {
  const session = await bench.openSnapshot(viewsGraph());
  const expected = [
    [1, 2, 3, 4],
    [5, 6],
    [5, 6],
    [1, 3, 2, 4],
  ];
  const x = tensorFrom("f32", [2, 2], [1, 2, 3, 4]);
  for (let round = 0; round < 2; round++) {
    const { outputs } = await session.run([{ name: "x", value: x }], {}, quietContext());
    for (const [i, { value }] of outputs.entries()) {
      const tensor = value as Tensor;
      expectElements(tensor, expected[i], `output ${i} of round ${round}`);
      (tensor.data as Float32Array).fill(-1);
    }
  }
  expectElements(x, expected[0], "the input");
  await session.dispose();
}

/** Outputs lie where the caller wants them, be it where an input was, and those not named lie elsewhere. */
export async function tryInto(bench: Bench): Promise<void> {
  const [first, second] = sumGraph().graph.outputs.map(({ name }) => name);
  const state = tensorFrom("f32", [1, 2], [1, 2]);
  const inputs = [
    { name: "x", value: state },
    { name: "y", value: tensorFrom("f32", [1, 2], [3, 4]) },
  ];
  const session = await bench.openSnapshot(sumGraph());
  const options: RunOptions = { outputs: [second, first], into: [{ name: first, data: state.data }] };
  const { outputs } = await session.run(inputs, options, quietContext());
  const values = outputs.map(({ value }) => value as Tensor);
  if (values[1].data !== state.data) throw new Error("the output is not over the memory given");
  expectElements(values[0], [14, 26], "the output without memory");
  expectElements(state, [4, 6], "the memory given");
  await session.dispose();
}

export async function tryWrongMemory(bench: Bench): Promise<void> {
  const session = await bench.openSnapshot(productGraph());
  const [{ name }] = productGraph().graph.outputs;
  const wrong: readonly (readonly [name: string, data: TensorData])[] = [
    [name, new Float32Array(5)],
    [name, new Float64Array(6)],
    ["nosuchoutput", new Float32Array(6)],
  ];
  for (const [wanted, data] of wrong) {
    const call = session.run(productInputs, { into: [{ name: wanted, data }] }, quietContext());
    const error = await refusal(call, `memory ${data.constructor.name}(${data.length}) for ${wanted}`);
    if (error.code !== "BAD_INPUT") throw new Error(`found ${error.code}, expected BAD_INPUT`, { cause: error });
    if ((data as Float32Array).some((element) => element !== 0)) throw new Error("memory was written to");
  }
  await session.dispose();
}

export async function tryAtOnce(bench: Bench): Promise<void> {
  const session = await bench.openSnapshot(productGraph());
  if (session.runSync === undefined) return session.dispose();
  // the first run of a model without static shapes may have to compile it
  const later = await session.run(productInputs, {}, quietContext());
  const result = session.runSync(productInputs, {}, quietContext());
  expectSame(runResult, result, later, "the two ways");
  const data = new Float32Array(6);
  const [{ name }] = result.outputs;
  const bound = session.runSync(productInputs, { into: [{ name, data }] }, quietContext());
  if ((bound.outputs[0].value as Tensor).data !== data) throw new Error("the output is not over the memory given");
  expectElements(productResult, data, "the memory given");
  await refuseAtOnce(session, [], "a missing input");
  await refuseAtOnce(session, productInputs, "a run that was cancelled before", AbortSignal.abort());
  await session.dispose();
  await refuseAtOnce(session, productInputs, "a run after the session was disposed of");
}

async function refuseAtOnce(
  session: Session,
  inputs: readonly NamedValue[],
  what: string,
  signal?: AbortSignal,
): Promise<void> {
  const call = async (): Promise<RunResult> => session.runSync!(inputs, {}, quietContext(signal));
  if ((await settled(call())) === undefined) throw new Error(`${what} was not refused`);
}

function expectElements(tensor: Tensor, expected: ArrayLike<number>, what: string): void {
  const difference = compareValues(tensor, tensorFrom("f32", tensor.shape, Array.from(expected)), EXACT);
  if (difference !== undefined) throw new Error(`${what}${difference.path}: ${difference.message}`);
}
