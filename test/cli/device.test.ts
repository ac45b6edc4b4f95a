/** `show` and `debug` as a user calls them: words of the device after the command, moments, sides, forms of the answer. */
import { describe, expect, test } from 'vitest';
import { ikewind, records, trace } from './command.ts';

const withKeys = [trace.capture, '--keys', trace.keys];
const show = async (...words: readonly string[]): Promise<string> => {
  const { status, stdout, stderr } = await ikewind(['show', 'crypto', ...words]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

describe('show crypto', () => {
  test('isakmp sa at a moment', async () => {
    expect(await show('isakmp', 'sa', ...withKeys, '--at', '6')).toMatch(/^198\.51\.100\.1 +192\.0\.2\.1 +QM_IDLE +1001 ACTIVE$/m);
  });

  test('isakmp sa detail, as the initiator: the same SA with its own end first', async () => {
    const text = await show('isakmp', 'sa', 'detail', ...withKeys, '--at', '6', '--side', 'initiator');
    expect(text).toMatch(/^1001 +192\.0\.2\.1 +198\.51\.100\.1 +ACTIVE 3des sha +psk +2 /m);
  });

  test.each([
    [['ipsec', 'sa'], /#pkts encaps: 4,/],
    [['ipsec', 'sa', 'detail'], /#pkts replay failed \(rcv\): 0/],
    [['map'], /Peer = 192\.0\.2\.1/],
    [['session'], /Session status: UP-ACTIVE/],
    [['session', 'detail'], /connid:1001/],
  ])('%j', async (words, form) => {
    expect(await show(...words, ...withKeys, '--at', '17')).toMatch(form);
  });

  test('as JSON: the lines, the moment and who speaks', async () => {
    const text = await show('isakmp', 'sa', ...withKeys, '--at', '1', '--format', 'json');
    expect(JSON.parse(text)).toMatchObject({ event: 1, side: 'responder', command: 'show crypto isakmp sa', lines: expect.any(Array) });
  });

  test('what a device does not know is wrong usage', async () => {
    const { status, stderr } = await ikewind(['show', 'crypto', 'isakmp', 'policies', trace.capture]);
    expect(status).toBe(2);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('debug', () => {
  test('speaks as the responder, or as the initiator', async () => {
    const [responder, initiator] = await Promise.all([
      ikewind(['debug', ...withKeys]),
      ikewind(['debug', ...withKeys, '--side', 'initiator']),
    ]);
    expect(responder.stdout).toContain('Old State = IKE_R_MM5  New State = IKE_P1_COMPLETE');
    expect(responder.stdout).toContain('\tnext-payload : 8\n');
    expect(initiator.stdout).toContain('Old State = IKE_I_MM6  New State = IKE_P1_COMPLETE');
    expect(initiator.stdout).not.toContain('IKE_R_MM');
  });

  test('as objects: each line with its event', async () => {
    const lines = await records(['debug', ...withKeys]);
    expect(lines[0]).toMatchObject({ event: 1, text: expect.stringContaining('(N) NEW SA'), place: { buffer: 'wire' } });
  });
});
