// What the views make of aggressive mode, certificates, messages in parts, XAUTH and mode config: nothing points at what is not there.
import { describe, expect, test } from 'vitest';
import { clear, logOf, madeBase, madeRsa, shared } from '../../test/support/made-negotiation.ts';
import { loadTrace, tracesFolder } from '../../test/support/trace.ts';
import { fold } from '../../test/support/what-if.ts';
import { fromHex } from '../bytes/hex.ts';
import signed from '../crypto/signature.vectors.json' with { type: 'json' };
import type { Replay } from '../replay/replay.ts';
import { ladderRowCount, ladderRows } from './ladder.ts';
import type { PacketNode } from './models.ts';
import { moment } from './moment.ts';

const names = [
  'am-psk',
  'am-psk-mismatch',
  'am-rsasig',
  'am-psk-xauth-modecfg-vpnc',
  'ikev1-fragmentation',
  'mm-xauth-failed',
  'mm-modecfg-pull',
];
const replays = new Map<string, Replay>(names.map((name) => [name, fold(loadTrace(`${tracesFolder}/${name}`))]));
const replayNamed = (name: string): Replay => replays.get(name) ?? fold(loadTrace(`${tracesFolder}/${name}`));

const at = (replay: Replay, event: number) => moment(replay, event, { reveal: [], negotiation: null });
const idsOf = (nodes: readonly PacketNode[]): string[] => nodes.flatMap((n) => [n.id, ...idsOf(n.children)]);
const lead = (replay: Replay, event: number): string => at(replay, event).explanation.sentences[0]?.text ?? '';

describe.each(names)('%s', (name) => {
  const replay = replayNamed(name);
  const events = Array.from({ length: Math.min(20, replay.lastIndex) }, (_, i) => i + 1);

  test('sentences and changes point at fields and keys that are there', () => {
    for (const event of events) {
      const m = at(replay, event);
      const nodes = new Set(idsOf(m.packet?.nodes ?? []));
      const pointed = [...m.explanation.sentences, ...m.changes].flatMap(({ node }) => node ?? []);
      expect(pointed.filter((node) => !nodes.has(node)).map((node) => `#${event} ${node}`)).toEqual([]);
      const keys = new Set(m.keys.nodes.map((k) => k.id));
      expect(m.keys.nodes.flatMap((k) => k.from).filter((from) => !keys.has(from))).toEqual([]);
    }
  });

  test('every place in the tree lies in a buffer that is shown', () => {
    for (const event of events) {
      const packet = at(replay, event).packet;
      const lengths = new Map((packet?.buffers ?? []).map((b) => [b.name, b.bytes.length]));
      const check = (n: PacketNode): void => {
        expect(n.place.end).toBeLessThanOrEqual(lengths.get(n.place.buffer) ?? -1);
        n.children.forEach(check);
      };
      packet?.nodes.forEach(check);
    }
  });

  test('no secret is shown', () => {
    for (const event of events) for (const k of at(replay, event).keys.nodes) if (k.secret) expect(k.value).toBeNull();
  });
});

test('the machine of aggressive mode has its three messages, and below them the states of XAUTH', () => {
  const [phase1] = at(replayNamed('am-psk-xauth-modecfg-vpnc'), 6).machines;
  expect(phase1?.steps.map((s) => `${s.label} ${s.from} ${s.when}`)).toEqual([
    'AM1 initiator past',
    'AM2 responder past',
    'AM3 initiator past',
  ]);
  expect(phase1?.states.filter((s) => s.when === 'now').map((s) => s.id)).toEqual([
    'initiator IKE_P1_COMPLETE',
    'responder IKE_XAUTH_SET_SENT',
  ]);
});

test('the ladder names parts, what they make, and what is asked and given', () => {
  const rows = (name: string): string[] =>
    ladderRows(replayNamed(name), 0, ladderRowCount(replayNamed(name), new Set()), new Set()).flatMap((r) =>
      r.kind === 'message' ? [`${r.label}: ${r.detail}${r.note ? ` (${r.note})` : ''}`] : [],
    );
  expect(rows('am-rsasig').slice(1, 5)).toEqual([
    'FRAG: FRAG(1)',
    'AM2: SA KE NONCE ID CERT CERTREQ VID×4 NAT-D×2 SIG (put together from 2 parts)',
    'FRAG: FRAG(1) (retransmission of #2)',
    'AM2: FRAG(2, last) (retransmission of #3)',
  ]);
  expect(rows('mm-xauth-failed').slice(6)).toEqual([
    'CFG: HASH ATTR(REQUEST XAUTH_USER_NAME XAUTH_USER_PASSWORD)',
    'CFG: HASH ATTR(REPLY XAUTH_USER_NAME XAUTH_USER_PASSWORD)',
    'CFG: HASH ATTR(SET XAUTH_STATUS)',
    'CFG: HASH ATTR(ACK XAUTH_STATUS)',
  ]);
});

test('what is under a public key is one leaf, not the fields that its octets seem to be', () => {
  const pkcs8 = fromHex(signed.encryption.privateKeyPkcs8) ?? new Uint8Array();
  const nodes = at(fold(logOf(madeRsa(4, pkcs8).frames)), 3).packet?.nodes ?? [];
  const id = nodes.find((n) => n.name === 'Identification');
  expect([id?.value, id?.mark?.text, id?.children.map((c) => c.name)]).toEqual([
    null,
    'encrypted',
    ['Next payload', 'Reserved', 'Length', 'Encrypted body'],
  ]);
});

test('keys are made by the method of authentication', () => {
  const formula = (name: string): string | undefined => at(replayNamed(name), 3).keys.nodes.find((k) => k.id === 'SKEYID')?.formula;
  expect(formula('am-psk')).toBe('prf(psk, Ni_b | Nr_b)');
  expect(formula('am-rsasig')).toBe('prf(Ni_b | Nr_b, g^xy)');
  expect(at(replayNamed('am-psk-mismatch'), 2).keys.nodes.map((k) => k.id)).toContain('SKEYID of the responder');
});

test('what happens is told by who does it', () => {
  expect(lead(replayNamed('am-psk'), 1)).toBe('The initiator offers, and sends its public value, nonce and identity at once.');
  expect(lead(replayNamed('am-rsasig'), 7)).toBe('The initiator proves who it is, and phase 1 is complete.');
  expect(lead(replayNamed('am-psk-xauth-modecfg-vpnc'), 5)).toBe(
    'The initiator answers as alice; what it proves itself with stays masked here.',
  );
  expect(lead(replayNamed('mm-xauth-failed'), 9)).toBe('The responder refuses the user.');
  expect(lead(replayNamed('mm-modecfg-pull'), 8)).toBe('The responder assigns 10.1.77.1.');
  expect(lead(fold(logOf(madeBase())), 3)).toBe('The initiator sends its public value, identity and proof.');
  const authIp = logOf([clear('initiator', 244, [[10, shared.nonceI]], { answered: false })]);
  expect(lead(fold(authIp), 1)).toContain('AuthIP');
});
