import { loadModel } from "/hodu/browser.js";

onmessage = async (message) => {
  const { backend } = message.data;
  try {
    const { data } = await (await fetch("/digits/seven.json")).json();
    const model = await loadModel("/digits/model.onnx", { backend });
    const { probabilities } = await model.run({ image: Float32Array.from(data) });
    postMessage({ backend: model.backend, probabilities: [...probabilities.data] });
    await model.dispose();
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
