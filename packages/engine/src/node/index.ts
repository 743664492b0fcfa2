export { openFile, type OpenFileOptions } from "./file-source.ts";
