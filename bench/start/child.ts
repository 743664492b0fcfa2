/**
 * One measurement in a process of its own: `node child.js WHAT MODEL BACKEND CACHE`. Prints milliseconds, and the most memory it took in MB.
 *   compile  from the file to a model that is ready
 *   first    from the file to the first output, after another model ran in the process
 *   call     runSync of the model without the time of its kernels
 *   peer     onnxruntime-node's first run; BACKEND is the folder of its package
 */
import { createRequire } from "node:module";
import { loadModel, type Model, type RunProfile, type Tensor, tensor } from "hodu";

const [what, file, backend, cache] = process.argv.slice(2);
const WORK: Readonly<Record<string, () => Promise<number>>> = { compile, first, call, peer };
const milliseconds = await WORK[what]();
console.log(JSON.stringify({ milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
process.exit();

async function compile(): Promise<number> {
  const start = performance.now();
  await load(file);
  return performance.now() - start;
}

async function first(): Promise<number> {
  const other = await load(`${file.slice(0, file.lastIndexOf("/"))}/mlp.onnx`);
  other.runSync(zeros(other));
  const start = performance.now();
  const model = await load(file);
  await model.run(zeros(model));
  return performance.now() - start;
}

async function call(): Promise<number> {
  const model = await load(file);
  const inputs = zeros(model);
  const whole: number[] = [];
  const kernels: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const start = performance.now();
    model.runSync(inputs);
    whole.push(performance.now() - start);
  }
  for (let i = 0; i < 20_000; i++) {
    let profile: RunProfile | undefined;
    model.runSync(inputs, { onProfile: (found) => (profile = found) });
    kernels.push(profile!.nodes.reduce((sum, node) => sum + node.milliseconds, 0));
  }
  return median(whole) - median(kernels);
}

async function peer(): Promise<number> {
  const { InferenceSession, Tensor } = createRequire(import.meta.url)(backend) as {
    InferenceSession: { create(file: string): Promise<{ run(feeds: object): Promise<unknown> }> };
    Tensor: new (type: string, data: Float32Array, dims: readonly number[]) => unknown;
  };
  const start = performance.now();
  const session = await InferenceSession.create(file);
  await session.run({ x: new Tensor("float32", new Float32Array(3 * 224 * 224), [1, 3, 224, 224]) });
  return performance.now() - start;
}

function load(path: string): Promise<Model> {
  return loadModel(path, { backend, cache });
}

function zeros(model: Model): Record<string, Tensor> {
  return Object.fromEntries(
    model.inputs.map(({ name, shape }) => {
      const dims = (shape ?? []).map(Number);
      return [name, zerosOf(dims)];
    }),
  );
}

function zerosOf(dims: readonly number[]): Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return tensor(
    "f32",
    Array.from({ length: count }, () => 0),
    dims,
  );
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}
