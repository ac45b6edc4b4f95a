import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import type { Log } from '../../log/log.ts';
import { pairEvents } from '../../replay/compare.ts';
import { replayOf } from '../../replay/replay.ts';
import { timestamp } from '../../values/timestamp.ts';
import { differences } from './differences.ts';

const log = loadTrace(bundledTrace);
const found = (a: Log, b: Log, options = {}) => [...differences(replayOf(a, nodeCrypto), replayOf(b, nodeCrypto), options)];
const without = (index: number): Log => ({ ...log, happened: log.happened.filter((_, i) => i !== index - 1) });

describe('two logs', () => {
  test('that are equal differ in nothing', () => {
    expect(found(log, log)).toEqual([]);
  });

  test('of which one lacks a message: that event, and the steps that did not follow', () => {
    const [first] = found(log, without(15));
    expect(first).toMatchObject({ a: 15, b: null, what: 'DatagramSeen', label: 'ESP' });
    expect(found(without(15), log)[0]).toMatchObject({ a: null, b: 15 });
  });

  test('of which one has an octet changed: the field by its name, with both octets', () => {
    const changed: Log = {
      ...log,
      happened: log.happened.map((event, i) => {
        if (i !== 2 || event.kind !== 'DatagramSeen' || event.datagram.form !== 'frame') return event;
        const bytes = event.datagram.bytes.slice();
        // The last octet of the initiator's cookie: Ethernet 14, IPv4 20, UDP 8, cookie 8.
        bytes[49] = (bytes[49] ?? 0) ^ 1;
        return { ...event, datagram: { ...event.datagram, bytes } };
      }),
    };
    const [first] = found(log, changed);
    expect(first).toMatchObject({ a: 3, b: 3 });
    expect(first?.fields.filter((f) => f.field === 'ISAKMP header/Initiator cookie')).toEqual([
      {
        field: 'ISAKMP header/Initiator cookie',
        a: 'e2ac48224b9fbe1e',
        b: 'e2ac48224b9fbe1f',
        octets: { a: 'e2ac48224b9fbe1e', b: 'e2ac48224b9fbe1f' },
      },
    ]);
  });

  test('of which one was slower at the end: times since the start, unless they are not asked for', () => {
    const later: Log = {
      ...log,
      happened: log.happened.map((e, i) => (i === 18 && e.at !== null ? { ...e, at: timestamp(e.at + 1_000_000_000n) } : e)),
    };
    const [only, ...others] = found(log, later);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ a: 19, b: 19, time: { a: '3.702516000', b: '4.702516000' }, fields: [] });
    expect(found(log, later, { ignoreTime: true })).toEqual([]);
  });

  test('of which one has no keys: steps and keys that it lacks, and no secret in the answer', () => {
    const all = found(log, { ...log, given: [] });
    expect(all.at(-1)).toMatchObject({ what: 'keys' });
    expect(all.at(-1)?.fields.map((f) => f.field)).toContain('ISAKMP SA 1 skeyid');
    const text = JSON.stringify(all);
    for (const event of log.given) {
      if (event.kind === 'SecretLearned' && event.value) expect(text).not.toContain(Buffer.from(event.value).toString('hex'));
    }
  });

  test('of which another has a secret of another value: that it differs', () => {
    const given = log.given.map((e) => (e.kind === 'SecretLearned' && e.value ? { ...e, value: e.value.map((o) => o ^ 1) } : e));
    expect(found(log, { ...log, given })[0]).toMatchObject({
      what: 'SecretLearned',
      fields: [{ field: 'value', a: '(masked)', b: '(masked)' }],
    });
  });
});

test('every event of both is paired once, in the order of both', () => {
  const some = fc.array(fc.nat({ max: log.happened.length - 1 }), { maxLength: 30 });
  const picked = (at: readonly number[]): Log => ({ ...log, given: [], happened: at.flatMap((i) => log.happened[i] ?? []) });
  fc.assert(
    fc.property(some, some, (ours, theirs) => {
      const pairs = [...pairEvents(replayOf(picked(ours), nodeCrypto), replayOf(picked(theirs), nodeCrypto))];
      expect(pairs.flatMap((p) => p.a?.index ?? [])).toEqual(ours.map((_, i) => i + 1));
      expect(pairs.flatMap((p) => p.b?.index ?? [])).toEqual(theirs.map((_, i) => i + 1));
      for (const p of pairs) if (p.equal) expect(ours[(p.a?.index ?? 0) - 1]).toBe(theirs[(p.b?.index ?? 0) - 1]);
    }),
    { numRuns: 60 },
  );
});
