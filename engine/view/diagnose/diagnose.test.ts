// What if it had gone wrong otherwise? Changed copies of real negotiations, each with the cause that its change stands for.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from '../../../test/support/frames.ts';
import { loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import {
  carrying,
  dropped,
  edited,
  espAt,
  fold,
  frameOf,
  inserted,
  messageOf,
  payload,
  repeated,
  since,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import type { Log } from '../../log/log.ts';
import { stateAt } from '../../replay/replay.ts';
import { timestamp } from '../../values/timestamp.ts';
import { causes, isCode, rankOf, titleOf } from './causes.ts';
import { byWeight, diagnose, foundSoFar } from './diagnose.ts';
import type { Claim } from './tale.ts';

const log = loadTrace(join(tracesFolder, 'mm-psk-3des-sha1-modp1024'));
const natted = loadTrace(join(tracesFolder, 'nat-t'));

/** The events from `event` on happen so much later. */
const delayed = (given: Log, event: number, seconds: number): Log => ({
  ...given,
  happened: given.happened.map((e, i) => (i + 1 < event || e.at === null ? e : { ...e, at: timestamp(e.at + BigInt(seconds * 1e9)) })),
});

const claimsOf = (given: Log): readonly Claim[] => {
  const { negotiations, findings } = diagnose(fold(given));
  return [...negotiations.flatMap((n) => n.findings), ...findings].sort(byWeight);
};
const codes = (given: Log): string[] => claimsOf(given).map((f) => `${f.severity} ${f.certainty} ${f.code}`);
const serious = (given: Log): string[] => codes(given).filter((c) => !c.startsWith('note'));
const summary = (given: Log): string => {
  const [n] = diagnose(fold(given)).negotiations;
  return `${n?.verdict}: ${n?.summary}`;
};

/** A notify in the clear, RFC 2408 3.14, about the negotiation of the event `like`, from the end that sent it. */
const notify = (given: Log, like: number, type: number): Uint8Array => {
  const head = messageOf(given, like).subarray(0, 16);
  const message = octets(head, 11, 0x10, 5, 0, u32(9), u32(0), payload(0, octets(u32(1), 1, 0, u16(type))));
  return carrying(message)(frameOf(given, like));
};

describe('phase 1', () => {
  test('a fifth message that is sent again and never answered: the pre-shared key, or nobody listens', () => {
    const given = repeated(repeated(until(log, 5), 5), 5, 6);
    expect(serious(given)).toEqual(['error likely pre-shared-key-mismatch', 'error possible no-response']);
    expect(summary(given)).toBe('failed: Failed at MM5: pre-shared keys differ');
  });

  test('a fifth message answered by PAYLOAD-MALFORMED', () => {
    const given = inserted(until(log, 5), 5, notify(log, 4, 16), 4);
    expect(serious(given)[0]).toBe('error likely pre-shared-key-mismatch');
    expect(claimsOf(given)[0]?.events).toContain(6);
    expect(claimsOf(given)[0]?.limits).toMatch(/not encrypted/);
  });

  test('an identity that is refused, RFC 2407 4.6.2', () => {
    expect(serious(inserted(until(log, 5), 5, notify(log, 4, 18), 4))).toEqual(['error shown peer-identity-unexpected']);
  });

  test('an offer that is refused names the message that offered', () => {
    const [first] = claimsOf(inserted(until(log, 1), 1, notify(log, 2, 14)));
    expect(first).toMatchObject({ code: 'phase1-no-proposal-chosen', events: [1, 2] });
  });

  test('answers that come each time and are never taken up', () => {
    let given = until(log, 2);
    for (const at of [2, 4]) given = repeated(repeated(given, 1, at), 2, at + 1);
    expect(serious(given)).toContain('error likely one-way-udp500');
  });

  test('one end only, that goes on as if answered', () => {
    const given = dropped(until(log, 6), 2, 4, 6);
    expect(serious(given)).toContain('warning likely one-way-udp500');
  });

  test('one message and the end of the log: too early to say anything', () => {
    expect(serious(until(log, 1))).toEqual([]);
    expect(summary(until(log, 3))).toBe('incomplete: Main mode stops after MM3');
  });
});

describe('phase 2', () => {
  test('a quick mode that nobody answers', () => {
    const given = repeated(until(log, 7), 7);
    expect(serious(given)).toEqual(['error shown no-response']);
    expect(summary(given)).toBe('failed: No response to QM1, sent 2 times in 0 ms');
  });

  test('a third message that the responder never takes up', () => {
    let given = dropped(log, 11, 13, 15, 17);
    for (const at of [9, 11]) given = repeated(repeated(given, 8, at), 9, at + 1);
    expect(serious(given)[0]).toBe('error likely one-way-udp500');
  });

  test('refused offers: transforms or PFS, without a quick mode that went through', () => {
    const refused = until(loadTrace(join(tracesFolder, 'phase2-pfs-mismatch')), 8);
    expect(serious(refused)).toEqual(['error likely phase2-no-proposal-chosen', 'error possible pfs-mismatch']);
    expect(claimsOf(refused)[0]?.tellApart).toMatch(/PFS/);
  });
});

describe('the data plane', () => {
  test('sequence numbers that come near their end, RFC 4303 3.3.3', () => {
    const given = edited(withoutSecrets(log), 16, (frame) =>
      octets(frame.subarray(0, espAt + 4), u32(0xf000_0001), frame.subarray(espAt + 8)),
    );
    expect(serious(given)).toContain('warning shown sequence-near-wrap');
  });

  test('one direction alone', () => {
    expect(serious(dropped(log, 11, 13, 15, 17))).toEqual(['error likely esp-blocked', 'error possible esp-one-way']);
    expect(summary(dropped(log, 10, 12, 14, 16))).toBe('up: Up, but ESP is blocked');
  });

  test('SAs of which nothing is told: a note where the capture begins late', () => {
    expect(codes(since(log, 10)).filter((c) => c.includes('esp'))).toEqual(['note possible esp-unknown-spi']);
  });

  test('ICMP that says a packet was too big, RFC 1191', () => {
    const quoted = ipv4Packet({ protocol: 50, payload: octets(u32(0xc50d31e3), u32(1)) });
    const icmp = ipv4Packet({
      protocol: 1,
      src: '198.51.100.254',
      dst: '192.0.2.1',
      payload: octets(3, 4, u16(0), u16(0), u16(1400), quoted),
    });
    const [found] = claimsOf(inserted(log, 17, ethernet(0x0800, icmp))).filter((f) => f.code === 'mtu-suspected');
    expect(found).toMatchObject({ severity: 'warning', events: [18], about: 'e2ac48224b9fbe1e' });
    expect(found?.message).toContain('1400');
  });
});

describe('time', () => {
  test('an SA that is used past its life, and not renewed', () => {
    const given = delayed(until(log, 17), 16, 90_000);
    expect(serious(given)).toContain('warning shown lifetime-expired');
  });

  test('renewed too late', () => {
    const given = delayed(loadTrace(join(tracesFolder, 'rekey-phase2')), 26, 60);
    expect(serious(given)).toContain('warning shown rekey-late');
  });

  test('silence behind a NAT', () => {
    const quiet = delayed(dropped(natted, 18, 19), 18, 60);
    expect(codes(quiet)).toContain('note possible nat-keepalive-missing');
    expect(codes(natted)).not.toContain('note possible nat-keepalive-missing');
  });
});

describe('many at once', () => {
  const begin = (cookie: number): Uint8Array => {
    const offer = messageOf(log, 1);
    const message = octets(u32(cookie), u32(7), offer.subarray(8));
    return ethernet(0x0800, ipv4Packet({ protocol: 17, payload: udp(500, 500, message) }));
  };

  test('half-open negotiations', () => {
    let given: Log = until(log, 1);
    for (let i = 0; i < 30; i++) given = inserted(given, i + 1, begin(i + 1), 1);
    expect(serious(given)).toEqual(['warning shown half-open-flood']);
  });

  test('answers to somebody who never asked', () => {
    let given: Log = until(log, 1);
    const answer = messageOf(log, 2);
    for (let i = 0; i < 30; i++) {
      const message = octets(answer.subarray(0, 8), u32(i + 1), u32(9), answer.subarray(16));
      const frame = ipv4Packet({ protocol: 17, src: `203.0.113.${i + 1}`, dst: '192.0.2.1', payload: udp(500, 500, message) });
      given = inserted(given, i + 1, ethernet(0x0800, frame), 1);
    }
    expect(claimsOf(given)[0]?.message).toContain('others ask in its name');
  });
});

describe('peers that come again', () => {
  test('one that begins anew with INITIAL-CONTACT, while the other still sends on the old SA', () => {
    const again = loadTrace(join(tracesFolder, 'mm-fourth-proposal'));
    const [old, late] = [until(log, 17).happened, log.happened[16]];
    const happened = [...old, ...delayed(until(again, 17), 1, 3600).happened, ...(late ? [late] : [])];
    const given: Log = { ...log, given: [...log.given, ...again.given], happened };
    const [found] = claimsOf(given).filter((f) => f.code === 'stale-sa-after-restart');
    expect(found).toMatchObject({ severity: 'warning', about: 'e2ac48224b9fbe1e', events: [22, 35] });
  });

  test('two that run at the same time', () => {
    const other = loadTrace(join(tracesFolder, 'mm-fourth-proposal'));
    const woven = log.happened.slice(0, 17).flatMap((e, i) => [e, ...(other.happened[i] ? [other.happened[i]] : [])]);
    expect(codes({ ...log, given: [...log.given, ...other.given], happened: woven })).toContain('note shown simultaneous-negotiations');
  });
});

test('a fragment of IKE that does not come', () => {
  const whole = loadTrace(join(tracesFolder, 'ikev1-fragmentation'));
  const parts = [...(fold(whole).chronicle.messages.values().next().value ?? [])].filter((m) => m.fragment);
  const [, second] = parts;
  const given = dropped(until(whole, parts.findLast((m) => m.side === 'initiator')?.event ?? 0), second?.event ?? 0);
  expect(serious(given)).toContain('warning shown fragment-lost');
});

test('before the end, what was said so far', () => {
  const replay = fold(loadTrace(join(tracesFolder, 'phase2-id-mismatch')));
  const at = (event: number) => foundSoFar(replay, stateAt(replay, event)).map((f) => f.code);
  expect(at(7)).toEqual(['weak-algorithm']);
  expect(at(8)).toEqual(['weak-algorithm', 'phase2-identity-mismatch']);
});

test('every cause has all its columns, and a place in the order', () => {
  for (const [code, cause] of Object.entries(causes)) {
    expect(isCode(code)).toBe(true);
    expect([cause.title, cause.opposite, cause.remedy].every((text) => text.length > 3)).toBe(true);
    expect(rankOf(code)).toBeLessThan(Object.keys(causes).length);
  }
  expect(titleOf('something-else')).toBe('something else');
});

test('any order of any events: no exception, the order of findings holds, events lie in the log', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(log.happened.length - 1), { maxLength: 40 }), fc.boolean(), (picked, keys) => {
      const happened = picked.flatMap((i) => log.happened[i] ?? []);
      const given = { ...(keys ? log : withoutSecrets(log)), happened };
      const { negotiations, findings } = diagnose(fold(given));
      for (const list of [...negotiations.map((n) => n.findings), findings]) {
        expect(list).toEqual([...list].sort(byWeight));
        for (const f of list) {
          expect(f.message).not.toBe('');
          for (const e of [...f.events, ...f.evidence.map((x) => x.event)]) expect(e >= 0 && e <= happened.length).toBe(true);
        }
      }
    }),
    { numRuns: 200 },
  );
});
