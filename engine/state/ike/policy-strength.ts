/** Which of two algorithms protects better, so that a remedy never advises the weaker: orders of magnitude in bits, NIST SP 800-57 part 1. */
import type { PhaseOneAttribute, PhaseOneAttributes } from '../../event/policy.ts';

const encryption: ReadonlyMap<number, number> = new Map([
  [1, 56],
  [2, 100],
  [3, 100],
  [4, 100],
  [5, 112],
  [6, 120],
  [7, 128],
  [8, 128],
]);

const hash: ReadonlyMap<number, number> = new Map([
  [1, 64],
  [2, 80],
  [3, 96],
  [4, 128],
  [5, 192],
  [6, 256],
]);

const group: ReadonlyMap<number, number> = new Map([
  [1, 50],
  [2, 80],
  [5, 90],
  [14, 112],
  [15, 128],
  [16, 140],
  [17, 160],
  [18, 190],
  [19, 128],
  [20, 192],
  [21, 256],
  [22, 80],
  [23, 110],
  [24, 112],
]);

/** Of one attribute's value; 0 where we cannot tell. */
export const strength = (attribute: PhaseOneAttribute, value: number | null): number => {
  if (value === null) return 0;
  switch (attribute) {
    case 'encryption':
      return encryption.get(value) ?? 0;
    case 'keyBits':
      return value;
    case 'hash':
      return hash.get(value) ?? 0;
    case 'group':
      return group.get(value) ?? 0;
    case 'authentication':
      // Signatures before keys that several people know.
      return value === 3 || (value >= 9 && value <= 11) ? 2 : 1;
    case 'lifetimeSeconds':
      // A shorter life gives less to break; it must not outweigh anything else.
      return 1 / (value + 1);
  }
};

/** Of a whole suite: its weakest part first, then the sum, so that one change upwards always counts. */
export const suiteStrength = (suite: PhaseOneAttributes): readonly [weakest: number, sum: number] => {
  const cipher = suite.encryption === 7 || suite.encryption === 8 ? (suite.keyBits ?? 128) : strength('encryption', suite.encryption);
  const parts = [cipher, strength('hash', suite.hash), strength('group', suite.group)];
  return [Math.min(...parts), parts.reduce((a, b) => a + b, 0)];
};
