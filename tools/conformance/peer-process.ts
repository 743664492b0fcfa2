/**
 * Runs models on ONNX Runtime, in a process of its own: it is native code that a model may bring down.
 * Started by peer.ts with the path of the onnxruntime-node package; answers each PeerRequest with a PeerAnswer.
 */
import { createRequire } from "node:module";

/** A tensor as both sides of the process speak of it: ONNX Runtime's name of the type, and its array. */
export interface PeerTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayBufferView | readonly string[];
}

export interface PeerRequest {
  readonly model: string;
  readonly inputs: Readonly<Record<string, PeerTensor>>;
}

export type PeerAnswer = { readonly outputs: Readonly<Record<string, PeerTensor>> } | { readonly error: string };

interface Runtime {
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => PeerTensor;
  readonly InferenceSession: {
    create(model: string, options: object): Promise<RuntimeSession>;
  };
}

interface RuntimeSession {
  run(inputs: Record<string, PeerTensor>): Promise<Record<string, PeerTensor>>;
  release(): Promise<void>;
}

const runtime = createRequire(import.meta.url)(process.argv[2]) as Runtime;

process.on("message", (request: PeerRequest) => {
  void answer(request).then((message) => process.send!(message));
});

async function answer({ model, inputs }: PeerRequest): Promise<PeerAnswer> {
  try {
    const session = await runtime.InferenceSession.create(model, { logSeverityLevel: 4, intraOpNumThreads: 1 });
    try {
      const feeds = Object.entries(inputs).map(([name, { type, data, dims }]) => {
        return [name, new runtime.Tensor(type, data, dims)] as const;
      });
      const outputs = await session.run(Object.fromEntries(feeds));
      const found = Object.entries(outputs).map(
        ([name, { type, dims, data }]) => [name, { type, dims, data }] as const,
      );
      return { outputs: Object.fromEntries(found) };
    } finally {
      await session.release();
    }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
