/** A process of Node that says that it is there, and stays until its line ends: what a plugin's process cannot be faster than. */
import { Socket } from "node:net";

const line = new Socket({ fd: 3 });
line.write("here\n");
line.resume();
line.on("end", () => process.exit());
