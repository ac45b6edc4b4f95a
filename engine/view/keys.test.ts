// The graph of keys: what is known when, what comes from what, and that nothing secret is shown unasked.
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import {
  dropped,
  flipped,
  fold,
  frameOf,
  hexOf,
  knowing,
  learned,
  learning,
  negotiationIn,
  repeated,
  secretOf,
  withoutSecrets,
} from '../../test/support/what-if.ts';
import keysFile from '../../traces/mm-psk-3des-sha1-modp1024/daemons.json' with { type: 'json' };
import { toHex } from '../bytes/hex.ts';
import type { Log } from '../log/log.ts';
import { values } from '../state/persistent-map.ts';
import type { Reveal } from './keys.ts';
import type { KeyNode, KeysView } from './models.ts';
import { moment } from './moment.ts';
import { overview } from './overview.ts';

const log = loadTrace(bundledTrace);
const roots = knowing(log, 'preSharedKey', 'dhSharedSecret');
const [daemon] = keysFile.ike_sas;
if (!daemon) throw new Error('the trace has an IKE SA');

const keysAt = (given: Log, event: number, reveal: Reveal = []): KeysView =>
  moment(fold(given), event, { reveal, negotiation: daemon.initiator_cookie }).keys;
const nodeOf = (view: KeysView, id: string): KeyNode => {
  const node = view.nodes.find((n) => n.id === id);
  if (!node) throw new Error(`no node ${id}`);
  return node;
};

describe('what is known when', () => {
  test.each([
    ['psk', 0, 2],
    ['Ni_b', 3, 3],
    ['g^xr', 4, 4],
    ['SKEYID', 4, 4],
    ['Ka', 4, 4],
  ])('%s is known since #%i', (id, since, first) => {
    expect(nodeOf(keysAt(roots, first), id)).toMatchObject({ state: 'known', since });
  });

  test('before that it is ahead; where it never comes it is missing', () => {
    expect(nodeOf(keysAt(roots, 3), 'SKEYID')).toMatchObject({ state: 'ahead', since: null, value: null, length: 20 });
    expect(nodeOf(keysAt(withoutSecrets(log), 19), 'SKEYID')).toMatchObject({ state: 'missing', since: null, length: null });
  });

  test('what comes into being at an event is current there, and only there', () => {
    const current = (event: number) =>
      keysAt(roots, event)
        .nodes.filter((n) => n.current && n.group === 'phase1')
        .map((n) => n.id);
    expect(current(4)).toEqual(['Nr_b', 'SKEYID', 'SKEYID_d', 'SKEYID_a', 'SKEYID_e', 'Ka']);
    expect(current(5)).toEqual([]);
  });

  test('KEYMAT of both directions comes with QM2', () => {
    expect(keysAt(roots, 7).nodes.filter((n) => n.id.startsWith('KEYMAT'))).toEqual([]);
    expect(nodeOf(keysAt(roots, 8), 'KEYMAT c50d31e3')).toMatchObject({ state: 'known', since: 8, length: 44, secret: true });
  });
});

describe('what comes from what', () => {
  test('every source of a known node is a node of the view', () => {
    for (let event = 1; event <= 19; event++) {
      const { nodes } = keysAt(roots, event);
      const ids = new Set(nodes.map((n) => n.id));
      for (const n of nodes) for (const from of n.from) expect([event, n.id, from, ids.has(from)]).toEqual([event, n.id, from, true]);
    }
  });

  test('what was supplied comes from nothing', () => {
    const view = keysAt(knowing(log, 'skeyid', 'dhSharedSecret'), 19);
    expect(nodeOf(view, 'SKEYID')).toMatchObject({ formula: 'supplied', from: [], since: 0 });
    expect(nodeOf(view, 'SKEYID_e').from).toContain('SKEYID');
  });

  test('the chain of IVs: each from the message before it', () => {
    const { nodes } = keysAt(roots, 9, 'all');
    expect(nodes.filter((n) => n.group === 'iv' && n.id.startsWith('IV')).map((n) => [n.id, n.value, n.from])).toEqual([
      ['IV of MM5', daemon.initial_iv, ['g^xi', 'g^xr']],
      ['IV of MM6', daemon.iv_chain[0]?.iv, ['IV of MM5']],
      ['IV of QM1', daemon.iv_chain[2]?.iv, ['IV of MM6']],
      ['IV of QM2', daemon.iv_chain[3]?.iv, ['IV of QM1']],
      ['IV of QM3', daemon.iv_chain[4]?.iv, ['IV of QM2']],
    ]);
  });

  test.each<[string, Log]>([
    ['the trace', log],
    ['MM5 twice, in other octets', repeated(log, 5, 5, flipped(frameOf(log, 5).length - 1))],
    ['without MM5', dropped(log, 5)],
  ])('ids are unique: %s', (_, given) => {
    for (let event = 0; event <= given.happened.length; event++) {
      const ids = keysAt(given, event).nodes.map((n) => n.id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

describe('values', () => {
  const own = (view: KeysView): Record<string, string | null> => Object.fromEntries(view.nodes.map((n) => [n.id, n.value]));

  test('are those of the daemons where they are asked for', () => {
    expect(own(keysAt(roots, 8, 'all'))).toMatchObject({
      psk: daemon.psk,
      'g^xy': daemon.dh_shared_secret,
      SKEYID: daemon.skeyid,
      SKEYID_d: daemon.skeyid_d,
      SKEYID_a: daemon.skeyid_a,
      SKEYID_e: daemon.skeyid_e,
      Ka: daemon.enc_key,
      'HASH(2)': daemon.phase2_hashes[1]?.value,
      ...Object.fromEntries(
        keysFile.ipsec_sas.flatMap((sa) => [
          [`encryption key ${sa.spi.slice(2)}`, sa.enc_key],
          [`integrity key ${sa.spi.slice(2)}`, sa.auth_key],
        ]),
      ),
    });
  });

  test('one alone can be asked for', () => {
    const shown = keysAt(roots, 8, ['SKEYID_d']).nodes.filter((n) => n.secret && n.value !== null);
    expect(shown.map((n) => n.id)).toEqual(['SKEYID_d']);
  });

  test('a pre-shared key that is no text is shown as hex', () => {
    const binary = learning(knowing(log, 'dhSharedSecret'), learned({ what: 'preSharedKey' }, Uint8Array.of(0, 255)));
    expect(nodeOf(keysAt(binary, 4, 'all'), 'psk').value).toBe('00ff');
  });
});

test('no model of any event holds an octet of a secret that was not asked for', () => {
  const replay = fold(log);
  const v = negotiationIn(replay.final).values;
  const derived = [v.skeyid, v.skeyidD, v.skeyidA, v.skeyidE, v.encryptionKey].map(hexOf);
  const keymat = values(replay.final.associations).flatMap((a) => [a.keymat, a.encryptionKey, a.integrityKey].map(hexOf));
  const secrets = [...derived, ...keymat, toHex(secretOf(log, 'dhSharedSecret')), daemon.psk, toHex(new TextEncoder().encode(daemon.psk))];
  expect(secrets.every((s) => s !== null && s.length >= 20)).toBe(true);
  const text = (model: unknown): string => JSON.stringify(model, (_, value) => (value instanceof Uint8Array ? toHex(value) : value));
  // The first eight octets, since values are cut in the middle.
  const wanted = secrets.map((s) => (s ?? '').slice(0, 16));
  const all =
    Array.from({ length: 20 }, (_, event) => text(moment(replay, event, { reveal: [], negotiation: null }))).join('\n') +
    text(overview(replay, 'x'));
  expect(wanted.filter((s) => all.includes(s))).toEqual([]);
  expect(wanted.filter((s) => text(moment(replay, 8, { reveal: 'all', negotiation: null })).includes(s)).length).toBeGreaterThan(5);
});

describe('what is missing is said', () => {
  test.each<[string, Log, number, string]>([
    ['before the suite is chosen', roots, 1, 'Not yet derivable: Ka. It needs the choice of the responder.'],
    ['before MM4', roots, 3, 'Not yet derivable: Ka. It needs the nonces, the public values.'],
    ['before quick mode', roots, 5, 'Not yet derivable: KEYMAT. It needs the nonces and SPIs of a quick mode.'],
    ['when all is known', roots, 9, ''],
    ['without secrets', withoutSecrets(log), 9, 'Not derivable: Ka. Missing: the pre-shared key, g^xy.'],
    ['with Ka alone', knowing(log, 'encryptionKey'), 9, 'Not derivable: KEYMAT. Missing: SKEYID_d.'],
    ['without MM2', dropped(log, 2), 9, 'Not derivable: Ka, since the suite is not known: no message that chose it was seen.'],
    ['without QM1', dropped(roots, 7), 8, 'Not derivable: KEYMAT. Missing: nonces and SPIs, since QM2 stays closed.'],
  ])('%s', (_, given, event, note) => {
    expect(keysAt(given, event).note).toBe(note);
  });
});
