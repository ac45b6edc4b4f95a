// Lines of device logs as they are printed, and the cause that each names. Reports are typed by hand: reading them is tested elsewhere.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedFolder } from '../../../test/support/trace.ts';
import { fold } from '../../../test/support/what-if.ts';
import type { DeviceReported } from '../../event/event.ts';
import type { Report } from '../../event/report.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { toEnd } from '../../ingest/reading.ts';
import { readText } from '../../ingest/text.ts';
import { emptyLog, type Log } from '../../log/log.ts';
import { diagnose } from './diagnose.ts';

const line = (text: string, report: Report, number: number): DeviceReported => ({
  kind: 'DeviceReported',
  at: null,
  origin: { input: 0, number },
  line: number,
  text,
  recognised: true,
  report,
});

const logOf = (...lines: readonly (readonly [string, Report])[]): Log => ({
  ...emptyLog,
  inputs: [{ name: 'debug.txt', kind: 'text', detail: '' }],
  happened: lines.map(([text, report], i) => line(text, report, i + 1)),
});

const findings = (log: Log): string[] => {
  const { negotiations, findings: others } = diagnose(fold(log));
  return [...negotiations.flatMap((n) => n.findings), ...others].map((f) => `${f.severity} ${f.certainty} ${f.code}`);
};

const begun: readonly [string, Report] = [
  'ISAKMP:(0):Old State = IKE_READY  New State = IKE_I_MM1',
  { says: 'transition', connection: 0, from: 'IKE_READY', to: 'IKE_I_MM1' },
];

describe('lines and their causes', () => {
  test('no key for the peer', () => {
    const log = logOf(begun, ['No pre-shared key with 203.0.113.1!', { says: 'preSharedKey', found: false, peer: '203.0.113.1' }]);
    expect(findings(log)).toEqual(['error shown pre-shared-key-mismatch']);
  });

  test('every offer refused, with the reasons', () => {
    const log = logOf(
      begun,
      [
        'Encryption algorithm offered does not match policy!',
        { says: 'mismatch', attribute: 'encryption', text: 'Encryption algorithm offered' },
      ],
      ['atts are not acceptable. Next payload is 0', { says: 'verdict', acceptable: false }],
    );
    expect(findings(log)).toEqual(['error shown phase1-no-proposal-chosen']);
    expect(diagnose(fold(log)).negotiations[0]?.findings[0]?.events).toEqual([2]);
  });

  test('the networks, by the number of the IPsec part', () => {
    const log = logOf(
      begun,
      ['IPSec policy invalidated proposal with error 32', { says: 'error', text: 'IPSec policy invalidated proposal with error 32' }],
      ['Sending NOTIFY PROPOSAL_NOT_CHOSEN protocol 3', { says: 'notify', way: 'sent', notify: 'PROPOSAL_NOT_CHOSEN', protocol: '3' }],
    );
    expect(findings(log)).toEqual(['error shown phase2-identity-mismatch', 'error likely phase2-no-proposal-chosen']);
  });

  test('a refusal that says no more may be the transforms or PFS', () => {
    const log = logOf(begun, [
      'processing NOTIFY PROPOSAL_NOT_CHOSEN protocol 3',
      { says: 'notify', way: 'received', notify: 'PROPOSAL_NOT_CHOSEN', protocol: '3' },
    ]);
    expect(findings(log)).toEqual(['error likely phase2-no-proposal-chosen', 'error possible pfs-mismatch']);
  });

  // RFC 7296 3.10.1: 38 and 17.
  test.each([
    ['TS_UNACCEPTABLE', 'ts-unacceptable'],
    ['INVALID_KE_PAYLOAD', 'invalid-ke-group'],
  ])('%s', (notify, code) => {
    expect(findings(logOf(begun, [`received ${notify} notify`, { says: 'notify', way: 'received', notify }]))[0]).toBe(
      `error shown ${code}`,
    );
  });

  test('three retransmissions of phase 1', () => {
    const again: readonly [string, Report] = ['retransmitting phase 1 MM_NO_STATE...', { says: 'retransmission', phase: 1 }];
    expect(findings(logOf(begun, again, again, again))).toEqual(['error likely no-response']);
  });
});

const logs = join(sharedFolder, 'captures/cisco-text');

/** What each log was published to show, by its README. */
const published: Readonly<Record<string, string>> = {
  'asa-aws-no-crypto-map-match-syslog.txt': 'phase2-identity-mismatch',
  'ios-initiator-pfs-mismatch.txt': 'phase2-no-proposal-chosen',
  'iosxe-missing-psk-spoke1.txt': 'pre-shared-key-mismatch',
  'iosxe-twosided-qm-rejected-hub-responder.txt': 'phase2-identity-mismatch',
  'iosxe-twosided-qm-rejected-spoke2-initiator.txt': 'phase2-no-proposal-chosen',
  'ikev2-sm-trace-cert-fail.txt': 'certificate-problem',
};

describe.skipIf(!existsSync(logs))('logs of ../shared/captures/cisco-text (skipped where they are missing)', () => {
  test.skipIf(!existsSync(logs)).each(Object.entries(published))('%s: %s', (name, code) => {
    const reading = toEnd(readText(new Uint8Array(readFileSync(join(logs, name))), name, 0));
    const [n] = diagnose(fold(mergeReadings([reading]))).negotiations;
    expect([n?.findings[0]?.code, n?.findings[0]?.severity]).toEqual([code, 'error']);
  });
});

test('a device that says its tunnel is set up is believed, though it names no message ID', () => {
  const text = `2026-11-21 22:29:39 IKE[1] Tx >> MM_I1 : 198.51.100.1 SA
2026-11-21 22:29:41 IKE[1] Rx << MM_R3 : 198.51.100.1 ID, HASH
2026-11-21 22:29:41 IKE[1] Tx >> QM_I1 : 198.51.100.1 HASH, SA, NONCE, KE, ID, ID
2026-11-21 22:29:42 IKE[1] Rx << QM_R1 : 198.51.100.1 HASH, SA, NONCE, KE, ID, ID
2026-11-21 22:29:42 IKE[1] Tx >> QM_I2 : 198.51.100.1 HASH
`;
  const verdicts = (log: string) =>
    diagnose(fold(mergeReadings([toEnd(readText(log, 'linksys.log', 0))]))).negotiations.map(({ verdict, summary }) => [verdict, summary]);
  expect(verdicts(text)).toEqual([['incomplete', 'Phase 1 is up, no quick mode is complete']]);
  expect(verdicts(`${text}2026-11-21 22:29:42 IKE[1] Set up ESP tunnel with 198.51.100.1 Success !\n`)).toEqual([['up', 'Up']]);
});
