/** Random numbers of numpy's legacy generator (MT19937 with RandomState's methods), so that seeded operators can be reproduced. */
export interface RandomSource {
  /** Uniform in [0, 1) with 53 random bits (RandomState.random_sample). */
  uniform(): number;
  /** Standard normal by the polar method with its spare kept (RandomState.standard_normal). */
  normal(): number;
}
