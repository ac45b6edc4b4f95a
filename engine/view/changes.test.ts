// What changed at an event, line by line, in the order in which people ask.
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { edited, espAt, flipped, fold, knowing, repeated, withoutSecrets } from '../../test/support/what-if.ts';
import type { Log } from '../log/log.ts';
import type { Reveal } from './keys.ts';
import { moment } from './moment.ts';

const log = loadTrace(bundledTrace);
const changesAt = (given: Log, event: number, reveal: Reveal = []) => moment(fold(given), event, { reveal, negotiation: null }).changes;
const lines = (given: Log, event: number): string[] =>
  changesAt(given, event).map((c) =>
    [c.sign, c.label, ...(c.secret ? ['(secret)'] : []), ...(c.before === null ? [] : [c.before, '→']), c.after ?? ''].join(' ').trim(),
  );

describe('the trace, with pre-shared key and g^xy', () => {
  const roots = knowing(log, 'preSharedKey', 'dhSharedSecret');

  test.each<[number, string[]]>([
    [0, ['+ pre-shared key (secret)', '+ g^xy (secret)']],
    [
      1,
      [
        '~ Initiator IKE_READY → IKE_I_MM1',
        '~ Responder IKE_READY → IKE_R_MM1',
        '+ Negotiation e2ac4822…be1e',
        '+ Initiator vendor IDs 5 names',
      ],
    ],
    [
      4,
      [
        '~ Initiator IKE_I_MM3 → IKE_I_MM4',
        '~ Responder IKE_R_MM3 → IKE_R_MM4',
        '+ g^xr 54a2034f…1952',
        '+ Nr_b 4b9acea3…4ca3',
        '+ SKEYID (secret)',
        '+ SKEYID_d (secret)',
        '+ SKEYID_a (secret)',
        '+ SKEYID_e (secret)',
        '+ Ka (secret)',
        '+ Next IV of phase 1 a994…0884',
      ],
    ],
    [
      5,
      [
        '~ Initiator IKE_I_MM4 → IKE_I_MM5',
        '~ Responder IKE_R_MM4 → IKE_R_MM5',
        '+ Initiator identity 192.0.2.1',
        '~ Initiator authenticated unknown → yes',
        '+ HASH_I d1fd4de7…c95e',
        '~ Next IV of phase 1 a994…0884 → dc29…3cac',
      ],
    ],
    [
      9,
      [
        '~ Initiator IKE_QM_I_QM1 → IKE_QM_PHASE2_COMPLETE',
        '~ Responder IKE_QM_R_QM2 → IKE_QM_PHASE2_COMPLETE',
        '+ HASH(3) 2537563d…5480',
        '~ ESP c185666e larval → mature',
        '~ ESP c50d31e3 larval → mature',
      ],
    ],
    [10, ['~ ESP c50d31e3 highest none → 1', '~ ESP c50d31e3 received 0 → 1']],
    [18, ['+ HASH(1) 4df488fe…bf84', '- ESP c185666e mature → dead', '~ ESP c50d31e3 mature → dying']],
    [
      19,
      [
        '~ Initiator IKE_P1_COMPLETE → IKE_DEST_SA',
        '~ Responder IKE_P1_COMPLETE → IKE_DEST_SA',
        '- ISAKMP SA established → deleted by initiator',
        '+ HASH(1) bedaca53…3e46',
        '+ Finding The initiator deleted the ISAKMP SA.',
      ],
    ],
  ])('#%i', (event, wanted) => {
    expect(lines(roots, event)).toEqual(wanted);
  });
});

test('a key that was supplied and is derived at MM4 came into being there', () => {
  expect(lines(log, 4).filter((l) => l.includes('(secret)'))).toEqual(
    ['SKEYID', 'SKEYID_d', 'SKEYID_a', 'SKEYID_e', 'Ka'].map((k) => `+ ${k} (secret)`),
  );
});

test('a secret has a value only where it was asked for', () => {
  const values = (reveal: Reveal) => changesAt(log, 4, reveal).flatMap((c) => (c.secret && c.after !== null ? [c.label] : []));
  expect(values([])).toEqual([]);
  expect(values(['SKEYID_a'])).toEqual(['SKEYID_a']);
  expect(values('all')).toEqual(['SKEYID', 'SKEYID_d', 'SKEYID_a', 'SKEYID_e', 'Ka']);
});

describe('when things go wrong', () => {
  test('a wrong ICV is counted and found', () => {
    expect(lines(edited(log, 12, flipped(espAt + 40)), 12)).toEqual([
      '~ ESP c50d31e3 wrong ICV 0 → 1',
      expect.stringMatching(/^\+ Finding Packets of SPI c50d31e3 have a wrong ICV/),
    ]);
  });

  test('a replay is counted; the second of its kind is no new finding', () => {
    const twice = repeated(repeated(log, 12), 13);
    expect(lines(twice, 13)).toEqual(['~ ESP c50d31e3 replayed 0 → 1', expect.stringMatching(/^\+ Finding/)]);
    expect(lines(twice, 14)).toEqual(['~ ESP c50d31e3 replayed 1 → 2']);
  });

  test('a retransmission changes nothing', () => {
    expect(lines(repeated(log, 3), 4)).toEqual([]);
  });

  test('an SA that nobody told of is seen', () => {
    expect(lines(withoutSecrets(log), 10)).toEqual(['+ ESP c50d31e3 seen, 192.0.2.1 → 198.51.100.1']);
  });
});

test('links point at nodes and keys that are there', () => {
  const replay = fold(log);
  for (let event = 1; event <= 19; event++) {
    const m = moment(replay, event, { reveal: [], negotiation: null });
    const ids = JSON.stringify(m.packet?.nodes);
    for (const c of m.changes) {
      if (c.node !== null) expect(ids).toContain(`"id":"${c.node}"`);
      if (c.key !== null) expect([event, c.key, m.keys.nodes.some((n) => n.id === c.key)]).toEqual([event, c.key, true]);
    }
  }
});
