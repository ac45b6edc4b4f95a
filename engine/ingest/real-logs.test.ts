import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DeviceReported } from '../event/event.ts';
import type { ReportKind, ReportOf } from '../event/report.ts';
import { toEnd } from './reading.ts';
import { readText } from './text.ts';

const folder = new URL('../../../shared/captures/cisco-text/', import.meta.url);

const readFile = (name: string): readonly DeviceReported[] =>
  toEnd(readText(readFileSync(new URL(name, folder)), name, 0, { year: 2005 })).events.filter((e) => e.kind === 'DeviceReported');

const saying = <K extends ReportKind>(events: readonly DeviceReported[], says: K): readonly ReportOf<K>[] =>
  events.map((e) => e.report).filter((report): report is ReportOf<K> => report?.says === says);

/** Lines of each file that are recognised or noise, of how many. The first number may only rise. */
const shares: Readonly<Record<string, readonly [number, number]>> = {
  'asa-aws-no-crypto-map-match-syslog.txt': [6, 6],
  'asa-ikev1-l2l-initiator-success-syslog.txt': [89, 89],
  'ikev2-sm-trace-cert-fail.txt': [25, 25],
  'ios-initiator-pfs-mismatch.txt': [163, 163],
  'ios122-transform-mismatch-ce1-excerpt.txt': [24, 24],
  'iosxe-ikev2-ipv6-initiator-child-rejected.txt': [420, 420],
  'iosxe-missing-psk-spoke1.txt': [24, 24],
  'iosxe-natt-hq-responder-mainmode.txt': [194, 194],
  'iosxe-natt-sitea-initiator-mainmode.txt': [176, 176],
  'iosxe-quickmode-responder-ce2.txt': [81, 81],
  'iosxe-twosided-qm-rejected-hub-responder.txt': [39, 39],
  'iosxe-twosided-qm-rejected-spoke2-initiator.txt': [32, 32],
  'seed-ikev2-simultaneous-isr4451.txt': [22, 22],
  'seed-linksys-to-ios-debug.normalized.txt': [250, 250],
  'seed-linksys-to-ios-debug.txt': [250, 250],
  'seed-linksys.log': [14, 14],
  'syslog-antireplay-and-crypto-messages.txt': [9, 9],
};

describe.skipIf(!existsSync(folder))('real logs in ../shared/captures/cisco-text (skipped without that folder)', () => {
  test.each(Object.entries(shares))('%s: the share of recognised lines does not fall', (name, [recognised, all]) => {
    const events = readFile(name);
    const lines = (of: readonly DeviceReported[]): number => new Set(of.flatMap((e) => e.text.split('\n').map((_, i) => e.line + i))).size;
    expect(lines(events)).toBe(all);
    expect(lines(events.filter((e) => e.recognised !== false))).toBeGreaterThanOrEqual(recognised);
    expect(recognised / all).toBeGreaterThanOrEqual(0.99);
  });

  test('the seed: 13 transitions of a responder, with what drove them', () => {
    const events = readFile('seed-linksys-to-ios-debug.txt');
    const inputs = saying(events, 'input').map((r) => `${r.class}, ${r.input}`);
    expect(saying(events, 'transition').map((r, i) => `${r.from} ${r.to}: ${inputs[i]}`)).toEqual([
      'IKE_READY IKE_R_MM1: IKE_MESG_FROM_PEER, IKE_MM_EXCH',
      'IKE_R_MM1 IKE_R_MM1: IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE',
      'IKE_R_MM1 IKE_R_MM2: IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE',
      'IKE_R_MM2 IKE_R_MM3: IKE_MESG_FROM_PEER, IKE_MM_EXCH',
      'IKE_R_MM3 IKE_R_MM3: IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE',
      'IKE_R_MM3 IKE_R_MM4: IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE',
      'IKE_R_MM4 IKE_R_MM5: IKE_MESG_FROM_PEER, IKE_MM_EXCH',
      'IKE_R_MM5 IKE_R_MM5: IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE',
      'IKE_R_MM5 IKE_P1_COMPLETE: IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE',
      'IKE_P1_COMPLETE IKE_P1_COMPLETE: IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE',
      'IKE_QM_READY IKE_QM_SPI_STARVE: IKE_MESG_FROM_PEER, IKE_QM_EXCH',
      'IKE_QM_SPI_STARVE IKE_QM_R_QM2: IKE_MESG_FROM_IPSEC, IKE_SPI_REPLY',
      'IKE_QM_R_QM2 IKE_QM_PHASE2_COMPLETE: IKE_MESG_FROM_PEER, IKE_QM_EXCH',
    ]);
    expect(
      saying(events, 'input')
        .map((r) => r.messageId)
        .slice(10),
    ).toEqual([3453201568, 3453201568, 3453201568]);
  });

  test('the seed: 13 policy checks, 12 of them refused for the first difference', () => {
    const events = readFile('seed-linksys-to-ios-debug.txt');
    const checks: string[] = [];
    for (const { report } of events) {
      if (report?.says === 'policyCheck') checks.push(`${report.transform}/${report.priority}`);
      else if (report?.says === 'mismatch' || (report?.says === 'verdict' && report.nextPayload !== undefined && report.acceptable))
        checks[checks.length - 1] += ` ${report.says === 'mismatch' ? report.attribute : 'accepted'}`;
    }
    expect(checks).toEqual([
      '1/1 group',
      '2/1 encryption',
      '3/1 group',
      '4/1 hash',
      '1/2 hash',
      '2/2 encryption',
      '3/2 hash',
      '4/2 group',
      '1/3 encryption',
      '2/3 hash',
      '3/3 encryption',
      '4/3 encryption',
      '1/4 accepted',
    ]);
    expect(
      saying(events, 'attribute')
        .filter((r) => r.name === 'lifeDuration')
        .map((r) => r.number),
    ).toEqual(Array(14).fill(86400));
  });

  test('the seed: the SAs it ends with, whatever the damage', () => {
    const events = readFile('seed-linksys-to-ios-debug.txt');
    expect(saying(events, 'association').filter((r) => r.doing === 'created')).toMatchObject([
      { dst: '200.56.4.1', spi: 0x52b905bc, protocol: 'esp', transform: 'esp-3des esp-sha-hmac', flow: 5810 },
      { dst: '200.100.1.1', spi: 0xcdd3aca0, protocol: 'esp', transform: 'esp-3des esp-sha-hmac', flow: 5811 },
    ]);
    expect(saying(events, 'proposal').map((r) => [r.step, r.direction, r.srcProxy, r.lifetimeSeconds])).toEqual([
      ['validate_proposal_request', 'inbound', '172.18.30.0/255.255.255.0/0/0', 0],
      ['initialize_sas', 'inbound', '172.18.30.0/255.255.255.0/0/0', 86400],
      ['initialize_sas', 'outbound', '192.168.100.0/255.255.255.0/0/0', 86400],
    ]);
    expect(events.every((e) => e.repaired?.includes('typography'))).toBe(true);
    // The same lines without damage say the same.
    const normal = readFile('seed-linksys-to-ios-debug.normalized.txt');
    expect(normal.map((e) => [e.line, e.at, e.report])).toEqual(events.map((e) => [e.line, e.at, e.report]));
  });

  test('an ASA tells both SPIs, and a Linksys both cookies', () => {
    expect(saying(readFile('asa-ikev1-l2l-initiator-success-syslog.txt'), 'associations')).toMatchObject([
      {
        side: 'initiator',
        associations: [
          { direction: 'inbound', spi: 0x850a79e0 },
          { direction: 'outbound', spi: 0x2cc7158d },
        ],
      },
    ]);
    expect(saying(readFile('seed-linksys.log'), 'ikeSa')).toMatchObject([
      { initiatorCookie: '9ddfe2934d8be14b', responderCookie: 'cca2f07a9045af27' },
    ]);
  });
});
