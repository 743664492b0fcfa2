import { definePlugin } from "hodu-plugin-sdk";
import { loadTensors } from "./load-tensors.ts";
import { manifest } from "./manifest.ts";
import { saveTensors } from "./save-tensors.ts";

/** The formats of NumPy: one array (.npy), and archives of named ones (.npz). */
export default definePlugin({ manifest, formats: { npy: { loadTensors, saveTensors } } });
