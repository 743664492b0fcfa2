import { definePass } from "../stages/pass.ts";
import { channelsLast } from "./channels-last.ts";

/** Convolutions of bytes, whose products are summed several at a time where channels lie side by side. */
const INTEGER_CONVOLUTIONS: ReadonlySet<string> = new Set(["ConvInteger", "QLinearConv"]);

/** The channels-last layout for graphs with convolutions of integers: in another layout they are slower than those of floats. */
export const integerChannelsLast = definePass({
  ...channelsLast,
  name: "integer-channels-last",
  run(graph) {
    const isWanted = graph.graph.nodes.some(({ op, domain }) => domain === "" && INTEGER_CONVOLUTIONS.has(op));
    return isWanted ? channelsLast.run(graph) : [];
  },
});
