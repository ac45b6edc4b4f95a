/** What is weak in the suites of IPsec SAs, by the judgement of RFC 8221 5 and 6; of phase 1 the reducer tells. */
import { type Claim, claim, type Tale } from './tale.ts';

const ciphers: Readonly<Record<number, string>> = {
  1: 'DES',
  2: 'DES',
  3: '3DES',
  4: 'RC5',
  5: 'IDEA',
  6: 'CAST',
  7: 'Blowfish',
  11: 'NULL',
};
const md5 = 1;
const desMac = 3;

export const weakness = (tale: Tale): Claim[] => {
  const weak = new Map<string, number>();
  for (const { sa } of tale.sas.toSorted((a, b) => a.sa.since - b.sa.since)) {
    if (!sa.suite) continue;
    const { transform, authentication } = sa.suite;
    const names = [
      sa.protocol === 'esp' ? ciphers[transform] : undefined,
      authentication === md5 ? 'HMAC-MD5' : authentication === desMac ? 'DES-MAC' : undefined,
    ];
    for (const name of names) if (name !== undefined && !weak.has(name)) weak.set(name, sa.since);
  }
  if (weak.size === 0) return [];
  const names = [...weak.keys()].join(', ');
  return [
    claim(tale.n.id, {
      code: 'weak-algorithm',
      events: [...new Set(weak.values())],
      message: `Weak algorithms protect the traffic: ${names}.`,
      evidence: [...weak].map(([name, event]) => ({ event, text: `${name} for ESP or AH` })),
      rfc: 'RFC 8221 5',
    }),
  ];
};
