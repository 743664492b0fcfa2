/** Rounds of one stage: a change seldom makes more than two others possible; what goes on for longer goes in circles. */
export const MAX_ROUNDS = 32;
