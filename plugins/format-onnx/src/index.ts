import { definePlugin } from "hodu-plugin-sdk";
import { loadModel } from "./load-model.ts";
import { loadTensors } from "./load-tensors.ts";
import { manifest } from "./manifest.ts";
import { saveModel } from "./save/save-model.ts";
import { saveTensors } from "./save/save-tensors.ts";

/** The ONNX format: models (.onnx) and tensors (.pb). */
export default definePlugin({ manifest, formats: { onnx: { loadModel, saveModel, loadTensors, saveTensors } } });
