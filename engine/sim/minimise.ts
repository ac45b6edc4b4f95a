/** The shortest list that still does it, by delta debugging: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002. */

/**
 * `items` fail together; what comes back still fails, and leaving out any one of it does not, unless `tries` ran out first. `fails` is asked about
 * sublists in the same order.
 */
export const minimise = <T>(items: readonly T[], fails: (some: readonly T[]) => boolean, tries = 1000): readonly T[] => {
  let left = tries;
  const stillFails = (some: readonly T[]): boolean => left-- > 0 && fails(some);
  if (items.length > 0 && stillFails([])) return [];
  let kept = items;
  for (let parts = 2; kept.length > 1; ) {
    const size = Math.ceil(kept.length / parts);
    const cuts = Array.from({ length: Math.ceil(kept.length / size) }, (_, i) => i * size);
    const without = cuts.map((at) => [...kept.slice(0, at), ...kept.slice(at + size)]).find(stillFails);
    if (without) {
      kept = without;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) {
      break;
    } else {
      parts = Math.min(parts * 2, kept.length);
    }
  }
  return kept;
};
