import { definePlugin } from "hodu-plugin-sdk";
import { loadTensors } from "./load-tensors.ts";
import { manifest } from "./manifest.ts";
import { saveTensors } from "./save-tensors.ts";

/** The safetensors format: named tensors (.safetensors). */
export default definePlugin({ manifest, formats: { safetensors: { loadTensors, saveTensors } } });
